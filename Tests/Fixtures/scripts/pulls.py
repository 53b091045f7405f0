"""Reference numbers for pulls and their statistics, by SciPy and NumPy: writes pulls.json.

Run from anywhere: python3 pulls.py
"""

import json
import pathlib

import numpy as np
from scipy import stats

rng = np.random.default_rng(20241212)


def joined_chi_square(x):
    """Bins of width 0.2 within +-4.8 and two tails, joined from both ends to >= 5 expected."""
    edges = np.concatenate([[-np.inf], np.arange(1, 50) * 0.2 - 5, [np.inf]])
    observed = np.histogram(x, edges)[0].astype(float)
    expected = len(x) * np.diff(stats.norm.cdf(edges))
    sides = []
    for o, e in ((observed[:25], expected[:25]), (observed[25:][::-1], expected[25:][::-1])):
        groups, so, se = [], 0.0, 0.0
        for a, b in zip(o, e):
            so, se = so + a, se + b
            if se >= 5:
                groups.append([so, se])
                so = se = 0.0
        if se > 0 and groups:
            groups[-1][0] += so
            groups[-1][1] += se
        if not groups:
            return None
        sides += groups
    o, e = np.array(sides).T
    if len(o) < 2:
        return None
    result = stats.chisquare(o, e)
    return {"value": result.statistic, "ndf": len(o) - 1, "p": result.pvalue}


def sample(name, x):
    x = np.round(x, 6)
    ks = stats.kstest(x, "norm", method="exact")
    return {
        "name": name,
        "values": x.tolist(),
        "mean": np.mean(x),
        "std": np.std(x, ddof=1),
        "median": np.median(x),
        "quantiles": np.quantile(np.abs(x), [0.5, 0.68, 0.9, 0.99, 0.999]).tolist(),
        "rms": np.sqrt(np.mean(x**2)),
        "ks": ks.statistic,
        "ksP": ks.pvalue,
        "coverage": [float(np.mean(np.abs(x) <= k)) for k in (1, 2, 3)],
        "central50": float(np.mean(np.abs(x) <= stats.norm.ppf(0.75))),
        "chi2": joined_chi_square(x),
    }


levels = [1e-300, 1e-30, 1e-10, 1e-4, 0.02, 0.02425, 0.03, 0.2, 0.4999, 0.5, 0.7, 0.9, 0.98, 0.99999]
points = [-37.0, -10.0, -3.0, -1.0, -0.1, 0.0, 0.5, 1.0, 2.0, 5.0, 8.0]
document = {
    "samples": [
        sample("gaussian 10", rng.normal(size=10)),
        sample("gaussian 100", rng.normal(size=100)),
        sample("gaussian 2000", rng.normal(size=2000)),
        sample("shifted 500", rng.normal(0.1, 1.0, size=500)),
        sample("wide 500", rng.normal(0, 1.2, size=500)),
        sample("student 300", rng.standard_t(3, size=300)),
    ],
    "ppf": [[p, stats.norm.ppf(p)] for p in levels],
    "cdf": [[x, stats.norm.cdf(x)] for x in points],
    "kstwoSf": [
        [n, d, stats.kstwo.sf(d, n)]
        for n in (10, 30, 100, 1000, 10000)
        for d in np.round(np.array([0.4, 0.6, 0.8, 1.0, 1.3, 1.7]) / np.sqrt(n), 6)
    ],
    "chi2Sf": [
        [k, x, stats.chi2.sf(x, k)]
        for k in (1, 2, 5, 49, 200)
        for x in (0.01, 1.0, 4.0, 30.0, 60.0, 250.0)
    ],
}
target = pathlib.Path(__file__).resolve().parent.parent / "pulls.json"
target.write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n")
