#!/usr/bin/env python3
"""Cross sections without Sherpa, for Gluons.yaml and Diphoton.yaml: cross_sections.py LIBRARY [POINTS]

LIBRARY is libAmpExport. Computes, for gluons of 250 GeV, in pb,

    sigma(g g -> gamma gamma g) = 1/2 1/(2s) integral dPhi_3 |M|^2        (flat points, RAMBO)
    sigma(g g -> gamma gamma)   = 1/2 1/(2s) integral dPhi_2 |M_4|^2      (quadrature)

with the cuts of these cards. |M_4|^2 is not programmed: it is what the exact |M|^2 becomes for a soft
gluon k, |M|^2 -> 4 pi alpha_s 2 C_A p1.p2/((p1.k)(p2.k)) |M_4|^2. So Sherpa's own g g -> gamma gamma
tests averages, identical photons, couplings and units of what the plug-in hands over. Needs NumPy.
"""
import ctypes
import sys

import numpy as np

PICOBARN = 0.3893793721e9  # GeV^2
ALPHA_S = 0.118
S = 500.0**2


def exact(library, momenta):
    """|M|^2 of momenta (points, 5, 4)."""
    momenta = np.ascontiguousarray(momenta, dtype=np.float64)
    values = np.empty(len(momenta))
    pdg = (ctypes.c_int * 5)(21, 21, 22, 22, 21)
    pointer = ctypes.POINTER(ctypes.c_double)
    message = ctypes.create_string_buffer(512)
    status = library.amp_exact(
        pdg, ctypes.c_ssize_t(5), ctypes.c_ssize_t(len(momenta)), momenta.ctypes.data_as(pointer),
        values.ctypes.data_as(pointer), None, message, ctypes.c_ssize_t(512))
    if status:
        sys.exit(message.value.decode())
    return values


def incoming(points):
    e = np.sqrt(S) / 2
    return np.broadcast_to([[e, 0, 0, e], [e, 0, 0, -e]], (points, 2, 4))


def rambo(points, random):
    """Three massless momenta flat in phase space, with the volume of that space."""
    r = random.random((points, 3, 4))
    c, phi = 2 * r[..., 0] - 1, 2 * np.pi * r[..., 1]
    e = -np.log(r[..., 2] * r[..., 3])
    s = np.sqrt(1 - c**2)
    q = np.stack([e, e * s * np.cos(phi), e * s * np.sin(phi), e * c], -1)
    total = q.sum(1)
    mass = np.sqrt(total[:, 0] ** 2 - (total[:, 1:] ** 2).sum(1))
    b, gamma, x = -total[:, 1:] / mass[:, None], total[:, 0] / mass, np.sqrt(S) / mass
    bq = np.einsum("ij,ikj->ik", b, q[..., 1:])
    p = np.empty_like(q)
    p[..., 0] = x[:, None] * (gamma[:, None] * q[..., 0] + bq)
    factor = q[..., 0] + bq / (1 + gamma[:, None])
    p[..., 1:] = x[:, None, None] * (q[..., 1:] + b[:, None, :] * factor[..., None])
    return p, S / (4 * (4 * np.pi) ** 3)


def eta(p):
    return np.arctanh(p[..., 3] / p[..., 0])


def pt(p):
    return np.hypot(p[..., 1], p[..., 2])


def delta_r(p, q):
    phi = np.arctan2(p[..., 2], p[..., 1]) - np.arctan2(q[..., 2], q[..., 1])
    return np.hypot(eta(p) - eta(q), np.mod(phi + np.pi, 2 * np.pi) - np.pi)


def with_gluon(library, points, random):
    """Mean and error of flat points, half a million at a time."""
    sums = np.zeros(2)
    for first in range(0, points, 500_000):
        values = weights(library, min(500_000, points - first), random)
        sums += values.sum(), (values**2).sum()
    mean, square = sums / points
    return mean, np.sqrt((square - mean**2) / points)


def weights(library, points, random):
    out, volume = rambo(points, random)
    a, b, g = out[:, 0], out[:, 1], out[:, 2]
    inside = np.minimum(pt(a), pt(b)) > 45
    inside &= (pt(g) > 25) & (abs(eta(g)) < 4.5)
    inside &= (abs(eta(a)) < 2.3) & (abs(eta(b)) < 2.3)
    inside &= (delta_r(a, b) > 0.45) & (delta_r(a, g) > 0.45) & (delta_r(b, g) > 0.45)
    values = np.zeros(points)
    values[inside] = exact(library, np.concatenate([incoming(inside.sum()), out[inside]], 1))
    return values * 0.5 / (2 * S) * volume * PICOBARN


def soft_limit(library, cosines):
    """|M_4|^2 at scattering angles, extrapolated to a gluon without energy."""
    def at(energy):
        estimates = []
        for direction in np.linspace(0, 2 * np.pi, 8, endpoint=False):
            k = energy * np.array([1, np.cos(direction), np.sin(direction), 0])
            mass = np.sqrt(S) * np.sqrt(1 - 2 * energy / np.sqrt(S))
            sine = np.sqrt(1 - cosines**2)
            zero = np.zeros_like(cosines)
            n = np.stack([zero + 1, sine, zero, cosines], -1) * mass / 2
            back = n * [1, -1, -1, -1]
            total = np.array([np.sqrt(S), 0, 0, 0]) - k  # boost the photons to what k leaves
            v = total[1:] / mass

            def boost(p):
                vp = p[:, 1:] @ v
                e = (total[0] * p[:, 0] / mass) + vp
                space = p[:, 1:] + v * (p[:, :1] + (vp / (1 + total[0] / mass))[:, None])
                return np.concatenate([e[:, None], space], 1)

            points = np.stack([boost(n), boost(back), np.broadcast_to(k, n.shape)], 1)
            values = exact(library, np.concatenate([incoming(len(cosines)), points], 1))
            e = np.sqrt(S) / 2
            eikonal = 2 * 3 * (2 * e * e) / (e * k[0]) ** 2
            estimates.append(values / (4 * np.pi * ALPHA_S * eikonal))
        return np.mean(estimates, 0)

    return 2 * at(0.05) - at(0.1)


def without_gluon(library):
    largest = min(np.sqrt(1 - (40 / 250) ** 2), np.tanh(2.37))
    nodes, weights = np.polynomial.legendre.leggauss(60)
    integral = largest * (weights * soft_limit(library, largest * nodes)).sum()
    return 0.5 / (2 * S) * integral / (16 * np.pi) * PICOBARN


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    library = ctypes.CDLL(sys.argv[1])
    points = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
    value, error = with_gluon(library, points, np.random.default_rng(1))
    print(f"g g -> gamma gamma g  {value:.6g} +- {error:.2g} pb")
    print(f"g g -> gamma gamma    {without_gluon(library):.6g} pb")


if __name__ == "__main__":
    main()
