# Functions that the scripts share. Sourced by bash, never run.
# shellcheck shell=bash
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
# A python3 of the user's own may shadow the system's, which has the packages.
python=/usr/bin/python3
jobs=$(nproc 2>/dev/null || echo 2)

# Where ccache is there, a second clone finds what the first one compiled.
export CCACHE_BASEDIR=$top CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

build_packages=(g++ cmake ninja-build pkg-config libfmt-dev nlohmann-json3-dev rapidjson-dev libcli11-dev
  libexpected-dev libmd-dev libunistring-dev libyaml-dev libsqlite3-dev libexpat1-dev libselinux1-dev libsepol-dev
  libpcre2-dev libssl-dev libgtest-dev
  libgmock-dev)
clang_packages=(clang clang-tidy clang-format clang-tools libclang-rt-14-dev)
lab_packages=(mmdebstrap openssh-client iproute2 attr acl ca-certificates nftables iptables ipset)
guest_packages=(qemu-system-x86 python3 policycoreutils attr e2fsprogs)
test_packages=(git python3 python3-jsonschema tcpd dropbear-bin e2fsprogs xfsprogs policycoreutils setools)

say() { printf '%s\n' "$*" >&2; }

# Runs a command as root, by sudo where we are not root. False where neither is possible.
can_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Those of the named packages that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# Installs what is missing of the named packages. False, with one plain line, where that can't be done.
need_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is not a Debian: what is needed is taken from what is installed."
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! can_be_root; then
    say "Not installed: ${missing[*]}. Without root or sudo they can't be installed here; an administrator can:"
    say "  apt-get install --no-install-recommends ${missing[*]}"
    return 1
  fi
  say "Installing: ${missing[*]}"
  local log
  log=$(mktemp)
  # The lists of a bare machine are empty, and those of an old one name versions that are gone.
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=900 update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=900 install -y \
      --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    say "apt-get could not install: ${missing[*]}"
    return 1
  fi
  rm -f "$log"
}

# configure PRESET [OPTION...]: makes build/PRESET ready. A second compiler run over the same text is saved
# where ccache is there.
configure() {
  local preset=$1 launcher=()
  shift
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  quietly cmake --preset "$preset" "${launcher[@]}" "$@"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  quietly cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"}
}

# Runs a command and shows what it said only where it failed.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" != 0 ]; then
    say "$* failed with status $status:"
    tail -n 60 "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}
