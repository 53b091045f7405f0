#!/usr/bin/env bash
# Runs Benchmarks/files.py with a Python that has NumPy, pandas and pyhepmc.
#
#     AMP_BENCH_PYTHON=/path/to/python make bench-files   an interpreter of yours
#     make bench-files                                    .venv-bench, made the first time
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -z ${AMP_BENCH_PYTHON:-} ]]; then
  venv=$PWD/.venv-bench
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  "$venv/bin/python" -c 'import numpy, pandas, pyhepmc' 2>/dev/null ||
    "$venv/bin/pip" install --quiet --disable-pip-version-check numpy pandas pyhepmc ||
    echo "bench: packages are missing (see above), so some readers are not timed" >&2
  export AMP_BENCH_PYTHON=$venv/bin/python
fi
exec python3 Benchmarks/files.py "$@"
