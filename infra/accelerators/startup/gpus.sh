#!/bin/bash
# The driver is in the image; here it is seen to work, and its level is written down in the log.
set -euo pipefail

gpus() {
  local expected found
  expected="$(attribute mlplatform-chips)"
  command -v nvidia-smi > /dev/null || fail "the image has no NVIDIA driver: use one that has it"
  nvidia-smi -pm 1 > /dev/null
  found="$(nvidia-smi --query-gpu=name --format=csv,noheader | wc -l)"
  [ "$found" -eq "$expected" ] || fail "the driver sees $found of $expected GPUs"
  say "$found GPUs, driver $(nvidia-smi --query-gpu=driver_version --format=csv,noheader -i 0)," \
    "$(nvidia-smi | grep -o 'CUDA Version: [0-9.]*')"
}

gpus
