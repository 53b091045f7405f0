#!/usr/bin/env bash
# Runs the parallel parts of Amp (Tests/Threads) under the thread sanitizer.
#
# Swift and the kernels are instrumented, OpenBLAS and the Swift runtime are not. OpenBLAS gets one
# thread, so that none of its own hide or make races; Amp calls it so in training too. First a race
# that is made on purpose must be found: a sanitizer that finds nothing shows nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build/tsan
export AMP_SANITIZE_THREADS=1 OPENBLAS_NUM_THREADS=1 SWIFT_BACKTRACE=enable=no
echo "thread-test: building with the thread sanitizer" >&2
swift build --quiet -c release --sanitize=thread --scratch-path "$scratch" --product thread-test
program=$scratch/release/thread-test

export TSAN_OPTIONS="halt_on_error=1 exitcode=66 second_deadlock_stack=1"
if [[ -s Tests/Threads/suppressions.txt ]]; then
  TSAN_OPTIONS+=" suppressions=$PWD/Tests/Threads/suppressions.txt"
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if "$program" --race >"$log" 2>&1 || ! grep -q 'ThreadSanitizer: .*race' "$log"; then
  cat "$log" >&2
  echo "thread-test: the sanitizer did not find the race that was made for it" >&2
  exit 1
fi
"$program"
