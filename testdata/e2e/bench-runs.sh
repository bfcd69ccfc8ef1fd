#!/usr/bin/env bash
# Plays every kind of run that people start, with make and gokbuild in turn on files of their own, and prints the ratio of their
# times; fails if gokbuild is the slower one in any: bench-runs.sh [6.1] [rounds] [PATTERN of kinds]
# BENCH_BY=cpu compares processor time (user and system, children too) where other work runs on the machine.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} rounds=${2:-3} pattern=${3:-.}
require_build_tools
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild
scratch=$(mktemp -d "$cache/runs-XXXXXX")
export KBUILD_BUILD_TIMESTAMP=2020-01-01 KBUILD_BUILD_USER=u KBUILD_BUILD_HOST=h
export GOKBUILD_CACHE=$scratch/cache
export -n V O M ARCH CROSS_COMPILE
declare -A path=([make]=$(command -v make) [gokbuild]=$gokbuild)
times=$scratch/times
: >"$times"

# table prints the medians of what was timed so far; its status is 1 if gokbuild was the slower one in any kind of run.
table() {
	local by
	case ${BENCH_BY:-wall} in wall) by=3 ;; cpu) by=4 ;; esac
	awk -v by=$by '
		{ t = by == 3 ? $3 : $4 + $5; k = $1; if (!(k in seen)) { seen[k] = ++kinds; name[kinds] = k }; v[k, $2, ++n[k, $2]] = t }
		function median(k, who,    i, j, m, c, w) {
			m = n[k, who]
			for (i = 1; i <= m; i++) w[i] = v[k, who, i]
			for (i = 2; i <= m; i++) for (j = i; j > 1 && w[j] < w[j-1]; j--) { c = w[j]; w[j] = w[j-1]; w[j-1] = c }
			return (w[int((m + 1) / 2)] + w[int(m / 2) + 1]) / 2
		}
		END {
			printf "%-28s %10s %10s %7s\n", "kind of run", "make", "gokbuild", "ratio"
			for (i = 1; i <= kinds; i++) {
				k = name[i]; a = median(k, "make"); b = median(k, "gokbuild")
				printf "%-28s %9.3fs %9.3fs %7.3f%s\n", k, a, b, b / a, (b > a ? "  SLOWER" : "")
				slower += b > a
			}
			exit (slower > 0)
		}' "$times"
}

# What was timed until something failed is shown too.
trap '[ $? = 0 ] || table >&2 || :; rm -rf "$scratch"' EXIT

# Both have a tree of their own, so that what one of them wrote or read never helps the other.
for who in make gokbuild; do
	mkdir -p "$scratch/$who/out" "$scratch/$who/module" "$scratch/$who/plain"
	cp -a "$trees/linux-$version" "$scratch/$who/tree"
	printf 'obj-m := one.o\n' >"$scratch/$who/module/Kbuild"
	printf '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n' >"$scratch/$who/module/one.c"
done

# run WHO WORDS… starts that program in the folder it is to build in; what it prints goes to a file.
run() {
	local who=$1
	shift
	(cd "$scratch/$who/$place" && "${path[$who]}" "$@" >"$scratch/$who/text" 2>&1)
}

# timed WHO WORDS… does the same and adds the time it took to the table, under the name of this kind.
timed() {
	local who=$1 status=0 took
	shift
	TIMEFORMAT='%R %U %S'
	took=$({ time run "$who" "$@" 2>/dev/null; } 2>&1) || status=$?
	if [ "$status" != "$expected" ]; then
		echo "$kind: $who ended with $status, not $expected:" >&2
		tail -n 20 "$scratch/$who/text" | cut -c1-300 >&2
		exit 1
	fi
	echo "$kind $who $took" >>"$times"
}

# play [-1] [-a] [-b TEXT] KIND WORDS… times this kind of run, each round with make and then with gokbuild. -1: in one round only,
# since the next run would be of another kind; -a: whatever the pattern is; -b: the shell text that comes before, in the folder of each.
play() {
	local round who option before=: n=$rounds always=
	OPTIND=1
	while getopts 1ab: option; do
		case $option in
		1) n=1 ;;
		a) always=yes ;;
		b) before=$OPTARG ;;
		*) exit 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	kind=$1
	shift
	[[ $kind =~ $pattern || $always ]] || return 0
	for ((round = 0; round < n; round++)); do
		for who in make gokbuild; do
			(cd "$scratch/$who" && eval "$before")
			timed "$who" "$@"
		done
	done
}

