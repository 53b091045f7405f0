"""Bayesian MLPs and ensembles, 20-128-128-128-2 with GELU, as arXiv:2412.12069 trains them."""

import math

import torch
from torch import nn

POINTS = 4096  # the points of an epoch of TrainingBenchmark's data stand in for N
SIZES = [20, 128, 128, 128, 2]


class Uncertain(nn.Module):
    """A dense layer with a Gaussian posterior of its weights, by local reparametrisation."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.mean = nn.Parameter(torch.randn(inputs, outputs) / math.sqrt(inputs))
        self.log_variance = nn.Parameter(torch.full((inputs, outputs), -9.0))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        mean = torch.addmm(self.bias, x, self.mean)
        variance = (x * x) @ self.log_variance.exp() + 1e-8
        return mean + variance.sqrt() * torch.randn_like(mean)

    def divergence(self):
        return 0.5 * (self.mean.square() + self.log_variance.exp() - self.log_variance - 1).sum()


class Bayesian(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(Uncertain(*pair) for pair in zip(SIZES, SIZES[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = nn.functional.gelu(layer(x))
        return self.layers[-1](x)


class Ensemble(nn.Module):
    """All members at once, as batched products."""

    def __init__(self, members, repels):
        super().__init__()
        self.members, self.repels = members, repels
        pairs = list(zip(SIZES, SIZES[1:]))
        self.weights = nn.ParameterList(
            nn.Parameter((2 * torch.rand(members, i, o) - 1) / math.sqrt(i)) for i, o in pairs)
        self.biases = nn.ParameterList(
            nn.Parameter((2 * torch.rand(members, 1, o) - 1) / math.sqrt(i)) for i, o in pairs)

    def forward(self, x):
        x = x.expand(self.members, *x.shape)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1]):
            x = nn.functional.gelu(torch.baddbmm(bias, x, weight))
        return torch.baddbmm(self.biases[-1], x, self.weights[-1])


def build(model):
    """The network and how many features it reads."""
    if model == "bayesian":
        return Bayesian(), SIZES[0]
    kind = model.rstrip("0123456789")
    return Ensemble(int(model[len(kind):]), kind == "repulsive"), SIZES[0]


def loss(network, x, y):
    """Eq. 7 or Eq. 24, with the prior; for an ensemble that does not repel the sum of its losses."""
    mean, log_variance = network(x).unbind(-1)
    losses = 0.5 * ((y - mean).square() * torch.exp(-log_variance) + log_variance)
    if isinstance(network, Bayesian):
        return losses.mean() + sum(layer.divergence() for layer in network.layers) / POINTS
    if not network.repels:
        return losses.mean(1).sum()
    fixed = losses.detach()
    distances = (losses.square().sum(1)[:, None] + fixed.square().sum(1)[None]
                 - 2 * losses @ fixed.T)
    width = distances.detach().median() / (2 * math.log(network.members + 1))
    kernel = torch.exp(-distances / (2 * width))
    prior = sum(p.square().sum() for p in network.parameters())
    repulsion = (kernel.sum(1) / kernel.detach().sum(1)).sum()
    return losses.mean(1).sum() + (repulsion + 0.5 * prior) / POINTS
