#!/usr/bin/env bash
# What the action cache costs and saves: bench-cache.sh VERSION ROUNDS [CONFIG]
# In turn, from nothing, at one path, with the time of the build pinned: make; make that fills an empty ccache, `clean`, and make with it;
# gokbuild; gokbuild that fills an empty cache, `clean`, and gokbuild with it. Prints wall and processor time of each in seconds, medians,
# and what they are to each other.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=$1 rounds=$2 config=${3:-tinyconfig}
require_build_tools
require ccache:ccache
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
fresh() { rm -rf "$out" && mkdir "$out" && "$@" -C "$src" O="$out" "$config" >/dev/null 2>&1; }
ccached=(env "PATH=/usr/lib/ccache:$PATH" "CCACHE_DIR=$scratch/ccache")

for ((round = 1; round <= rounds; round++)); do
	fresh make
	run make make -C "$src" O="$out" -j2
	rm -rf "$scratch/ccache"
	fresh "${ccached[@]}" make
	run ccache-filled "${ccached[@]}" make -C "$src" O="$out" -j2
	"${ccached[@]}" make -C "$src" O="$out" clean >/dev/null 2>&1
	run ccache-warm "${ccached[@]}" make -C "$src" O="$out" -j2
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
	cf=$(median ccache-filled "${what%:*}") cw=$(median ccache-warm "${what%:*}")
	awk -v what="${what#*:}" -v m="$m" -v o="$o" -v f="$f" -v w="$w" -v cf="$cf" -v cw="$cw" 'BEGIN {
		printf "%s: make %.2f s; ccache filling %.2f s (%.3f of make), warm %.2f s (make takes %.1f times as long)\n", what, m, cf, cf / m, cw, m / cw
		printf "%s: gokbuild %.2f s; filling %.2f s (%.3f of without), warm %.2f s (make takes %.1f times as long, with ccache %.1f times)\n", what, o, f, f / o, w, m / w, cw / w
	}'
done
