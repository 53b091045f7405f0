#!/usr/bin/env python3
"""Times Amp, PyTorch, JAX and ONNX Runtime in turn, round by round, and prints tables.

    Benchmarks/compare.py                  training steps and predictions of Amp and its peers
                                           (of Amp alone without AMP_BENCH_PYTHON)
    Benchmarks/compare.py --task infer     predictions only
    Benchmarks/compare.py --builds A B     Amp as it is in the checkouts A and B

Everything is built first; then one process computes at a time while the others wait for input.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

from report import CEILINGS, HEADINGS, NOTES, PRODUCTS, summary, table, title, work, write

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The programs that do the same work, and the ways they have to train and to predict.
PEERS = {"PyTorch": ("torch_peer.py", ("eager", "fused", "compile"), ("eager", "jit", "compile")),
         "JAX": ("jax_peer.py", ("jit",), ("jit",)),
         "ONNX": ("onnx_peer.py", (), ("session",))}
# The weights of the peer's networks that lead to numbers which nothing reads, see peers/lorentz.py.
UNREAD = {"lgatr": 162, "lgatr-slim": 16}


@contextlib.contextmanager
def server(command, threads):
    """Starts a process that answers lines of JSON, and gives the function that asks it."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    # A choice of OpenBLAS kernels made for this machine is not what its users have.
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        environment.pop(name, None)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env=environment) as process:
        def ask(**request):
            try:
                print(json.dumps(request), file=process.stdin, flush=True)
                return json.loads(process.stdout.readline())
            except (BrokenPipeError, json.JSONDecodeError):
                return {"error": f"{' '.join(command)} does not answer"}
        yield ask


