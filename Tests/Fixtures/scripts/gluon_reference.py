#!/usr/bin/env python3
"""Reference |M|^2 of gluon trees, written to gluon_points.json.

Independent of the library in every step: momenta are drawn here, spinors have 50 digits, colours
are summed over explicit Gell-Mann matrices in the basis of traces (the library uses chains of
structure constants), and helicities one by one with the Parke-Taylor formula. For four and five
gluons the closed forms of the literature are evaluated as well:

    gg -> gg:   g^4 9/2 (3 - tu/s^2 - su/t^2 - st/u^2)           (Combridge, Kripfganz, Ranft 1977)
    gg -> ggg:  g^6 N^3 (N^2 - 1)/256 * 2 sum_{i<j} s_ij^4 * sum_perm 1/(s_12 s_23 s_34 s_45 s_51)
                (Parke, Taylor 1986; Berends, Giele 1987), over the 24 cyclic orders

Run: python3 gluon_reference.py (needs numpy and mpmath).
"""

import itertools
import json
import math
import pathlib

import mpmath as mp
import numpy as np

mp.mp.dps = 50
ALPHA_S = mp.mpf("0.118")


def rambo(n, energy, rng):
    """Massless momenta flat in phase space, in 50 digits."""
    q = []
    for _ in range(n):
        c = 2 * mp.mpf(rng.random()) - 1
        phi = 2 * mp.pi * mp.mpf(rng.random())
        e = -mp.log(mp.mpf(rng.random()) * mp.mpf(rng.random()))
        s = mp.sqrt(1 - c * c)
        q.append([e, e * s * mp.cos(phi), e * s * mp.sin(phi), e * c])
    total = [mp.fsum(p[k] for p in q) for k in range(4)]
    mass = mp.sqrt(total[0] ** 2 - total[1] ** 2 - total[2] ** 2 - total[3] ** 2)
    b = [-total[k] / mass for k in (1, 2, 3)]
    gamma, x = total[0] / mass, energy / mass
    a = 1 / (1 + gamma)
    out = []
    for p in q:
        bq = mp.fsum(b[k] * p[k + 1] for k in range(3))
        out.append(
            [x * (gamma * p[0] + bq)] + [x * (p[k + 1] + b[k] * (p[0] + a * bq)) for k in range(3)]
        )
    return out


def point(n, rng):
    """Incoming and outgoing momenta rounded to doubles, kept away from soft and collinear ones."""
    while True:
        x1, x2 = 0.1 + 0.5 * rng.random(), 0.1 + 0.5 * rng.random()
        energy = 1000 * math.sqrt(x1 * x2)
        out = rambo(n - 2, mp.mpf(energy), rng)
        beta = mp.mpf(x1 - x2) / (x1 + x2)
        gamma = 1 / mp.sqrt(1 - beta * beta)
        out = [[gamma * (p[0] + beta * p[3]), p[1], p[2], gamma * (p[3] + beta * p[0])] for p in out]
        momenta = [[float(c) for c in p] for p in out]
        if min(math.hypot(p[1], p[2]) for p in momenta) < 20:
            continue
        angles = [
            1 - sum(p[k] * q[k] for k in (1, 2, 3)) / (p[0] * q[0])
            for p, q in itertools.combinations(momenta, 2)
        ]
        if n > 4 and min(angles) < 0.05:
            continue
        # Momentum conservation and mass shells to the last digits of doubles.
        momenta[-1][1] = -sum(p[1] for p in momenta[:-1])
        momenta[-1][2] = -sum(p[2] for p in momenta[:-1])
        for p in momenta:
            p[0] = float(mp.sqrt(mp.mpf(p[1]) ** 2 + mp.mpf(p[2]) ** 2 + mp.mpf(p[3]) ** 2))
        e = sum(p[0] for p in momenta)
        z = sum(p[3] for p in momenta)
        return [[(e + z) / 2, 0.0, 0.0, (e + z) / 2], [(e - z) / 2, 0.0, 0.0, -(e - z) / 2]] + momenta


def angle_products(momenta):
    """<ij> with all momenta outgoing; spinors along a generic axis."""
    spinors = []
    for leg, p in enumerate(momenta):
        sign = -1 if leg < 2 else 1
        e, x, y, z = [mp.mpf(c) * sign for c in p]
        # p_+ = E + n.p with n = (1, 2, 2)/3, transverse directions orthogonal to it.
        plus = e + (x + 2 * y + 2 * z) / 3
        u = (2 * x + y - 2 * z) / 3
        v = (2 * x - 2 * y + z) / 3
        root = mp.sqrt(mp.mpc(plus))
        spinors.append((root, (u + 1j * v) / root))
    n = len(momenta)
    return [
        [spinors[i][0] * spinors[j][1] - spinors[i][1] * spinors[j][0] for j in range(n)]
        for i in range(n)
    ]


