#!/usr/bin/env bash
# Times two programs of gokbuild in turn, each in an output folder and with a cache of its own: clean builds, then runs in
# which nothing changed and runs for one object that is up to date. bench-two.sh OLD NEW [6.1] [tinyconfig] [rounds] [clean builds]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -ge 2 ] || { sed -n 2,3p "$0" >&2; exit 2; }
version=${3:-6.1} config=${4:-tinyconfig} rounds=${5:-5} clean=${6:-1}
require_build_tools
"$top/testdata/e2e/fetch-kernels.sh" "$version"
tree=$trees/linux-$version
scratch=$(mktemp -d "$cache/two-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export KBUILD_BUILD_TIMESTAMP=2020-01-01 KBUILD_BUILD_USER=u KBUILD_BUILD_HOST=h
for name in old new; do
	mkdir -p "$scratch/$name/bin" "$scratch/$name/out"
	cp "$1" "$scratch/$name/bin/gokbuild" # the name decides what it is
	shift
done

run() { # old|new, words
	local at=$scratch/$1
	shift
	GOKBUILD_CACHE=$at/cache "$at/bin/gokbuild" -C "$tree" O="$at/out" -j2 "$@" >/dev/null 2>"$at/stderr" || { cat "$at/stderr" >&2; return 1; }
}
seconds() { # what, old|new, words
	local what=$1 name=$2 took
	shift 2
	TIMEFORMAT='%R %U %S'
	took=$({ time run "$name" "$@"; } 2>&1)
	echo "$what $name $took" | tee -a "$scratch/times"
}

for ((i = 0; i < clean; i++)); do
	for name in old new; do
		rm -rf "$scratch/$name/out"
		mkdir "$scratch/$name/out"
		run "$name" "$config"
		seconds clean "$name"
	done
done
object=kernel/fork.o
for name in old new; do for i in 1 2 3; do run "$name" && run "$name" "$object"; done; done # until nothing is left to learn
for goal in '' "$object"; do
	for name in old new; do run "$name" $goal; done
	for ((i = 0; i < rounds; i++)); do
		for name in old new; do seconds "${goal:-nothing-changed}" "$name" $goal; done
	done
done
echo
sort "$scratch/times" -k1,2 -k3n | awk '{k = $1 " " $2; n[k]++; v[k, n[k]] = $3; cpu[k] += $4 + $5}
	END {for (k in n) printf "%-28s median %.3f s, %.3f to %.3f, processor time %.3f s on average, %d runs\n",
		k, v[k, int((n[k] + 1) / 2)], v[k, 1], v[k, n[k]], cpu[k] / n[k], n[k]}' | sort
