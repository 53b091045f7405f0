#!/usr/bin/env bash
# Kills commands at random moments, and takes their disk, input or reader away.
#
#     Tests/Faults/kill.sh [--kills 100] [--seed 1] [--amp PATH] [--markdown FILE]
#
# A killed command must leave each of its files whole or not at all; what is whole must have the
# bytes of a run that nobody killed, a fit or a reproduction that is resumed must end with the same
# bits, and no process of a killed command may stay. Seeds are printed: the same seed kills at the
# same moments. Exit code 1 if anything was lost.
set -uo pipefail
here=$(realpath "$(dirname "$0")")
cd "$here/../.."

kills=100 seed=1 amp=.build/release/amp-cli markdown=
while (($#)); do
  case $1 in
  --kills) kills=$2 ;;
  --seed) seed=$2 ;;
  --amp) amp=$2 ;;
  --markdown) markdown=$2 ;;
  *)
    echo "kill: there is no option $1" >&2
    exit 2
    ;;
  esac
  shift 2
done
amp=$(realpath "$amp")
[[ -x $amp ]] || { echo "kill: build first, with swift build -c release" >&2; exit 2; }
folder=$(mktemp -d)
mounted=()
cleanup() {
  for mount in "${mounted[@]}"; do umount "$mount" 2>/dev/null; done
  rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder" || exit 2

rows=() lost=0
# report FAULT TIMES LOST NOTE
report() {
  rows+=("| $1 | $2 | $3 | $4 |")
  lost=$((lost + $3))
  printf '%-58s %5s times, %s lost  %s\n' "$1" "$2" "$3" "$4"
}
sum() { sha256sum "$1" | cut -d' ' -f1; }
temporaries() { find . -name '.amp-*' | wc -l; }

# --- kill -9

"$amp" generate --points 3000 --seed 1 --output points.npz --quiet || exit 2
generate=(generate --points 20000 --seed 5 --output generated.npz --quiet)
convert=(convert large.csv converted.npz --quiet)
hdf5=(convert large.hdf5 converted.npz --quiet)
fit=(fit points.npz --hidden 16 --batch 64 --epochs 40 --seed 3 --checkpoint-seconds 0
  --output run --quiet)
# The fits of a figure one after the other, and what is drawn of them.
reproduce=(reproduce fig5 --points 1500 --effort 0.05 --members 2 --samples 2
  --checkpoint-seconds 0 --output reproduction --quiet)
"$amp" generate --points 20000 --seed 5 --output large.csv --quiet || exit 2
names=(generate convert fit reproduce)
# Amp only reads HDF5.
if "$amp" convert large.csv large.npy --quiet && [[ -x $(command -v cc) ]] &&
  # shellcheck disable=SC2046
  cc -O2 $(pkg-config --cflags hdf5) "$here/hdf5.c" $(pkg-config --libs hdf5) -o hdf5 2>/dev/null; then
  for _ in {1..10}; do tail -c +129 large.npy; done >rows
  # A header as NumPy's, of 128 bytes, in front of ten times the rows.
  { head -c 128 large.npy && cat rows; } >huge.npy
  ./hdf5 huge.npy large.hdf5 || exit 2
  rm rows huge.npy
  names+=(hdf5)
else
  echo "kill: no HDF5 file can be made here (that needs cc and libhdf5): its reader is left out" >&2
fi

# The bits that a command must leave, and nothing that tells the time.
bits() {
  case $1 in
  generate) sum generated.npz ;;
  convert | hdf5) sum converted.npz ;;
  fit) echo "$(sum run/best.safetensors) $(sum run/last.safetensors)" ;;
  reproduce)
    (cd reproduction && find . -name '*.safetensors' ! -name 'checkpoint*' -o -name judgement.json \
      -o -name 'summary.*' -o -name '*.svg' | LC_ALL=C sort | xargs sha256sum | sha256sum)
    ;;
  esac
}
forget() { rm -rf generated.npz converted.npz run reproduction; }

declare -A duration expected
for name in "${names[@]}"; do
  declare -n command=$name
  began=$(date +%s.%N)
  "$amp" "${command[@]}" >/dev/null || exit 2
  duration[$name]=$(awk "BEGIN { print $(date +%s.%N) - $began }")
  expected[$name]=$(bits "$name")
  forget
done
unset -n command

