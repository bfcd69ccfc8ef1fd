#!/usr/bin/env bash
# What people type after make, area by area, with make and with gokbuild: goals.sh VERSION AREA…
# The areas are the files of the folder goals; "quick" stands for the round that test.sh plays, which leaves out areas and
# checks that take long; "all" for everything. GOALS_ONLY=REGEX plays only the checks whose name matches it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

every=(information help config single external clean modules install parent tags signed intree tools arch llvm packages features relatives old
	realtime manymodules)
if [ $# -lt 2 ]; then
	sed -n '2,4s/^# //p' "$0"
	echo "areas: ${every[*]}"
	exit 2
fi
version=$1
shift
only=${GOALS_ONLY:-} round=whole
areas=()
for area in "$@"; do
	case $area in
	quick) areas+=(information external) round=quick limit=${limit:-600} ;;
	all) areas+=("${every[@]}") ;;
	*) areas+=("$area") ;;
	esac
done

require_build_tools
require ccache:ccache
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild
. "$top/testdata/e2e/goals/harness.sh"
. "$top/testdata/e2e/goals/states.sh"

used=0
for area in "${areas[@]}"; do
	echo "=== $area ($version)"
	start=$SECONDS before=$used
	. "$top/testdata/e2e/goals/$area.sh"
	times >"$log/times" # of all programs so far: on a busy machine this says more than the clock
	used=$(awk -F'[ms ]' 'END { printf "%d", $1 * 60 + $2 + $4 * 60 + $5 }' "$log/times")
	echo "--- $area: $((SECONDS - start)) s, $((used - before)) s of processors"
done

for f in "${failures[@]}"; do echo "failed: $f"; done
echo "goals on $version: $passed passed, $failed failed"
[ "$failed" = 0 ]
