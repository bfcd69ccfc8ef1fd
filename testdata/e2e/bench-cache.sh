#!/usr/bin/env bash
# What the action cache costs and saves: bench-cache.sh VERSION ROUNDS [CONFIG]
# In turn, from nothing, at one path, with the time of the build pinned: make; gokbuild; gokbuild that fills an empty cache; `clean`, and
# gokbuild with the cache. Prints wall and processor time of each in seconds, medians, and what they are to each other.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=$1 rounds=$2 config=${3:-tinyconfig}
require_build_tools
[ -n "${gokbuild:-}" ] || build_gokbuild
"$top/testdata/e2e/fetch-kernels.sh" "$version"
src=$(realpath "$trees/linux-$version")
scratch=$(mktemp -d "$cache/bench-cache-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export GOKBUILD_CACHE=$scratch/cache KBUILD_BUILD_TIMESTAMP=2020-01-01 KBUILD_BUILD_USER=u KBUILD_BUILD_HOST=h KBUILD_BUILD_VERSION=1
mkdir "$GOKBUILD_CACHE"
out=$scratch/out
TIMEFORMAT='%R %U %S'

# run NAME COMMAND…: notes wall and processor time.
run() {
	local name=$1
	shift
	{ time "$@" >"$scratch/log" 2>"$scratch/err" || { tail -n 5 "$scratch/err"; exit 1; }; } 2>"$scratch/time"
	awk '{ print $1, $2 + $3 }' "$scratch/time" >>"$scratch/$name.times"
	printf '%s: %s\n' "$name" "$(tail -n 1 "$scratch/$name.times")"
}
fresh() { rm -rf "$out" && mkdir "$out" && "$1" -C "$src" O="$out" "$config" >/dev/null 2>&1; }

for ((round = 1; round <= rounds; round++)); do
	fresh make
	run make make -C "$src" O="$out" -j2
	fresh "$gokbuild"
	run without "$gokbuild" -C "$src" O="$out" -j2
	rm -rf "$GOKBUILD_CACHE/actions"
	fresh "$gokbuild"
	run filled "$gokbuild" -C "$src" O="$out" -j2 --cache --stats
	"$gokbuild" -C "$src" O="$out" clean >/dev/null 2>&1
	run warm "$gokbuild" -C "$src" O="$out" -j2 --cache --stats
	grep -E 'processes for recipes|cache: ' "$scratch/err" | sed 's/^/    /'
done
median() { cut -d' ' -f"$2" "$scratch/$1.times" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for what in 1:wall 2:processor; do
	m=$(median make "${what%:*}") o=$(median without "${what%:*}") f=$(median filled "${what%:*}") w=$(median warm "${what%:*}")
	awk -v what="${what#*:}" -v m="$m" -v o="$o" -v f="$f" -v w="$w" \
		'BEGIN { printf "%s: make %.2f s, gokbuild %.2f s, filling %.2f s (%.3f of without), warm %.2f s (%.1f times make)\n", what, m, o, f, f / o, w, m / w }'
done
