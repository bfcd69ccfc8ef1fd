#!/usr/bin/env bash
# Compares every word and the exit status of make and gokbuild for many command lines on a tree that is built:
# messages.sh [6.1] [OUTPUT FOLDER; without one, that of compare.sh VERSION tinyconfig]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1}
out=${2:-$cache/out/linux-$version-tinyconfig}
if [ ! -e "$out/.config" ]; then
	echo "$out is not built: run compare.sh $version tinyconfig first" >&2
	exit 1
fi
[ -n "${gokbuild:-}" ] || build_gokbuild
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() { # PROGRAM LOG ARGS…
	local program=$1 log=$2 status=0
	shift 2
	env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$HOME" LC_ALL=C \
		KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 2026' KBUILD_BUILD_USER=user KBUILD_BUILD_HOST=host \
		KBUILD_BUILD_VERSION=1 "$program" -C "$trees/linux-$version" "O=$out" "$@" >"$log" 2>&1 </dev/null || status=$?
	echo "exit status $status" >>"$log"
}

same=0 different=0
while read -r -a args; do
	# What such a command line rebuilds, if anything, make has rebuilt in the first round.
	for round in 1 2; do
		run make "$work/make" "${args[@]}"
		run "$gokbuild" "$work/gokbuild" "${args[@]}"
		! diff "$work/make" "$work/gokbuild" >"$work/diff" || break
	done
	if [ ! -s "$work/diff" ]; then
		same=$((same + 1))
		echo "  same:   ${args[*]} ($(wc -l <"$work/make") lines)"
	else
		different=$((different + 1))
		echo "  DIFFER: ${args[*]} (<make >gokbuild)"
		head -n 20 "$work/diff"
	fi
done <<'END'
all
-n
-q
-s
-w
V=1
V=2
--trace
-k nosuchgoal another
nosuchgoal
help
kernelrelease
image_name
init/
init/main.o
-n init/main.s
-n clean
-n mrproper
-n headers
-n -B
END
echo "messages on $version: $same command lines equal, $different differ"
[ "$different" = 0 ]