place=tree expected=0
words=(O=../out -j2)
# What is written anew has another inode and date; the bytes change only where a comment or a line is added.
touched() { cp -p "$1" "$1.new" && mv "$1.new" "$1" && touch "$1"; }
edited() { printf '%s\n' "$2" | cat "$1" - >"$1.new" && mv "$1.new" "$1"; }
object=fs/statfs source=tree/fs/statfs.c header=tree/include/linux/statfs.h

for who in make gokbuild; do
	run "$who" O=../out tinyconfig
	(cd "$scratch/$who" && tree/scripts/config --file out/.config -e MODULES)
	run "$who" O=../out olddefconfig
done
play -1 -a clean "${words[@]}"
play -1 -a first-null "${words[@]}"
play null "${words[@]}"
play null-verbose "${words[@]}" V=1
play null-one-job O=../out
play quiet -s "${words[@]}"
KBUILD_BUILD_USER=v play -1 second-terminal-first-time "${words[@]}"
KBUILD_BUILD_USER=v play second-terminal "${words[@]}"
play -1 first-terminal-again "${words[@]}"
FOO=bar play -1 another-variable "${words[@]}"
FOO=bar play another-variable-again "${words[@]}"
play -b "touched $source" touched-source "${words[@]}"
play -b "touched $header" touched-header "${words[@]}"
play -b "edited $source \"/* \$round */\"" edited-comment "${words[@]}"
play -b "edited $source \"int runs_\$round;\"" edited-source "${words[@]}"
play -b "edited $header \"/* \$round */\"" edited-header "${words[@]}"
play object-up-to-date "${words[@]}" $object.o
play -b "edited $source \"int object_\$round;\"" edited-object "${words[@]}" $object.o
play preprocessed "${words[@]}" $object.i
play -b "tree/scripts/config --file out/.config \$([ \$((round % 2)) = 0 ] && printf %s -e || printf %s -d) FHANDLE" \
	config-toggled "${words[@]}" olddefconfig
play after-config-toggled "${words[@]}"
play dry-run -n "${words[@]}"
play help O=../out help
play kernelversion O=../out kernelversion
play kernelrelease O=../out kernelrelease
play defconfig O=../other defconfig
play prepare "${words[@]}" prepare
play headers "${words[@]}" headers
play -1 module "${words[@]}" M=../module
play module-again "${words[@]}" M=../module
play -b "edited module/one.c \"int module_\$round;\"" module-edited "${words[@]}" M=../module
expected=2
play -1 -b "edited $source '#error planted'" failing "${words[@]}"
play failing-again "${words[@]}"
play failing-keep-going -k "${words[@]}"
play no-such-goal "${words[@]}" nothing-of-that-name
expected=0
for who in make gokbuild; do (cd "$scratch/$who" && sed -i '/#error planted/d' $source); done
play -1 repaired "${words[@]}"
play -b 'rm -rf out/kernel' part-gone "${words[@]}"
play -1 clean-goal "${words[@]}" clean

# Plain makefiles: many targets that are there; an old tree's habit, by which everything is made again each time, since what it
# saved of a command has a # that make takes for a comment.
place=plain
for who in make gokbuild; do
	(
		cd "$scratch/$who/plain"
		{
			echo 'all: $(addsuffix .o,$(shell seq 100000)) ; @:'
			echo '%.o: ; @touch $@'
		} >many.mk
		seq -f %g.o 100000 | xargs touch
		for i in $(seq 40); do
			printf '#include <stdio.h>\nint f%d(void) { return printf("%d"); }\n' "$i" "$i" >f$i.c
		done
		cat >again.mk <<-'END'
			.RECIPEPREFIX = >
			objects := $(patsubst %.c,%.o,$(sort $(wildcard f*.c)))
			all: $(objects)
			-include $(wildcard .f*.cmd)
			cmd = gcc -D"KBUILD_STR(s)=\#s" -O2 -c -o $@ $<
			$(objects): %.o: %.c FORCE
			>$(if $(filter-out $(cmd),$(cmd_$@))$(filter-out $(cmd_$@),$(cmd)),@echo "  CC $@"; $(cmd); echo 'cmd_$@ := $(cmd)' >.$@.cmd)
			FORCE:
			.PHONY: FORCE
		END
	)
done
play many-targets -f many.mk
play many-targets-dry -n -f many.mk
play -1 old-habit-first -j2 -f again.mk
play -1 old-habit-second -j2 -f again.mk
play old-habit-later -j2 -f again.mk

trap 'rm -rf "$scratch"' EXIT
table
