"""Reference values of |M|² for g g -> γ γ g with mpmath at 50 digits.

    python amplitude_reference.py            # writes the fixtures next to this folder

Reads the momenta of amplitude_points.csv and amplitude_edge_points.csv, replaces their last
column by |M|² (20 digits) and writes
    amplitude_photon_edges.csv   collinear photons, from harmless to hopeless in double precision
    amplitude_helicities.json    helicity amplitudes and one ordering at point 0
    loop_functions.json          ln r, L0, L1, L2, D of ratios r, Ls1 at point 0
Formulas: Bern, Dixon, Kosower, Phys. Rev. Lett. 70 (1993) 2677, written without any sharing of
common factors. Doubles are not exactly massless and momentum conserving: the transverse momenta
and pz of legs 3 and 4 and pz of leg 5 are taken as exact, the rest follows.
"""

import csv
import itertools
import json
import os

import mpmath as mp

mp.mp.dps = 50
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
ORDERINGS = [p + (4,) for p in itertools.permutations(range(4)) if p.index(0) < p.index(1)]


def exact(row):
    """Exactly massless and conserving momenta from 20 doubles."""
    p = [[mp.mpf(x) for x in row[4 * i : 4 * i + 4]] for i in range(5)]
    for c in (1, 2):
        p[4][c] = -(p[2][c] + p[3][c])
    for q in p[2:]:
        q[0] = mp.sqrt(q[1] ** 2 + q[2] ** 2 + q[3] ** 2)
    e, z = sum(q[0] for q in p[2:]), sum(q[3] for q in p[2:])
    p[0] = [(e + z) / 2, mp.mpf(0), mp.mpf(0), (e + z) / 2]
    p[1] = [(e - z) / 2, mp.mpf(0), mp.mpf(0), -(e - z) / 2]
    return p


class Event:
    def __init__(self, p):
        lam, bar = [], []
        for i, (e, x, y, z) in enumerate(p):
            phase = mp.mpc(0, 1) if i < 2 else mp.mpc(1)
            root = mp.sqrt(e + x)
            lam.append((phase * root, phase * mp.mpc(y, z) / root))
            bar.append((phase * root, phase * mp.mpc(y, -z) / root))
        n = range(5)
        self.za = [[lam[i][0] * lam[j][1] - lam[i][1] * lam[j][0] for j in n] for i in n]
        self.zb = [[bar[i][1] * bar[j][0] - bar[i][0] * bar[j][1] for j in n] for i in n]
        self.s = [[mp.re(self.za[i][j] * self.zb[j][i]) for j in n] for i in n]


def log_of(s):
    return mp.mpc(mp.log(abs(s)), -mp.pi if s > 0 else 0)


def ln(a, b):
    return log_of(a) - log_of(b)


def L0(a, b):
    return ln(a, b) / (1 - a / b)


def L1(a, b):
    return (L0(a, b) + 1) / (1 - a / b)


def L2(a, b):
    r = a / b
    return (ln(a, b) - (r - 1 / r) / 2) / (1 - r) ** 3


def D(a, b):
    r = a / b
    if r >= 0:
        return mp.mpc(mp.re(mp.polylog(2, 1 - r)))
    return mp.pi**2 / 6 - mp.re(mp.polylog(2, r)) - ln(a, b) * mp.log(1 - r)


def Ls1(a, c, b, d):
    o = d / b
    box = D(a, b) + D(c, b) + ln(a, b) * ln(c, b) - mp.pi**2 / 6
    return (box / o + L0(a, b) + L0(c, b)) / o


def primitive(ev, order, minus):
    """One ordering for the set of legs with negative helicity (all outgoing)."""
    if len(minus) > 2:
        flipped = Event.__new__(Event)
        flipped.za, flipped.zb, flipped.s = ev.zb, ev.za, ev.s
        return primitive(flipped, order, frozenset(range(5)) - minus)
    z, b, s = ev.za, ev.zb, ev.s
    rotations = [order[n:] + order[:n] for n in range(5)]
    if not minus:
        i, j, k, l, m = order
        products = s[i][j] * s[j][k] + s[j][k] * s[k][l] + s[k][l] * s[l][m]
        products += s[l][m] * s[m][i] + s[m][i] * s[i][j]
        trace = b[i][j] * z[j][k] * b[k][l] * z[l][i] - z[i][j] * b[j][k] * z[k][l] * b[l][i]
        return -(products + trace) / (6 * z[i][j] * z[j][k] * z[k][l] * z[l][m] * z[m][i])
    if len(minus) == 1:
        i, j, k, l, m = next(r for r in rotations if r[0] in minus)
        chain = z[i][j] ** 2 * z[i][k] ** 2 * b[j][k] / z[j][k]
        chain += z[i][k] ** 2 * z[i][l] ** 2 * b[k][l] / z[k][l]
        chain += z[i][l] ** 2 * z[i][m] ** 2 * b[l][m] / z[l][m]
        numerator = (s[j][k] + s[k][l] + s[l][m]) * b[j][m] ** 2
        numerator -= b[j][l] * z[l][k] * b[k][m] * b[j][m]
        numerator -= b[i][j] * b[i][m] / (z[i][j] * z[i][m]) * chain
        return numerator / (3 * b[i][j] * z[j][k] * z[k][l] * z[l][m] * b[m][i])
    for i, j, k, l, m in rotations:
        if {i, j} == minus:
            return adjacent(z, b, s, i, j, k, l, m)
        if {i, k} == minus:
            return apart(z, b, s, i, j, k, l, m)


