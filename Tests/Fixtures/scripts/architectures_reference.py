"""Reference numbers for Deep Sets, KAN and GroupKAN from PyTorch in float64.

Writes ../architectures.safetensors. For each case: {case}/parameter/{name}, matrices as (in, out);
{case}/x, {case}/output, {case}/cotangent, and the gradients of sum(output * cotangent) with
respect to all of them, {case}/gradient/{name} and {case}/gradient/x.

  ds, ds_rational  types 0,0,1,1,2, embeddings 4-5-7-3, main network 15-5-7-2; gelu or rational
  dsi              types 0,0,1,1,0 and ten more features beside the embeddings
  rational         6-8-8-2, rational activations in 3 groups (columns 0-1, 2-4, 5-7)
  kan, kan_ranges  4-5-2 with cubic splines on 10 intervals in [-1, 1], and with quadratic splines
                   on 4 intervals between ends of their own; some x lie outside the grid
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from scipy.interpolate import BSpline

import safetensors

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(7)
out = {}


def normal(*shape, scale=1.0):
    return torch.randn(*shape, generator=generator) * scale


def rational(x, a, b):
    """P/(1 + sum |b||x|^j) for groups of columns as even as possible; d|b|/db at 0 is +1."""
    groups, columns = len(a), x.shape[1]
    parts = []
    for g in range(groups):
        z = x[:, g * columns // groups:(g + 1) * columns // groups]
        magnitude = torch.where(b[g] >= 0, b[g], -b[g])
        p = sum(a[g, i] * z**i for i in range(6))
        q = 1 + sum(magnitude[j] * z.abs() ** (j + 1) for j in range(5))
        parts.append(p / q)
    return torch.cat(parts, dim=1)


def add_stack(parameters, prefix, widths, groups=0):
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        name = f"{prefix}layer{i}."
        parameters[name + "weight"] = normal(inputs, outputs, scale=1.2 / inputs**0.5)
        parameters[name + "bias"] = normal(1, outputs, scale=0.2)
        if groups and i + 2 < len(widths):
            parameters[name + "numerator"] = normal(groups, 6, scale=0.4)
            parameters[name + "denominator"] = normal(groups, 5, scale=0.4)


def run_stack(parameters, prefix, x):
    i = 0
    while f"{prefix}layer{i}.weight" in parameters:
        name = f"{prefix}layer{i}."
        x = x @ parameters[name + "weight"] + parameters[name + "bias"]
        if name + "numerator" in parameters:
            x = rational(x, parameters[name + "numerator"], parameters[name + "denominator"])
        elif f"{prefix}layer{i + 1}.weight" in parameters:
            x = F.gelu(x)
        i += 1
    return x


def deep_sets(types):
    def forward(parameters, x):
        momenta = x[:, :4 * len(types)].reshape(len(x), len(types), 4)
        embedded = [
            run_stack(parameters, f"type{t}.", momenta[:, i]) for i, t in enumerate(types)]
        return run_stack(
            parameters, "", torch.cat(embedded + [x[:, 4 * len(types):]], dim=1))
    return forward


def bases(x, low, high, cells, order):
    """All B-splines of one input by Cox and de Boor, with `order` knots beyond either end."""
    step = (high - low) / cells
    knots = low + step * torch.arange(-order, cells + order + 1)
    b = [((x >= knots[m]) & (x < knots[m + 1])).double() for m in range(len(knots) - 1)]
    for k in range(1, order + 1):
        b = [(x - knots[m]) / (knots[m + k] - knots[m]) * b[m]
             + (knots[m + k + 1] - x) / (knots[m + k + 1] - knots[m + 1]) * b[m + 1]
             for m in range(len(b) - 1)]
    result = torch.stack(b, dim=1)
    for m in range(result.shape[1]):  # SciPy's splines are the same
        element = BSpline.basis_element(knots[m:m + order + 2].numpy(), extrapolate=False)
        expected = np.nan_to_num(element(x.detach().numpy()))
        assert np.abs(expected - result[:, m].detach().numpy()).max() < 1e-13
    return result


def kan(ranges, cells, order):
    def forward(parameters, x):
        for layer, ends in enumerate(ranges):
            base, spline, scale = (
                parameters[f"layer{layer}.{name}"] for name in ("base", "spline", "scale"))
            spline = spline.reshape(len(ends), cells + order, -1)
            x = F.silu(x) @ base + sum(
                scale[i] * (bases(x[:, i], low, high, cells, order) @ spline[i])
                for i, (low, high) in enumerate(ends))
        return x
    return forward


def add_kan(parameters, widths, cells, order):
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        parameters[f"layer{i}.base"] = normal(inputs, outputs, scale=0.5)
        parameters[f"layer{i}.spline"] = normal(inputs * (cells + order), outputs, scale=0.5)
        parameters[f"layer{i}.scale"] = normal(inputs, outputs, scale=0.7)


def case(name, parameters, x, forward):
    parameters = {key: value.requires_grad_() for key, value in parameters.items()}
    x = x.requires_grad_()
    output = forward(parameters, x)
    cotangent = normal(*output.shape)
    (output * cotangent).sum().backward()
    for key, value in parameters.items():
        out[f"{name}/parameter/{key}"] = value.detach().numpy()
        out[f"{name}/gradient/{key}"] = value.grad.numpy()
    out[f"{name}/x"], out[f"{name}/gradient/x"] = x.detach().numpy(), x.grad.numpy()
    out[f"{name}/output"], out[f"{name}/cotangent"] = output.detach().numpy(), cotangent.numpy()


for name, types, extra, groups in (
        ("ds", [0, 0, 1, 1, 2], 0, 0), ("ds_rational", [0, 0, 1, 1, 2], 0, 2),
        ("dsi", [0, 0, 1, 1, 0], 10, 0)):
    parameters = {}
    for t in range(max(types) + 1):
        add_stack(parameters, f"type{t}.", [4, 5, 7, 3], groups)
    add_stack(parameters, "", [15 + extra, 5, 7, 2], groups)
    case(name, parameters, normal(6, 20 + extra), deep_sets(types))

parameters = {}
add_stack(parameters, "", [6, 8, 8, 2], 3)
case("rational", parameters, normal(11, 6), lambda p, x: run_stack(p, "", x))

parameters = {}
add_kan(parameters, [4, 5, 2], 10, 3)
case("kan", parameters, normal(13, 4), kan([[(-1.0, 1.0)] * 4, [(-1.0, 1.0)] * 5], 10, 3))
ends = [[(-2.0, 1.0), (-0.5, 0.25), (0.0, 3.0)], [(-1.0, 1.0)] * 4]
parameters = {}
add_kan(parameters, [3, 4, 2], 4, 2)
case("kan_ranges", parameters, normal(13, 3), kan(ends, 4, 2))

safetensors.write(pathlib.Path(__file__).parent.parent / "architectures.safetensors", out)
