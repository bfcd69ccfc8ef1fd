#!/usr/bin/env bash
# Plays the same keys to the tree's own front end and to ours, in two terminals, and compares every screen, the exit status and
# the files that are left: menuconfig.sh [6.1] [80x24] [mconf|nconf]
# Besides kernels, trees below $GOKBUILD_TREES/old are taken by their names: u-boot, busybox (docs/development.md).
# The last row is ours alone in mconf, the first in nconf, unless it searches. Where ours is better on purpose (docs/menuconfig.md), `allowed` says how.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} size=${2:-80x24} program=${3:-mconf}
goal=${program/mconf/menuconfig} goal=${goal/nconf/nconfig}
require_build_tools
require tmux:tmux
require_headers ncurses.h:libncurses-dev
[ -n "${gokbuild:-}" ] || build_gokbuild
tree=$trees/linux-$version config=defconfig
[ -d "$tree" ] || [ ! -d "$trees/old/linux-$version" ] || tree=$trees/old/linux-$version
[ ! -d "$trees/old/$version" ] || tree=$trees/old/$version
[[ $version != u-boot* ]] || config=sandbox_defconfig
work=$(mktemp -d)
tm() { tmux -S "$work/socket" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$gokbuild" "$work/bin/$program"

# screen WHO: what is to be seen, without the row that the original leaves empty.
screen() {
	tm capture-pane -p -t "$1" | if [ "$program" = mconf ]; then sed "${size#*x}d"; else sed '1{/^searching/!d}'; fi
}

# allowed takes out what differs on purpose.
allowed() { sed -e 's/^\(  [│x] \)The pattern cannot be understood:.* \([│x]\)$/\1/' -e '/^  [│x] *[│x]$/d' -e '/^  [│x] $/d' "$1"; }

# same WHO: whether both screens are the same now.
same() {
	screen make >"$work/screen.make"
	screen gokbuild >"$work/screen.gokbuild"
	diff -q "$work/screen.make" "$work/screen.gokbuild" >/dev/null || diff -q <(allowed "$work/screen.make") <(allowed "$work/screen.gokbuild") >/dev/null
}

# moved: waits until the original has answered, or for so long that it will not.
moved() {
	for _ in $(seq 8); do
		screen make | cmp -s - "$work/before" || return 0
		sleep 0.05
	done
}

# settled: waits until both screens are the same.
settled() {
	for _ in $(seq 400); do # the original takes seconds for a long search
		if same && [ -s "$work/screen.make" ]; then return 0; fi
		sleep 0.05
	done
	return 1
}

# Where the original does not look at the locale, it draws lines with the graphics of the terminal; ours does in the C locale.
locale=C.UTF-8
grep -q setlocale "$tree/scripts/kconfig/$program.c" || locale=C

steps=0 different=0
# begin WHO FOLDER COMMAND…
begin() {
	local who=$1 folder=$2
	shift 2
	tm new-session -d -s "$who" -x "${size%x*}" -y "${size#*x}" \
		"cd '$folder' && unset TMUX && stty -echo && PATH='$PATH' LANG=$locale LC_ALL=$locale KCONFIG_NOTIMESTAMP=1 $* 2>'$work/stderr.$who'; echo \"status \$?\"; sleep 600"
}

# play STEPS: sends the keys of a file to both.
play() {
	local mark='< Help >' failed=$different
	[ "$program" = mconf ] || mark=F9
	for who in make gokbuild; do
		for _ in $(seq 1200); do
			if screen "$who" | grep -q -e "$mark" -e '^status'; then break; fi
			sleep 0.1
		done
	done
	settled || echo "the first screens differ"
	local before=$steps ended=
	while read -r line; do
		[[ $line != '#'* ]] || continue
		[ -z "$ended" ] || break
		steps=$((steps + 1))
		screen make >"$work/before"
		read -r -a keys <<<"$line"
		tm send-keys -t make "${keys[@]}"
		tm send-keys -t gokbuild "${keys[@]}"
		moved
		if tm capture-pane -p -t make | grep -q '^status'; then
			[ $steps = $((before + $(grep -vc '^#' "$1"))) ] || ended=" at step $steps, before the last"
		fi
		if ! settled; then
			different=$((different + 1))
			echo "  DIFFER after step $steps, $line (<original >ours)"
			diff "$work/screen.make" "$work/screen.gokbuild" | head -n 12 || true
			[ $((different - failed)) -lt 3 ] || break # they have lost each other
		fi
	done <"$1"
	if [ -n "$ended" ]; then
		different=$((different + 1))
		echo "  the original has ended$ended"
	fi
	for who in make gokbuild; do
		for _ in $(seq 100); do
			if tm capture-pane -p -t "$who" | grep -q '^status'; then break; fi
			sleep 0.05
		done
		tm capture-pane -p -t "$who" >"$work/end.$who"
	done
	if ! grep -h '^status' "$work/end.make" | diff - <(grep -h '^status' "$work/end.gokbuild"); then
		different=$((different + 1))
		echo "  DIFFER: how they ended"
	fi
	for who in make gokbuild; do
		grep -q '^status' "$work/end.$who" || echo "  $who has not ended"
	done
	tm kill-server
}

# left FOLDER FOLDER: compares what was left.
left() {
	# The original says that nothing was saved wherever its question is left, even if it goes on.
	if ! diff <(grep -v -e 'NOT saved' -e '^$' "$work/stderr.make") <(grep -v -e 'NOT saved' -e '^$' "$work/stderr.gokbuild") || ! diff -r -x scripts -x .gokbuild -x source -x Makefile "$1" "$2"; then
		different=$((different + 1))
		echo "  DIFFER: what was left"
	fi
}

original=$work/original
mkdir "$original"
# Older trees build it only where they start it: then there is no terminal of that name.
make -C "$tree" O="$original" $config "build_$goal" >/dev/null 2>&1 || make -C "$tree" O="$original" $config "$goal" TERM=none >/dev/null 2>&1 </dev/null || true
test -x "$original/scripts/kconfig/$program"

steps_of=tree
[[ $version != busybox* ]] || steps_of=busybox
[[ $version != u-boot* ]] || steps_of=u-boot
# The small tree is written in the language of today.
if [[ $version =~ ^[5-9]\. ]]; then
	for who in make gokbuild; do
		mkdir "$work/$who"
		cp "$top/testdata/menuconfig/Kconfig" "$work/$who"
	done
	begin make "$work/make" "srctree='$tree' '$original/scripts/kconfig/$program' Kconfig"
	begin gokbuild "$work/gokbuild" "srctree='$tree' '$work/bin/$program' Kconfig"
	play "$top/testdata/menuconfig/small.$program.steps"
	left "$work/make" "$work/gokbuild"
	rm -rf "$work/make" "$work/gokbuild"
fi

for who in make gokbuild; do
	mkdir "$work/$who"
	cp "$original/.config" "$work/$who"
done
begin make "$work/make" "make -s -C '$tree' O='$work/make' $goal"
begin gokbuild "$work/gokbuild" "'$gokbuild' -s -C '$tree' O='$work/gokbuild' $goal"
play "$top/testdata/menuconfig/$steps_of.$program.steps"
left "$work/make" "$work/gokbuild"

echo "$program of $version at $size: $steps steps, $different differ"
[ "$different" = 0 ]
