"""Gauss-Newton steps with momentum from an explicit Jacobian, by NumPy: writes finishing.safetensors.

A network 3 -> 5 -> 4 -> 2 with GELU, of which the mean is trained; all points are one batch, so their
order does not matter. Run from anywhere: python3 finishing_reference.py
"""

import math
import pathlib

import numpy as np

import safetensors

rng = np.random.default_rng(24011)
sizes, points, steps = [3, 5, 4, 1], 12, 3
damping, momentum, rate = 1e-3, 0.9, 0.5

erf = np.vectorize(math.erf)


def unpack(theta):
    layers, at = [], 0
    for a, b in zip(sizes, sizes[1:]):
        weight = theta[at:at + a * b].reshape(a, b)
        layers.append((weight, theta[at + a * b:at + (a + 1) * b]))
        at += (a + 1) * b
    return layers


def mean(theta, x):
    for i, (weight, bias) in enumerate(unpack(theta)):
        x = x @ weight + bias
        if i < len(sizes) - 2:
            x = x * 0.5 * (1 + erf(x / math.sqrt(2)))
    return x[:, 0]


def jacobian(theta, x):
    """By central differences of fourth order."""
    columns = []
    for k in range(len(theta)):
        e = np.zeros(len(theta))
        e[k] = 1e-3
        near, far = mean(theta + e, x) - mean(theta - e, x), mean(theta + 2 * e, x) - mean(
            theta - 2 * e, x)
        columns.append((8 * near - far) / 12e-3)
    return np.stack(columns, axis=1)


x = np.round(rng.normal(size=(points, sizes[0])), 3)
y = np.round(np.sin(x.sum(1)), 3)
deviation = np.round(rng.uniform(0.1, 2, points), 3)
w = 1 / deviation
w = np.minimum(w / w.mean(), 1.5)
theta = np.round(rng.normal(size=sum((a + 1) * b for a, b in zip(sizes, sizes[1:]))) * 0.5, 3)
start, phi, losses = theta.copy(), np.zeros_like(theta), []
for t in range(steps):
    r = (y - mean(theta, x)) * w
    losses.append(np.mean(r ** 2))
    j = jacobian(theta, x) * w[:, None]
    k = j @ j.T
    k += damping * np.mean(np.diag(k)) * np.eye(points)
    phi = momentum * phi + j.T @ np.linalg.solve(k, r - momentum * j @ phi)
    theta = theta + rate * (1 - t / steps) * phi

safetensors.write(
    pathlib.Path(__file__).parent.parent / "finishing.safetensors",
    {"x": x, "y": y, "deviation": deviation, "weights": w, "start": start, "final": theta,
     "losses": np.array(losses)})
