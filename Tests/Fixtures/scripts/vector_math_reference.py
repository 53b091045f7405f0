"""Reference values of elementary functions from mpmath (50 digits, rounded to float64).

Writes ../vector_math.safetensors: for each function {exp, log, erf, cdf, gelu, gelu_derivative,
silu, silu_derivative, tanh} the float64 arguments {function}/x and values {function}/value, and
{function}/x_float (float32 arguments, every one exact) with {function}/value_float, the float64
values at those float32 arguments. cdf is the standard normal distribution function. Results that
are too large become inf; results below the smallest subnormal become 0.
"""

import pathlib

import mpmath as mp
import numpy as np

import safetensors

mp.mp.dps = 50


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


FUNCTIONS = {
    "exp": mp.exp,
    "log": mp.log,
    "erf": mp.erf,
    "cdf": cdf,
    "gelu": lambda x: x * cdf(x),
    "gelu_derivative": lambda x: cdf(x) + x * density(x),
    "silu": lambda x: x * sigmoid(x),
    "silu_derivative": lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    "tanh": mp.tanh,
}


def points(name, kind):
    """About 200 arguments of type `kind`: dense in the middle, out to and beyond both ends."""
    tiny, smallest = np.finfo(kind).tiny, np.finfo(kind).smallest_subnormal
    if name == "log":
        low, high = np.log10(float(tiny)), np.log10(float(np.finfo(kind).max))
        special = [smallest, 16 * smallest, tiny, 1, np.nextafter(kind(1), kind(0)),
                   np.nextafter(kind(1), kind(2)), np.finfo(kind).max]
        parts = [np.logspace(low, high * 0.9999, 80), np.linspace(0.5, 2, 80),
                 1 + np.logspace(-7, -2, 20), 1 - np.logspace(-7, -2, 20)]
        return np.unique(np.concatenate([special, *parts]).astype(kind))
    near = {"erf": 4, "tanh": 5, "exp": 20}.get(name, 8)
    # exp underflows to zero at -104 (float) and -745 (double) and overflows at 88.7 and 709.8.
    ends = [-104.5, -103, -90, -88, -87, 87, 88, 88.7, 89, 100] if kind is np.float32 else \
        [-746, -744, -720, -709, -708, 700, 709, 709.7, 710, 750]
    parts = [np.linspace(-near, near, 120), np.linspace(-40, 40, 41), ends,
             np.logspace(-30, -1, 15), -np.logspace(-30, -1, 15)]
    special = [0, smallest, -smallest, tiny, -tiny]
    return np.unique(np.concatenate([special, *parts]).astype(kind))


out = {}
for name, function in FUNCTIONS.items():
    for kind, suffix in ((np.float64, ""), (np.float32, "_float")):
        x = points(name, kind)
        out[f"{name}/x{suffix}"] = x
        out[f"{name}/value{suffix}"] = np.array([float(function(mp.mpf(float(v)))) for v in x])

safetensors.write(pathlib.Path(__file__).parent.parent / "vector_math.safetensors", out)
