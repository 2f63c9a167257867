#!/bin/bash
# JAX for TPUs at the version of the jobs, in an environment of its own: the image's own packages
# stay as they are. Its version decides which libtpu comes with it.
set -euo pipefail

jax_tpu() {
  local home=/opt/mlplatform jax uv python
  jax="$(attribute mlplatform-jax)"
  uv="$(attribute mlplatform-uv)"
  python="$(attribute mlplatform-python)"
  if [ -e "$home/jax-$jax" ]; then
    say "JAX $jax is installed"
    return 0
  fi
  install -d "$home"
  python3 -m pip install --quiet --target "$home/uv" "uv==$uv"
  "$home/uv/bin/uv" venv --quiet --clear --python "$python" "$home/venv"
  "$home/uv/bin/uv" pip install --quiet --python "$home/venv/bin/python" "jax[tpu]==$jax"
  touch "$home/jax-$jax"
  say "JAX $jax in $home/venv"
}

jax_tpu
