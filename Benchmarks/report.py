"""What the times of Benchmarks/compare.py amount to: rows, a table, files."""

import statistics

PRODUCTS = (128, 512)  # orders of the matrix products that OpenBLAS is timed with
CEILINGS = ("FMA", "GEMM")
HEADINGS = {"train": "Training steps", "infer": "Predictions"}
NOTES = """\
ms: per step or prediction of a batch, median over the rounds (best round). Ratio: the fastest other's median divided by the
first column's, so above 1 the first column is faster (lowest and highest ratio of one round).
GFLOP/s: of the first column, 2 per multiplication and addition in the network's matrix products.
"Network" predictions begin with features and end with the outputs of all
networks; "momenta" ones begin with momenta and end with amplitudes and uncertainties, for ONNX Runtime
by the graph that `amp-cli export` writes. A batch of one is timed in Amp with its features in either
case, which the peers are spared. Bayesian networks are 50 drawn networks.
Of FMA: divided by what the cores reach with nothing but fused multiplications and additions on
registers, in the widest vectors they have. Of GEMM: divided by what OpenBLAS reaches with one product
per thread.

All train the same network with the same number of parameters, on batches of 1024 points, of 256 for
L-GATr. The peers are in Benchmarks/peers: perceptrons and Deep Sets of dense layers; ensembles as
batched products; a KAN with all splines by the recursion of Cox and de Boor and a linear layer over
them; for GroupKAN P/Q by Horner's rule; for L-GATr the package `lgatr` of its authors. The last map
of that package has 162 (slim: 16) weights more, for components that nothing reads.
"""


def dense(sizes, inner=0):
    """Multiplications of a step of dense layers: forward, weights, and inputs where they are inner."""
    forward = sum(i * o for i, o in zip(sizes, sizes[1:]))
    return 3 * forward - (sizes[0] - inner) * sizes[1]


def work(model):
    """Multiplications per point in the matrix products of a step, for networks that are such."""
    kind = model.rstrip("0123456789")
    perceptron = dense([20, 128, 128, 128, 2])
    if kind in ("ensemble", "repulsive"):
        return int(model[len(kind):]) * perceptron
    embeddings = 5 * dense([4, 128, 128, 128, 64])
    return {"mlp_relu": perceptron, "mlp_gelu": perceptron,
            "mlp-i": dense([30, 128, 128, 128, 2]),
            "ds": embeddings + dense([320, 128, 128, 128, 2], inner=320),
            "dsi": embeddings + dense([330, 128, 128, 128, 2], inner=320)}.get(model)


def title(case):
    if case["task"] == "infer":
        what = "momenta" if case["features"] else "network"
        return "{model} {0} {dtype} batch {batch} threads {threads}".format(what, **case)
    return "{model} {optimizer} {dtype} threads {threads}".format(**case)


def digits(ms):
    """Microseconds in full, or three digits of what is less."""
    return f"{ms:.3f}" if ms > 0.1 else f"{ms:.3g}"


def summary(case, times):
    """A row of the table: cells by column."""
    steps = {name: ms for name, ms in times.items() if name.split()[0] not in CEILINGS}
    median = {name: statistics.median(ms) for name, ms in times.items()}
    row = {"Case": title(case)}
    row |= {f"{name}, ms": f"{digits(median[name])} ({digits(min(steps[name]))})" for name in steps}
    first, *others = steps
    if others:
        best = min(others, key=median.get)
        ratios = [b / a for a, b in zip(steps[first], steps[best])]
        row["Ratio"] = (f"{median[best] / median[first]:.2f} to {best} "
                        f"({min(ratios):.2f}–{max(ratios):.2f})")
    row["Samples/s"] = f"{case['batch'] / median[first] * 1e3:,.0f}".replace(",", " ")
    if "FMA" in median:
        speed = 2 * work(case["model"]) * case["batch"] / median[first] / 1e6
        # A unit of FMA is 10⁹ operations of each thread.
        peak = case["threads"] / median["FMA"] * 1e3
        products = max(case["threads"] * 2 * n**3 / median[f"GEMM {n}"] / 1e6 for n in PRODUCTS)
        row["GFLOP/s"] = f"{speed:.0f}"
        row["Of FMA"] = f"{speed / peak:.0%} of {peak:.0f}"
        row["Of GEMM"] = f"{speed / products:.0%} of {products:.0f}"
    return row


def table(rows):
    """Rows as a Markdown table that is aligned as plain text."""
    last = ["Ratio", "Samples/s", "GFLOP/s", "Of FMA", "Of GEMM"]
    names = {name: None for row in rows for name in row if name not in last}
    columns = [*names, *(name for name in last if any(name in row for row in rows))]
    lines = [columns] + [[row.get(name, "") for name in columns] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
        for line in lines)


def write(path, text):
    """Writes all of the file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
