#!/usr/bin/env bash
# Unpacks Debian's kernel sources once, outside the checkout: fetch-kernels.sh [6.1 6.12 …]
# Prints nothing but what it does; trees end up in $GOKBUILD_TREES/linux-VERSION.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -gt 0 ] || set -- 6.1 6.12
for version in "$@"; do
	tree=$trees/linux-$version
	[ ! -e "$tree/Makefile" ] || continue
	tarball=/usr/src/linux-source-$version.tar.xz
	[ -e "$tarball" ] || install_packages "linux-source-$version"
	require xz:xz-utils
	echo "unpacking linux-source-$version to $tree"
	rm -rf "$tree.part"
	mkdir "$tree.part"
	tar -C "$tree.part" --strip-components=1 -xf "$tarball"
	rm -rf "$tree"
	mv "$tree.part" "$tree"
done
