"""Reference numbers for networks, losses and optimisers from PyTorch in float64.

Writes ../mlp_reference.safetensors:
  {activation}/layer{i}.weight (in, out), /layer{i}.bias, /x (17, 6), /y (17), /output (17, 2),
  /loss, /gradient/..., /gradient/x  for an MLP 6-8-8-2 with the heteroscedastic Gaussian loss,
  where output column 0 is the mean and column 1 is log sigma^2, clamped to [-30, 11];
  clamped/...: the same with gelu and output biases that drive log sigma^2 out of the clamp;
  optimizer/{adam,adamw}/...: weights after 25 full-batch steps from the gelu weights;
  optimizer/soap/...: 25 full-batch steps of SOAP on an MLP 8-8-8-8 (gelu) with the loss
  mean_b sum_j (f_j - y_j)^2 / 2: /start/..., /final/..., /x (17, 8), /y (17, 8), and the gradients
  before each step, /gradients/layer{i}.weight (25, in, out), so that the optimiser can be tested
  without a network. All its matrices are square because only then the first eigenbases are
  unique: those of a gradient with fewer rows than columns have a null space with an arbitrary
  basis, and Adam in another basis goes another way;
  schedule/{one_cycle,cosine}: learning rates of 100 steps.
"""

import math
import pathlib

import torch
import torch.nn.functional as F

import safetensors

torch.set_default_dtype(torch.float64)
ACTIVATIONS = {
    "relu": torch.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.01),
    "gelu": F.gelu,  # exact, with erf
    "silu": F.silu,
    "tanh": torch.tanh,
}
SIZES = [6, 8, 8, 2]
STEPS = 25
out = {}


def make(generator, sizes=SIZES):
    """Weights in PyTorch's (out, in) order, biases, in the order of the layers."""
    parameters = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        weight = torch.randn(outputs, inputs, generator=generator) * (1.4 / math.sqrt(inputs))
        parameters += [weight, torch.randn(outputs, generator=generator) * 0.2]
    return parameters


def forward(parameters, x, activation):
    for i in range(0, len(parameters), 2):
        x = x @ parameters[i].T + parameters[i + 1]
        if i + 2 < len(parameters):
            x = activation(x)
    return x


def heteroscedastic(output, y):
    mean, log_variance = output[:, 0], output[:, 1].clamp(-30, 11)
    return ((y - mean) ** 2 / (2 * log_variance.exp()) + log_variance / 2).mean() \
        + math.log(2 * math.pi) / 2


def names(parameters):
    return [f"layer{i // 2}.{'weight' if i % 2 == 0 else 'bias'}" for i in range(len(parameters))]


def store(prefix, parameters):
    for name, value in zip(names(parameters), parameters):
        value = value.detach()
        # Weights are stored as (in, out), a sequence of them as (step, in, out).
        out[f"{prefix}/{name}"] = (value.mT if name.endswith("weight") else value).numpy()


def case(name, parameters, x, y, activation):
    parameters = [p.clone().requires_grad_() for p in parameters]
    x = x.clone().requires_grad_()
    output = forward(parameters, x, activation)
    loss = heteroscedastic(output, y)
    loss.backward()
    store(name, parameters)
    out[f"{name}/x"], out[f"{name}/y"] = x.detach().numpy(), y.numpy()
    out[f"{name}/output"], out[f"{name}/loss"] = output.detach().numpy(), loss.detach().numpy()
    store(f"{name}/gradient", [p.grad for p in parameters])
    out[f"{name}/gradient/x"] = x.grad.numpy()


