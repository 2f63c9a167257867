#!/bin/bash
# The bucket of artifacts as a folder, /mnt/artifacts, with what the machine's account may do in it.
set -euo pipefail

artifacts() {
  local bucket cache=()
  bucket="$(attribute mlplatform-bucket)"
  packages gcsfuse-CODENAME gcsfuse
  mountpoint -q /mnt/artifacts && return 0
  # Read twice, a file comes from the local SSDs the second time.
  if mountpoint -q /mnt/scratch; then
    cache=(--cache-dir=/mnt/scratch/gcsfuse --file-cache-max-size-mb=-1)
  fi
  install -d /mnt/artifacts
  gcsfuse --implicit-dirs -o allow_other "${cache[@]}" "$bucket" /mnt/artifacts
  say "gs://$bucket at /mnt/artifacts"
}

artifacts