def adjacent(z, b, s, i, j, k, l, m):
    v = (log_of(s[j][k]) + log_of(s[m][i])) / 3
    tree = z[i][j] ** 3 / (z[j][k] * z[k][l] * z[l][m] * z[m][i])
    x = z[j][k] * b[k][l] * z[l][i] + z[j][l] * b[l][m] * z[m][i]
    f = -z[i][j] ** 2 * x * L0(s[j][k], s[m][i])
    f /= 2 * z[j][k] * z[k][l] * z[l][m] * z[m][i] * s[m][i]
    four = b[k][l] * z[l][i] * z[j][l] * b[l][m]
    g = -four * x * L2(s[j][k], s[m][i]) / (3 * z[k][l] * z[l][m] * s[m][i] ** 3)
    g -= z[k][m] * b[k][m] ** 3 / (3 * b[i][j] * b[j][k] * z[k][l] * z[l][m] * b[m][i])
    g += z[i][j] * b[k][m] ** 2 / (3 * b[j][k] * z[k][l] * z[l][m] * b[m][i])
    g += z[i][j] * four / (6 * s[j][k] * z[k][l] * z[l][m] * s[m][i])
    return -v * tree - 2 * f / 3 - g


def apart(z, b, s, i, j, k, l, m):
    v = (log_of(s[k][l]) + log_of(s[m][i])) / 3
    loop = z[i][j] * z[j][k] * z[k][l] * z[l][m] * z[m][i]
    tree = z[i][k] ** 4 / loop
    y = z[i][m] * b[m][j] * z[j][k] - z[k][l] * b[l][j] * z[j][i]
    ij, jk, kl, mi = s[i][j], s[j][k], s[k][l], s[m][i]
    box_a = Ls1(jk, kl, mi, s[j][l])
    box_b = Ls1(ij, mi, kl, s[j][m])
    u, w = z[l][i] * b[j][l], z[m][k] * b[j][m]
    t0 = z[i][k] ** 3 * y * L0(kl, mi) / (2 * loop * mi)
    f = -z[i][k] ** 2 * u * b[j][l] / (z[l][m] * z[m][i] * mi**2) * box_a
    f += z[i][k] ** 2 * w * b[j][m] / (z[k][l] * z[l][m] * kl**2) * box_b - t0
    a = z[l][m] * z[m][i] * z[j][l]
    c = z[m][l] * z[l][k] * z[j][m]
    g = -z[i][j] * z[j][k] * z[k][l] * u**2 / (a * z[j][l] * mi**2)
    g *= 2 * box_a + L1(jk, mi) + L1(kl, mi)
    h = z[k][j] * z[j][i] * z[i][m] * w**2 / (c * z[j][m] * kl**2)
    g += h * (2 * box_b + L1(ij, kl) + L1(mi, kl))
    g += 2 * z[j][k] ** 2 * u**3 * L2(jk, mi) / (3 * a * mi**3)
    g -= 2 * z[j][i] ** 2 * w**3 * L2(ij, kl) / (3 * c * kl**3)
    curl = z[i][k] * b[j][l] * b[j][m] * y / (3 * z[l][m])
    curl += 2 * (z[i][j] * z[k][l]) ** 2 * z[l][i] * b[j][l] ** 3 / (3 * a)
    curl -= 2 * (z[k][j] * z[i][m]) ** 2 * z[m][k] * b[j][m] ** 3 / (3 * c)
    g += L2(kl, mi) / mi**3 * curl + t0 / 3
    g += (b[j][l] * b[j][m]) ** 2 / (3 * b[i][j] * b[j][k] * b[k][l] * z[l][m] * b[m][i])
    g -= z[i][j] * z[l][i] ** 2 * b[j][l] ** 3 / (3 * a * b[j][k] * b[k][l] * mi)
    g += z[k][j] * z[m][k] ** 2 * b[j][m] ** 3 / (3 * c * b[j][i] * b[i][m] * kl)
    g += z[i][k] ** 2 * b[j][l] * b[j][m] / (6 * kl * z[l][m] * mi)
    return -v * tree - f - g


def helicity_amplitudes(p, orderings=ORDERINGS):
    """A(h) by the bit mask of the legs with negative helicity."""
    event = Event(p)
    sets = [frozenset(n for n in range(5) if mask >> n & 1) for mask in range(32)]
    return [sum(primitive(event, o, minus) for o in orderings) for minus in sets]


