"""Reference numbers for recalibrations, by NumPy and SciPy: writes recalibration.safetensors.

Run from anywhere: python3 recalibration.py
"""

import itertools
import pathlib

import numpy as np
from scipy import optimize

import safetensors

rng = np.random.default_rng(55)
points, bins, members = 300, 5, 4

direction = rng.normal(size=(points, 5, 3))
direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
energy = rng.uniform(20, 400, size=(points, 5, 1))
momenta = np.concatenate([energy, energy * direction], axis=-1)
mean = rng.normal(-12, 2, size=points)
sigma = np.exp(rng.normal(-3, 0.5, size=points))
# Pulls of width 1.7, wider for larger amplitudes, with tails and a shift.
pull = 0.2 + rng.standard_t(6, size=points) * (1.7 + 0.2 * (mean + 12))
log_label = mean - pull * sigma
t = (mean - np.log(np.exp(log_label))) / sigma

# The global factor as the minimum of the loss, not by its closed form.
loss = lambda c: np.mean(t**2 / (2 * c**2) + np.log(c))
factor = optimize.minimize_scalar(
    loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-12}).x


def equal_bins(x):
    parts = np.array_split(np.argsort(x), bins)
    return parts, np.array([x[part[0]] for part in parts[1:]])


def conformal(scores, level):
    n = len(scores)
    return np.quantile(np.abs(scores), np.ceil((n + 1) * level) / n, method="inverted_cdf")


out = dict(
    momenta=momenta, mean=mean, sigma=sigma, label=np.exp(log_label), pulls=t, factor=factor,
    conformal=[conformal(t, level) for level in (0.5, 0.6827, 0.9, 0.95)])
# s14 by the sum of the four-momenta.
pair = momenta[:, 0] + momenta[:, 3]
s14 = pair[:, 0] ** 2 - np.sum(pair[:, 1:] ** 2, axis=-1)
for name, x in (("amplitude", mean), ("s14", s14)):
    parts, edges = equal_bins(x)
    rms = np.array([np.sqrt(np.mean(t[part] ** 2)) for part in parts])
    # Points on a border calibrate no bin.
    inner = [part if k == 0 else part[1:] for k, part in enumerate(parts)]
    scale = np.array([conformal(t[part], 0.8) for part in inner])
    applied = np.empty(points)
    for part, value in zip(parts, rms):
        applied[part] = sigma[part] * value
    out |= {f"{name}.edges": edges, f"{name}.factors": rms, f"{name}.conformal": scale,
            f"{name}.sigma": applied}
    # A parabola in the number of the bin through compromises of width and coverage.
    sizes = [np.abs(t[part]) for part in parts]
    quantiles = [np.quantile(size, 0.6827) for size in sizes]
    widths = [np.sqrt(np.mean(np.minimum(a, 5 * q) ** 2)) for a, q in zip(sizes, quantiles)]
    middle = (2 * np.arange(bins) + 1) / bins - 1
    curve = np.polyfit(middle, (np.log(widths) + 2 * np.log(quantiles)) / 3, 2)
    nodes, smooth = [np.median(x[part]) for part in parts], np.exp(np.polyval(curve, middle))
    out |= {f"{name}.nodes": nodes, f"{name}.smooth": smooth,
            f"{name}.smooth.sigma": sigma * np.interp(x, nodes, smooth)}

# Members with errors of correlation 0.4 and width 1.3, in units of sigma.
rho, width = 0.4, 1.3
common = rng.normal(size=points)
own = rng.normal(size=(members, points))
errors = width * (np.sqrt(rho) * common + np.sqrt(1 - rho) * own)
member_means = log_label + errors * sigma
tm = (member_means - np.log(np.exp(log_label))) / sigma
one = np.mean(tm**2)
product = np.mean([np.mean(tm[a] * tm[b]) for a, b in itertools.combinations(range(members), 2)])
out |= {"ensemble.means": member_means, "ensemble.width": np.sqrt(one),
        "ensemble.correlation": product / one,
        "ensemble.two": np.sqrt(one * (product / one + (1 - product / one) / 2)) * sigma}
safetensors.write(
    pathlib.Path(__file__).parent.parent / "recalibration.safetensors",
    {name: np.asarray(value, dtype=np.float64) for name, value in out.items()})
