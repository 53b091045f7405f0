#!/usr/bin/env python3
"""Where the time of training steps and predictions goes, by function, as a Markdown table.

    Benchmarks/profile.py [--markdown FILE]

Needs `perf` (Debian: linux-perf) and a built benchmark (`make bench` builds it). One thread, so that
waiting counts as nothing.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from report import write

ROOT = pathlib.Path(__file__).resolve().parent
CASES = [("train", "mlp_relu", "f32"), ("train", "mlp_gelu", "f32"), ("train", "mlp_gelu", "f64"),
         ("train", "dsi", "f32"), ("train", "dsi", "f64"), ("train", "bayesian", "f32"),
         ("train", "repulsive16", "f32"), ("train", "kan", "f32"), ("train", "groupkan", "f32"),
         ("train", "lgatr", "f32"), ("train", "lgatr-slim", "f32"), ("infer", "mlp_gelu", "f32"),
         ("infer", "dsi", "f64")]
# What a symbol belongs to; the first pattern that fits counts.
KINDS = [("products", r"amp_(blocks|panel|product|dense|few|mix|outer|pack|store)"),
         ("activation", r"amp_(activate|rational|gate|gated)"),
         ("its backward pass", r"amp_(pull_back)"),
         ("splines", r"amp_(spline|fold|unfold)"),
         ("norms and attention", r"amp_(geometric|joint|attention)"),
         ("noise", r"amp_(normals|reparametrise|scatter|variances|pull_to)"),
         ("gradient sums and update", r"amp_(sum_tree|adam|soap|axpby|multiply)"),
         ("gathering and copies", r"amp_(gather|copy|transpose|row_sums)|mem(move|cpy|set)"),
         ("loss", r"exp|log|loss|widen|narrow"),
         ("order of the points", r"Philox"),
         ("Swift's runtime", r"swift|Metadata|Witness"),
         ("OpenBLAS", r"blas|gemm")]


def profile(binary, task, model, dtype):
    """The share of each kind in percent."""
    request = {"task": task, "model": model, "dtype": dtype, "threads": 1, "seconds": 3,
               "batch": 256 if model.startswith("lgatr") else 1024}
    with tempfile.NamedTemporaryFile() as data:
        subprocess.run(["perf", "record", "-q", "-o", data.name, binary, json.dumps(request)],
                       check=True, capture_output=True)
        text = subprocess.run(
            ["perf", "report", "-i", data.name, "--stdio", "-F", "overhead,dso,sym"], check=True,
            capture_output=True, text=True).stdout
    shares = {}
    for line in text.splitlines():
        found = re.match(r"\s*([\d.]+)%\s+(\S+)\s+\[(.)\]\s+(.*)", line)
        if not found or found[3] == "k":
            continue
        name = found[4] if "libswift" not in found[2] else "swift " + found[4]
        if "blas" in found[2]:
            name = "blas"
        kind = next((kind for kind, pattern in KINDS if re.search(pattern, name)), "the rest")
        shares[kind] = shares.get(kind, 0) + float(found[1])
    total = sum(shares.values())
    return {kind: 100 * share / total for kind, share in shares.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--markdown", type=pathlib.Path, help="write the table to this file")
    options = parser.parse_args()
    binary = ROOT / ".build/release/TrainingBenchmark"
    if not shutil.which("perf") or not binary.exists():
        sys.exit("profile: needs perf (Debian: linux-perf) and the benchmark, which make bench builds")
    found = [profile(str(binary), *case) for case in CASES]
    kinds = [kind for kind, _ in KINDS if any(shares.get(kind, 0) >= 1 for shares in found)]
    lines = ["| % of the time in | " + " | ".join([*kinds, "the rest"]) + " |",
             "|---" * (len(kinds) + 2) + "|"]
    for (task, model, dtype), shares in zip(CASES, found):
        rest = 100 - sum(shares.get(kind, 0) for kind in kinds)
        cells = [f"{shares.get(kind, 0):.0f}" if shares.get(kind, 0) >= 0.5 else "" for kind in kinds]
        what = "a step of" if task == "train" else "predicting with"
        lines.append(f"| {what} {model} {dtype} | " + " | ".join([*cells, f"{rest:.0f}"]) + " |")
    text = "\n".join(lines) + "\n"
    print(text)
    if options.markdown:
        write(options.markdown, f"# Where the time goes\n\n{text}")


if __name__ == "__main__":
    main()
