#!/usr/bin/env bash
# Times make and gokbuild in turn, clean and with nothing to do, and compares what they built: bench.sh [6.1] [rounds] [options of kbuild/internal/e2e]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} rounds=${2:-3}
shift $(($# < 2 ? $# : 2))
require_build_tools
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild
cd "$top"
go run ./kbuild/internal/e2e -src "$trees/linux-$version" -new "$gokbuild" -bench "$rounds" "$@"
