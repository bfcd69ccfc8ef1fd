#!/usr/bin/env bash
# Random edits: a built tree is edited, then built by make and by gokbuild, each in its own copy seen at the same path,
# and all files are compared: edits.sh [6.1] [count] [seed] [options of kbuild/e2e edits, e.g. -keep-going]
# Needs root, for mounts that nobody else sees.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} count=${2:-300} seed=${3:-1}
shift $(($# < 3 ? $# : 3))
prepare_worlds "$version"
exec "$e2e" edits -src "$trees/linux-$version" -fragment "$top/testdata/e2e/edits.config" -new "$gokbuild" \
	-count "$count" -seed "$seed" "$@"
