#!/usr/bin/env bash
# Somebody types into a tree while the language server answers: typing.sh [6.1] [duration] [seed]
# At random places of files of all four kinds, for an hour unless a duration is given (10m). It fails if the server ends, makes a mistake
# of its own, takes more than 500 MB, or outlives its client by two seconds; and prints how long answers took.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} long=${2:-1h} seed=${3:-1}
require_build_tools
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild
(cd "$top" && go build -o "$cache/bin/e2e" ./kbuild/internal/e2e)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$gokbuild" -C "$trees/linux-$version" O="$work" defconfig prepare >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
"$cache/bin/e2e" typing -new "$gokbuild" -src "$trees/linux-$version" -out "$work" -for "$long" -seed "$seed"
