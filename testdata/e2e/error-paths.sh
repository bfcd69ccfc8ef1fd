#!/usr/bin/env bash
# Breaks small builds in every way a build breaks and checks that gokbuild says what make says, ends with
# make's status, and that the next build ends with the right files: error-paths.sh
# Needs root: for the small tmpfs, and to become a user whom a locked folder stops.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

require gcc:gcc make:make setpriv:util-linux mount:mount
[ -n "${gokbuild:-}" ] || build_gokbuild
work=$(mktemp -d)
chmod 755 "$work"
trap 'umount "$work/tree" 2>/dev/null || true; rm -rf "$work"' EXIT
# Both are called make, as their messages name the program.
mkdir "$work/reference" "$work/own"
ln -s "$(command -v make)" "$work/reference/make"
cp -L "$(command -v "$gokbuild")" "$work/own/make"

# Every build happens at the same path, which messages may hold.
fresh() {
	umount "$work/tree" 2>/dev/null || true
	rm -rf "$work/tree"
	cp -r "$top/testdata/kernels/errors" "$work/tree"
}

# Signals as a terminal gives them: a background job would inherit some as ignored.
clean_env=(env -i --default-signal LC_ALL=C HOME=/root)
run() { # PROGRAM ARGS…: runs it in the tree, leaves output and status in $work/log
	local program=$1 status=0
	shift
	(cd "$work/tree" && "${clean_env[@]}" PATH="$work/$program:/usr/bin:/bin" ${as_user:-} make "$@") \
		>"$work/log" 2>&1 </dev/null || status=$?
	echo "exit status $status" >>"$work/log"
}

passed=0 failed=0
check() { # NAME: compares the two logs kept by both()
	if diff -u "$work/reference.log" "$work/own.log" >"$work/diff"; then
		echo "  ok    $1"
		passed=$((passed + 1))
	else
		echo "  WRONG $1 (-make +gokbuild)"
		cat "$work/diff"
		failed=$((failed + 1))
	fi
}

# scenario NAME ARGS…: the same arguments for both, then a repaired second build; all of it must agree.
before() { :; }
repair() { :; }
scenario() {
	local name=$1 program
	shift
	for program in reference own; do
		fresh
		before
		run "$program" "$@"
		cp "$work/log" "$work/$program.log"
		repair
		as_user='' run "$program" all
		{
			echo "--- the next build"
			cat "$work/log"
			(cd "$work/tree" && find . -name .gokbuild -prune -o -type f -print0 | sort -z | xargs -0 cksum)
		} >>"$work/$program.log"
	done
	check "$name"
	before() { :; }
	repair() { :; }
	as_user=''
}
as_user=''

scenario 'syntax error' -f syntax.mk
scenario 'missing prerequisite' missing
scenario 'missing prerequisite, keep going' -k missing
scenario 'cycle' cycle
scenario 'failing compile' failing
scenario 'failing compile, keep going' -k failing
scenario 'failing compile, two jobs' -j2 -k bad.o
scenario 'missing shell' shell

before() { mkdir "$work/tree/locked" && touch "$work/tree/locked/x.c" && chmod 000 "$work/tree/locked" && chown 65534 "$work/tree"; }
repair() { chmod 755 "$work/tree/locked"; }
as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
scenario 'unreadable folder' unreadable

before() {
	mkdir "$work/copy" && cp -r "$work/tree/." "$work/copy"
	mount -t tmpfs -o size=128k none "$work/tree"
	cp -r "$work/copy/." "$work/tree" && rm -rf "$work/copy"
}
repair() { mount -o remount,size=4m "$work/tree"; }
scenario 'full disk' big

# interrupted SIGNAL JOBS: the signal comes while slow.stamp is being made; then the next build finishes it.
# What is printed meanwhile depends on who notices first, also with make, so it is not compared; make's status is
# that of the signal, unless it stumbles over a child that is gone already.
interrupted() {
	local signal=$1 jobs=$2 program pid status
	for program in reference own; do
		fresh
		touch "$work/tree/wait"
		# Job control gives the build a process group of its own, as a terminal would.
		set -m
		(cd "$work/tree" && exec "${clean_env[@]}" PATH="$work/$program:/usr/bin:/bin" make "-j$jobs" summary) \
			>"$work/log" 2>&1 </dev/null &
		pid=$!
		set +m
		while [ ! -e "$work/tree/started" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
		kill -s "$signal" -- "-$pid"
		status=0
		wait "$pid" 2>/dev/null || status=$?
		[ $program = own ] || status=$((128 + $(kill -l "$signal")))
		{
			echo "exit status $status"
			[ ! -e "$work/tree/slow.stamp" ] || echo "slow.stamp was left behind"
		} >"$work/$program.log"
		rm -f "$work/tree/wait" "$work/tree/started"
		run "$program" "-j$jobs" all
		tail -n 1 "$work/log" >>"$work/$program.log"
		(cd "$work/tree" && find . -name .gokbuild -prune -o -type f -print0 | sort -z | xargs -0 cksum) >>"$work/$program.log"
	done
	check "SIG$signal in mid-build, $jobs jobs"
}
interrupted INT 1
interrupted INT 2
interrupted TERM 1
interrupted HUP 2

echo "error paths: $passed passed, $failed failed"
[ "$failed" = 0 ]
