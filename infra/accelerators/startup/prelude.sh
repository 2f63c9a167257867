#!/bin/bash
# First part of every start-up script: what the others call. It runs at each start, as root, and
# so does everything after it: each step looks first whether it was done.
set -euo pipefail

say() { echo "mlplatform start-up: $*"; }

fail() {
  say "FAILED: $*" >&2
  exit 1
}

# Values come from the metadata of the machine: nothing in these files is filled in by a program.
attribute() {
  curl -fsS -H 'Metadata-Flavor: Google' --retry 5 \
    "http://metadata.google.internal/computeMetadata/v1/instance/attributes/$1"
}

# Package lists of Google, with their key: no script from elsewhere is executed.
packages() {
  local list="$1" package="$2" name
  command -v apt-get > /dev/null || fail "$package needs Debian or Ubuntu: use an image that has it"
  dpkg -s "$package" > /dev/null 2>&1 && return 0
  name="$(. /etc/os-release && echo "${list/CODENAME/$VERSION_CODENAME}")"
  install -d /etc/apt/keyrings
  curl -fsS --retry 5 -o /etc/apt/keyrings/google.asc \
    https://packages.cloud.google.com/apt/doc/apt-key.gpg
  echo "deb [signed-by=/etc/apt/keyrings/google.asc] https://packages.cloud.google.com/apt $name main" \
    > "/etc/apt/sources.list.d/$package.list"
  DEBIAN_FRONTEND=noninteractive apt-get -q update
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y "$package"
}
