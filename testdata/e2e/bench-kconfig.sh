#!/bin/bash
# Times `gokbuild defconfig` into an empty folder, with cold and with remembered probes, and make for comparison.
#
#   testdata/e2e/bench-kconfig.sh TREE [ROUNDS [MAKE]]
#
# Each run gets a new folder of the same name, and the old ones are removed only at the
# end: ext4 does not reuse inodes that were freed a moment ago, and searching past them costs whoever creates the next
# thousand files up to a second.
set -eu
tree=$1 rounds=${2:-5} make=${3:-make}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/gokbuild-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$root" && go build -o "$work/gokbuild" ./cmd/gokbuild)
export GOKBUILD_CACHE=$work/cache

# one NAME PROGRAM: prints wall and processor time of one run in a new folder.
n=0
one() {
	n=$((n + 1))
	mkdir "$work/out"
	local TIMEFORMAT="$1 wall %R user %U sys %S"
	time "$2" -C "$tree" O="$work/out" defconfig >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
	mv "$work/out" "$work/old$n"
}

one "warm-up   " "$work/gokbuild" # the tree's files come into memory
for _ in $(seq "$rounds"); do
	export GOKBUILD_CACHE=$work/cache$n
	one "cold      " "$work/gokbuild"
	one "remembered" "$work/gokbuild"
done
one "make      " "$make"
