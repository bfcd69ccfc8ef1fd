#!/usr/bin/env bash
# Random edits while gokbuild --watch builds by itself: watch.sh [6.1|small] [count] [seed] [options of kbuild/internal/e2e watch]
# Edits come in bursts, also in the middle of builds; make builds once after each burst, in its own copy seen at the same path. Soon
# after that all files must be equal. In the end it is interrupted, and nothing may be left. Needs root, for mounts that nobody else sees.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-small} count=${2:-200} seed=${3:-1}
shift $(($# < 3 ? $# : 3))
prepare_worlds "$version"
exec "$e2e" watch -src "$tree" -fragment "$fragment" -new "$gokbuild" -count "$count" -seed "$seed" "$@"
