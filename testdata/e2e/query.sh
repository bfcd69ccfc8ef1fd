#!/bin/sh
# query.sh VERSION CONFIG [FRAGMENT]: asks about a tree before it is built, builds it with make, and compares the answers with what
# the build has left: the words in .cmd files, .config, vmlinux.a, modules.order, the files that conf has read.
#
#     testdata/e2e/query.sh 6.12 tinyconfig
#     testdata/e2e/query.sh 6.1 tinyconfig modules.config
set -e
cd "$(dirname "$0")/../.."
version=$1 config=$2 fragment=$3
[ -n "$config" ] || { echo "usage: $0 VERSION CONFIG [FRAGMENT]" >&2; exit 2; }
trees=${GOKBUILD_TREES:-$HOME/.cache/gokbuild/trees}
tree=$trees/linux-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/gokbuild" ./cmd/gokbuild
out=$work/out
mkdir "$out"
make -C "$tree" O="$out" "$config" >"$work/log"
if [ -n "$fragment" ]; then
	cat "$fragment" >>"$out/.config"
	make -C "$tree" O="$out" olddefconfig >>"$work/log"
fi
make -C "$tree" O="$out" -j"$(nproc)" prepare >>"$work/log"
"$work/gokbuild" -C "$tree" O="$out" --compdb="$work/before.json"
make -C "$tree" O="$out" -j"$(nproc)" >>"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
GOKBUILD_QUERY_TREE=$tree GOKBUILD_QUERY_OUT=$out GOKBUILD_QUERY_BEFORE=$work/before.json \
	go test -tags e2e -count 1 -run Built -v ./kbuild/query
