"""Loss and gradients of a small Bayesian network from PyTorch in float64.

Writes ../bayesian_reference.safetensors: an MLP 4-6-5-2 (gelu) with weights N(mu, exp(logvariance))
and certain biases, trained by local reparametrisation on 13 points of N = 50:
  layer{i}.weight, .weight.logvariance (in, out), .bias, x (13, 4), y (13);
  noise{i} (13, out), the deviates of layer i: those of the library's stream for seed 5, purpose 6
  (step), part 0, step 3, made here from Philox4x32-10 and Box-Muller on their own;
  output (13, 2); likelihood, the mean heteroscedastic loss; divergence, KL/N for the prior width 0.7;
  gradient/... of likelihood + divergence;
  normals/{f64,f32}: the first deviates of the stream.
"""

import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

import safetensors

torch.set_default_dtype(torch.float64)
SIZES, POINTS, TOTAL, WIDTH = [4, 6, 5, 2], 13, 50, 0.7
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        low, high = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(high >> 32) ^ c[1] ^ k[0], high & MASK, (low >> 32) ^ c[3] ^ k[1], low & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


class Stream:
    """Chunks of 16 blocks: 32 deviates of 52-bit uniforms, or 64 of 23-bit ones."""

    def __init__(self, seed, purpose, member, step):
        self.key, self.rest = (seed & MASK, seed >> 32), (purpose, member, step)
        self.block = 0

    def chunk(self, single):
        blocks = [philox((self.block + i, *self.rest), self.key) for i in range(16)]
        self.block += 16
        if single:
            pairs = [[((w[j] >> 9) + 0.5) * 2.0**-23 for w in blocks] for j in range(4)]
        else:
            pairs = [[(((w[j] | w[j + 1] << 32) >> 12) + 0.5) * 2.0**-52 for w in blocks]
                     for j in (0, 2)]
        out = []
        for u, v in zip(pairs[0::2], pairs[1::2]):
            r, a = np.sqrt(-2 * np.log(u)), 2 * np.pi * np.array(v)
            out += [r * np.cos(a), r * np.sin(a)]
        return np.concatenate(out)

    def normals(self, count, single=False):
        size = 64 if single else 32
        return np.concatenate([self.chunk(single) for _ in range(-(-count // size))])[:count]


generator = torch.Generator().manual_seed(4)
parameters, out = {}, {}
for i, (n, m) in enumerate(zip(SIZES, SIZES[1:])):
    parameters[f"layer{i}.weight"] = torch.randn(n, m, generator=generator) / math.sqrt(n)
    parameters[f"layer{i}.weight.logvariance"] = torch.randn(n, m, generator=generator) - 2
    parameters[f"layer{i}.bias"] = 0.3 * torch.randn(m, generator=generator)
x = torch.randn(POINTS, SIZES[0], generator=generator)
x[3] = 0  # no variance at all in the first layer
y = torch.randn(POINTS, generator=generator)
for value in parameters.values():
    value.requires_grad_()

stream, h = Stream(5, 6, 0, 3), x
for i, m in enumerate(SIZES[1:]):
    mu, logvar = parameters[f"layer{i}.weight"], parameters[f"layer{i}.weight.logvariance"]
    noise = torch.from_numpy(stream.normals(POINTS * m).reshape(POINTS, m))
    out[f"noise{i}"] = noise
    z = h @ mu + parameters[f"layer{i}.bias"] + ((h * h) @ logvar.exp() + 1e-12).sqrt() * noise
    h = F.gelu(z) if i < 2 else z
likelihood = ((y - h[:, 0]) ** 2 / (2 * h[:, 1].exp()) + h[:, 1] / 2).mean() \
    + math.log(2 * math.pi) / 2
prior = torch.distributions.Normal(0.0, WIDTH)
divergence = sum(
    torch.distributions.kl_divergence(
        torch.distributions.Normal(mu, (parameters[f"{name}.logvariance"] / 2).exp()), prior).sum()
    for name, mu in parameters.items() if name.endswith(".weight")) / TOTAL
(likelihood + divergence).backward()

out |= parameters | {"x": x, "y": y, "output": h}
out |= {"likelihood": likelihood.reshape(1), "divergence": divergence.reshape(1)}
out |= {f"gradient/{name}": value.grad for name, value in parameters.items()}
out = {name: value.detach().numpy() for name, value in out.items()}
out["normals/f64"] = Stream(2**40 + 17, 7, 9, 1).normals(200)
out["normals/f32"] = Stream(2**40 + 17, 7, 9, 1).normals(200, single=True)
safetensors.write(
    pathlib.Path(__file__).parent.parent / "bayesian_reference.safetensors", out)
