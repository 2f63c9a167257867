#!/bin/bash
# Clones the team's code onto a home disk that does not have it yet. Started by root at each start of
# a workstation, acts as the person, and never keeps a workstation from starting.
set -u
code=/home/user/code
if [ -z "${REPOSITORY_URL:-}" ] || [ -e "$code" ]; then
  exit 0
fi
# Nobody is there to be asked for a password: a private repository is cloned by hand, once.
if ! runuser -u user -- env HOME=/home/user GIT_TERMINAL_PROMPT=0 \
  timeout 120 git clone --quiet -- "$REPOSITORY_URL" "$code"; then
  echo "could not clone $REPOSITORY_URL: sign in in the editor, then git clone it to $code" >&2
fi
exit 0
