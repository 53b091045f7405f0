#!/usr/bin/env bash
# Runs a small scan by a Slurm of this machine alone, started for it and stopped afterwards: the array,
# then the gathering that waits for it. Needs root and Debian's slurmctld, slurmd, slurm-client and
# munge. Usage: scripts/slurm_test.sh AMP-CLI POINTS
set -euo pipefail
amp=$(realpath "$1") points=$(realpath "$2")
for program in slurmctld slurmd sbatch munged; do
  command -v $program >/dev/null || { echo "slurm: no $program, nothing tried" && exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "slurm: not root, nothing tried" && exit 0; }

work=$(mktemp -d)
host=$(hostname -s)
mkdir -p "$work"/{state,spool} /run/munge
chown munge: /run/munge
[ -e /etc/munge/munge.key ] || mungekey --create
pgrep -x munged >/dev/null || runuser -u munge -- "$(command -v munged)"
cat >"$work/slurm.conf" <<CONF
ClusterName=amp
SlurmctldHost=$host
SlurmUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=$host Default=YES State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
stop() {
  for daemon in slurmd slurmctld; do
    [ ! -e "$work/$daemon.pid" ] || kill "$(cat "$work/$daemon.pid")" 2>/dev/null || true
  done
}
trap stop EXIT
slurmctld
slurmd
for _ in {1..60}; do
  [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ] && break
  sleep 0.5
done

cat >"$work/scan.yaml" <<YAML
data: $points
recipe: paper
epochs: 5
hidden: [16]
scan: {architecture: [mlp, mlp-i], noise: [0, 0.05]}
YAML
"$amp" scan "$work/scan.yaml" --output "$work/scan" --emit slurm >/dev/null
cd "$work/scan"
# The two commands that the script names in its first lines.
sbatch --test-only jobs.slurm
id=$(sbatch --parsable jobs.slurm)
last=$(sbatch --parsable --dependency=afterok:"$id" --array=0 --export=ALL,GATHER=1 jobs.slurm)
for _ in {1..240}; do
  [ -n "$(squeue --noheader --jobs "$id,$last" 2>/dev/null)" ] || break
  sleep 0.5
done
(($(wc -l <table.csv) == 5)) || { cat amp-*.log >&2 && exit 1; }
echo "slurm: an array of four fits ran and was gathered"
stop
trap - EXIT
sleep 1
rm -rf "$work"
