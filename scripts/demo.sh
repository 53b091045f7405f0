#!/usr/bin/env bash
# The whole way once: generate points, fit two surrogates, judge their pulls, compare them.
# Everything lands in demo/, which is made afresh each time.
set -euo pipefail
cd "$(dirname "$0")/.."

mark=demo/.made-by-the-demo
if [[ -e demo && ! -e $mark ]]; then
  echo "demo: there is a folder demo/ that this script did not make. Move it away first." >&2
  exit 1
fi
rm -rf demo
mkdir demo
touch "$mark"

# step WHAT COMMAND...: says what runs, runs it, and says how long it took.
step() {
  echo "==> $1"
  shift
  local start=$SECONDS
  echo "    \$ $*"
  "$@"
  echo "    took $((SECONDS - start)) s"
}

step "Build amp-cli in release mode (a few minutes the first time)" \
  swift build --quiet -c release --product amp-cli
bin=$(swift build -c release --show-bin-path)
amp-cli() { "$bin/amp-cli" "$@"; }

step "Generate 300 000 points of g g → γ γ g with |M|²" \
  amp-cli generate --points 300000 --seed 1 --output demo/points.npz

step "Fit the fast surrogate" \
  amp-cli fit demo/points.npz --architecture mlp --uncertainty heteroscedastic \
  --recipe fast --seed 1 --output demo/fast
step "Fit with the recipe of arXiv:2412.12069, 300 of its 1000 epochs" \
  amp-cli fit demo/points.npz --architecture mlp-i \
  --recipe paper --epochs 300 --seed 1 --output demo/paper

step "Pulls of the fast surrogate" \
  amp-cli pulls demo/fast --data demo/points.npz --report demo/report
step "Pulls of the paper's surrogate" \
  amp-cli pulls demo/paper --data demo/points.npz --report demo/report-paper

step "Comparison on the test points" amp-cli compare demo/fast demo/paper

echo "==> Reports"
find demo/report demo/report-paper -name '*.html' | sort | sed 's/^/    /'
echo "Done in $SECONDS s."