def squared(p):
    alpha, strong = mp.mpf(1) / mp.mpf("137.035999084"), mp.mpf("0.118")
    factor = 8 * mp.pi * alpha**2 * strong**3 * (mp.mpf(11) / 9) ** 2 * mp.mpf(3) / 8
    return factor * sum(abs(a) ** 2 for a in helicity_amplitudes(p))


def rewrite(name):
    """Replaces the last column by |M|²; reports the largest relative change."""
    path = os.path.join(FOLDER, name)
    rows = list(csv.reader(open(path)))
    worst = 0
    for row in rows[1:]:
        value = mp.nstr(squared(exact(row[1:21])), 20)
        worst = max(worst, abs(mp.mpf(value) / mp.mpf(row[21]) - 1))
        row[21] = value
    with open(path, "w") as out:
        out.writelines(",".join(row) + "\n" for row in rows)
    print(name, "changed by", mp.nstr(worst, 3))


def photon_edges():
    """Point 0 of amplitude_points.csv with one photon turned towards another leg."""
    rows = list(csv.reader(open(os.path.join(FOLDER, "amplitude_points.csv"))))
    base = exact(rows[1][1:21])
    header = rows[0]
    with open(os.path.join(FOLDER, "amplitude_photon_edges.csv"), "w") as out:
        out.write(",".join(header) + "\n")
        for name, leg in (("3||4", 3), ("3||5", 4), ("1||3", 0)):
            for angle in ("1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6"):
                p = [list(q) for q in base]
                # Leg 3 in the direction of `leg`, turned by the angle; then leg 4 or 5 recoils.
                axis = [c / base[leg][0] for c in base[leg][1:]]
                side = [mp.mpf("0.6"), mp.mpf("0.48"), mp.mpf("0.64")]
                along = sum(a * c for a, c in zip(axis, side))
                side = [c - along * a for a, c in zip(axis, side)]
                norm = mp.sqrt(sum(c * c for c in side))
                t = mp.mpf(angle)
                new = [
                    50 * (mp.cos(t) * a + mp.sin(t) * c / norm) for a, c in zip(axis, side)
                ]
                p[2] = [mp.mpf(50)] + new
                if leg == 4:
                    p[3][1:] = [-p[2][c] - p[4][c] for c in (1, 2)] + [p[3][3]]
                row = [float(c) for q in p for c in q]
                final = exact(row)
                text = [name + " " + angle] + [repr(float(c)) for q in final for c in q]
                value = squared(exact([float(c) for q in final for c in q]))
                out.write(",".join(text + [mp.nstr(value, 20)]) + "\n")


def text(value):
    return [float(mp.re(value)), float(mp.im(value))]


def loop_functions():
    ratios = [1e-6, 0.01, 0.3, 0.49999, 0.5, 0.75, 0.799, 0.801, 0.95, 0.999, 1 - 1e-8, 1.0]
    cases = [(r, 1.0) for r in ratios] + [(-r, -1.0) for r in ratios]
    cases += [(-r, 1.0) for r in ratios] + [(r, -1.0) for r in ratios]
    out = []
    for a, b in cases:
        entry = {"a": a, "b": b}
        a, b = mp.mpf(a), mp.mpf(b)
        for key, (x, y) in (("forward", (a, b)), ("inverse", (b, a))):
            if x == y:
                values = [mp.mpf(0), mp.mpf(-1), -mp.mpf(1) / 2, mp.mpf(1) / 6, mp.mpf(0)]
            else:
                values = [f(x, y) for f in (ln, L0, L1, L2, D)]
            entry[key] = [text(v) for v in values]
        out.append(entry)
    with open(os.path.join(FOLDER, "loop_functions.json"), "w") as file:
        json.dump(out, file, indent=0)


def helicities():
    rows = list(csv.reader(open(os.path.join(FOLDER, "amplitude_points.csv"))))
    p = exact(rows[1][1:21])
    s = Event(p).s
    out = {
        "amplitudes": [text(a) for a in helicity_amplitudes(p)],
        "ordering12345": [text(a) for a in helicity_amplitudes(p, [(0, 1, 2, 3, 4)])],
        "L2(23,51)": text(L2(s[1][2], s[4][0])),
        "Ls1(23,34;51)": text(Ls1(s[1][2], s[2][3], s[4][0], s[1][3])),
        "Ls1(12,51;34)": text(Ls1(s[0][1], s[4][0], s[2][3], s[1][4])),
    }
    with open(os.path.join(FOLDER, "amplitude_helicities.json"), "w") as file:
        json.dump(out, file, indent=0)


if __name__ == "__main__":
    loop_functions()
    helicities()
    photon_edges()
    rewrite("amplitude_edge_points.csv")
    rewrite("amplitude_points.csv")
