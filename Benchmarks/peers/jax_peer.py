"""Times the training steps and predictions of TrainingBenchmark in JAX, driven as torch_peer.py is.

The mode is "jit": loss, gradient and Adam are one compiled function, which reuses the memory of what
it is given. XLA takes all cores it finds, so that one thread means one core (OMP_NUM_THREADS=1).
"""

import functools
import math
import os
import sys

if os.environ.get("OMP_NUM_THREADS") == "1" and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp

from serving import serve, timed

jax.config.update("jax_enable_x64", True)

POINTS = 4096  # N of priors and posteriors, as in uncertain.py
SIZES = [20, 128, 128, 128, 2]
MEMBERS = [(0, 2), (2, 4), (4, 5)]  # particles of the same type, as in deep_sets.py
DTYPES = {"f32": jnp.float32, "f64": jnp.float64}

gelu = functools.partial(jax.nn.gelu, approximate=False)


def layers(key, sizes, dtype):
    """Weights and biases of a perceptron."""
    keys = jax.random.split(key, len(sizes) - 1)
    return [{"w": jax.random.normal(k, (i, o), dtype) / math.sqrt(i), "b": jnp.zeros(o, dtype)}
            for k, i, o in zip(keys, sizes, sizes[1:])]


def perceptron(parameters, x, activation=gelu):
    for layer in parameters[:-1]:
        x = activation(x @ layer["w"] + layer["b"])
    return x @ parameters[-1]["w"] + parameters[-1]["b"]


def point_losses(outputs, y):
    return 0.5 * ((y - outputs[..., 0]) ** 2 * jnp.exp(-outputs[..., 1]) + outputs[..., 1])


def simple(network):
    """The loss of a network without noise."""
    return lambda parameters, x, y, key: point_losses(network(parameters, x), y).mean()


def deep_sets(parameters, x):
    parts = [perceptron(network, x[:, 4 * first:4 * last].reshape(-1, 4)).reshape(len(x), -1)
             for network, (first, last) in zip(parameters["embeddings"], MEMBERS)]
    return perceptron(parameters["main"], jnp.concatenate([*parts, x[:, 20:]], axis=1))


def make_deep_sets(key, extra, dtype):
    *keys, last = jax.random.split(key, len(MEMBERS) + 1)
    return {"embeddings": [layers(k, [4, 128, 128, 128, 64], dtype) for k in keys],
            "main": layers(last, [320 + extra, 128, 128, 128, 2], dtype)}


def rational(parameters, z):
    """P/Q by Horner's rule for four groups of channels, see dense.py."""
    x = z.reshape(*z.shape[:-1], 4, -1)
    a, b = parameters["a"][..., None], jnp.abs(parameters["b"])[..., None]
    p, q = a[:, 5], b[:, 4]
    for i in reversed(range(5)):
        p = p * x + a[:, i]
    for j in reversed(range(4)):
        q = q * jnp.abs(x) + b[:, j]
    return (p / (q * jnp.abs(x) + 1)).reshape(z.shape)


def group_kan(parameters, x):
    for layer, activation in zip(parameters["layers"], parameters["rational"]):
        x = rational(activation, x @ layer["w"] + layer["b"])
    return x @ parameters["layers"][-1]["w"] + parameters["layers"][-1]["b"]


def make_group_kan(key, dtype):
    a = jnp.tile(jnp.array([-0.00127, 0.5, 0.40816, 0.10676, 0.00858, 0], dtype), (4, 1))
    b = jnp.tile(jnp.array([0, 0.21353, 0, 0, 0], dtype), (4, 1))
    return {"layers": layers(key, SIZES, dtype), "rational": [{"a": jnp.copy(a), "b": jnp.copy(b)} for _ in range(3)]}


def make_bayesian(key, dtype):
    return [{**layer, "s": jnp.full_like(layer["w"], -9)} for layer in layers(key, SIZES, dtype)]


def bayesian_loss(parameters, x, y, key):
    """Eq. 7 with local reparametrisation."""
    divergence = 0
    for i, (layer, k) in enumerate(zip(parameters, jax.random.split(key, len(parameters)))):
        variance = jnp.exp(layer["s"])
        mean = x @ layer["w"] + layer["b"]
        x = mean + jnp.sqrt((x * x) @ variance + 1e-8) * jax.random.normal(k, mean.shape, x.dtype)
        x = x if i == len(parameters) - 1 else gelu(x)
        divergence += 0.5 * jnp.sum(layer["w"] ** 2 + variance - layer["s"] - 1)
    return point_losses(x, y).mean() + divergence / POINTS


