#!/bin/bash
# trees.sh VERSION [CONFIG]: prepares a kernel tree, builds nothing, and holds what gokbuild knows of it against what make says of itself
# under -n: words of compilers, makefiles read, folders, members of archives, prerequisites; what builds 200 sources; symbols, Kconfig files.
# Make ends where it misses what it has not made; what it names must be the same here.
#
#     testdata/e2e/trees.sh 6.12 defconfig
#     testdata/e2e/trees.sh 4.4 allnoconfig      # in $GOKBUILD_TREES/linux-4.4
set -e
cd "$(dirname "$0")"
. ./lib.sh
require_build_tools
. ./go.sh
version=$1 config=${2:-tinyconfig}
[ -n "$version" ] || { echo "usage: $0 VERSION [CONFIG]" >&2; exit 2; }
tree=$trees/linux-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out args="ARCH=x86 CROSS_COMPILE="
mkdir "$out"
# Trees older than this compiler have no header of its version: that of 4 serves.
gcc=include/linux/compiler-gcc
if [ -e "$tree/${gcc}4.h" ]; then
	mkdir -p "$work/$(dirname "$gcc")"
	cp "$tree/${gcc}4.h" "$work/$gcc$(gcc -dumpversion | cut -d. -f1).h"
	args+=" KCPPFLAGS=-I$work/include"
fi
make -C "$tree" O="$out" $args "$config" prepare >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
make -C "$tree" O="$out" $args -n --debug=v >"$work/said" 2>"$work/errors" || :
# The data base has a line for each target of each make; those that set variables are left out.
make -C "$tree" O="$out" $args -npr 2>>"$work/errors" | grep -E '^[^#	 =][^=]*: ?' | grep -v ':=\|: *[A-Z_]* [:+?]*=' >"$work/database" || :
cd "$top"
GOKBUILD_QUERY_TREE=$tree GOKBUILD_QUERY_OUT=$out GOKBUILD_QUERY_ARGS=$args GOKBUILD_QUERY_ORACLE=$work/said GOKBUILD_QUERY_DATABASE=$work/database \
	go test -tags e2e -count 1 -timeout 30m -run 'Oracle|BuiltSymbols|BuiltTrees' -v ./kbuild/query
