#!/usr/bin/env bash
# The whole test of the project, as .ci/run starts it: installs what it needs, checks the code, then builds
# kernels with make and with gokbuild and compares them. test.sh quick leaves the kernels out.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

export GOKBUILD_CI=1 # a reference tool that is missing is a failure, never a skip
require_build_tools
require qemu-system-x86_64:qemu-system-x86 tmux:tmux chromium:chromium setpriv:util-linux pytest-3:python3-pytest git:git pod2man:perl # perl-base is not enough
# What steps need that are played side by side: only one process at a time can install.
require ccache:ccache sparse:sparse size:binutils mount:mount
require_headers ncurses.h:libncurses-dev
[ -n "$(find /usr/src -maxdepth 1 -name 'linux-headers-*-amd64')" ] || install_packages linux-headers-amd64
export GOKBUILD_TREES=$trees
. "$top/testdata/e2e/go.sh"
cd "$top"

passed=0 failed=0 failures=()
log=$(mktemp) goals=
trap 'rm -rf "$log" "$log.goals"; [ -z "$goals" ] || kill "$goals" 2>/dev/null || true' EXIT

# rounds ALL LEAST: how much is played of what chance varies: all of it, or the least where the fixed part took so long that the whole
# would not end within the hour. The names of the steps tell.
rounds() { if [ "$SECONDS" -lt 2400 ]; then echo "$1"; else echo "$2"; fi; }

# step NAME COMMAND…: one check; its output is shown.
step() {
	local name=$1 start=$SECONDS
	shift
	echo "=== $name"
	if "$@" 2>&1 | tee "$log"; then
		passed=$((passed + 1))
		echo "--- ok: $name ($((SECONDS - start)) s)"
	else
		failed=$((failed + 1))
		failures+=("$name")
		echo "--- FAILED: $name ($((SECONDS - start)) s)"
	fi
}

# failed_tests prints, of what `go test -v` says, what tests said that failed, or that were the last to say something before the end of
# their program, and each race.
failed_tests() {
	awk '
		/^==================$/ { race = !race; print; next }
		race { print; next }
		/^=== [A-Z]+ / { test = $3; next }
		/^ *--- (PASS|SKIP)/ { delete said[$3]; test = ""; next }
		/^ *--- FAIL/ { printf "%s%s\n", said[$3], $0; delete said[$3]; test = ""; next }
		/^FAIL\t/ { printf "%s%s\n", said[test], $0; delete said[test]; test = ""; next }
		/^(PASS$|ok  |\?   )/ { next }
		{ said[test] = said[test] $0 "\n" }
		END { printf "%s", said[test] }'
}

# go_step NAME ARGS…: go test, each test and each case counted.
go_step() {
	local name=$1 start=$SECONDS status=0 ok bad
	shift
	echo "=== $name: go test $*"
	go test -vet=off -count=1 -timeout=30m -v "$@" >"$log" 2>&1 || status=$? # go vet is a step of its own
	ok=$(grep -c '^ *--- PASS' "$log" || true)
	bad=$(grep -c '^ *--- FAIL' "$log" || true)
	grep -E '^(ok|FAIL|panic:|---? FAIL)' "$log" || true
	[ "$ok" != 0 ] || status=1 # nothing was tested
	if [ "$status" != 0 ]; then
		[ "$bad" != 0 ] || bad=1
		failed_tests <"$log" | tail -n 400
		failures+=("$name")
	fi
	passed=$((passed + ok)) failed=$((failed + bad))
	echo "--- $name: $ok passed, $bad failed ($((SECONDS - start)) s)"
}

formatted() {
	local files
	files=$(gofmt -s -l cmd depgraph kbuild kconfig) || return 1
	[ -z "$files" ] || { echo "gofmt -s would change:" && echo "$files" && return 1; }
}

static_check() {
	PATH=$PATH:$(go env GOPATH)/bin
	command -v staticcheck >/dev/null || go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
	staticcheck -tags e2e ./...
}