def ensemble_loss(repels, parameters, x, y, key):
    """The sum over the members, which see the same batch; with repulsion and prior Eq. 24."""
    losses = jax.vmap(lambda member: point_losses(perceptron(member, x), y))(parameters)
    total = losses.mean(1).sum()
    if not repels:
        return total
    fixed = jax.lax.stop_gradient(losses)
    distances = ((losses ** 2).sum(1)[:, None] + (fixed ** 2).sum(1)[None] - 2 * losses @ fixed.T)
    width = jnp.median(jax.lax.stop_gradient(distances)) / (2 * math.log(len(losses) + 1))
    kernel = jnp.exp(-distances / (2 * width))
    prior = sum(jnp.sum(p ** 2) for p in jax.tree.leaves(parameters))
    repulsion = (kernel.sum(1) / jax.lax.stop_gradient(kernel).sum(1)).sum()
    return total + (repulsion + 0.5 * prior) / POINTS


def build(model, key, dtype):
    """Parameters, loss and the number of features."""
    if model in ("mlp_relu", "mlp_gelu"):
        network = functools.partial(
            perceptron, activation=jax.nn.relu if model == "mlp_relu" else gelu)
        return layers(key, SIZES, dtype), simple(network), 20
    if model == "mlp-i":
        network = functools.partial(perceptron, activation=jax.nn.relu)
        return layers(key, [30, *SIZES[1:]], dtype), simple(network), 30
    if model in ("ds", "dsi"):
        extra = 10 if model == "dsi" else 0
        return make_deep_sets(key, extra, dtype), simple(deep_sets), 20 + extra
    if model == "groupkan":
        return make_group_kan(key, dtype), simple(group_kan), 20
    if model == "bayesian":
        return make_bayesian(key, dtype), bayesian_loss, 20
    kind = model.rstrip("0123456789")
    if kind in ("ensemble", "repulsive"):
        keys = jax.random.split(key, int(model[len(kind):]))
        parameters = jax.vmap(lambda k: layers(k, SIZES, dtype))(keys)
        return parameters, functools.partial(ensemble_loss, kind == "repulsive"), 20
    raise NotImplementedError(f"{model} is not written for JAX")


class Training:
    """A network with its optimiser and data, of which step() trains on the next batch."""

    def __init__(self, model, dtype, batch):
        dtype = DTYPES[dtype]
        key = jax.random.PRNGKey(1)
        self.values, loss, features = build(model, key, dtype)
        self.parameters = sum(p.size for p in jax.tree.leaves(self.values))
        zeros = jax.tree.map(jnp.zeros_like, self.values)
        self.moments = (zeros, jax.tree.map(jnp.copy, zeros))

        def step(values, moments, t, x, y):
            value, gradient = jax.value_and_grad(loss)(values, x, y, jax.random.fold_in(key, t))
            first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradient)
            second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, moments[1], gradient)
            time = t.astype(dtype)
            rate, root = 1e-3 / (1 - 0.9 ** time), 1 / jnp.sqrt(1 - 0.999 ** time)
            values = jax.tree.map(
                lambda w, m, v: (w - rate * m / (jnp.sqrt(v) * root + 1e-8)).astype(dtype),
                values, first, second)
            return values, (first, second), value

        self.compiled = jax.jit(step, donate_argnums=(0, 1))
        count = 65536 // batch
        self.batches = [(jax.random.normal(jax.random.PRNGKey(2 * i), (batch, features), dtype),
                         jax.random.normal(jax.random.PRNGKey(2 * i + 1), (batch,), dtype))
                        for i in range(min(count, 16))]
        self.steps = 0

    def step(self):
        x, y = self.batches[self.steps % len(self.batches)]
        self.steps += 1
        self.values, self.moments, loss = self.compiled(
            self.values, self.moments, jnp.int32(self.steps), x, y)
        loss.block_until_ready()


class Prediction:
    """A compiled network, of which step() evaluates the same batch."""

    def __init__(self, model, dtype, batch):
        kind = model.rstrip("0123456789")
        key = jax.random.PRNGKey(1)
        if kind in ("bayesian", "ensemble"):  # drawn networks, evaluated side by side
            keys = jax.random.split(key, int(model[len(kind):]))
            values = jax.vmap(lambda k: layers(k, SIZES, DTYPES[dtype]))(keys)
            network = lambda x: jax.vmap(lambda member: perceptron(member, x))(values)
            features = SIZES[0]
        elif model in ("mlp_gelu", "dsi"):
            values, _, features = build(model, key, DTYPES[dtype])
            forward = deep_sets if model == "dsi" else perceptron
            network = lambda x: forward(values, x)
        else:
            raise NotImplementedError(f"{model} is not written for JAX")
        self.parameters = sum(p.size for p in jax.tree.leaves(values))
        self.compiled = jax.jit(network)
        self.x = jax.random.normal(key, (batch, features), DTYPES[dtype])

    def step(self):
        self.compiled(self.x).block_until_ready()


trainings = {}


def answer(request):
    if request["model"] == "about":
        return {"about": f"JAX {jax.__version__}, Python {sys.version.split()[0]}"}
    what = tuple(request[key] for key in ("model", "dtype", "batch"))
    maker = Prediction if request.get("task") == "infer" else Training
    if (maker, what) not in trainings:
        trainings[maker, what] = maker(*what)
    training = trainings[maker, what]
    return {**timed(training.step, request["seconds"]), "parameters": training.parameters}


serve(answer)
