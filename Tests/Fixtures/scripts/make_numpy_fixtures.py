"""Makes Tests/Fixtures/numpy and Tests/Fixtures/points with NumPy (2.4.6 used).

    python3 Tests/Fixtures/scripts/make_numpy_fixtures.py
"""
import gzip
import pathlib
import zipfile

import numpy as np

fixtures = pathlib.Path(__file__).resolve().parents[1]
arrays = fixtures / "numpy"
points = fixtures / "points"
arrays.mkdir(exist_ok=True)
points.mkdir(exist_ok=True)

# One array of every kind; the tests know the rule: element k of the row-major order is k/8 − 1.
grid = (np.arange(24) / 8 - 1).reshape(2, 3, 4)
for name, kind in {"little_f8": "<f8", "big_f8": ">f8", "little_f4": "<f4", "big_f4": ">f4"}.items():
    np.save(arrays / f"{name}.npy", grid.astype(kind))
np.save(arrays / "fortran_f8.npy", np.asfortranarray(grid))
np.save(arrays / "fortran_big_f4.npy", np.asfortranarray(grid.astype(">f4")))
counts = np.arange(24).reshape(4, 6) - 7
for kind in ("<i8", ">i8", "<i4", ">i4", "<i2", "|i1"):
    order = {"<": "little", ">": "big", "|": "single"}[kind[0]]
    np.save(arrays / f"{order}_{kind[1:]}.npy", counts.astype(kind))
for kind in ("|u1", "<u2", ">u4", "<u8"):
    order = {"<": "little", ">": "big", "|": "single"}[kind[0]]
    np.save(arrays / f"{order}_{kind[1:]}.npy", (counts + 7).astype(kind))
np.save(arrays / "booleans.npy", np.array([True, False, True]))
np.save(arrays / "scalar.npy", np.array(2.5))
np.save(arrays / "empty.npy", np.zeros((0, 5, 4)))
for version in ((2, 0), (3, 0)):
    with open(arrays / f"version{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, grid, version=version)
objects = np.empty(2, dtype=object)
for i in range(2):
    # Lists of four-vectors, as such files come about by accident.
    objects[i] = [np.array([10.0, 0, 0, 10 - 20 * i]), np.array([5.0, 3, 4, 0])]
np.save(arrays / "objects.npy", objects, allow_pickle=True)
np.save(arrays / "structured.npy", np.zeros(2, dtype=[("E", "<f8"), ("id", "<i4")]))
np.save(arrays / "complex.npy", np.zeros(2, dtype=complex))
np.savez(arrays / "stored.npz", grid=grid, counts=counts)
np.savez_compressed(arrays / "deflated.npz", grid=grid, counts=counts, zeros=np.zeros(4000))
with zipfile.ZipFile(arrays / "zip64.npz", "w") as archive:
    # Names without .npy, and the large-file fields that zip64 adds on request.
    with archive.open("grid", "w", force_zip64=True) as file:
        np.lib.format.write_array(file, grid)


def massless(rng, count):
    """Points of 2 → 3 massless particles: isotropic directions, incoming along z."""
    out = np.zeros((count, 5, 4))
    for point in out:
        directions = rng.normal(size=(3, 3))
        directions -= directions.mean(axis=0)
        momenta = directions * rng.uniform(20, 80)
        energies = np.linalg.norm(momenta, axis=1)
        half = energies.sum() / 2
        beta = rng.uniform(-0.5, 0.5)
        gamma = 1 / np.sqrt(1 - beta * beta)
        rows = np.array([[half, 0, 0, half], [half, 0, 0, -half],
                         *np.column_stack([energies, momenta])])
        point[:, 0] = gamma * (rows[:, 0] + beta * rows[:, 3])
        point[:, 1:3] = rows[:, 1:3]
        point[:, 3] = gamma * (rows[:, 3] + beta * rows[:, 0])
        point[0, 3], point[1, 3] = point[0, 0], -point[1, 0]
    return out


rng = np.random.default_rng(1)
momenta = massless(rng, 20)
amplitudes = np.exp(rng.normal(-14, 2, size=20))
rows = np.concatenate([momenta.reshape(20, 20), amplitudes[:, None]], axis=1)
np.save(points / "momenta.npy", momenta)
np.save(points / "amplitudes.npy", amplitudes)
np.save(points / "rows.npy", rows)
np.save(points / "rows_f4.npy", np.asfortranarray(rows.astype(">f4")))
np.savez_compressed(points / "points.npz", momenta=momenta, amplitudes=amplitudes)
header = ",".join(f"{c}{i}" for i in range(1, 6) for c in ("E", "px", "py", "pz")) + ",amplitude"
np.savetxt(points / "points.csv", rows, fmt="%.17g", delimiter=",", header=header, comments="")
with gzip.GzipFile(points / "points.csv.gz", "wb", mtime=0) as file:
    # Its header is a comment, as numpy.savetxt writes it unless told otherwise.
    np.savetxt(file, rows, fmt="%.17g", delimiter=",", header=header)