make --version | sed -n 1p
gcc --version | sed -n 1p
go version
step 'kernel sources' testdata/e2e/fetch-kernels.sh 6.1 6.12
step 'gofmt -s' formatted
step 'go vet' go vet -tags e2e ./...
step 'staticcheck' static_check
go_step 'tests' ./...
go_step 'every second golden case, by lot, three times in one folder, as make and remembered' -tags e2e ./kbuild/internal/golden -run TestRepeated -share 2
GOKBUILD_TRACE_TREE=$trees/linux-6.1 go_step 'linux 6.1: every command of "make prepare" traced and proved' -tags e2e ./depgraph/trace -run TestTree
# The golden cases start a program of their own. The tracer's scripts run one after the other, and each starts a tracer, which
# takes long with the detector in it: those are played in which goroutines meet.
go_step 'race detector: packages' -race -short $(go list ./depgraph/... ./kbuild/... ./kconfig/... | grep -v -e /internal/golden -e depgraph/trace)
go_step 'race detector: the tracer' -race -short ./depgraph/trace -run 'Random|ManyProcesses|StandardInput|LetGo|RehearsalLimit'
step 'race detector: golden cases' testdata/e2e/race.sh

if [ "${1:-}" != quick ]; then
	build_gokbuild
	export gokbuild
	# It uses one processor, as do the steps up to where it is waited for.
	testdata/e2e/goals.sh 6.1 quick >"$log.goals" 2>&1 &
	goals=$!
	step 'menuconfig of 6.12' testdata/e2e/menuconfig.sh 6.12 80x24
	rm -rf "$cache/why-off" && mkdir "$cache/why-off"
	step 'what turns symbols of 6.12 on' testdata/e2e/why-off.py "$gokbuild" "$trees/linux-6.12" "$cache/why-off" 8
	step 'error paths' testdata/e2e/error-paths.sh
	n=$(rounds 60 20)
	step "small tree: $n random edits" testdata/e2e/edits.sh small "$n" 1
	step 'small tree: edits in bursts while it watches' testdata/e2e/watch.sh small 20 1
	step 'small tree: what would be made, and what is' testdata/e2e/would-rebuild.sh small 40 1
	step 'small tree: killed builds, damaged memory' testdata/e2e/crashes.sh small 12 8 1
	step 'small tree: revisions changed' testdata/e2e/checkout.sh small
	step 'small tree: each commit of a history' testdata/e2e/each-commit.sh small
	step 'small tree: the action cache' testdata/e2e/cache.sh small
	status=0
	wait "$goals" || status=$?
	goals=
	step 'linux 6.1: what is typed after make, every word of it' bash -c 'cat "$1"; exit "$2"' - "$log.goals" "$status"
	step 'linux 6.1 tinyconfig: equal files, nothing built twice' testdata/e2e/compare.sh 6.1 tinyconfig
	GOKBUILD_BUILT=$cache/out/linux-6.1-tinyconfig go_step 'linux 6.1: each .cmd file by fixdep again' -tags e2e -run TestBuiltTree ./kbuild/native/fixdep
	GOKBUILD_QUERY_TREE=$trees/linux-6.1 GOKBUILD_QUERY_OUT=$cache/out/linux-6.1-tinyconfig go_step 'linux 6.1: what is said without building, with nothing remembered, against what was built' \
		-tags e2e -run 'TestBuilt(CompDB|Symbols|Trees|Links)' ./kbuild/query
	step 'linux 6.12 tinyconfig: equal files, nothing built twice' testdata/e2e/compare.sh 6.12 tinyconfig
	step 'linux 6.1 64-bit with modules: equal files, boots' testdata/e2e/boot.sh 6.1
	# This seed brings fifteen kinds of edits, none of which rebuilds everything.
	n=$(rounds 15 8)
	step "linux 6.1: $n random edits" testdata/e2e/edits.sh 6.1 "$n" 5657
	step 'linux 6.1: killed builds, damaged memory' testdata/e2e/crashes.sh 6.1 3 2 1
	go_step 'kconfig against the C tools' -tags e2e -run 'TestShortMatrix|TestTreePytest' ./kconfig/diff
fi

for f in "${failures[@]}"; do echo "failed: $f"; done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
