"""Deep Sets: one embedding network 4-128-128-128-64 per type of particle, a network over all."""

import torch
from torch import nn

from dense import stack

EMBEDDING, INVARIANTS = 64, 10
MEMBERS = [(0, 2), (2, 4), (4, 5)]  # particles of the same type, which follow each other


class DeepSets(nn.Module):
    """Reads (points, 20 + extra): five four-momenta, then what stands beside the embeddings."""

    def __init__(self, extra):
        super().__init__()
        self.embeddings = nn.ModuleList(stack(4, EMBEDDING, nn.GELU) for _ in MEMBERS)
        self.main = stack(MEMBERS[-1][1] * EMBEDDING + extra, 2, nn.GELU)

    def forward(self, x):
        parts = [
            embed(x[:, 4 * first:4 * last].reshape(-1, 4)).view(len(x), -1)
            for embed, (first, last) in zip(self.embeddings, MEMBERS)]
        return self.main(torch.cat(parts + [x[:, 4 * MEMBERS[-1][1]:]], dim=1))


def build(model):
    """The network and how many features it reads."""
    extra = {"ds": 0, "dsi": INVARIANTS}[model]
    return DeepSets(extra), 20 + extra
