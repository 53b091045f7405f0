#!/usr/bin/env bash
# Fits with 1, 2 and 4 MPI processes and compares the weights; generates, labels and judges with two
# and four; kills a rank and goes on. Usage: scripts/mpi_test.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-dependencies.sh --mpi
swift build --quiet -c release --traits MPI --product amp-cli --scratch-path .build/mpi
amp="$PWD/.build/mpi/release/amp-cli"
work="${1:-$(mktemp -d)}"
mkdir -p "$work"
cd "$work"

run() { # run PROCESSES ARGUMENTS…
  local count=$1
  shift
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    mpirun --oversubscribe -n "$count" "$amp" "$@" --threads 1 --quiet
}
same() { # same LABEL FILE…
  local label=$1
  shift
  if [ "$(sha256sum "$@" | cut -d' ' -f1 | sort -u | wc -l)" != 1 ]; then
    echo "mpi: $label DIFFERS" >&2
    exit 1
  fi
  echo "mpi: $label: the same bits"
}

for count in 1 2 4; do run $count generate --points 20000 --seed 1 --output points-$count.npz; done
same "generate with 1, 2 and 4 processes" points-?.npz
for count in 1 2; do
  run $count amplitude points-1.npz --output labelled-$count.npz
done
same "amplitude with 1 and 2 processes" labelled-?.npz

fit() { # fit NAME OPTIONS…
  local name=$1 count
  shift
  for count in 1 2 4; do
    rm -rf "$name-$count"
    run $count fit points-1.npz --epochs 3 --seed 2 --output "$name-$count" "$@"
  done
  same "$name with 1, 2 and 4 processes" "$name"-?/best.safetensors
}
fit mlp --architecture mlp
fit mlp-paper --architecture mlp --recipe paper
fit dsi --architecture dsi --recipe paper
fit bayesian --uncertainty bayesian --recipe paper
fit repulsive --uncertainty repulsive --members 6 --recipe paper
fit ensemble --uncertainty ensemble --members 3 --recipe paper

for count in 1 2; do run $count pulls repulsive-1 --data points-1.npz --json pulls-$count.json >/dev/null; done
same "pulls with 1 and 2 processes" pulls-?.json

# A rank dies: the others end too, and the run goes on from its checkpoint to the same weights.
rm -rf whole killed
run 2 fit points-1.npz --recipe paper --epochs 40 --seed 3 --output whole
run 2 fit points-1.npz --recipe paper --epochs 40 --seed 3 --output killed \
  --checkpoint-seconds 0 >killed.log 2>&1 &
job=$!
while [ ! -e killed/checkpoint.safetensors ]; do sleep 0.1; done
pkill -9 -n -f "amp-cli fit points-1.npz --recipe paper --epochs 40 --seed 3 --output killed"
if wait $job; then echo "mpi: a lost rank went unnoticed" >&2; exit 1; fi
[ ! -e killed/metrics.json ]
run 2 fit --resume killed
same "a fit that lost a rank and went on" whole/best.safetensors killed/best.safetensors
