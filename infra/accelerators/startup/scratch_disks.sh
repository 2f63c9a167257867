#!/bin/bash
# All local SSDs as one fast disk at /mnt/scratch. It is empty after every start.
set -euo pipefail

scratch_disks() {
  local disks=(/dev/disk/by-id/google-local-nvme-ssd-*)
  [ -e "${disks[0]}" ] || fail "the machine has no local SSD"
  mountpoint -q /mnt/scratch && return 0
  command -v mdadm > /dev/null || DEBIAN_FRONTEND=noninteractive apt-get -q install -y mdadm
  # What an earlier start has left is assembled under a name that nobody knows.
  mdadm --stop --scan
  mdadm --create /dev/md/scratch --run --force --level=0 \
    --raid-devices="${#disks[@]}" "${disks[@]}"
  mkfs.ext4 -q -F -m 0 /dev/md/scratch
  install -d -m 1777 /mnt/scratch
  mount -o discard /dev/md/scratch /mnt/scratch
  chmod 1777 /mnt/scratch
  say "${#disks[@]} local SSDs at /mnt/scratch"
}

scratch_disks
