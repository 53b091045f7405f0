"""Reference numbers for repulsive ensembles from PyTorch in float64 (arXiv:2412.12069, Eq. 24).

Writes ../ensemble_reference.safetensors. M = 3 networks 6-8-8-2 (gelu) with the heteroscedastic
Gaussian loss, B = 17 points which are all points, N = 17: /x (17, 6), /y (17) and
/start/member{i}/layer{l}.{weight (in, out),bias}. For every case in CASES
  {case}/gradient/member{i}/...: of the whole loss, through autograd, with torch's own median;
  {case}/final/member{i}/...: the weights after 25 full-batch steps of Adam, rate 1e-3;
  {case}/losses (25): the mean over members of the mean loss before each step;
kernel/{x (5, 7), scores, bandwidth}: the gradient of sum_i ln sum_j k(x_i, stop(x_j)) by x.

The kernel is written as in the paper, k.sum(1) / stop(k.sum(1)), with k = k(r, stop(r)).
"""

import math
import pathlib

import torch
import torch.nn.functional as F

import safetensors

torch.set_default_dtype(torch.float64)
SIZES, MEMBERS, POINTS, STEPS, RATE = [6, 8, 8, 2], 3, 17, 25, 1e-3
# name: (beta, space, sigma_p)
CASES = {
    "plain": (0.0, "function", None),
    "prior": (0.0, "function", 0.3),
    "function": (3.0, "function", 0.5),
    "weights": (2.0, "weights", 1.0),
    "paper": (1.0, "function", 1.0),
}
out = {}


def forward(parameters, x):
    for i in range(0, len(parameters), 2):
        x = x @ parameters[i] + parameters[i + 1]
        if i + 2 < len(parameters):
            x = F.gelu(x)
    return x


def point_losses(parameters, x, y):
    output = forward(parameters, x)
    mean, log_variance = output[:, 0], output[:, 1].clamp(-30, 11)
    return (y - mean) ** 2 / (2 * log_variance.exp()) + log_variance / 2 \
        + math.log(2 * math.pi) / 2


def kernel(r, bandwidth=None):
    """k(r_i, stop(r_j)) and h by the median of the full matrix, which has no gradient."""
    squares = ((r[:, None, :] - r.detach()[None, :, :]) ** 2).sum(-1)
    if bandwidth is None:
        bandwidth = torch.quantile(squares.detach().flatten(), 0.5) / (2 * math.log(len(r) + 1))
    return torch.exp(-squares / (2 * bandwidth)), bandwidth


def total_loss(members, x, y, beta, space, width):
    losses = torch.stack([point_losses(p, x, y) for p in members])
    result = losses.mean(1).sum()
    vectors = losses if space == "function" else \
        torch.stack([torch.cat([w.flatten() for w in p]) for p in members])
    if beta > 0:
        k, _ = kernel(vectors)
        result = result + beta / POINTS * (k.sum(1) / k.sum(1).detach()).sum()
    if width is not None:
        result = result + sum((w ** 2).sum() for p in members for w in p) \
            / (2 * POINTS * width ** 2)
    return result, losses.mean().item()


def names():
    for i in range(len(SIZES) - 1):
        yield f"layer{i}.weight"
        yield f"layer{i}.bias"


def store(prefix, members):
    for i, parameters in enumerate(members):
        for name, value in zip(names(), parameters):
            out[f"{prefix}/member{i}/{name}"] = value.detach().numpy().copy()


generator = torch.Generator().manual_seed(20)
x = torch.randn(POINTS, SIZES[0], generator=generator)
y = torch.tanh(x.sum(1)) + 0.1 * torch.randn(POINTS, generator=generator)
start = []
for _ in range(MEMBERS):
    parameters = []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        parameters.append(
            torch.randn(inputs, outputs, generator=generator) * (1.4 / math.sqrt(inputs)))
        parameters.append(torch.randn(outputs, generator=generator) * 0.2)
    start.append(parameters)
out["x"], out["y"] = x.numpy(), y.numpy()
store("start", start)

for name, (beta, space, width) in CASES.items():
    members = [[w.clone().requires_grad_() for w in p] for p in start]
    flat = [w for p in members for w in p]
    optimizer = torch.optim.Adam(flat, lr=RATE)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss, mean = total_loss(members, x, y, beta, space, width)
        loss.backward()
        if step == 0:
            store(f"{name}/gradient", [[w.grad for w in p] for p in members])
        losses.append(mean)
        optimizer.step()
    store(f"{name}/final", members)
    out[f"{name}/losses"] = torch.tensor(losses).numpy()

vectors = torch.randn(5, 7, generator=generator, requires_grad=True)
k, bandwidth = kernel(vectors)
torch.log(k.sum(1)).sum().backward()
out["kernel/x"] = vectors.detach().numpy()
out["kernel/scores"] = vectors.grad.numpy()
out["kernel/bandwidth"] = bandwidth.numpy().reshape(1)

safetensors.write(
    pathlib.Path(__file__).parent.parent / "ensemble_reference.safetensors", out)
