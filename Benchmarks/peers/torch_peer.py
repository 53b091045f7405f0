"""Times the training steps and predictions of TrainingBenchmark in PyTorch, and is driven as it is.

One JSON request per line of standard input, one JSON answer per line of standard output:

    {"model": "mlp_gelu", "dtype": "f32", "threads": 2, "batch": 1024, "mode": "fused",
     "seconds": 0.3}  →  {"ms": 3.21, "count": 94, "parameters": 35970}

Modes: "eager" as PyTorch comes, "fused" with Adam in one kernel, "compile" with torch.compile
around network and loss (and so their gradients) besides; predictions ("task": "infer") are also made
with "jit", a frozen trace. Batches lie ready in memory: nothing is shuffled or gathered. Models stay, compiled, for later requests. The networks stand in the files
beside this one.
"""

import importlib
import logging
import sys
import warnings

import torch

from serving import serve, timed

# What torch.compile does not see through in the package lgatr is no news to who reads the table.
warnings.filterwarnings("ignore")
logging.getLogger("torch._dynamo").setLevel(logging.ERROR)

POINTS = 65536
FILES = {"mlp_relu": "dense", "mlp_gelu": "dense", "groupkan": "dense", "ds": "deep_sets",
         "dsi": "deep_sets", "kan": "kan", "lgatr": "lorentz", "lgatr-slim": "lorentz",
         "mlp-i": "dense"}


def file(model):
    """The file with the network; Bayesian ones and ensembles of any size share one."""
    return FILES.get(model, "uncertain")


DTYPES = {"f32": torch.float32, "f64": torch.float64}


def negative_log_likelihood(network, x, y):
    mean, log_variance = network(x).unbind(-1)
    return 0.5 * ((y - mean).square() * torch.exp(-log_variance) + log_variance).mean()


class Training:
    """A network with its optimiser and data, of which step() trains on the next batch."""

    def __init__(self, model, dtype, batch, mode):
        torch.manual_seed(1)
        module = importlib.import_module(file(model))
        network, features = module.build(model)
        self.network = network.to(DTYPES[dtype])
        self.parameters = sum(p.numel() for p in network.parameters())
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=1e-3, fused=None if mode == "eager" else True)
        loss = getattr(module, "loss", negative_log_likelihood)
        self.loss = lambda x, y: loss(self.network, x, y)
        if mode == "compile":
            # The package lgatr keeps its attention out of compiled graphs.
            self.loss = torch.compile(
                self.loss, fullgraph=file(model) != "lorentz", dynamic=False)
        points = POINTS // batch * batch
        x = torch.randn(points, features, dtype=DTYPES[dtype])
        if file(model) == "lorentz":  # momenta without mass
            momenta = x.view(points, -1, 4)
            momenta[..., 0] = momenta[..., 1:].norm(dim=-1)
        y = torch.randn(points, dtype=DTYPES[dtype])
        self.batches = list(zip(x.split(batch), y.split(batch)))
        self.steps = 0

    def step(self):
        x, y = self.batches[self.steps % len(self.batches)]
        self.steps += 1
        self.optimizer.zero_grad()
        self.loss(x, y).backward()
        self.optimizer.step()


class Prediction:
    """A network without gradients, of which step() evaluates the same batch."""

    def __init__(self, model, dtype, batch, mode):
        torch.manual_seed(1)
        # Networks drawn from a posterior are evaluated as an ensemble of as many.
        name = model.replace("bayesian", "ensemble")
        network, features = importlib.import_module(file(name)).build(name)
        network = network.to(DTYPES[dtype]).eval()
        self.x = torch.randn(batch, features, dtype=DTYPES[dtype])
        self.parameters = sum(p.numel() for p in network.parameters())
        with torch.no_grad():
            if mode == "jit":
                network = torch.jit.freeze(torch.jit.trace(network, self.x))
                if dtype == "f32":
                    network = torch.jit.optimize_for_inference(network)
            if mode == "compile":
                network = torch.compile(network, fullgraph=True, dynamic=False)
        self.network = network

    def step(self):
        with torch.inference_mode():
            self.network(self.x)


trainings = {}


def answer(request):
    if request["model"] == "about":
        return {"about": f"PyTorch {torch.__version__}, Python {sys.version.split()[0]}"}
    torch.set_num_threads(request["threads"])
    what = tuple(request[key] for key in ("model", "dtype", "batch", "mode"))
    infers = request.get("task") == "infer"
    key = what + (request["threads"], infers)
    if what[3] not in (("eager", "jit", "compile") if infers else ("eager", "fused", "compile")):
        raise ValueError(f"there is no mode {what[3]}")
    if key not in trainings:
        trainings[key] = (Prediction if infers else Training)(*what)
    training = trainings[key]
    return {**timed(training.step, request["seconds"]), "parameters": training.parameters}


serve(answer)
