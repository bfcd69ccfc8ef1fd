#!/usr/bin/env bash
# Plays the remote cache and remote execution against servers that others have written, on a real tree, and compares objects:
# remote.sh 6.1 [GOAL, default kernel/time/; "all" is the whole tree]
#
# Wanted, by these variables; what is not named is left out, and one at least is wanted:
#   BAZEL_REMOTE  the program of github.com/buchgr/bazel-remote       (go build .)
#   KAJIYA        the program of github.com/philwo/kajiya             (go build .)
#   DIST=1        distcc and icecc are installed (Debian packages)
# All of it runs in a network namespace of its own, which needs root: icecc announces itself by broadcast.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
version=$1 goal=${2:-kernel/time/}
if [ -z "${REMOTE_INSIDE:-}" ]; then
	require_build_tools
	[ -n "${gokbuild:-}" ] || build_gokbuild
	. "$top/testdata/e2e/go.sh"
	(cd "$top" && go test -c -o "$cache/bin/reapi.test" ./kbuild/cache/reapi)
	export gokbuild REMOTE_INSIDE=1
	exec unshare -n "$0" "$@"
fi
ip link set lo up
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
export KBUILD_BUILD_TIMESTAMP=2024-01-01 KBUILD_BUILD_USER=u KBUILD_BUILD_HOST=h
export GOKBUILD_CACHE=$work/cache
src=$trees/linux-$version out=$work/out

# build OPTION… makes the goal in an empty folder with an empty local store; what --stats says goes to $work/stats.
build() {
	rm -rf "$out" "$work/cache/actions"
	cp -a "$work/prepared" "$out"
	local goals=()
	[ "$goal" = all ] || goals=("$goal")
	"$gokbuild" -C "$src" O="$out" -j"$(nproc)" --stats "$@" "${goals[@]}" >"$work/log" 2>"$work/stats"
	(cd "$out" && find . -name '*.o' -o -name '*.cmd' -o -name vmlinux -o -name bzImage | sort | xargs sha256sum) >"$work/sums"
}

# check NAME OPTION… builds and compares with what was built without anything.
check() {
	local name=$1
	shift
	local begin=$SECONDS
	build "$@"
	cmp -s "$work/want" "$work/sums" || { echo "$name: other bytes" >&2; diff "$work/want" "$work/sums" | head >&2; exit 1; }
	echo "$name: same bytes, $((SECONDS - begin)) s"
	grep -E '^[^ ]*: (remote|cache|distcc|icecc|  )' "$work/stats" | sed 's/^[^ ]*: /    /' || true
}

# listening PORT waits until somebody listens.
listening() {
	for _ in $(seq 200); do
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		sleep 0.05
	done
	echo "nobody listens on port $1" >&2
	exit 1
}

"$gokbuild" -C "$src" O="$out" tinyconfig >/dev/null
"$gokbuild" -C "$src" O="$out" -j"$(nproc)" prepare >/dev/null 2>&1
mv "$out" "$work/prepared"
build
cp "$work/sums" "$work/want"
addresses=()

if [ -n "${BAZEL_REMOTE:-}" ]; then
	mkdir "$work/bazel"
	"$BAZEL_REMOTE" --dir "$work/bazel" --max_size 2 --http_address 127.0.0.1:8080 --grpc_address 127.0.0.1:9092 \
		--access_log_level none >"$work/bazel.log" 2>&1 &
	server=$!
	pids+=($server)
	listening 8080
	listening 9092
	addresses+=(grpc://127.0.0.1:9092 http://127.0.0.1:8080)
	check "bazel-remote, filled" --remote-cache=grpc://127.0.0.1:9092 --remote-cache-write --remote-flush=60
	check "bazel-remote, gRPC" --remote-cache=grpc://127.0.0.1:9092
	check "bazel-remote, HTTP" --remote-cache=http://127.0.0.1:8080
	GOKBUILD_REAPI_SERVERS=${addresses[*]} "$cache/bin/reapi.test" -test.run Live
	(sleep 2; kill -9 "$server") &
	check "bazel-remote, killed" --remote-cache=grpc://127.0.0.1:9092 --remote-cache-write
	check "bazel-remote, down" --remote-cache=grpc://127.0.0.1:9092 --remote-cache-write
fi
if [ -n "${KAJIYA:-}" ]; then
	mkdir "$work/kajiya"
	"$KAJIYA" -listen 127.0.0.1:8980 -dir "$work/kajiya" >"$work/kajiya.log" 2>&1 &
	pids+=($!)
	listening 8980
	GOKBUILD_REAPI_SERVERS=grpc://127.0.0.1:8980 "$cache/bin/reapi.test" -test.run Live
	check "kajiya, execution" --remote-exec=grpc://127.0.0.1:8980
	check "kajiya, cache filled" --remote-cache=grpc://127.0.0.1:8980 --remote-cache-write --remote-flush=60
	check "kajiya, cache" --remote-cache=grpc://127.0.0.1:8980
fi
if [ -n "${DIST:-}" ]; then
	distccd --no-detach --daemon --allow 127.0.0.1 --listen 127.0.0.1 --port 3632 -j 4 --user nobody >"$work/distccd.log" 2>&1 &
	pids+=($!)
	listening 3632
	mkdir "$work/distcc"
	export DISTCC_HOSTS=127.0.0.1/4 DISTCC_DIR=$work/distcc
	check "distcc" --dist=distcc
	DISTCC_HOSTS=127.0.0.1:1/4 check "distcc, nobody there" --dist=distcc
fi
