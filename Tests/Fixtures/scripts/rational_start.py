"""Fits the rational functions with which a GroupKAN activation starts.

P(x)/Q(x) with P = a0 + ... + a5 x^5 and Q = 1 + |b1||x| + ... + |b5||x|^5 on [-3, 3]. Least squares
for P - f Q with weights 1/Q of the last round (Sanathanan and Koerner), reweighted towards the
largest error (Lawson). Prints a, b and the largest error; the numbers stand in
Sources/AmpNets/Layers/LayerActivation.swift.
"""

import numpy as np
from scipy.optimize import lsq_linear
from scipy.special import erf

X = np.linspace(-3, 3, 601)
TARGETS = {"gelu": X * (1 + erf(X / np.sqrt(2))) / 2, "silu": X / (1 + np.exp(-X))}
POWERS = np.stack([X**i for i in range(6)], axis=1)
MAGNITUDES = np.stack([np.abs(X) ** j for j in range(1, 6)], axis=1)

for name, y in TARGETS.items():
    q, weight, best = np.ones_like(X), np.ones_like(X), (np.inf, None)
    for _ in range(400):
        scale = np.sqrt(weight) / q
        matrix = np.hstack([POWERS, -y[:, None] * MAGNITUDES]) * scale[:, None]
        low = np.array([-np.inf] * 6 + [0.0] * 5)
        c = lsq_linear(matrix, y * scale, bounds=(low, np.inf), method="bvls").x
        q = 1 + MAGNITUDES @ c[6:]
        error = np.abs(POWERS @ c[:6] / q - y)
        if error.max() < best[0]:
            best = error.max(), c
        weight *= 0.5 + error / error.max()
        weight /= weight.mean()
    error, c = best
    c = np.array([float(f"{v:.12g}") for v in c])
    at = np.array([-8.0, -5, -4, 4, 5, 8])
    far = np.polynomial.polynomial.polyval(at, c[:6]) / (
        1 + np.abs(at) * np.polynomial.polynomial.polyval(np.abs(at), c[6:]))
    print(name, "a", c[:6].tolist(), "b", c[6:].tolist())
    print("  largest error", error, "values at", at.tolist(), far.round(3).tolist())