def gell_mann():
    """Generators with Tr(Ta Tb) = delta_ab."""
    t = np.zeros((8, 3, 3), complex)
    for k, (i, j) in enumerate([(0, 1), (0, 2), (1, 2)]):
        t[2 * k, i, j] = t[2 * k, j, i] = 1
        t[2 * k + 1, i, j], t[2 * k + 1, j, i] = -1j, 1j
    t[6] = np.diag([1, -1, 0])
    t[7] = np.diag([1, 1, -2]) / math.sqrt(3)
    return t / math.sqrt(2)


def trace_matrix(n):
    """Sum over all colours of Tr(1 sigma) Tr(1 rho)* for the (n-1)! orders; integers over N^n."""
    t = gell_mann()
    orders = [(0,) + p for p in itertools.permutations(range(1, n))]
    chain = t
    for _ in range(n - 1):
        chain = np.tensordot(chain, t, axes=([-1], [1]))
        # (..., i, b, k): move the colour before the matrix indices
        chain = np.moveaxis(chain, -2, -3)
    trace = np.trace(chain, axis1=-2, axis2=-1)  # Tr(T^a T^b ...), axes a, b, ...
    row = [np.vdot(np.transpose(trace, np.argsort(o)), trace) for o in orders]
    assert max(abs(x.imag) for x in row) < 1e-8
    index = {o: k for k, o in enumerate(orders)}
    size = len(orders)
    matrix = np.zeros((size, size))
    for a, left in enumerate(orders):
        inverse = {g: k for k, g in enumerate(left)}
        for b, right in enumerate(orders):
            matrix[a, b] = row[index[tuple(inverse[g] for g in right)]].real
    return orders, matrix


def squared(momenta, orders, matrix):
    """Sum over colours and MHV helicities, averaged over 4 * 64."""
    n = len(momenta)
    product = angle_products(momenta)
    chains = [
        1 / mp.fprod(product[o[k]][o[(k + 1) % n]] for k in range(n)) for o in orders
    ]
    re = np.array([c.real for c in chains])
    im = np.array([c.imag for c in chains])
    weights = [[mp.mpf(float(x)) for x in row] for row in np.round(matrix * 3**n)]
    colour = mp.mpf(0)
    for part in (re, im):
        for a, row in enumerate(weights):
            colour += part[a] * mp.fdot(row, part)
    colour /= mp.mpf(3) ** n
    total = mp.mpf(0)
    for negative in itertools.combinations(range(n), 2):
        weight = abs(product[negative[0]][negative[1]]) ** 8
        total += weight * colour
        if n > 4:  # the conjugate amplitude, with these two positive
            total += weight * colour
    return (4 * mp.pi * ALPHA_S) ** (n - 2) * total / 256


def closed(momenta):
    """Closed forms for four and five gluons."""
    n = len(momenta)
    sign = [-1, -1] + [1] * (n - 2)

    def s(i, j):
        p, q = momenta[i], momenta[j]
        dot = mp.mpf(p[0]) * q[0] - mp.fsum(mp.mpf(p[k]) * q[k] for k in (1, 2, 3))
        return 2 * sign[i] * sign[j] * dot

    g2 = 4 * mp.pi * ALPHA_S
    if n == 4:
        S, T, U = s(0, 1), s(0, 2), s(0, 3)
        return g2**2 * mp.mpf(9) / 2 * (3 - T * U / S**2 - S * U / T**2 - S * T / U**2)
    if n == 5:
        powers = mp.fsum(s(i, j) ** 4 for i, j in itertools.combinations(range(5), 2))
        chains = mp.fsum(
            1 / mp.fprod(s(o[k], o[(k + 1) % 5]) for k in range(5))
            for o in ((0,) + p for p in itertools.permutations(range(1, 5)))
        )
        # N^3 (N^2 - 1) = 216 and both helicity signs; |s| since the product of five is positive
        return g2**3 * 216 * 2 * powers * abs(chains) / 256
    return None


def main():
    rng = np.random.default_rng(20241112)
    result = []
    for n, count in ((4, 20), (5, 20), (6, 10), (7, 2)):
        orders, matrix = trace_matrix(n)
        for _ in range(count):
            momenta = point(n, rng)
            value = squared(momenta, orders, matrix)
            exact = closed(momenta)
            if exact is not None:
                print(n, float(value), float(exact / value - 1))
                # The momenta are conserved to 16 digits only, the two forms differ by that much.
                assert abs(exact / value - 1) < 1e-10
            else:
                print(n, float(value))
            result.append(
                {"momenta": [c for p in momenta for c in p], "value": float(value),
                 "closed": None if exact is None else float(exact)}
            )
    path = pathlib.Path(__file__).resolve().parent.parent / "gluon_points.json"
    path.write_text("[\n" + ",\n".join(json.dumps(x) for x in result) + "\n]\n")


if __name__ == "__main__":
    main()
