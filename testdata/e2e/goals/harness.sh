# Sourced by goals.sh: runs one command line with make and with gokbuild on the same files at the same path, and
# compares what they printed, how they ended and what they did to the files.
#
# A state is a set of folders that are put back before each run: out (the output folder), tree (a source tree that is
# written to) and side (everything else, like the source of a module). A function state_NAME makes it, once, with
# GNU make; it is kept until that function, the tree or the compiler changes.

src=$trees/linux-$version
base=$cache/goals/$version
work=$base/work      # where the state is put back; the same path for both programs
states=$base/states
log=$base/log answers=$base/answers
out=$work/out tree=$work/tree side=$work/side
mkdir -p "$work" "$states" "$log"
exec 9>"$base/lock"
flock -n 9 || { echo "another goals.sh uses $base" >&2; exit 1; }

passed=0 failed=0 failures=()
tool_path=/usr/lib/ccache:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
kconfig_steps='^(  |# )(HOSTCC|HOSTLD|LEX|YACC|SHIPPED) +scripts/(kconfig|basic)/|^  (gcc|flex|bison) .*-o ?scripts/kconfig/' # as they look with V=1, too
unbuilt="$kconfig_steps|^  CLEAN +scripts/kconfig" # where conf was not built there is nothing to clean

# play PROGRAM TEXT: runs the shell text with T set to the program, as a developer would type it.
play() {
	local program=$1 status=0
	[ "$program" = make ] || program=$gokbuild
	(cd "$work" && exec timeout -k 10 "${limit:-3600}" env -i --default-signal PATH="$tool_path" HOME="$HOME" LC_ALL=C TERM=dumb \
		CCACHE_DIR="${CCACHE_DIR:-$cache/ccache}" GOKBUILD_CACHE="$cache" \
		KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 2026' KBUILD_BUILD_USER=user KBUILD_BUILD_HOST=host KBUILD_BUILD_VERSION=1 \
		${given:-} T="$program" src="$src" out="$out" tree="$tree" side="$side" data="$top/testdata/kernels/goals" checks="$top/testdata/e2e/goals" trees="$trees" \
		bash -c "$2" 9>&-) </dev/null || status=$?
	echo "exit status $status"
}

# need STATE: makes it, unless it is there.
need() {
	local name=$1 stamp place
	stamp=$(declare -f "state_$name" && ls -l --time-style=full-iso "$src/Makefile" && gcc --version)
	[ ! -e "$states/$name/stamp" ] || [ "$stamp" != "$(cat "$states/$name/stamp")" ] || return 0
	echo "  making the state $name"
	rm -rf "${states:?}/$name"
	"state_$name" || { echo "the state $name cannot be made; see $log/state" >&2; return 1; }
	mkdir -p "$states/$name"
	for place in out tree side; do
		[ ! -e "$work/$place" ] || cp -a "$work/$place" "$states/$name/$place" || return 1
	done
	echo "$stamp" >"$states/$name/stamp"
}

# from STATE|nothing: what a state_NAME function begins with.
from() {
	if [ "$1" = nothing ]; then
		rm -rf "$out" "$tree" "$side"
		mkdir -p "$out" "$side"
	else
		need "$1" && restore "$1"
	fi
}

# by_make TEXT: the rest of a state_NAME function.
by_make() {
	play make "set -e; $1" >"$log/state" 2>&1
	[ "$(tail -n 1 "$log/state")" = 'exit status 0' ] || { tail -n 20 "$log/state"; return 1; }
}

restore() {
	local place
	for place in out tree side; do
		if [ -e "$states/$1/$place" ]; then
			mkdir -p "$work/$place"
			rsync -a --delete --modify-window=-1 "$states/$1/$place/" "$work/$place/"
		else
			rm -rf "${work:?}/$place"
		fi
	done
}

# changes STATE: one line for each name below work that is new, gone or not as in the state; content by sum.
changes() {
	local place exclude=(--exclude .gokbuild/)
	# The built-in Kconfig does without scripts/kconfig/conf; where it was there before, it is looked at.
	[ -e "$states/$1/out/scripts/kconfig/conf" ] || [ -e "$states/$1/tree/scripts/kconfig/conf" ] ||
		exclude+=(--exclude 'scripts/kconfig/')
	for place in out tree side; do
		[ -e "$states/$1/$place" ] || continue
		[ -e "$work/$place" ] || { echo "$place: gone"; continue; }
		rsync -naiO --delete --modify-window=-1 "${exclude[@]}" "$work/$place/" "$states/$1/$place/" >"$log/list"
		sed -n "s|^|$place: |; /: >f/!p" "$log/list"
		(cd "$work/$place" && sed -n 's/^>f[^ ]* //p' "$log/list" | tr '\n' '\0' | xargs -0 -r stat -c '%A %n' && 
			sed -n 's/^>f[^ ]* //p' "$log/list" | tr '\n' '\0' | xargs -0 -r md5sum) | sed "s|^|$place: |"
	done | sort -k3
}

# What make did for a command line is kept, as long as the line, its state and what is installed stay the same.
answer() {
	{
		echo "$1 | $state | ${given:-} | ${files:-all}"
		cat "$states/$state/stamp" && stat -c %y "$states/$state/stamp" && make --version && bash --version
		ls "$trees" "$trees/old" || true # older trees need not be there
		dpkg-query -W || true
	} 2>&1 | sha256sum | cut -c 1-32
}

recall_answer() {
	local kept
	kept=$answers/$(answer "$1")
	[ -e "$kept.done" ] && [ -z "${GOALS_FRESH:-}" ] && cp "$kept.raw" "$log/make.raw" && cp "$kept.changes" "$log/make.changes"
}

keep_answer() {
	local kept
	kept=$answers/$(answer "$1")
	mkdir -p "$answers"
	: >"$kept.changes"
	cp "$log/make.raw" "$kept.raw"
	[ "${files:-all}" = none ] || cp "$log/make.changes" "$kept.changes"
	: >"$kept.done"
}

# check NAME TEXT: plays the text with both programs. Set in front of the call, where needed:
#   state=NAME       what both find (default: the area's)
#   words=sorted     for -j: the order of lines does not count; words=none: only status and files do
#   drop=REGEX       lines of no account (grep -E), with the reason next to the check
#   files=none       what is left on disk is not compared
#   ignore=REGEX     files of no account (grep -E), with the reason next to the check
#   given=NAME=VALUE a variable of the environment
#   long=yes         left out of the quick round
#   differs=REASON   they are known to differ; it is a failure when they no longer do
check() {
	local name=$1 text=$2 program start=$SECONDS lines
	if [[ ! $name =~ $only ]]; then return; fi
	if [ -n "${long:-}" ] && [ "$round" = quick ]; then return; fi
	need "$state" || { failed=$((failed + 1)) failures+=("$area: $name: no state"); return; }
	for program in make gokbuild; do
		if [ "$program" = gokbuild ] || ! recall_answer "$text"; then
			restore "$state"
			play "$program" "$text" >"$log/$program.raw" 2>&1
			[ "${files:-all}" = none ] || changes "$state" >"$log/$program.changes"
			[ "$program" = gokbuild ] || keep_answer "$text"
		fi
		{
			case ${words:-exact} in
			exact) grep -a -v -E "${drop:-$kconfig_steps}" "$log/$program.raw" ;;
			sorted) grep -a -v -E "${drop:-$kconfig_steps}" "$log/$program.raw" | sort ;;
			none) tail -n 1 "$log/$program.raw" ;;
			esac
			if [ "${files:-all}" = all ]; then
				echo '--- files'
				grep -a -v -E "${ignore:-^$}" "$log/$program.changes"
			fi
		} >"$log/$program" || true
	done
	lines=$(wc -l <"$log/make")
	if ! grep -q '^exit status' "$log/make" || grep -q '^exit status 1\(24\|37\)$' "$log/make"; then
		echo "  make did not come to its end: $name" | tee -a "$log/gokbuild"
	fi
	if diff -a "$log/make" "$log/gokbuild" >"$log/diff"; then
		if [ -z "${differs:-}" ]; then
			passed=$((passed + 1))
			echo "  same:   $name ($(tail -n 1 "$log/make.raw"), $lines lines, $((SECONDS - start)) s)"
			return
		fi
		echo "  WRONG:  $name: no longer differs, although: $differs"
	elif [ -n "${differs:-}" ]; then
		passed=$((passed + 1))
		echo "  known:  $name: differs: $differs"
		return
	else
		echo "  WRONG:  $name (<make >gokbuild)"
		head -n "${GOALS_DIFF:-30}" "$log/diff"
	fi
	failed=$((failed + 1))
	failures+=("$area: $name")
	mkdir -p "$log/failed"
	for program in make make.raw gokbuild gokbuild.raw diff; do
		cp "$log/$program" "$log/failed/$failed.$program"
	done
}
