"""A Kolmogorov–Arnold network 20-64-64-64-2 with cubic splines on ten intervals of [−1, 1].

All splines of all inputs by the recursion of Cox and de Boor, then one linear layer over them and
one over SiLU: the way in which KANs are computed efficiently in PyTorch.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

WIDTHS, CELLS, ORDER = [20, 64, 64, 64, 2], 10, 3


class KANLayer(nn.Module):
    """y_j = Σ_i [base_ji SiLU(x_i) + scale_ji Σ_m c_jim B_m(x_i)]."""

    def __init__(self, inputs, outputs):
        super().__init__()
        knots = torch.arange(-ORDER, CELLS + ORDER + 1) * (2 / CELLS) - 1
        self.register_buffer("knots", knots)
        bound = 1 / math.sqrt(inputs)
        self.base = nn.Parameter(torch.empty(outputs, inputs).uniform_(-bound, bound))
        self.scale = nn.Parameter(torch.full((outputs, inputs), bound))
        self.coefficients = nn.Parameter(
            torch.empty(outputs, inputs, CELLS + ORDER).uniform_(-0.1, 0.1))

    def splines(self, x):
        """B_m(x) for all m: (points, inputs, cells + order)."""
        x, t = x[..., None], self.knots
        b = ((x >= t[:-1]) & (x < t[1:])).to(x.dtype)
        for k in range(1, ORDER + 1):
            b = ((x - t[:-k - 1]) / (t[k:-1] - t[:-k - 1]) * b[..., :-1]
                 + (t[k + 1:] - x) / (t[k + 1:] - t[1:-k]) * b[..., 1:])
        return b

    def forward(self, x):
        weight = self.coefficients * self.scale[..., None]
        return F.linear(F.silu(x), self.base) + F.linear(
            self.splines(x).flatten(-2), weight.flatten(-2))


def build(model):
    """The network and how many features it reads."""
    layers = [KANLayer(*widths) for widths in zip(WIDTHS, WIDTHS[1:])]
    return nn.Sequential(*layers), WIDTHS[0]
