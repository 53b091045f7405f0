#!/usr/bin/env bash
# Writes the C header of AmpExport to standard output, from the one that the compiler makes.
#
#   scripts/c-header.sh .build/release/AmpExport.build/include/AmpExport-Swift.h > Sources/AmpExport/include/amp.h
#
# The compiler's header is for Clang; this keeps its declarations and comments, word for word but
# for the attributes, so that any C or C++ compiler reads it. A test compares the two.
set -euo pipefail
compiled=${1:?"usage: scripts/c-header.sh BUILD/AmpExport.build/include/AmpExport-Swift.h"}

cat <<'HEAD'
// Amp for C, C++ and Fortran: surrogate amplitudes with their uncertainties.
//
// Made by scripts/c-header.sh from what the Swift compiler says of Sources/AmpExport: do not edit.
#ifndef AMP_H
#define AMP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

HEAD

awk '
  # /// A <code>word</code> of a comment.
  /^[ ]*\/\/\// {
    gsub(/<\/?code>/, "`"); gsub(/’/, "\x27")
    sub(/^[ ]*\/\/\//, "//")
    comment = comment (inside ? "  " : "") $0 "\n"
    next
  }
  # typedef SWIFT_ENUM_NAMED(int, amp_status, "Status", closed) {
  /^typedef SWIFT_ENUM_NAMED\(int, amp_/ {
    name = $0
    sub(/^.*\(int, /, "", name); sub(/,.*$/, "", name)
    printf "%stypedef enum {\n", comment
    comment = ""; inside = 1
    next
  }
  # amp_statusOk = 0,  becomes  AMP_STATUS_OK = 0,
  inside && $1 ~ "^" name {
    key = substr($1, length(name) + 1)
    printf "%s  %s_%s = %s\n", comment, toupper(name), toupper(key), $3
    comment = ""
    next
  }
  inside && /^};/ {
    printf "} %s;\n\n", name
    inside = 0; comment = ""
    next
  }
  /^SWIFT_EXTERN .*\);?/ || /^SWIFT_EXTERN / {
    sub(/^SWIFT_EXTERN /, ""); gsub(/ _Nullable/, ""); gsub(/ SWIFT_[A-Z_]+/, "")
    $0 = gensub_const($0)
    printf "%s%s\n\n", comment, $0
    comment = ""
    next
  }
  { comment = "" }
  # double const *x  becomes  const double *x
  function gensub_const(line) {
    gsub(/double const \* /, "const double *", line); gsub(/char const \* /, "const char *", line)
    gsub(/int const \* /, "const int *", line)
    gsub(/double \* /, "double *", line); gsub(/char \* /, "char *", line)
    gsub(/int32_t \* /, "int32_t *", line); gsub(/int \* /, "int *", line)
    return line
  }
' "$compiled"

cat <<'FOOT'
#ifdef __cplusplus
}
#endif

#endif
FOOT
