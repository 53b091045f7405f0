#!/usr/bin/env python3
"""Writes points.hdf5 with h5py: the points of points/points.csv in several layouts.

Run: python3 make_hdf5_fixture.py (needs numpy and h5py).
"""

import pathlib

import h5py
import numpy as np

folder = pathlib.Path(__file__).resolve().parent.parent / "points"
table = np.genfromtxt(folder / "points.csv", delimiter=",", skip_header=1)
rows = table[:, :21]
with h5py.File(folder / "points.hdf5", "w", libver="earliest") as file:
    file["aag"] = rows
    file["single"] = rows.astype(">f4")
    file.create_dataset("packed", data=rows, chunks=(7, 21), compression="gzip", shuffle=True)
    file["momenta"] = rows[:, :20].reshape(-1, 5, 4)
    file["flat"] = rows[:, :20]
    file["deep/aag"] = rows
    file["vector"] = rows[:, 20]
    file["narrow"] = rows[:, :11]
    file["integers"] = rows.astype("i8")
    file["empty"] = rows[:0]
    file["text"] = "no numbers"
    bad = rows.copy()
    bad[4, 20] = -1
    bad[9, 3] *= 2
    file["bad"] = bad
    file.create_dataset("promised", shape=(10**12, 21), dtype="f8", chunks=(1024, 21))
with h5py.File(folder / "one.hdf5", "w", libver="earliest") as file:
    file["aag"] = rows[:3]
