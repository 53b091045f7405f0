#!/usr/bin/env bash
# Runs a reader of files under libFuzzer with the address sanitizer.
#
#     scripts/fuzz.sh FORMAT SECONDS
#
# FORMAT is one of the points: npy, npz, csv, njet, hepmc3, hepmc2, lhe, hdf5, or any (recognised by
# content, normalised and checked); of the texts: accord (orders and contracts), process, columns; of
# what a fit writes: safetensors, model, checkpoint, config. all takes them one after the other. The
# corpus starts from Tests/Fixtures and grows in .build-fuzz/corpus; a crash, a hang of 10 s, or
# memory above 500 MiB stops the run, and its input is kept in .build-fuzz. Of HDF5 the library itself
# breaks: there the run goes on, and afterwards amp-cli, which reads HDF5 in a process of its own, must
# refuse each of these inputs with an error.
set -euo pipefail
cd "$(dirname "$0")/.."

points=(npy npz csv njet hepmc3 hepmc2 lhe hdf5 any accord process columns safetensors)
models=(model checkpoint config)
formats=("${points[@]}" "${models[@]}")
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
  echo "fuzz: there is no reader '$format'. Choose one of: ${formats[*]}, all." >&2
  exit 1
fi
program=fuzz
if [[ " ${models[*]} " == *" $format "* ]]; then program=fuzz-models; fi

# library NAME FILES…: compiles a module of the package.
library() {
  local name=$1
  shift
  swiftc "${flags[@]}" -module-name "$name" -emit-module \
    -emit-module-path "$out/$program.d/$name.swiftmodule" -emit-object -wmo \
    -o "$out/$program.d/$name.o" "$@"
}
sources() { find "$@" -name '*.swift' | sort; }

mkdir -p "$out/corpus/$format" "$out/$program.d"
newest=$(find Sources Tests/Fuzz scripts/fuzz.sh -newer "$out/$program" 2>/dev/null | head -1 || true)
if [[ ! -x $out/$program || -n $newest ]]; then
  echo "fuzz: building" >&2
  flags=(-O -swift-version 6 -parse-as-library -package-name amp -sanitize=fuzzer,address
    -I Sources/CZlib -I Sources/CHDF5 -I Sources/COpenBLAS
    -I "$out/$program.d" -module-cache-path "$out/cache")
  for flag in $(pkg-config --cflags hdf5 openblas); do flags+=(-Xcc "$flag"); done
  if [[ $program == fuzz ]]; then
    # No more than the parsers need, so that neither OpenBLAS nor the kernels are built along.
    library AmpCore Sources/AmpCore/{AmpError,Version}.swift Sources/AmpCore/Kinematics/*.swift \
      Sources/AmpCore/Serialization/*.swift
    mapfile -t files < <(sources Sources/AmpData/Formats)
    library AmpData Sources/AmpData/Exports.swift "${files[@]}" \
      Sources/AmpData/Providers/BLHA/{BLHAOrder,BLHAContract,WorkerProcess}.swift
    library AmpHDF5 Sources/AmpHDF5/*.swift
    own=(Tests/Fuzz/Parsers.swift Sources/AmpExport/BLHA/{Contract,Assignment}.swift)
    # shellcheck disable=SC2207
    links=(-lz $(pkg-config --libs hdf5))
  else
    swift package resolve >&2
    yams=.build/checkouts/Yams/Sources
    for file in Sources/CAmpKernels/dispatch.c Sources/CAmpKernels/levels/*.c "$yams"/CYaml/src/*.c; do
      clang -O2 -c -I Sources/CAmpKernels/include -I "$yams/CYaml/include" "$file" \
        -o "$out/$program.d/$(basename "$file").c.o"
    done
    mkdir -p "$out/$program.d/kernels"
    printf 'module CAmpKernels { umbrella "%s" export * }\n' "$PWD/Sources/CAmpKernels/include" \
      >"$out/$program.d/kernels/module.modulemap"
    flags+=(-I "$yams/CYaml/include" -I "$out/$program.d/kernels")
    for name in AmpCore AmpNets AmpUncertainty AmpData; do
      mapfile -t files < <(sources "Sources/$name")
      library "$name" "${files[@]}"
    done
    library Yams -suppress-warnings -swift-version 5 -D SWIFT_PACKAGE "$yams"/Yams/*.swift
    own=(Tests/Fuzz/Models.swift Sources/amp-cli/Run/RunConfiguration*.swift)
    # shellcheck disable=SC2207
    links=("$out/$program.d"/*.c.o -lz -llapacke $(pkg-config --libs openblas))
  fi
  swiftc "${flags[@]}" -module-name Fuzz -o "$out/$program" Tests/Fuzz/Entry.swift "${own[@]}" \
    $(find "$out/$program.d" -name '*.o' ! -name '*.c.o') "${links[@]}" \
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
hdf5) seed $fixtures/points/*.hdf5 ;;
columns) seed $fixtures/points/points.csv ;;
safetensors) seed $fixtures/reference.safetensors $fixtures/pulls.json ;;
any) seed $fixtures/points/* $fixtures/events/* ;;
*) seed Tests/Fuzz/seeds/"$format"/* ;;
esac

# refuses FILE: amp-cli must say what is wrong with it, or read it; a signal is neither.
refuses() {
  local said code=0
  said=$(.build/release/amp-cli inspect "$1" 2>&1) || code=$?
  if ((code == 0)) || { ((code == 1)) && [[ $said == *Error:* ]]; }; then return; fi
  echo "fuzz: amp-cli ended with $code for $1: $said" >&2
  return 1
}

options=()
if [[ $format == hdf5 ]]; then
  swift build --quiet -c release --product amp-cli
  rm -f "$out"/hdf5-*
  options=(-fork=1 -ignore_crashes=1 -ignore_ooms=1 -ignore_timeouts=1)
fi

echo "fuzz: $format for $seconds s" >&2
trap 'rm -f /dev/shm/amp-fuzz-*' EXIT
# What was freed is kept for a while to find its use: 256 MB, by default, of the 500.
export ASAN_OPTIONS=quarantine_size_mb=16
set +e
AMP_FUZZ_FORMAT=$format "$out/$program" "$out/corpus/$format" -max_total_time="$seconds" \
  -rss_limit_mb=500 -malloc_limit_mb=500 -timeout=10 -max_len=65536 -print_final_stats=1 \
  -dict=Tests/Fuzz/words.dict -artifact_prefix="$out/$format-" "${options[@]}" 2>&1 |
  grep -E '^==|ERROR|SUMMARY|Fatal|stat::|^Done|rtifact|libFuzzer'
code=${PIPESTATUS[0]}
if [[ $format == hdf5 ]]; then
  code=0
  count=0
  for file in "$out"/hdf5-*; do
    [[ -e $file ]] || continue
    count=$((count + 1))
    refuses "$file" || code=1
  done
  echo "fuzz: libhdf5 broke $count times; amp-cli refused all: $([[ $code == 0 ]] && echo yes || echo no)" >&2
fi
exit "$code"
