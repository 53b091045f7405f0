#!/usr/bin/env python3
"""Times reading files of points: Amp next to NumPy, pandas and pyhepmc, in turn in one run.

    Benchmarks/files.py [--rows 1100000] [--events 200000] [--rounds 3] [--markdown FILE]

Every reading is a process of its own that times itself, without its start, on a file that the
system has in memory. Amp reads as amp-cli does: every row normalised and checked. The peers only
bring the numbers into arrays; pyhepmc goes through the events and takes each one's momenta.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

PEERS = {
    ("points.npz", "NumPy"): """
import numpy as np
with np.load(path) as file: rows = len(file["momenta"]); file["amplitudes"]
""",
    ("points.npy", "NumPy"): """
import numpy as np
rows = len(np.load(path))
""",
    ("points.csv", "pandas"): """
import pandas
rows = len(pandas.read_csv(path).to_numpy())
""",
    ("points.csv.gz", "pandas"): """
import pandas
rows = len(pandas.read_csv(path).to_numpy())
""",
    ("points.txt", "pandas"): """
import pandas
rows = len(pandas.read_csv(path, sep=" ", comment="#", header=None).to_numpy())
""",
    ("events.hepmc3", "pyhepmc"): """
import numpy as np, pyhepmc
rows, out = 0, []
with pyhepmc.open(path) as file:
    for event in file:
        n = event.numpy.particles
        out.append((n.e, n.px, n.py, n.pz))
        rows += 1
""",
    ("events.hepmc3.gz", "pyhepmc"): """
import numpy as np, pyhepmc
rows, out = 0, []
with pyhepmc.open(path) as file:
    for event in file:
        n = event.numpy.particles
        out.append((n.e, n.px, n.py, n.pz))
        rows += 1
""",
    ("events.lhe", None): "",
}
# The imports are not timed.
PROGRAM = """
import json, sys, time
path = sys.argv[1]
try:
    %s
except ImportError:
    print("null")
    sys.exit()
start = time.perf_counter()
%s
print(json.dumps({"rows": rows, "seconds": time.perf_counter() - start}))
"""


def answer(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"files: {' '.join(map(str, command[:2]))} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def peer(python, program, path):
    lines = program.strip().splitlines()
    return answer(python, "-c", PROGRAM % (lines[0], "\n".join(lines[1:])), path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_100_000)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path, help="keep the files here")
    options = parser.parse_args()
    python = os.environ.get("AMP_BENCH_PYTHON", sys.executable)
    build = ["swift", "build", "-c", "release", "--package-path", str(ROOT / "Benchmarks")]
    subprocess.run(build + ["--quiet", "--product", "FileBenchmark"], check=True)
    bins = subprocess.run(build + ["--show-bin-path"], capture_output=True, text=True, check=True)
    tool = bins.stdout.strip() + "/FileBenchmark"
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or pathlib.Path(scratch)
        folder.mkdir(exist_ok=True)
        if not (folder / "events.lhe").exists():
            print("files: writing the files", file=sys.stderr)
            subprocess.run(
                [tool, "make", folder, str(options.rows), str(options.events)], check=True)
        times, rows = {}, {}
        for _ in range(options.rounds):
            for (name, other), program in PEERS.items():
                path = str(folder / name)
                contenders = [("Amp", lambda: answer(tool, "read", path))]
                if other:
                    contenders.append((other, lambda: peer(python, program, path)))
                for contender, run in contenders:
                    result = run()
                    if result:
                        times.setdefault((name, contender), []).append(result["seconds"])
                        if rows.setdefault(name, result["rows"]) != result["rows"]:
                            sys.exit(f"files: {contender} found other rows in {name}")
        lines = ["| file | rows | MB | Amp, s | MB/s | peer | s | peer / Amp |",
                 "|---|--:|--:|--:|--:|---|--:|--:|"]
        for name, other in PEERS:
            size = (folder / name).stat().st_size / 1e6
            amp = statistics.median(times[name, "Amp"])
            theirs = times.get((name, other))
            line = f"| `{name}` | {rows[name]:,} | {size:.0f} | {amp:.2f} | {size / amp:.0f} |"
            if theirs:
                median = statistics.median(theirs)
                line += f" {other} | {median:.2f} | {median / amp:.1f} |"
            else:
                line += " – | – | – |"
            lines.append(line.replace(",", " "))
    print("\n".join(lines))
    print(f"\n{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, median of "
          f"{options.rounds} rounds")
    if options.markdown:
        options.markdown.write_text("\n".join(lines) + "\n")


main()