def output(*command):
    """What a command prints, or "unknown"."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def build(checkout):
    """Builds the benchmark of a checkout; the command that serves it."""
    command = ["swift", "build", "-c", "release", "--package-path", f"{checkout}/Benchmarks"]
    print(f"compare: building {checkout}/Benchmarks", file=sys.stderr)
    if subprocess.run(command + ["--quiet", "--product", "TrainingBenchmark"]).returncode:
        sys.exit(f"compare: {checkout} does not build (see above)")
    return [output(*command, "--show-bin-path") + "/TrainingBenchmark", "--serve"]


def predictions():
    """Single points, batches, and batches from momenta to uncertainties."""
    for dtype in ("f32", "f64"):
        for threads, batch in ((1, 1), (2, 1024), (2, 65536)):
            for model in ("mlp_gelu", "dsi", "ensemble16", "bayesian50"):
                if dtype == "f32" or model in ("mlp_gelu", "dsi"):
                    yield {"task": "infer", "model": model, "dtype": dtype, "threads": threads,
                           "batch": batch, "features": False}
    for batch in (1, 1024, 65536):
        for model, dtype in (("mlp_gelu", "f32"), ("dsi", "f64"), ("ensemble16", "f32")):
            yield {"task": "infer", "model": model, "dtype": dtype,
                   "threads": 1 if batch == 1 else 2, "batch": batch, "features": True}


def cases():
    yield from steps()
    yield from predictions()


def steps():
    uncertain = ("bayesian", "ensemble16", "repulsive16", "ensemble128")
    for model in ("dsi", "ds", "kan", "groupkan", "lgatr", "lgatr-slim", "mlp-i", *uncertain):
        for dtype in ("f32", "f64") if model == "dsi" else ("f32",):
            yield {"task": "train", "model": model, "optimizer": "adam", "dtype": dtype,
                   "threads": 2, "batch": 256 if model.startswith("lgatr") else 1024}
    for threads in (2, 1):
        for model in ("mlp_relu", "mlp_gelu"):
            for dtype in ("f32", "f64"):
                for optimizer in ("adam", "soap") if model == "mlp_gelu" else ("adam",):
                    yield {"task": "train", "model": model, "optimizer": optimizer,
                           "dtype": dtype, "threads": threads, "batch": 1024}


def contenders(case, builds, peers, stack):
    """The (name, ask, request) that take part in a case, the one of interest first."""
    start = lambda command: stack.enter_context(server(command, case["threads"]))
    # A single point goes through PointEvaluator, which begins with its momenta.
    own = {**case, "features": True} if case["batch"] == 1 else case
    entries = [(name, start(command), own) for name, command in builds.items()]
    amp = entries[0][1]
    if case.get("features") and "ONNX" in peers:
        path = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())) / "surrogate.onnx"
        reply = amp(**{**case, "task": "export", "path": str(path)})
        if "error" in reply:
            sys.exit(f"compare: the surrogate is not exported: {reply['error']}")
        peers = {"ONNX": peers["ONNX"]}
        case = {**case, "path": str(path), "points": f"{path}.npz"}
    if len(builds) == 1 and case.get("optimizer") == "soap":
        entries.append(("Amp with Adam", amp, {**case, "optimizer": "adam"}))
        return entries
    for name, command in peers.items():
        modes = PEERS[name][1 if case["task"] == "train" else 2]
        if modes:
            ask = start(command)
            entries += [(f"{name} {mode}", ask, {**case, "mode": mode}) for mode in modes]
    if case["task"] == "train" and work(case["model"]):
        entries.append(("FMA", amp, {**case, "model": "fma"}))
        entries += [(f"GEMM {size}", amp, {**case, "model": "gemm", "size": size})
                    for size in PRODUCTS]
    return entries


def measure(case, builds, peers, rounds, seconds):
    """The milliseconds of every contender in every round."""
    print(f"compare: {title(case)}", file=sys.stderr)
    with contextlib.ExitStack() as stack:
        entries, parameters = [], {}
        for name, ask, request in contenders(case, builds, peers, stack):
            reply = ask(**request, seconds=0)  # compiles what is to be compiled
            problem = reply.get("error")
            if "parameters" in reply:
                unread = UNREAD.get(case["model"], 0) if name.startswith("PyTorch") else 0
                parameters[name] = reply["parameters"] - unread
            if not problem:
                entries.append((name, ask, request))
            elif name.split()[0] in peers:
                print(f"compare: without {name}: {problem}", file=sys.stderr)
            else:
                sys.exit(f"compare: {name}: {problem}")
        if len(set(parameters.values())) > 1:
            sys.exit(f"compare: the networks differ, they have {parameters} parameters")
        times = {name: [] for name, _, _ in entries}
        for number in range(rounds):
            for name, ask, request in entries[::-1] if number % 2 else entries:
                share = 4 if name.split()[0] in CEILINGS else 1
                reply = ask(**request, seconds=seconds / share)
                if "error" in reply:
                    sys.exit(f"compare: {name} in round {number + 1}: {reply['error']}")
                times[name].append(reply["ms"])
    return times


def conditions(builds, checkouts, peers, load):
    """Machine, versions and date."""
    cpu = [line.split(":")[1].strip() for line in output("lscpu").splitlines()
           if line.startswith("Model name")] or [output("sysctl", "-n", "machdep.cpu.brand_string")]
    found = {"CPU": cpu[0], "Cores": str(os.cpu_count()), "System": platform.platform(),
             "Load before": f"{load:.2f}",
             "Swift": output("swift", "--version").split("\n")[0]}
    for name, checkout in checkouts.items():
        found[name] = output("git", "-C", str(checkout), "describe", "--always", "--dirty")
    for name, command in {"BLAS": next(iter(builds.values())), **peers}.items():
        with server(command, 1) as ask:
            reply = ask(model="about")
            found[name] = reply.get("about") or reply["error"]
    return {**found, "Date": datetime.datetime.now().astimezone().isoformat(timespec="minutes")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--builds", nargs=2, metavar=("A", "B"), help="compare two checkouts")
    parser.add_argument("--task", choices=("train", "infer"), help="only steps or predictions")
    parser.add_argument("--cases", default="", help="only cases whose title contains this")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="per round and contender")
    parser.add_argument("--json", type=pathlib.Path, help="write all numbers to this file")
    parser.add_argument("--markdown", type=pathlib.Path, help="write the table to this file")
    options = parser.parse_args()
    chosen = [case for case in cases()
              if options.cases in title(case) and options.task in (None, case["task"])]
    if not chosen or options.rounds < 1:
        parser.error("nothing to do; the cases are\n  " + "\n  ".join(map(title, cases())))

    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"compare: the machine is busy (load {load:.2f}); the numbers will be no good",
              file=sys.stderr)
    checkouts = dict(zip("AB", options.builds)) if options.builds else {"Amp": ROOT}
    builds = {name: build(checkout) for name, checkout in checkouts.items()}
    python = os.environ.get("AMP_BENCH_PYTHON") if not options.builds else None
    peers = {name: [python, str(ROOT / "Benchmarks/peers" / file)]
             for name, (file, *_) in PEERS.items()} if python else {}
    if not peers and not options.builds:
        print("compare: no AMP_BENCH_PYTHON, so Amp is timed alone", file=sys.stderr)
    found = conditions(builds, checkouts, peers, load)
    times = [measure(case, builds, peers, options.rounds, options.seconds) for case in chosen]
    text = "\n".join(
        f"## {heading}\n\n{table(rows)}\n" for task, heading in HEADINGS.items()
        if (rows := [summary(case, ms) for case, ms in zip(chosen, times) if case["task"] == task]))
    print(text)
    found["Rounds"] = f"{options.rounds} of {options.seconds} s each"
    if options.json:
        rows = [{**case, "ms": ms} for case, ms in zip(chosen, times)]
        write(options.json, json.dumps({"conditions": found, "cases": rows}, indent=1) + "\n")
    if options.markdown:
        facts = "".join(f"- {name}: {value}\n" for name, value in found.items())
        write(options.markdown, f"# Benchmarks\n\n{facts}\n{text}\n{NOTES}")


if __name__ == "__main__":
    main()
