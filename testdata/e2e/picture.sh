#!/usr/bin/env bash
# Makes the moving picture of the README, docs/terminal.svg, from a recording of a real terminal: picture.sh [VERSION] [FILE]
# In a tmux of 90x22 a kernel is built where nothing has changed, where a header has, with a mistake in it, and looked at in menuconfig,
# while every tenth of a second what is to be seen is kept; picture.py makes an animated SVG of that. Then Chromium draws it at several
# times, into at-*.png in the folder GOKBUILD_PICTURES: look at them. Needs root, for a layer above the tree.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} picture=${2:-$top/docs/terminal.svg}
require_build_tools
require tmux:tmux chromium:chromium
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild
if [ -z "${PICTURE_INSIDE:-}" ]; then
	# Mounts are seen by this script alone.
	PICTURE_INSIDE=1 gokbuild=$gokbuild exec unshare -m "$0" "$@"
fi
work=$(mktemp -d)
tm() { tmux -S "$work/socket" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null || true; umount "$trees/linux-$version" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/upper" "$work/work" "$work/frames"
# What is built before the recording is kept for the next time, and so is the folder in PATH: what is remembered counts for one PATH.
# The mistakes are made in a layer above the tree.
out=${PICTURE_OUT:-$cache/picture} bin=$cache/picture-bin tree=$trees/linux-$version header=${PICTURE_HEADER-include/linux/utsname.h}
mkdir -p "$out" "$bin"
ln -sfn "$gokbuild" "$bin/gokbuild" # the same program, so what it remembers counts
mount -t overlay overlay -o "lowerdir=$tree,upperdir=$work/upper,workdir=$work/work" "$tree"
# build ARGS…: as it is typed below, on a terminal, so that it is known how long things take.
build() { (cd "$tree" && env -u CI PATH="$bin:$PATH" LC_ALL=C.UTF-8 TERM=screen script -qec "gokbuild O='$out' $*" /dev/null </dev/null >/dev/null); }
[ -e "$out/.config" ] || build tinyconfig
build -j2
if [ -n "$header" ]; then
	echo '/* one */' >>"$tree/$header"
	rm -f "$out/.gokbuild/times"
	build -j2
fi

tm new-session -d -s p -x 90 -y 22 "cd '$tree' && env -u TMUX -u CI PATH='$bin:$PATH' LC_ALL=C.UTF-8 PS1='$ ' bash --norc --noprofile"
type_line() {
	local i c
	for ((i = 0; i < ${#1}; i++)); do
		c=${1:i:1}
		[ "$c" != ';' ] || c='\;' # alone it would end tmux's command
		tm send-keys -t p -l -- "$c"
		sleep 0.04
	done
	sleep 0.4
	tm send-keys -t p Enter
}
# wait_for TEXT: until it is to be seen.
wait_for() {
	for _ in $(seq 6000); do
		if tm capture-pane -p -t p | grep -q -e "$1"; then return 0; fi
		sleep 0.1
	done
	tm capture-pane -p -t p
	return 1
}
# prompt: until the shell asks again.
prompt() {
	sleep 0.3
	for _ in $(seq 12000); do
		[ "$(tm capture-pane -p -t p | sed '/^$/d' | tail -n 1)" != '$' ] || return 0
		sleep 0.1
	done
	return 1
}

prompt
# What is typed first is known in this very terminal.
type_line "for i in 1 2 3 4 5 6 7 8; do gokbuild O=$out -j2; done; clear"
prompt
# The recorder: a frame each tenth of a second, with its time in nanoseconds for a name.
(while frame=$work/frames/$(date +%s%N) && tm capture-pane -e -N -p -t p >"$frame.part" 2>/dev/null; do
	{ tm display -p -t p '#{cursor_x} #{cursor_y} #{cursor_flag}' && cat "$frame.part"; } >"$frame"
	rm "$frame.part"
	sleep 0.08
done) &
recorder=$!

type_line "time gokbuild O=$out -j2    # nothing has changed"
prompt
sleep 2
if [ -n "$header" ]; then
	type_line "clear; echo '/* two */' >>$header; gokbuild O=$out -j2"
	prompt
	sleep 3
fi
type_line 'clear; sed -i "s/nr_threads++/nr_thread++/" kernel/fork.c    # a mistake'
prompt
type_line "gokbuild O=$out -j2"
prompt
sleep 3
type_line "sed -i 's/nr_thread++/nr_threads++/' kernel/fork.c; gokbuild O=$out -j2    # undone"
prompt
sleep 2
type_line "clear; gokbuild O=$out menuconfig"
wait_for '< Load >'
sleep 1
tm send-keys -t p -l /
sleep 0.5
for c in n a m e s p a c e s; do tm send-keys -t p -l $c; sleep 0.08; done
sleep 2.5
kill $recorder
wait $recorder 2>/dev/null || true
python3 "$top/testdata/e2e/picture.py" "$work/frames" "O=$out" O=../out "$out" /src/out "$tree" "/src/linux-$version" >"$work/picture.svg"
! grep -q "m[1-9][0-9.]*s" <<<"$(grep -aoh "real[^<]*" "$work/picture.svg")" || { echo "nothing had changed, and it took long: once more, on a quiet machine"; grep -ao "real[^<]*" "$work/picture.svg"; exit 1; }
size=$(stat -c %s "$work/picture.svg")
echo "$(ls "$work/frames" | wc -l) frames, $size bytes"
[ "$size" -lt 300000 ]
cp "$work/picture.svg" "$picture"
seconds=$(sed -n 's/.*animation: film \([0-9.]*\)s.*/\1/p' "$picture")
for at in 5 30 55 75 97; do
	# A negative delay shows the picture as it is at that time.
	sed "s/animation: film [0-9.]*s/& -$(awk "BEGIN { print $seconds * $at / 100 }")s/; s/steps(1, end) infinite/& paused/" "$picture" >"$work/at.svg"
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=800,460 --screenshot="${GOKBUILD_PICTURES:-$work}/at-$at.png" "file://$work/at.svg" >/dev/null 2>&1
	[ "$(stat -c %s "${GOKBUILD_PICTURES:-$work}/at-$at.png")" -gt 3000 ] || { echo "nothing is to be seen at $at %"; exit 1; }
done
echo "$picture: $seconds s"
