#!/usr/bin/env bash
# Builds a tree with make and with gokbuild and compares all files, then runs each on the other's output:
# compare.sh 6.1 tinyconfig [options of kbuild/internal/e2e, e.g. -in-tree, -j 16, -interrupt 50,400]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=$1 config=$2
shift 2
require_build_tools
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild
cd "$top"
go run ./kbuild/internal/e2e -src "$trees/linux-$version" -config "$config" -new "$gokbuild" -alternate "$@"
