"""Reference numbers for scores and statistical pulls, by SciPy and NumPy: writes scores.json.

Run from anywhere: python3 scores.py
"""

import json
import pathlib

import numpy as np
from scipy import integrate, stats

rng = np.random.default_rng(20241213)


def crps(mean, sigma, y):
    """By its definition: the integral of (F(x) - [x >= y])^2."""
    low = integrate.quad(
        lambda x: stats.norm.cdf(x, mean, sigma) ** 2, min(mean, y) - 12 * sigma, y,
        points=[mean] if mean < y else None, epsabs=1e-13, limit=200)[0]
    high = integrate.quad(
        lambda x: stats.norm.sf(x, mean, sigma) ** 2, y, max(mean, y) + 12 * sigma,
        points=[mean] if mean > y else None, epsabs=1e-13, limit=200)[0]
    return low + high


def interval(mean, sigma, y, level=0.95):
    low, high = stats.norm.interval(level, mean, sigma)
    alpha = 1 - level
    return (high - low) + 2 / alpha * (max(low - y, 0) + max(y - high, 0))


def scores(name, mean, sigma, y):
    mean, sigma, y = (np.round(v, 6) for v in (mean, sigma, y))
    cdf = stats.norm.cdf(y, mean, sigma)
    return {
        "name": name,
        "mean": mean.tolist(),
        "sigma": sigma.tolist(),
        "values": y.tolist(),
        "nll": -np.mean(stats.norm.logpdf(y, mean, sigma)),
        "crps": np.mean([crps(*v) for v in zip(mean, sigma, y)]),
        "sharpness": np.sqrt(np.mean(sigma**2)),
        "interval": np.mean([interval(*v) for v in zip(mean, sigma, y)]),
        "ece": np.mean([abs(np.mean(cdf <= k / 100) - k / 100) for k in range(1, 100)]),
    }


def members(networks, points):
    """Every statistical pull of random networks; members has the shape (networks, points)."""
    truth = np.exp(rng.normal(-14, 2, points))
    spread = np.exp(rng.normal(-5, 0.5, points))
    a = np.round(np.log(truth) + spread * (rng.normal(size=(networks, points)) + 0.7), 9)
    mean, sigma = a.mean(axis=0), a.std(axis=0, ddof=1)
    to_truth = (a - np.log(truth)) / sigma
    flat = to_truth.ravel()
    # Errors of mean and width from sums over points, by the delta method.
    first = (to_truth - flat.mean()).sum(axis=0)
    second = ((to_truth - flat.mean()) ** 2 - flat.var(ddof=1)).sum(axis=0)
    correction = points / (points - 1)
    return {
        "truth": truth.tolist(),
        "members": a.tolist(),
        "toExpectation": ((a - mean) / sigma).T.ravel().tolist(),
        "toTruth": to_truth.T.ravel().tolist(),
        "meanError": np.sqrt(correction * np.sum(first**2)) / flat.size,
        "widthError": np.sqrt(correction * np.sum(second**2)) / flat.size / (2 * flat.std(ddof=1)),
        "scaled": [
            ((a[:m].mean(axis=0) - mean) / (sigma / np.sqrt(m))).tolist()
            for m in range(1, networks + 1)
        ],
        "scaledToTruth": [
            ((a[:m].mean(axis=0) - np.log(truth)) / (sigma / np.sqrt(m))).tolist()
            for m in range(1, networks + 1)
        ],
        "amplitudeToTruth": (
            (np.exp(a) - truth) / (sigma * np.exp(a).mean(axis=0))).T.ravel().tolist(),
    }


def studentized(n, tau):
    """The density of (x_i - mean) / s by its relation to Student's t with n - 2 degrees."""
    rest = (n - 1) ** 2 - n * tau**2
    t = tau * np.sqrt(n * (n - 2) / rest)
    slope = np.sqrt(n * (n - 2)) * (n - 1) ** 2 / rest**1.5
    return stats.t.pdf(t, n - 2) * slope


sigma = np.exp(rng.normal(-5, 0.5, 60))
mean = rng.normal(-14, 2, 60)
document = {
    "scores": [
        scores("calibrated", mean, sigma, mean + sigma * rng.normal(size=60)),
        scores("too small", mean, sigma, mean + 2.5 * sigma * rng.normal(size=60)),
        scores("biased", mean, sigma, mean + 0.02 + sigma * rng.normal(size=60)),
        scores("one", mean[:1], sigma[:1], mean[:1] + 0.01),
    ],
    "members": members(7, 40),
    "studentized": [
        [n, t, float(studentized(n, t))]
        for n in (3, 4, 5, 8, 64, 1000)
        for t in (0.0, 0.3, -0.9, 1.1, 1.15)
    ],
}
target = pathlib.Path(__file__).resolve().parent.parent / "scores.json"
target.write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")