class SOAP:
    """Adam in the eigenbases of Shampoo's two factors (arXiv:2409.11321); biases by Adam."""

    def __init__(self, parameters, rate=3e-3, beta1=0.95, beta2=0.95, epsilon=1e-8, refresh=10):
        self.parameters, self.rate, self.epsilon, self.refresh = parameters, rate, epsilon, refresh
        self.beta1, self.beta2 = beta1, beta2
        self.states = [None] * len(parameters)

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.parameters):
            if p.dim() == 2:
                self.matrix(i, p, p.grad)
            else:
                self.vector(i, p, p.grad)

    def update(self, state, momentum, gradient):
        """Adam's direction, from momentum and gradient in the rotated space."""
        state["v"] = self.beta2 * state["v"] + (1 - self.beta2) * gradient**2
        root = (state["v"] / (1 - self.beta2 ** state["t"])).sqrt() + self.epsilon
        return momentum / root / (1 - self.beta1 ** state["t"])

    def vector(self, i, p, g):
        if self.states[i] is None:
            self.states[i] = {"t": 0, "m": torch.zeros_like(g), "v": torch.zeros_like(g)}
        state = self.states[i]
        state["t"] += 1
        state["m"] = self.beta1 * state["m"] + (1 - self.beta1) * g
        p -= self.rate * self.update(state, state["m"], g)

    def matrix(self, i, p, g):
        if self.states[i] is None:  # the first step makes L, R and their bases, and no update
            left, right = g @ g.T, g.T @ g
            self.states[i] = {
                "t": 0, "m": torch.zeros_like(g), "v": torch.zeros_like(g), "L": left, "R": right,
                "QL": torch.linalg.eigh(left)[1].flip(1),
                "QR": torch.linalg.eigh(right)[1].flip(1)}
            return
        s = self.states[i]
        s["t"] += 1
        s["m"] = self.beta1 * s["m"] + (1 - self.beta1) * g
        rotate = lambda a: s["QL"].T @ a @ s["QR"]
        p -= self.rate * (s["QL"] @ self.update(s, rotate(s["m"]), rotate(g)) @ s["QR"].T)
        s["L"] = self.beta2 * s["L"] + (1 - self.beta2) * g @ g.T
        s["R"] = self.beta2 * s["R"] + (1 - self.beta2) * g.T @ g
        if s["t"] % self.refresh == 0:
            for axis, (factor, basis) in enumerate((("L", "QL"), ("R", "QR"))):
                power = s[factor] @ s[basis]
                order = torch.argsort((s[basis] * power).sum(0), descending=True)  # Rayleigh
                s["v"] = s["v"].index_select(axis, order)
                s[basis] = torch.linalg.qr(power[:, order])[0]


def optimise(make_optimizer, start, x, y, loss):
    """The parameters after STEPS full-batch steps, and the gradients before each of them."""
    parameters = [p.clone().requires_grad_() for p in start]
    optimizer, gradients = make_optimizer(parameters), []
    for _ in range(STEPS):
        for p in parameters:
            p.grad = None
        loss(forward(parameters, x, F.gelu), y).backward()
        gradients.append([p.grad.clone() for p in parameters])
        optimizer.step()
    return parameters, [torch.stack(g) for g in zip(*gradients)]


def rates(make_scheduler, steps=100):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1e-3)
    scheduler, rates = make_scheduler(optimizer), []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < steps:
            scheduler.step()
    return torch.tensor(rates).numpy()


generator = torch.Generator().manual_seed(2024)
for name, activation in ACTIVATIONS.items():
    parameters = make(generator)
    x, y = torch.randn(17, 6, generator=generator), torch.randn(17, generator=generator)
    case(name, parameters, x, y, activation)
    if name == "gelu":
        gelu = parameters, x, y

parameters, x, y = gelu
for name, shift in (("clamped_above", 11.0), ("clamped_below", -30.0)):
    shifted = [p.clone() for p in parameters]
    shifted[-1][1] += shift  # log sigma^2 lies on both sides of the end of the clamp
    case(name, shifted, x, y, F.gelu)

adam, _ = optimise(lambda p: torch.optim.Adam(p, lr=1e-3), *gelu, heteroscedastic)
store("optimizer/adam", adam)
adamw, _ = optimise(
    lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=0.01), *gelu, heteroscedastic)
store("optimizer/adamw", adamw)

start = make(generator, [8, 8, 8, 8])
x, y = torch.randn(17, 8, generator=generator), torch.randn(17, 8, generator=generator)
final, gradients = optimise(SOAP, start, x, y, lambda f, y: ((f - y) ** 2).sum(1).mean() / 2)
out["optimizer/soap/x"], out["optimizer/soap/y"] = x.numpy(), y.numpy()
store("optimizer/soap/start", start)
store("optimizer/soap/final", final)
store("optimizer/soap/gradients", gradients)

schedulers = torch.optim.lr_scheduler
out["schedule/one_cycle"] = rates(
    lambda o: schedulers.OneCycleLR(o, max_lr=1e-3, total_steps=100))
out["schedule/cosine"] = rates(lambda o: schedulers.CosineAnnealingLR(o, T_max=100))

safetensors.write(pathlib.Path(__file__).parent.parent / "mlp_reference.safetensors", out)
