#!/usr/bin/env bash
# What the action cache restores, and that it never changes a byte: cache.sh [small|VERSION] [CONFIG]
# Each scene builds with the cache in folders in which make has built before, from nothing, and compares all files that are left:
# the cache is filled; cleaned and built again, which make then finds done; a second output folder; a second source folder; a symbol toggled
# and back; ten steps of a history and back; branches in turn; everything verified. Of the small tree, or with SCENES=all: four builds at
# once; a store at its limit; builds that are killed; a store that is damaged, deleted while it is used, on a full or read-only disk, somebody else's.
# With SNAPSHOTS=1 whole makes are kept and restored as well (--cache=whole).
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-small} config=${2:-tinyconfig}
require_build_tools
[ -n "${gokbuild:-}" ] || build_gokbuild
scratch=$(mktemp -d "$cache/actions-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
fail() { echo "cache: $*" >&2; exit 1; }
export GOKBUILD_CACHE=$scratch/cache KBUILD_BUILD_TIMESTAMP=2020-01-01 KBUILD_BUILD_USER=u KBUILD_BUILD_HOST=h KBUILD_BUILD_VERSION=1
mkdir "$GOKBUILD_CACHE"
store=$GOKBUILD_CACHE/actions
mode=--cache
[ -z "${SNAPSHOTS:-}" ] || mode=--cache=whole

if [ "$version" = small ]; then
	mkdir "$scratch/src"
	cp -r "$top/testdata/kernels/small/." "$scratch/src"
	# Its makefiles let compilers search the folders of the system, which it does not need.
	words=('CC=gcc -nostdinc')
	configure=(allnoconfig "KCONFIG_ALLCONFIG=$top/testdata/kernels/small.config")
	toggle='s/^CONFIG_SORT=y/# CONFIG_SORT is not set/'
else
	"$top/testdata/e2e/fetch-kernels.sh" "$version"
	ln -s "$trees/linux-$version" "$scratch/src"
	words=() configure=("$config")
	toggle='s/^# CONFIG_HZ_300 is not set/CONFIG_HZ_300=y/; s/^CONFIG_HZ_250=y/# CONFIG_HZ_250 is not set/'
fi
src=$(realpath "$scratch/src")

# sums FOLDER: all files of an output folder.
sums() { (cd "$1" && find . -type f ! -path './.gokbuild/*' | sort | xargs sha256sum); }

# reference NAME SOURCE OUT: builds with make, and keeps the sums.
reference() {
	rm -rf "$3" && mkdir -p "$3"
	make -C "$2" O="$3" "${words[@]}" "${configure[@]}" >"$scratch/log" 2>&1 || { tail -n 20 "$scratch/log"; fail "make cannot configure"; }
	[ -z "${edit:-}" ] || sed -i "$edit" "$3/.config"
	if [ -n "${edit:-}" ]; then make -C "$2" O="$3" "${words[@]}" olddefconfig >"$scratch/log" 2>&1; fi
	make -C "$2" O="$3" -j2 "${words[@]}" >"$scratch/log" 2>&1 || { tail -n 20 "$scratch/log"; fail "make does not build"; }
	sums "$3" >"$scratch/$1.sums"
}

# prepare SOURCE OUT: an output folder that is configured, and nothing else.
prepare() {
	rm -rf "$2" && mkdir -p "$2"
	"$gokbuild" -C "$1" O="$2" "${words[@]}" "${configure[@]}" >"$scratch/log" 2>&1 || { tail -n 20 "$scratch/log"; fail "not configured"; }
	if [ -n "${edit:-}" ]; then
		sed -i "$edit" "$2/.config"
		"$gokbuild" -C "$1" O="$2" "${words[@]}" olddefconfig >"$scratch/log" 2>&1
	fi
}

# build SOURCE OUT: with the cache; sets restored and missed.
build() {
	"$gokbuild" -C "$1" O="$2" -j2 "$mode" --stats --why-missed "${words[@]}" >"$2.out" 2>"$2.err" || { tail -n 20 "$2.out" "$2.err"; fail "it does not build"; }
	restored=$(sed -n 's/.*cache: \([0-9]*\) restored.*/\1/p' "$2.err")
	wholes=$(sed -n 's/.*snapshots of makes: \([0-9]*\) restored.*/\1/p' "$2.err")
	missed=$(sed -n 's/.*; \([0-9]*\) missed.*/\1/p' "$2.err")
	started=$(sed -n 's/.*; \([0-9]*\) processes for recipes.*/\1/p' "$2.err")
}

# equal NAME OUT: all files are those that make left, but for programs that gokbuild need not build.
equal() {
	sums "$2" >"$scratch/now.sums"
	diff <(grep -v ' ./scripts/kconfig/' "$scratch/$1.sums") <(grep -v ' ./scripts/kconfig/' "$scratch/now.sums") >"$scratch/diff" && return
	# What is missing was not built: the rest must be equal.
	if [ "$version" = small ] || grep -q '^>' "$scratch/diff"; then head -n 20 "$scratch/diff"; fail "$1: files differ"; fi
}
# compiled_nothing OUT SCENE: all objects came from the cache.
compiled_nothing() {
	{ [ "${restored:-0}" -gt 5 ] || [ "${wholes:-0}" -gt 0 ]; } && ! grep '\.[os]: not ' "$1.err" || fail "$2: $restored restored, $missed missed"
}
report() { echo "$1: ${restored:-no} restored, ${wholes:-no} makes as a whole, ${missed:-no} missed, ${started:-no} processes"; }
# mostly SCENE PERCENT: so many of a hundred processes that the cache was asked for were restored.
mostly() { [ $((restored * 100)) -ge $(((restored + missed) * $2)) ] || fail "$1: $restored restored, $missed missed: less than $2 %"; }
# nothing_left SOURCE OUT: make has nothing to do after the build.
nothing_left() {
	make -C "$1" O="$2" -j2 "${words[@]}" >"$scratch/log" 2>&1 || fail 'make does not build after it'
	! grep -E '^  (CC|AS|LD|AR|HOSTCC|HOSTLD|GEN|UPD|OBJCOPY|VDSO|BUILD)' "$scratch/log" >"$scratch/did" || { head -n 5 "$scratch/did"; fail 'make has something to do after it'; }
}

out=$scratch/out
reference first "$src" "$out"
prepare "$src" "$out"
build "$src" "$out"
equal first "$out"
grep -q '\.[os]: not ' "$out.err" || fail 'nothing is said of what was missed'
report 'filled'

"$gokbuild" -C "$src" O="$out" "${words[@]}" clean >/dev/null
build "$src" "$out"
compiled_nothing "$out" 'cleaned'
equal first "$out"
report 'cleaned, built again'
if [ "$version" != small ]; then nothing_left "$src" "$out"; fi

other=$scratch/another-output
reference second "$src" "$other"
prepare "$src" "$other"
build "$src" "$other"
[ "$restored" -gt 5 ] || fail "another folder: nothing restored"
equal second "$other"
report 'another output folder'

# Files of their own, below another name.
if [ "$version" = small ]; then cp -r "$src" "$scratch/another-source"; else cp -a --reflink=auto "$src" "$scratch/another-source"; fi
reference third "$scratch/another-source" "$other"
prepare "$scratch/another-source" "$other"
build "$scratch/another-source" "$other"
# What holds the name of the source folder is made again.
[ "$restored" -gt 5 ] || fail "another source folder: $restored restored"
[ "$version" = small ] || mostly 'another source folder' 90
equal third "$other"
report 'another source folder'

edit=$toggle
reference toggled "$src" "$out"
prepare "$src" "$out"
build "$src" "$out"
[ "$restored" -gt 5 ] || fail "a symbol toggled: nothing restored"
[ "$version" = small ] || mostly 'a symbol toggled' 95
equal toggled "$out"
report 'a symbol toggled'
edit=
prepare "$src" "$out"
build "$src" "$out"
compiled_nothing "$out" 'toggled back'
equal first "$out"
report 'toggled back'

# A history of ten steps, each of which changes one file, there and back; then two branches in turn, from nothing.
walk=$scratch/another-source
mapfile -t files < <(cd "$walk" && for f in kernel/*.c lib/*.c; do [ -e "$other/${f%.c}.o" ] && echo "$f"; done | head -n 10)
step() { cp "$walk/$1" "$scratch/step.$(basename "$1")" && echo "int step_in_$(basename "$1" .c | tr -- - _);" >>"$walk/$1"; }
back() { cat "$scratch/step.$(basename "$1")" >"$walk/$1"; }
[ "${#files[@]}" -ge 3 ] || fail "a history of ${#files[@]} steps"
for f in "${files[@]}"; do
	step "$f"
	build "$walk" "$other"
	[ "${missed:-0}" -ge 1 ] || fail "history: $f has changed, and nothing was made"
done
report "history, ${#files[@]} steps"
for ((i = ${#files[@]} - 1; i >= 0; i--)); do
	back "${files[i]}"
	build "$walk" "$other"
	! grep '\.[os]: not ' "$other.err" || fail "history: back from ${files[i]}: something was compiled"
done
equal third "$other"
report 'history, and back'
for branch in b a; do
	for f in "${files[@]}"; do if [ $branch = b ]; then step "$f"; else back "$f"; fi; done
	"$gokbuild" -C "$walk" O="$other" "${words[@]}" clean >/dev/null
	build "$walk" "$other"
	compiled_nothing "$other" "branch $branch"
	report "branch $branch"
done
equal third "$other"

"$gokbuild" -C "$src" O="$out" "${words[@]}" clean >/dev/null
"$gokbuild" -C "$src" O="$out" -j2 --cache --cache-verify --stats "${words[@]}" >/dev/null 2>"$scratch/verify"
grep -q ' verified, 0 of them differed' "$scratch/verify" || { tail -n 3 "$scratch/verify"; fail 'verified: something differs'; }
equal first "$out"
echo "verified: $(sed -n 's/.*; \([0-9]* verified.*\)/\1/p' "$scratch/verify")"

[ "$version" = small ] || [ "${SCENES:-}" = all ] || { echo "ok: $version $config"; exit 0; }
limit=20 unit=K
[ "$version" = small ] || limit=2 unit=M

rm -rf "$store"
for i in 1 2 3 4; do reference "four$i" "$src" "$scratch/four$i"; done
for i in 1 2 3 4; do prepare "$src" "$scratch/four$i"; done
pids=()
for i in 1 2 3 4; do
	"$gokbuild" -C "$src" O="$scratch/four$i" -j2 --cache "${words[@]}" >"$scratch/four$i.out" 2>&1 &
	pids+=($!)
done
for _ in $(seq 500); do # in the middle of it: something is in the store
	[ -z "$(find "$store" -type f -path '*/v1/?/*' -print -quit 2>/dev/null)" ] || break
	sleep 0.02
done
kill -9 "${pids[2]}" "${pids[3]}" 2>/dev/null || true
for i in 1 2; do wait "${pids[i - 1]}" || fail "one of four at once: status $?"; done
for i in 3 4; do
	wait "${pids[i - 1]}" 2>/dev/null || true
	build "$src" "$scratch/four$i"
done
for i in 1 2 3 4; do equal "four$i" "$scratch/four$i"; done
report 'four at once, two of them killed and run again'

rm -rf "$store"
prepare "$src" "$out"
GOKBUILD_CACHE_SIZE=$limit$unit build "$src" "$out"
equal first "$out"
size=$(find "$store" -type f -path '*/v1/?/*' -printf '%s\n' | awk '{n += $1} END {print n + 0}')
most=22000
[ "$version" = small ] || most=2200000
[ "$size" -gt 0 ] && [ "$size" -le "$most" ] || fail "the store holds $size bytes, and may hold $limit$unit"
prepare "$src" "$out"
GOKBUILD_CACHE_SIZE=$limit$unit build "$src" "$out"
equal first "$out"
report 'at its limit'

prepare "$src" "$out"
build "$src" "$out"
find "$store" -type f -path '*/v1/?/*' | while read -r f; do printf 'damaged' | dd of="$f" bs=1 seek=50 conv=notrunc status=none; done
prepare "$src" "$out"
build "$src" "$out"
[ "$restored" = 0 ] || fail "$restored damaged results were restored"
equal first "$out"
prepare "$src" "$out"
build "$src" "$out"
compiled_nothing "$out" 'damaged, then filled again'
equal first "$out"
report 'damaged, then filled again'

prepare "$src" "$out"
"$gokbuild" -C "$src" O="$out" -j2 --cache "${words[@]}" >"$scratch/log" 2>&1 &
for _ in $(seq 500); do # in the middle of it: an object is there
	[ -z "$(find "$out" -name '*.o' -print -quit)" ] || break
	sleep 0.02
done
rm -rf "$store" 2>/dev/null || rm -rf "$store" 2>/dev/null || true
wait $! || fail 'the store was deleted, and the build fails'
equal first "$out"
chmod 777 "$store/v1" 2>/dev/null || { mkdir -p "$store/v1" && chmod 777 "$store/v1"; }
prepare "$src" "$out"
build "$src" "$out"
grep -q 'the action cache is not used: .*may be written by others' "$out.err" || fail 'a store that all may write to is used'
equal first "$out"
# As the file system of a store, and its owner, may be: full, not writable, somebody else's.
rm -rf "$store" && mkdir -p "$store"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=64k tmpfs "$store" 2>/dev/null; then
	trap 'umount "$store" 2>/dev/null || true; rm -rf "$scratch"' EXIT
	prepare "$src" "$out"
	build "$src" "$out"
	equal first "$out"
	report 'a full disk'
	mount -o remount,size=64m "$store"
	prepare "$src" "$out"
	build "$src" "$out"
	mount -o remount,ro "$store"
	prepare "$src" "$out"
	build "$src" "$out"
	equal first "$out"
	[ "${restored:-0}" -gt 5 ] || fail "a disk that is not writable: $restored restored"
	report 'a disk that is not writable'
	umount "$store"
	mkdir -m 700 "$store/v1" && chown 65534 "$store/v1"
	prepare "$src" "$out"
	build "$src" "$out"
	grep -q 'the action cache is not used: ' "$out.err" || fail "somebody else's store is used"
	equal first "$out"
	echo "somebody else's: the build goes on"
elif [ -n "${GOKBUILD_CI:-}" ]; then
	fail 'no file system can be mounted'
fi
rm -rf "$store" && : >"$store"
prepare "$src" "$out"
build "$src" "$out"
equal first "$out"
echo 'deleted, open to all, not a folder: builds go on'
echo "ok: $version $config"
