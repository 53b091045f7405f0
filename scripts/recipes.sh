#!/usr/bin/env bash
# What each ingredient of the recipe `fast` brings, and accuracy against time for all architectures.
# Everything lands in recipes/. EPOCHS=150 is the recipe's own length (default 20, a quick look);
# POINTS is the number of points (default 300000). Runs that are there already are not repeated.
set -euo pipefail
cd "$(dirname "$0")/.."

epochs=${EPOCHS:-20}
points=${POINTS:-300000}
amp=${AMP:-$(swift build -c release --show-bin-path)/amp-cli}
mkdir -p recipes
cd recipes
[[ -e points.npz ]] || "$amp" generate --points "$points" --seed 1 --output points.npz
[[ -e rich.npz ]] ||
  "$amp" generate --points "$points" --seed 2 --enrich 20 --output rich.npz

# fit NAME DATA OPTIONS...: fits unless the run is there, going on where it was stopped.
fit() {
  local name=$1 data=$2
  shift 2
  if [[ -e $name/metrics.json ]]; then return; fi
  if [[ -e $name ]]; then
    "$amp" fit --resume "$name" --quiet
  else
    "$amp" fit "$data" --seed 1 --quiet --output "$name" "$@"
  fi
  echo "recipes: $name"
}

# The finishing takes a fixed share of the epochs.
passes() { echo $((($1 + 7) / 8)); }
short=(--epochs "$epochs" --finishing-epochs "$(passes "$epochs")")

fit all points.npz "${short[@]}"
fit no-finishing points.npz --epochs "$epochs" --finishing-epochs 0
fit no-calibration points.npz "${short[@]}" --calibrate false
fit no-refit points.npz "${short[@]}" --refit-head false
fit adam points.npz "${short[@]}" --optimizer adam
fit adam-alone points.npz --epochs "$epochs" --finishing-epochs 0 --optimizer adam
fit relu points.npz "${short[@]}" --activation relu
fit no-eikonal points.npz "${short[@]}" --target dimensionless
fit invariants points.npz "${short[@]}" --target ln --features invariants
fit momenta points.npz "${short[@]}" --target ln --features momenta
fit narrow points.npz "${short[@]}" --hidden 64,64,64
fit double points.npz "${short[@]}" --precision float64
fit enriched rich.npz "${short[@]}"

# Every architecture by both recipes, a quarter as long and as long.
drawn=()
for length in $(((epochs + 3) / 4)) "$epochs"; do
  for architecture in mlp mlp-i groupkan ds dsi kan lgatr-slim; do
    name=fast-$architecture-$length
    options=(--epochs "$length" --architecture "$architecture")
    case $architecture in mlp | mlp-i) options+=(--finishing-epochs "$(passes "$length")") ;; esac
    fit "$name" points.npz "${options[@]}"
    drawn+=("$name")
  done
  for architecture in mlp mlp-i groupkan ds dsi kan; do
    name=paper-$architecture-$length
    fit "$name" points.npz --epochs "$length" --architecture "$architecture" --recipe paper
    drawn+=("$name")
  done
done

for run in */; do
  "$amp" pulls "$run" --data points.npz --json "${run%/}.json" > /dev/null
done
"$amp" compare */
"$amp" compare "${drawn[@]}" --picture time.svg > /dev/null
