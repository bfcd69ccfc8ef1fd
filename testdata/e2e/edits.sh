#!/usr/bin/env bash
# Random edits: a built tree is edited, then built by make and by gokbuild, each in its own copy seen at the same path,
# and all files are compared: edits.sh [6.1|small] [count] [seed] [options of kbuild/internal/e2e edits, e.g. -keep-going]
# "small" is testdata/kernels/small, for edits by the thousand. Needs root, for mounts that nobody else sees.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} count=${2:-300} seed=${3:-1}
shift $(($# < 3 ? $# : 3))
prepare_worlds "$version"
exec "$e2e" edits -src "$tree" -fragment "$fragment" -new "$gokbuild" -count "$count" -seed "$seed" "$@"
