#!/usr/bin/env bash
# What switching revisions costs: checkout.sh [small|VERSION] [LOCALVERSION_AUTO: n|y]
# A tree under git is built at revision A. Then: to B and back with nothing built in between, where no command may run (with
# LOCALVERSION_AUTO none but those that ask git); to B, build, back to A, build: as many compilations as files differ, and the
# files of A again. Needs root for a kernel tree, for an overlay over it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-small} auto=${2:-n}
require_build_tools
require git:git
[ -n "${gokbuild:-}" ] || build_gokbuild
scratch=$(mktemp -d "$cache/checkout-XXXXXX")
src=$scratch/src out=$scratch/out
mkdir "$src" "$out"
trap 'mountpoint -q "$src" && umount "$src"; rm -rf "$scratch"' EXIT
fail() { echo "checkout: $*" >&2; exit 1; }

if [ "$version" = small ]; then
	cp -r "$top/testdata/kernels/small/." "$src"
	fragment=$top/testdata/kernels/small.config
else
	"$top/testdata/e2e/fetch-kernels.sh" "$version"
	mkdir "$scratch/upper" "$scratch/work"
	mount -t overlay overlay -o "lowerdir=$trees/linux-$version,upperdir=$scratch/upper,workdir=$scratch/work" "$src"
	fragment=$scratch/config
	{ cat "$top/testdata/kernels/edits.config" && echo "CONFIG_LOCALVERSION_AUTO=$auto"; } >"$fragment"
fi
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
git() { command git -C "$src" -c user.name=a -c user.email=a@b -c gc.auto=0 "$@"; }

build() { # words for gokbuild; sets text and stats
	local status=0
	"$gokbuild" -C "$src" O="$out" -j2 --stats "$@" >"$scratch/stdout" 2>"$scratch/stderr" || status=$?
	[ $status = 0 ] || { tail -n 20 "$scratch/stdout" "$scratch/stderr" >&2; fail "status $status"; }
	text=$(grep -v 'Entering directory\|Leaving directory' "$scratch/stdout" || true)
	stats=$(grep 'processes for recipes' "$scratch/stderr")
}
processes() { sed 's/.*; \([0-9]*\) processes for recipes.*/\1/' <<<"$stats"; }
inside() { sed 's/.*; \([0-9]*\) commands run in-process.*/\1/' <<<"$stats"; }
sums() { (cd "$out" && find . -type f ! -path './.gokbuild/*' ! -name '*.cmd' | sort | xargs sha256sum); }
quiet() { # until nothing is left to learn
	local i
	for i in 1 2 3 4; do
		build
		[ "$(processes)" = 0 ] && return
	done
	[ "$auto" = y ] || { cat "$scratch/stderr"; fail "nothing has changed, and still commands run: $stats"; }
}

git init -q
git add -A -f .
git commit -q -m A
git branch -M A
git checkout -q -b B
# Every fifth source of what is built, a header that many include, a makefile; a file comes, another one goes.
mapfile -t sources < <(cd "$src" && find lib fs -name '*.c' | sort | awk 'NR % 5 == 1' | sed -n 1,60p)
for f in "${sources[@]}"; do echo 'static const int checkout_edit __attribute__((__used__)) = 1;' >>"$src/$f"; done
echo '/* B */' >>"$src/include/linux/list.h"
echo '# B' >>"$src/lib/Makefile"
echo 'new' >"$src/lib/checkout_new"
git add -A -f .
git commit -q -m B
git checkout -q A

build allnoconfig KCONFIG_ALLCONFIG="$fragment"
build
quiet
before=$text
sums >"$scratch/A"

git checkout -q B
git checkout -q A
build
[ "$(inside)" = 0 ] || { cat "$scratch/stderr"; fail "A, B, A: commands ran in-process: $stats"; }
if [ "$auto" = n ]; then
	[ "$(processes)" = 0 ] || { cat "$scratch/stderr"; fail "A, B, A: commands ran: $stats"; }
fi
[ "$text" = "$before" ] || fail "A, B, A: printed: $text"
sums | cmp - "$scratch/A" || fail "A, B, A: files differ"
echo "A, B, A: $stats"

git checkout -q B
build
echo "B: $(grep -c '^ *CC ' <<<"$text") compiled: $stats"
quiet
git checkout -q A
build
compiled=$(grep -c '^ *CC ' <<<"$text" || true)
echo "A again: $compiled compiled: $stats"
changed=$(git diff --name-only A B | grep -c '\.c$')
[ "$compiled" -gt 0 ] || fail "A after B: nothing was compiled"
sums >"$scratch/A2"
# What counts builds or holds their date is another one.
if ! cmp -s "$scratch/A" "$scratch/A2"; then
	{ diff "$scratch/A" "$scratch/A2" || true; } | sed -n 's/^> [0-9a-f]* *//p' >"$scratch/differ"
	echo "differ from the first build of A: $(wc -l <"$scratch/differ"): $(tr '\n' ' ' <"$scratch/differ")"
	if grep '\.o$' "$scratch/differ" | grep -v 'version'; then fail "A after B: objects differ"; fi
fi
echo "ok: $version, $changed sources differ between A and B"
