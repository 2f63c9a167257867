#!/bin/bash
# Google's agent: memory, disks and logs of the machine, which the hypervisor does not see.
set -euo pipefail

ops_agent() {
  packages google-cloud-ops-agent-CODENAME-2 google-cloud-ops-agent
  say "Ops Agent installed"
}

ops_agent