# A pseudorandom number from 0 to 1 that the seed and a number decide.
random() { awk -v s="$1" 'BEGIN { srand(s); rand(); print rand() }'; }
# kills_after SECONDS COMMAND…: starts it, and kills it then; `children` are those it had.
kills_after() {
  local pause=$1
  shift
  "$amp" "$@" >/dev/null 2>&1 &
  local process=$!
  sleep "$pause"
  children=$(pgrep -P "$process")
  kill -9 "$process" 2>/dev/null
  wait "$process" 2>/dev/null
}
# Whether a process is alive: one that has ended and waits to be noticed is not.
lives() { [[ -e /proc/$1 && $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) != Z ]]; }

declare -A times losses whole
for name in "${names[@]}"; do times[$name]=0 losses[$name]=0 whole[$name]=0; done
left=0 wrong=0 workers=0 orphans=0 changed=0
for ((round = 0; round < kills; round++)); do
  name=${names[$((round % ${#names[@]}))]}
  declare -n command=$name
  times[$name]=$((times[$name] + 1))
  kills_after "$(awk "BEGIN { print 1.05 * ${duration[$name]} * $(random $((seed * 1000 + round))) }")" \
    "${command[@]}"
  left=$((left + $(temporaries)))
  case $name in
  generate | convert | hdf5)
    file=generated.npz
    [[ $name == generate ]] || file=converted.npz
    if [[ -e $file ]]; then
      whole[$name]=$((whole[$name] + 1))
      [[ $(bits "$name") == "${expected[$name]}" ]] || losses[$name]=$((losses[$name] + 1))
    fi
    # A worker notices that nobody asks any more.
    for child in $children; do
      workers=$((workers + 1))
      for _ in {1..40}; do lives "$child" || break; sleep 0.05; done
      if lives "$child"; then orphans=$((orphans + 1)); fi
    done
    ;;
  fit)
    if [[ -e run ]]; then
      # Every file that is there can be read.
      "$amp" inspect run >/dev/null 2>&1 || losses[fit]=$((losses[fit] + 1))
      [[ -e run/metrics.json ]] && whole[fit]=$((whole[fit] + 1))
      kills_after "$(awk "BEGIN { print ${duration[fit]} * $(random $((seed * 77 + round))) }")" \
        fit --resume run --quiet --checkpoint-seconds 0
      # A run that is finished says so, with an error.
      [[ -e run/metrics.json ]] || "$amp" fit --resume run --quiet 2>/dev/null
    else
      "$amp" "${fit[@]}"
    fi
    [[ $(bits fit) == "${expected[fit]}" ]] || wrong=$((wrong + 1))
    ;;
  reproduce)
    for run in reproduction/jobs/*/; do
      [[ -e $run/config.yaml ]] || continue
      "$amp" inspect "$run" >/dev/null 2>&1 || losses[reproduce]=$((losses[reproduce] + 1))
    done
    [[ -e reproduction/summary.json ]] && whole[reproduce]=$((whole[reproduce] + 1))
    kills_after "$(awk "BEGIN { print ${duration[reproduce]} * $(random $((seed * 77 + round))) }")" \
      "${reproduce[@]}"
    "$amp" "${reproduce[@]}" >/dev/null
    [[ $(bits reproduce) == "${expected[reproduce]}" ]] || changed=$((changed + 1))
    ;;
  esac
  find . -name '.amp-*' -prune -exec rm -rf {} +
  forget
done
unset -n command
echo "seed $seed; seconds without a kill:$(for name in "${names[@]}"; do
  printf ' %s %.1f' "$name" "${duration[$name]}"
done)"
report "\`kill -9\` of \`generate\`" "${times[generate]}" "${losses[generate]}" \
  "${whole[generate]} had written their file"
report "\`kill -9\` of \`convert\`" "${times[convert]}" "${losses[convert]}" \
  "${whole[convert]} had written their file"
if [[ -n ${times[hdf5]-} ]]; then
  report "\`kill -9\` of \`convert\` from HDF5" "${times[hdf5]}" "${losses[hdf5]}" \
    "${whole[hdf5]} had written their file"
  report "the process that reads for it, alive after two seconds" "$workers" "$orphans" \
    "as often as there was one"
fi
report "\`kill -9\` of \`fit\`" "${times[fit]}" "${losses[fit]}" "${whole[fit]} had ended"
report "\`kill -9\` of \`fit --resume\`, then resumed: other bits" "${times[fit]}" "$wrong" \
  "compared with a fit that ran through"
report "\`kill -9\` of \`reproduce\` with 15 fits" "${times[reproduce]}" "${losses[reproduce]}" \
  "${whole[reproduce]} had ended"
report "\`kill -9\` of \`reproduce\` again, then once more to the end: other bits" \
  "${times[reproduce]}" "$changed" "models, judgements, summary and figures"
echo "$left hidden temporary files were left behind by kills"

# --- errors: the command must say so with exit code 1, and leave nothing under the name

# refuses FAULT FILE WORD COMMAND…
refuses() {
  local fault=$1 file=$2 word=$3 bad=0 note code
  shift 3
  "$@" >out 2>err
  code=$?
  # What is wrong, without the names of this run and what to do about it.
  note="exit code 1, names the file: $(sed -nE \
    '/^Error: /{ s/^Error: [^ ]+: //; s/\. [A-Z].*//; s/ \/[^ ]*//g; p; q }' err)"
  [[ $code == 1 ]] || { bad=1 note="exit code $code: $(tail -1 err | cut -c1-90)"; }
  grep -q "$word" err || bad=1
  [[ ! -e $file ]] || { bad=1 note="left $file"; }
  [[ $(find "$(dirname "$file")" -maxdepth 1 -name '.amp-*' | wc -l) == 0 ]] ||
    { bad=1 note="left a temporary file"; }
  report "$fault" 1 $bad "${note//|/∣}"
}

"$amp" fit points.npz --hidden 8 --epochs 2 --output model --quiet || exit 2
mkdir small fixed
if mount -t tmpfs -o size=1m none small 2>/dev/null; then
  mounted+=("$folder/small")
  head -c 900000 /dev/zero >small/full
  for name in npz csv.gz hepmc3; do
    refuses "full disk, \`generate\` .$name" small/a.$name "small/a.$name" \
      "$amp" generate --points 20000 --seed 1 --output small/a.$name --quiet
  done
  refuses "full disk, \`convert\`" small/a.npy "small/a.npy" \
    "$amp" convert large.csv small/a.npy --quiet
  refuses "full disk, \`predict\`" small/p.csv "small/p.csv" \
    "$amp" predict model large.csv --output small/p.csv --quiet
  refuses "full disk, \`fit\`" small/run "small/run" \
    "$amp" fit points.npz --hidden 512,512 --epochs 1 --output small/run --quiet
else
  echo "kill: no small disk can be mounted here (that needs root): those faults are left out" >&2
fi
if mount -t tmpfs -o size=1m none fixed 2>/dev/null; then
  mounted+=("$folder/fixed")
  mount -o remount,ro fixed
  for words in "generate --points 10 --output fixed/a.npz" "convert points.npz fixed/a.npz" \
    "predict model points.npz --output fixed/a.npz" "export model --output fixed/a.onnx" \
    "fit points.npz --epochs 1 --output fixed/a"; do
    read -ra line <<<"$words"
    refuses "read-only folder, \`${line[0]}\`" fixed/a "fixed/a" "$amp" "${line[@]}" --quiet
  done
fi
cp points.npz secret.npz
chmod 000 secret.npz
as=()
if [[ $(id -u) == 0 ]]; then
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  chmod 755 "$folder"
  mkdir -m 777 open
else
  mkdir open
fi
if "${as[@]}" test -x "$amp"; then
  refuses "unreadable input" open/a.npz "secret.npz" \
    "${as[@]}" "$amp" convert secret.npz open/a.npz --quiet
else
  echo "kill: nobody else may start $amp: the unreadable input is left out" >&2
fi

# --- input that changes while it is read

bad=0
for ((round = 0; round < 10; round++)); do
  cp large.csv gone.csv
  "$amp" convert gone.csv gone.npz --quiet 2>err &
  process=$!
  sleep "$(awk -v s="$((seed + round))" -v t="${duration[convert]}" \
    'BEGIN { srand(s); rand(); print t * rand() }')"
  rm -f gone.csv
  wait "$process"
  code=$?
  if [[ -e gone.npz ]]; then
    [[ $(sum gone.npz) == "${expected[convert]}" ]] || bad=$((bad + 1))
  elif [[ $code != 1 ]] || ! grep -q gone.csv err; then
    bad=$((bad + 1))
  fi
  rm -f gone.npz
done
report "input removed while \`convert\` reads it" 10 $bad "read to its end all the same, or an error"
bad=0 signals=0
for ((round = 0; round < 10; round++)); do
  cp large.csv short.csv
  "$amp" convert short.csv short.npz --quiet 2>err &
  process=$!
  sleep "$(awk -v s="$((seed + round))" -v t="${duration[convert]}" \
    'BEGIN { srand(s); rand(); print t * rand() }')"
  truncate -s 1000 short.csv
  wait "$process"
  code=$?
  # It had ended, or has noticed in one way or the other.
  if [[ ! -e short.npz ]]; then
    [[ $code == 1 ]] && grep -q '^Error: ' err || bad=$((bad + 1))
    grep -q 'was cut short' err && signals=$((signals + 1))
  fi
  [[ ! -e short.npz || $(sum short.npz) == "${expected[convert]}" ]] || bad=$((bad + 1))
  rm -f short.npz .amp-*
done
report "input cut short while \`convert\` reads it" 10 $bad \
  "$signals said so with exit code 1, none wrote a wrong file"

# --- signals and pipes

# Background commands of a script ignore SIGINT unless they are told not to.
attentive=(env --default-signal=INT)

for pair in INT:130 TERM:143; do
  signal=${pair%:*} code=${pair#*:} bad=0
  for ((round = 0; round < 5; round++)); do
    rm -rf run
    "${attentive[@]}" "$amp" "${fit[@]}" 2>/dev/null &
    process=$!
    sleep "$(awk -v s="$((seed + round))" -v t="${duration[fit]}" \
      'BEGIN { srand(s); rand(); print 0.2 * t + 0.5 * t * rand() }')"
    kill -$signal "$process" 2>/dev/null
    wait "$process"
    found=$?
    [[ $found == "$code" || $found == 0 ]] || bad=$((bad + 1))
    # A fit that was stopped before its first epoch leaves no folder.
    if [[ ! -e run ]]; then
      "$amp" "${fit[@]}"
    elif [[ ! -e run/metrics.json ]]; then
      "$amp" fit --resume run --quiet 2>/dev/null
    fi
    [[ "$(sum run/best.safetensors) $(sum run/last.safetensors)" == "${expected[fit]}" ]] ||
      bad=$((bad + 1))
  done
  report "SIG$signal to \`fit\`, then resumed" 5 $bad "exit code $code with a checkpoint; same bits"
done
rm -rf run
bad=0
for signal in INT TERM; do
  "${attentive[@]}" "$amp" "${generate[@]}" 2>/dev/null &
  process=$!
  sleep "$(awk -v t="${duration[generate]}" 'BEGIN { print t / 2 }')"
  kill -$signal "$process" 2>/dev/null
  wait "$process"
  [[ ! -e generated.npz || $(sum generated.npz) == "${expected[generate]}" ]] || bad=$((bad + 1))
  rm -f generated.npz
done
report "SIGINT, SIGTERM to \`generate\`" 2 $bad "no file"
bad=0
for words in "inspect points.npz" "inspect model" "pulls model --data points.npz" \
  "order --process gg_aag --output -" "compare model model"; do
  read -ra line <<<"$words"
  "$amp" "${line[@]}" 2>err | true
  code=${PIPESTATUS[0]}
  [[ $code == 0 ]] || { bad=$((bad + 1)); echo "kill: ${line[*]} | true: exit code $code" >&2; }
done
"$amp" convert points.npz points.txt --quiet
cut -d' ' -f1-20 points.txt | grep -v '^#' >rows.txt
for _ in {1..30}; do cat rows.txt; done >many.txt
"$amp" predict model - --output - --quiet <many.txt 2>err | head -1 >out
code=${PIPESTATUS[0]}
[[ $code == 0 && -s out ]] || { bad=$((bad + 1)); echo "kill: predict | head: exit code $code" >&2; }
report "closed pipe: five reports, \`predict RUN - --output -\`" 6 $bad "exit code 0"

if [[ -n $markdown ]]; then
  cd - >/dev/null || exit 2
  {
    printf '| fault | times | lost | |\n|---|--:|--:|---|\n'
    printf '%s\n' "${rows[@]}"
  } >"$markdown"
fi
exit $((lost > 0))
