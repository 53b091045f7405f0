"""Reads files of points without Amp and compares them with a NumPy archive, to the last bit.

    python3 read_points.py REFERENCE.npz FILE...

.lhe, .txt and .hepmc3 (also .gz) are read in plain Python, the last one also by pyhepmc if it is
there. Prints what it compared.
"""
import gzip
import sys

import numpy as np

try:
    import pyhepmc
except ImportError:
    pyhepmc = None


def lines(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as file:
        yield from file


def les_houches(path):
    momenta, amplitudes, left = [], [], 0
    for line in lines(path):
        words = line.split()
        if words == ["<event>"]:
            left = -1
        elif left < 0:
            left = int(words[0])
            point = []
        elif left > 0:
            left -= 1
            assert int(words[0]) == [21, 21, 22, 22, 21][len(point)]
            assert int(words[1]) == (-1 if len(point) < 2 else 1)
            x, y, z, energy = map(float, words[6:10])
            point.append((energy, x, y, z))
        elif line.startswith("<wgt id='amplitude'>"):
            amplitudes.append(float(words[2]))
        elif words == ["</event>"]:
            momenta.append(point)
    return momenta, amplitudes


def hepmc3(path):
    momenta, amplitudes = [], []
    for line in lines(path):
        words = line.split()
        if line.startswith("E "):
            momenta.append([])
        elif line.startswith("W ") and momenta:
            amplitudes.append(float(words[2]))
        elif line.startswith("P "):
            x, y, z, energy = map(float, words[4:8])
            momenta[-1].append((energy, x, y, z))
    return momenta, amplitudes


def with_pyhepmc(path):
    momenta, amplitudes = [], []
    with pyhepmc.open(path) as file:
        for event in file:
            assert event.momentum_unit.name == "GEV"
            assert [p.pid for p in event.particles] == [21, 21, 22, 22, 21]
            assert [p.status for p in event.particles] == [4, 4, 1, 1, 1]
            assert len(event.vertices) == 1 and len(event.vertices[0].particles_in) == 2
            momenta.append([(p.momentum.e, p.momentum.px, p.momentum.py, p.momentum.pz)
                            for p in event.particles])
            amplitudes.append(event.weight("amplitude"))
    return momenta, amplitudes


def table(path):
    rows = np.loadtxt(path)
    return rows[:, :-1].reshape(len(rows), -1, 4), rows[:, -1]


with np.load(sys.argv[1]) as reference:
    expected = reference["momenta"], reference["amplitudes"]
for path in sys.argv[2:]:
    plain = path.removesuffix(".gz")
    readers = [les_houches] if plain.endswith(".lhe") else [table]
    if plain.endswith(".hepmc3"):
        readers = [hepmc3] + ([with_pyhepmc] if pyhepmc else [])
    for reader in readers:
        momenta, amplitudes = reader(path)
        assert np.array_equal(np.array(momenta), expected[0]), (path, reader.__name__)
        assert np.array_equal(np.array(amplitudes), expected[1]), (path, reader.__name__)
        print("same", reader.__name__)
