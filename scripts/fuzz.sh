#!/usr/bin/env bash
# Runs a parser of files under libFuzzer with the address sanitizer.
#
#     scripts/fuzz.sh FORMAT SECONDS
#
# FORMAT is npy, npz, csv, njet, hepmc3, hepmc2, lhe, safetensors, or any (recognised by content,
# normalised and checked); all takes them one after the other. The corpus starts from Tests/Fixtures
# and grows in .build-fuzz/corpus; a crash, a hang of 10 s, or memory above 500 MiB stops the run,
# and its input is kept in .build-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."

formats=(npy npz csv njet hepmc3 hepmc2 lhe safetensors any)
format=${1:-any}
seconds=${2:-60}
out=.build-fuzz
# Without this, Swift's own report swallows the input that crashed.
export SWIFT_BACKTRACE=enable=no

if [[ $format == all ]]; then
  for each in "${formats[@]}"; do "$0" "$each" "$seconds"; done
  exit
fi
if [[ " ${formats[*]} " != *" $format "* ]]; then
  echo "fuzz: there is no parser '$format'. Choose one of: ${formats[*]}, all." >&2
  exit 1
fi

mkdir -p "$out/corpus/$format"
newest=$(find Sources/AmpCore Sources/AmpData Tests/Fuzz scripts/fuzz.sh -newer "$out/fuzz" \
  2>/dev/null | head -1 || true)
if [[ ! -x $out/fuzz || -n $newest ]]; then
  echo "fuzz: building" >&2
  flags=(-O -swift-version 6 -parse-as-library -package-name amp -sanitize=fuzzer,address
    -I Sources/CZlib -I "$out" -module-cache-path "$out/cache")
  # No more than the parsers need, so that neither OpenBLAS nor the kernels are built along.
  core=(Sources/AmpCore/{AmpError,Version}.swift Sources/AmpCore/Kinematics/*.swift
    Sources/AmpCore/Serialization/*.swift)
  swiftc "${flags[@]}" -module-name AmpCore -emit-module -emit-module-path "$out/AmpCore.swiftmodule" \
    -emit-object -wmo -o "$out/AmpCore.o" "${core[@]}"
  data=(Sources/AmpData/Exports.swift)
  while IFS= read -r file; do data+=("$file"); done < <(find Sources/AmpData/Formats -name '*.swift')
  swiftc "${flags[@]}" -module-name AmpData -emit-module -emit-module-path "$out/AmpData.swiftmodule" \
    -emit-object -wmo -o "$out/AmpData.o" "${data[@]}"
  swiftc "${flags[@]}" -module-name Fuzz -o "$out/fuzz" Tests/Fuzz/*.swift "$out"/Amp{Core,Data}.o -lz \
    2> >(grep -v 'Cannot export local symbol' >&2)
fi

# The corpus: the fixtures of the format, compressed ones also unpacked.
seed() {
  local file name
  for file in "$@"; do
    name=$(basename "$file")
    cp "$file" "$out/corpus/$format/$name"
    if [[ $name == *.gz ]]; then gzip -dc "$file" >"$out/corpus/$format/${name%.gz}"; fi
  done
}
fixtures=Tests/Fixtures
case $format in
npy) seed $fixtures/numpy/*.npy $fixtures/points/*.npy ;;
npz) seed $fixtures/numpy/*.npz $fixtures/points/*.npz ;;
csv) seed $fixtures/points/*.csv* ;;
njet) seed $fixtures/events/n3jet.txt ;;
hepmc3) seed $fixtures/events/*.hepmc3* ;;
hepmc2) seed $fixtures/events/*.hepmc2 ;;
lhe) seed $fixtures/events/*.lhe* ;;
safetensors) seed $fixtures/reference.safetensors $fixtures/pulls.json ;;
any) seed $fixtures/points/* $fixtures/events/* ;;
esac

echo "fuzz: $format for $seconds s" >&2
trap 'rm -f /dev/shm/amp-fuzz-*' EXIT
set +e
AMP_FUZZ_FORMAT=$format "$out/fuzz" "$out/corpus/$format" -max_total_time="$seconds" \
  -rss_limit_mb=500 -malloc_limit_mb=500 -timeout=10 -max_len=65536 -print_final_stats=1 \
  -dict=Tests/Fuzz/words.dict -artifact_prefix="$out/$format-" 2>&1 |
  grep -E '^==|ERROR|SUMMARY|Fatal|stat::|^Done|rtifact|libFuzzer'
exit "${PIPESTATUS[0]}"
