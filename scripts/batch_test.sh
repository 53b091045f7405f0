#!/usr/bin/env bash
# Runs a scan of twelve small fits by Snakemake, kills it half-way, goes on, gathers, and compares the
# models with those of `amp-cli scan` alone. Checks the scripts for Slurm and HTCondor as far as there
# is something to check them with. Usage: scripts/batch_test.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts="$PWD/scripts"
swift build --quiet -c release --product amp-cli
amp="$PWD/.build/release/amp-cli"
work="${1:-$(mktemp -d)}"
mkdir -p "$work"
cd "$work"

if ! command -v snakemake >/dev/null; then
  [ -x venv/bin/snakemake ] || { python3 -m venv venv && venv/bin/pip install --quiet snakemake; }
  PATH="$PWD/venv/bin:$PATH"
fi
"$amp" generate --points 20000 --seed 1 --output points.npz --quiet
cat >scan.yaml <<'YAML'
data: points.npz
recipe: paper
epochs: 150
hidden: [32, 32]
scan: {architecture: [mlp, mlp-i], noise: [0, 0.05, 0.1], seed: [1, 2]}
YAML
rm -rf alone scan
"$amp" scan scan.yaml --output alone --quiet >/dev/null

"$amp" scan scan.yaml --output scan --emit snakemake
done_fits() { find scan -name metrics.json | wc -l; }
snakemake --snakefile scan/Snakefile --directory scan --cores 2 >killed.log 2>&1 &
job=$!
while [ "$(done_fits)" -lt 5 ]; do
  kill -0 $job 2>/dev/null || { cat killed.log >&2; exit 1; }
  sleep 0.1
done
kill -9 $job
pkill -9 -f "$amp.* scan .*/scan.yaml --output .*/scan " || true
wait $job 2>/dev/null || true
before=$(done_fits)
((before < 12)) || { echo "batch: the kill came too late" >&2; exit 1; }
snakemake --snakefile scan/Snakefile --directory scan --unlock >/dev/null 2>&1
snakemake --snakefile scan/Snakefile --directory scan --cores 2 --rerun-incomplete >resumed.log 2>&1 ||
  { cat resumed.log >&2; exit 1; }
(($(done_fits) == 12)) && (($(wc -l <scan/table.csv) == 13))
for run in alone/*/; do
  cmp "$run/best.safetensors" "scan/$(basename "$run")/best.safetensors"
done
echo "batch: killed after $before of 12 fits, went on; one table, the models of an undisturbed scan"

"$amp" scan scan.yaml --output slurm --emit slurm
"$amp" scan scan.yaml --output htcondor --emit htcondor
bash -n slurm/jobs.slurm
"$scripts/slurm_test.sh" "$amp" points.npz
! command -v condor_submit >/dev/null || condor_submit -dry-run - htcondor/job.sub
echo "batch: scripts for Slurm and HTCondor are written"
