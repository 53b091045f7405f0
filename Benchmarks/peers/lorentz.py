"""L-GATr and L-GATr-slim as their authors publish them, the package `lgatr`.

Four blocks; 8 multivectors and 16 scalars, or 16 vectors and 32 scalars; four heads. The outputs
are means over the particles. The package's last map has 162 and 16 parameters more than Amp's: they
lead to components that nothing reads.
"""

import torch
from lgatr import LGATr, embed_vector, extract_scalar
from lgatr.nets.lgatr_slim import LGATrSlim
from torch import nn

PARTICLES = 5
TYPES = [0, 0, 1, 1, 0]


class Tokens(nn.Module):
    """Momenta (points, 20) as tokens with one-hot types."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.register_buffer("types", nn.functional.one_hot(torch.tensor(TYPES)).float())

    def tokens(self, x):
        return x.view(-1, PARTICLES, 1, 4), self.types.expand(len(x), -1, -1)


class MultivectorTokens(Tokens):
    def forward(self, x):
        momenta, types = self.tokens(x)
        multivectors, _ = self.network(embed_vector(momenta), scalars=types)
        return extract_scalar(multivectors)[..., 0].mean(dim=1)


class VectorTokens(Tokens):
    def forward(self, x):
        _, scalars = self.network(*self.tokens(x))
        return scalars.mean(dim=1)


def build(model):
    """The network and how many features it reads."""
    if model == "lgatr":
        return MultivectorTokens(LGATr(
            num_blocks=4, in_mv_channels=1, out_mv_channels=2, hidden_mv_channels=8,
            in_s_channels=2, out_s_channels=None, hidden_s_channels=16,
            attention={"num_heads": 4}, mlp={"increase_hidden_channels": 2})), 4 * PARTICLES
    return VectorTokens(LGATrSlim(
        in_v_channels=1, out_v_channels=1, hidden_v_channels=16, in_s_channels=2,
        out_s_channels=2, hidden_s_channels=32, num_blocks=4, num_heads=4)), 4 * PARTICLES
