"""Multilayer perceptrons 20-128-128-128-2 (30 features for MLP-I), also with rational activations."""

import torch
from torch import nn

FEATURES, INVARIANTS, HIDDEN, GROUPS, ORDER = 20, 10, 128, 4, 5


class Rational(nn.Module):
    """P(x)/Q(x) of order 5/5 for each of four groups of channels, Q(x) = 1 + Σ |b_j| |x|^j ≥ 1."""

    def __init__(self):
        super().__init__()
        gelu = [-0.00127, 0.5, 0.40816, 0.10676, 0.00858, 0]
        self.numerator = nn.Parameter(torch.tensor(gelu).repeat(GROUPS, 1))
        self.denominator = nn.Parameter(torch.tensor([0, 0.21353, 0, 0, 0]).repeat(GROUPS, 1))

    def forward(self, x):
        x = x.unflatten(-1, (GROUPS, -1))
        size, a, b = x.abs(), self.numerator[..., None], self.denominator.abs()[..., None]
        p, q = a[:, ORDER], b[:, ORDER - 1]
        for i in reversed(range(ORDER)):
            p = p * x + a[:, i]
        for j in reversed(range(ORDER - 1)):
            q = q * size + b[:, j]
        return (p / (q * size + 1)).flatten(-2)


def stack(inputs, outputs, activation):
    return nn.Sequential(
        nn.Linear(inputs, HIDDEN), activation(),
        nn.Linear(HIDDEN, HIDDEN), activation(),
        nn.Linear(HIDDEN, HIDDEN), activation(),
        nn.Linear(HIDDEN, outputs),
    )


def build(model):
    """The network and how many features it reads."""
    activation = {"mlp_relu": nn.ReLU, "mlp_gelu": nn.GELU, "mlp-i": nn.ReLU, "groupkan": Rational}
    features = FEATURES + INVARIANTS if model == "mlp-i" else FEATURES
    return stack(features, 2, activation[model]), features
