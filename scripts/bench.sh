#!/usr/bin/env bash
# Runs Benchmarks/compare.py with a Python that has PyTorch, JAX, ONNX Runtime and lgatr, and says where it comes from.
#
#     AMP_BENCH_PYTHON=/path/to/python make bench    an interpreter of yours
#     make bench                                     .venv-bench, made the first time
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "bench: $*" >&2; }
has_torch() { "$1" -c 'import torch' >/dev/null 2>&1; }

if [[ -n ${AMP_BENCH_PYTHON:-} ]]; then
  has_torch "$AMP_BENCH_PYTHON" || {
    say "AMP_BENCH_PYTHON=$AMP_BENCH_PYTHON cannot import torch, so Amp is timed alone"
    unset AMP_BENCH_PYTHON
  }
else
  venv=$PWD/.venv-bench
  if ! has_torch "$venv/bin/python"; then
    say "installing PyTorch, JAX and ONNX Runtime into .venv-bench (once; about 2 GB). To use another interpreter,"
    say "stop this and set AMP_BENCH_PYTHON"
    # A folder of an attempt that was broken off is made afresh.
    if ! { python3 -m venv --clear "$venv" &&
      "$venv/bin/pip" install --quiet --disable-pip-version-check torch numpy jax onnxruntime onnx lgatr==1.4.4; }; then
      say "that did not work (see above), so Amp is timed alone"
      rm -rf "$venv"
    fi
  fi
  # A folder made before these were measured lacks their packages.
  if has_torch "$venv/bin/python" && ! "$venv/bin/python" -c 'import jax, lgatr, onnxruntime' >/dev/null 2>&1; then
    "$venv/bin/pip" install --quiet --disable-pip-version-check jax onnxruntime onnx lgatr==1.4.4 ||
      say "JAX, ONNX Runtime or lgatr cannot be installed, so they are left out"
  fi
  if has_torch "$venv/bin/python"; then export AMP_BENCH_PYTHON=$venv/bin/python; fi
fi
exec python3 Benchmarks/compare.py "$@"
