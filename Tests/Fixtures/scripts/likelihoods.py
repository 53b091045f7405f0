"""Reference losses, gradients, moments and tails of the likelihoods: writes likelihoods.json.

Losses and gradients by PyTorch's autograd in double precision from the published formulas, tails by
mpmath with 60 digits. Run from anywhere: python3 likelihoods.py
"""

import json
import math
import pathlib

import mpmath as mp
import numpy as np
import torch
from scipy import stats

mp.mp.dps = 60
rng = np.random.default_rng(20260112)
torch.set_default_dtype(torch.float64)


def mixture(raw, y):
    k = raw.shape[0] // 3
    shift = torch.tensor(stats.norm.ppf((np.arange(k) + 0.5) / k))
    weights = torch.distributions.Categorical(logits=raw[:k])
    parts = torch.distributions.Normal(raw[k : 2 * k] + shift, torch.exp(0.5 * raw[2 * k :]))
    return -torch.distributions.MixtureSameFamily(weights, parts).log_prob(y)


def student(raw, y):
    nu = 2 + 6 * torch.exp(raw[2])
    return -torch.distributions.StudentT(nu, raw[0], torch.exp(0.5 * raw[1])).log_prob(y)


def evidential(raw, y, strength=0.01):
    """Eqs. 8 and 9 of arXiv:1910.02600."""
    nu, alpha = torch.exp(raw[1]), 1 + torch.exp(raw[2])
    beta = torch.exp(raw[3]) * (alpha - 1)
    omega = 2 * beta * (1 + nu)
    nll = (
        0.5 * torch.log(math.pi / nu)
        - alpha * torch.log(omega)
        + (alpha + 0.5) * torch.log((y - raw[0]) ** 2 * nu + omega)
        + torch.lgamma(alpha)
        - torch.lgamma(alpha + 0.5)
    )
    return nll + strength * torch.abs(y - raw[0]) * (2 * nu + alpha)


def none(raw, y):
    return 0.5 * (y - raw[0]) ** 2


def moments(kind, raw):
    if kind == "mixture":
        k = len(raw) // 3
        a = np.exp(raw[:k]) / np.exp(raw[:k]).sum()
        m = raw[k : 2 * k] + stats.norm.ppf((np.arange(k) + 0.5) / k)
        mean = (a * m).sum()
        return [mean, (a * (np.exp(raw[2 * k :]) + m**2)).sum() - mean**2, 0]
    if kind == "student-t":
        law = stats.t(2 + 6 * np.exp(raw[2]), raw[0], np.exp(0.5 * raw[1]))
        return [law.mean(), law.var(), 0]
    if kind == "evidential":
        alpha, nu = 1 + np.exp(raw[2]), np.exp(raw[1])
        beta = np.exp(raw[3]) * (alpha - 1)
        return [raw[0], beta / (alpha - 1), beta / (nu * (alpha - 1))]
    return [raw[0], 0, 0]


def cumulative(kind, raw, y):
    if kind == "mixture":
        k = len(raw) // 3
        a = np.exp(raw[:k]) / np.exp(raw[:k]).sum()
        m = raw[k : 2 * k] + stats.norm.ppf((np.arange(k) + 0.5) / k)
        return (a * stats.norm.cdf(y, m, np.exp(0.5 * raw[2 * k :]))).sum()
    if kind == "student-t":
        return stats.t.cdf(y, 2 + 6 * np.exp(raw[2]), raw[0], np.exp(0.5 * raw[1]))
    if kind == "evidential":
        alpha, nu = 1 + np.exp(raw[2]), np.exp(raw[1])
        beta = np.exp(raw[3]) * (alpha - 1)
        scale = np.sqrt(beta * (1 + nu) / (nu * alpha))
        return stats.t.cdf(y, 2 * alpha, raw[0], scale)
    return None


def case(kind, loss, outputs, y):
    raw = torch.tensor(outputs, requires_grad=True)
    value = loss(raw, torch.tensor(y))
    value.backward()
    return {
        "kind": kind,
        "outputs": list(outputs),
        "target": y,
        "loss": value.item(),
        "gradient": raw.grad.tolist(),
        "moments": [float(x) for x in moments(kind, np.array(outputs))],
        "cumulative": cumulative(kind, np.array(outputs), y),
    }


losses = [("mixture", mixture, 9), ("mixture", mixture, 15), ("student-t", student, 3)]
losses += [("evidential", evidential, 4), ("none", none, 1)]
cases = []
for kind, loss, width in losses:
    for size in (0.3, 1.0, 2.0):
        for _ in range(8):
            # Two deviations at most: within the clamps.
            outputs = (size * np.clip(rng.standard_normal(width), -2, 2)).tolist()
            cases.append(case(kind, loss, outputs, float(rng.standard_normal())))

# ln P(T < z) of Student's t as the incomplete beta function, from the middle to far outside.
student_tails = []
for nu in (2.05, 2.7, 5, 8, 31.5, 200, 5000, 22028):
    for z in (0, 1e-9, 0.01, 0.3, 1, 2.5, 7, 30, 400, 1e6, 1e12):
        n, t = mp.mpf(nu), mp.mpf(z)
        above = mp.betainc(n / 2, mp.mpf(1) / 2, 0, n / (n + t * t), regularized=True) / 2
        student_tails.append([nu, z, float(mp.log(above)), float(mp.log1p(-above))])

# ln Phi(t), and t from ln Phi.
normal_log_cdf = []
for t in (-1e4, -1000, -200, -50, -38, -31, -30.001, -30, -29.9, -8, -1, 0, 0.5, 3, 9, 30):
    tail = mp.erfc(abs(mp.mpf(t)) / mp.sqrt(2)) / 2
    normal_log_cdf.append([t, float(mp.log(tail) if t < 0 else mp.log1p(-tail))])

half_steps = [
    [
        a,
        float(mp.loggamma(mp.mpf(a) + 0.5) - mp.loggamma(a)),
        float(mp.digamma(mp.mpf(a) + 0.5) - mp.digamma(a)),
    ]
    for a in (0.3, 1, 1.025, 2.5, 7.7, 15.99, 16, 16.01, 60, 1000, 22028)
]

path = pathlib.Path(__file__).parent.parent / "likelihoods.json"
content = {
    "cases": cases,
    "studentTails": student_tails,
    "normalLogCdf": normal_log_cdf,
    "halfSteps": half_steps,
}
path.write_text(json.dumps(content, indent=0) + "\n")
