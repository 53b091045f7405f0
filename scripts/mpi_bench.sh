#!/usr/bin/env bash
# Times a fit with two ranks of one thread each against one process with two threads, interleaved.
# Usage: scripts/mpi_bench.sh [ROUNDS]. Needs scripts/mpi_test.sh to have built amp-cli with MPI.
set -euo pipefail
cd "$(dirname "$0")/.."
amp="$PWD/.build/mpi/release/amp-cli"
rounds=${1:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
"$amp" generate --points 150000 --seed 1 --output points.npz --quiet

seconds() { python3 -c "import json; print(json.load(open('run/metrics.json'))['seconds'])"; }
median() { sort -g | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }
compare() { # compare NAME OPTIONS…
  local name=$1 round
  shift
  : >threads; : >ranks
  for ((round = 0; round < rounds; ++round)); do
    rm -rf run; "$amp" fit points.npz --seed 1 --output run --threads 2 --quiet "$@"; seconds >>threads
    rm -rf run; mpirun --bind-to none -n 2 "$amp" fit points.npz --seed 1 --output run --threads 1 --quiet "$@"
    seconds >>ranks
  done
  local one two
  one=$(median <threads); two=$(median <ranks)
  echo "| $name | $one s | $two s | $(awk "BEGIN {printf \"%.3f\", $two / $one}") |"
}
echo "| fit | one process, two threads | two ranks, one thread each | ratio |"
echo "|---|---|---|---|"
compare "MLP, paper recipe, 60 epochs" --recipe paper --epochs 60
compare "MLP, fast recipe, 20 epochs" --recipe fast --epochs 20
compare "DSI, float64, 3 epochs" --recipe paper --architecture dsi --epochs 3
compare "Bayesian, 15 epochs" --recipe paper --uncertainty bayesian --epochs 15
compare "repulsive, 8 members, 8 epochs" --recipe paper --uncertainty repulsive --members 8 --epochs 8
