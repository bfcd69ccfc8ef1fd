#!/usr/bin/env bash
# Kills builds at random moments and damages gokbuild's state; each time the next build must end with make's bytes:
# crashes.sh [6.1|small] [kills] [corruptions] [seed] [options of kbuild/internal/e2e crashes, e.g. -keep-going]
# Needs root, for mounts that nobody else sees.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} kills=${2:-100} corruptions=${3:-50} seed=${4:-1}
shift $(($# < 4 ? $# : 4))
prepare_worlds "$version"
exec "$e2e" crashes -src "$tree" -fragment "$fragment" -new "$gokbuild" -kills "$kills" -corruptions "$corruptions" -seed "$seed" "$@"
