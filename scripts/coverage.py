#!/usr/bin/env python3
"""Runs all tests with counters in the code, and says which part of the lines they reach.

    scripts/coverage.py [--markdown FILE] [--skip-tests]

The build, in release mode, has a scratch path of its own. Commands that tests start count along.
Lines are those of llvm-cov: what the compiler made code of, a generic function once. A line that is
reached is not yet a line that is checked: for that see Tests/Mutations.
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCRATCH = ROOT / ".build" / "coverage"


def tool(name):
    """A tool of the toolchain, which stands beside swift."""
    beside = pathlib.Path(os.path.realpath(shutil.which("swift") or "swift")).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        sys.exit(f"coverage: there is no {name}. Install the LLVM tools of the Swift toolchain.")
    return found


def run_tests():
    build = ["-c", "release", "--scratch-path", str(SCRATCH)]
    subprocess.run(
        ["swift", "build", "--quiet", "--build-tests", "--enable-code-coverage", *build], cwd=ROOT,
        check=True)
    raw = SCRATCH / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True)
    # A file for each process: files that processes share are spoilt where one is killed while it adds.
    environment = dict(os.environ, LLVM_PROFILE_FILE=str(raw / "%p-%m.profraw"))
    # Without coverage of its own, which would choose other files for the counters.
    code = subprocess.run(
        ["swift", "test", "--skip-build", "--disable-code-coverage", *build], cwd=ROOT,
        env=environment).returncode
    files = sorted(str(file) for file in raw.glob("*.profraw"))
    if not files:
        sys.exit("coverage: no counters were written")
    names = SCRATCH / "raw.txt"
    names.write_text("\n".join(files))
    subprocess.run(
        [
            tool("llvm-profdata"), "merge", "-failure-mode=all", "-sparse", "-o",
            str(SCRATCH / "all.profdata"), "-f", str(names)],
        check=True)
    return code != 0


def report():
    folder = SCRATCH / "release"
    bundle = next(folder.glob("*.xctest"))
    objects = [str(bundle)]
    for name in ("amp-cli", "libAmpExport.so"):
        if (folder / name).exists():
            objects += ["-object", str(folder / name)]
    text = subprocess.run(
        [tool("llvm-cov"), "export", "-summary-only", "-instr-profile",
         str(SCRATCH / "all.profdata"), *objects],
        check=True, capture_output=True, text=True).stdout
    libraries = {}
    for file in json.loads(text)["data"][0]["files"]:
        path = pathlib.Path(file["filename"])
        if not path.is_relative_to(ROOT / "Sources"):
            continue
        library = path.relative_to(ROOT / "Sources").parts[0]
        lines = file["summary"]["lines"]
        count, covered, files = libraries.get(library, (0, 0, []))
        share = lines["covered"] / lines["count"] if lines["count"] else 1
        files.append((share, lines["count"] - lines["covered"], path.name))
        libraries[library] = (count + lines["count"], covered + lines["covered"], files)
    return libraries


def table(libraries):
    rows = ["| library | lines | reached | | files with most lines not reached |", "|---|--:|--:|--:|---|"]
    total = [0, 0]
    for name in sorted(libraries):
        count, covered, files = libraries[name]
        total[0] += count
        total[1] += covered
        worst = [f"{file} ({missed})" for _, missed, file in sorted(files, key=lambda f: -f[1])[:3]
                 if missed > 0]
        rows.append(f"| {name} | {count} | {covered} | {100 * covered / max(1, count):.1f} % | "
                    f"{', '.join(worst)} |")
    rows.append(f"| **all** | {total[0]} | {total[1]} | {100 * total[1] / max(1, total[0]):.1f} % | |")
    return "\n".join(rows) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--markdown", type=pathlib.Path, help="where to write the table")
    parser.add_argument("--skip-tests", action="store_true", help="report the last run again")
    arguments = parser.parse_args()
    failed = False
    if not arguments.skip_tests:
        failed = run_tests()
    text = table(report())
    print(f"Coverage of lines, {datetime.date.today()}\n\n{text}")
    if arguments.markdown:
        arguments.markdown.write_text(text)
    if failed:
        print("coverage: some tests failed", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
