#!/usr/bin/env bash
# From a fresh Debian to a running kernel: installs what is missing, builds gokbuild, unpacks Debian's kernel
# source, builds a small 64-bit kernel with gokbuild and boots it in qemu. quickstart.sh [6.1]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1}
require_build_tools
build_gokbuild
export gokbuild
"$top/testdata/e2e/boot.sh" "$version" -ref ""
cat <<END

gokbuild is $gokbuild. In a kernel tree, type it where you would type make:

    $gokbuild -C $trees/linux-$version O=$cache/out/my-kernel defconfig
    $gokbuild -C $trees/linux-$version O=$cache/out/my-kernel -j$(nproc)
END
