#!/usr/bin/env bash
# Installs the system libraries that Amp links: OpenBLAS, LAPACKE, zlib, HDF5, and pkg-config.
# Only what is missing is installed; with everything in place it needs no network and no rights.
# With --compilers, on Debian also those of the programs in Examples/Embedding, which tests build;
# with --mpi, Open MPI for the trait MPI.
set -euo pipefail

say() { echo "install-dependencies: $*"; }
fail() {
  say "$*" >&2
  exit 1
}

wanted=${1:-}
command -v swift >/dev/null ||
  fail "swift is missing. Install Swift 6.1 or newer from https://www.swift.org/install and run again."

install_on_debian() {
  local missing=() packages=(libopenblas-dev liblapacke-dev zlib1g-dev libhdf5-dev pkg-config)
  if [[ "$wanted" == --compilers ]]; then packages+=(gcc g++ gfortran make); fi
  if [[ "$wanted" == --mpi ]]; then packages+=(libopenmpi-dev openmpi-bin); fi
  for package in "${packages[@]}"; do
    [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" == installed ]] ||
      missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    say "nothing to do, all system libraries are there"
    return
  fi

  local as_root=()
  if (($(id -u) != 0)); then
    command -v sudo >/dev/null ||
      fail "${missing[*]} missing, and there is no sudo. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]} with apt-get"
  export DEBIAN_FRONTEND=noninteractive
  local install=(apt-get install -y -qq --no-install-recommends "${missing[@]}")
  # The package lists may be missing or stale: fetch them if the first attempt fails.
  if ! ${as_root[@]+"${as_root[@]}"} "${install[@]}" >/dev/null 2>&1; then
    ${as_root[@]+"${as_root[@]}"} apt-get update -qq
    ${as_root[@]+"${as_root[@]}"} "${install[@]}" >/dev/null ||
      fail "apt-get could not install ${missing[*]} (see above)"
  fi
  say "done"
}

install_on_macos() {
  command -v brew >/dev/null ||
    fail "Homebrew is missing. Install it from https://brew.sh, or OpenBLAS by hand."
  local missing=() formulae=(openblas hdf5 pkgconf)
  if [[ "$wanted" == --mpi ]]; then formulae+=(open-mpi); fi
  for formula in "${formulae[@]}"; do
    brew list --formula "$formula" >/dev/null 2>&1 || missing+=("$formula")
  done
  if ((${#missing[@]})); then
    say "installing ${missing[*]} with Homebrew"
    brew install --quiet "${missing[@]}"
  else
    say "nothing to do, all system libraries are there"
  fi
  # Homebrew keeps OpenBLAS aside because macOS has a BLAS of its own.
  say "to build without make: export PKG_CONFIG_PATH=$(brew --prefix openblas)/lib/pkgconfig"
}

if [[ "$(uname -s)" == Darwin ]]; then
  install_on_macos
elif command -v apt-get >/dev/null; then
  install_on_debian
elif command -v pkg-config >/dev/null && pkg-config --exists openblas lapacke zlib hdf5; then
  say "nothing to do, all system libraries are there"
else
  fail "this system has neither apt nor Homebrew. Install OpenBLAS, LAPACKE, zlib and HDF5 with their
  headers and pkg-config files, then run again."
fi
