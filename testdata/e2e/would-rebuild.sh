#!/usr/bin/env bash
# --query=would-rebuild against what the next run does: would-rebuild.sh [small|VERSION] [count] [seed]
# After each of some random edits it is asked, then built; what was said and what was made must be equal (would-rebuild.py says how).
# A kernel is a tinyconfig in a copy of its tree.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-small} count=${2:-100} seed=${3:-1}
require_build_tools
[ -n "${gokbuild:-}" ] || build_gokbuild
work=$(cd "$(mktemp -d "$cache/would-rebuild-XXXXXX")" && pwd -P)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src" "$work/out"
config=(tinyconfig)
if [ "$version" = small ]; then
	cp -r "$top/testdata/kernels/small/." "$work/src"
	config=(KCONFIG_ALLCONFIG="$top/testdata/kernels/small.config" allnoconfig)
else
	"$top/testdata/e2e/fetch-kernels.sh" "$version"
	cp -r "$trees/linux-$version/." "$work/src"
fi
"$gokbuild" -C "$work/src" O="$work/out" "${config[@]}" >/dev/null
for _ in 1 2; do "$gokbuild" -C "$work/src" O="$work/out" -j2 >/dev/null; done
python3 "$top/testdata/e2e/would-rebuild.py" "$gokbuild" "$work" "$count" "$seed"
