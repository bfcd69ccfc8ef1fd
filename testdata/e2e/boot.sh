#!/usr/bin/env bash
# Builds a 64-bit kernel with serial console, initramfs and modules, compares it with make's, and boots it:
# boot.sh [6.1] [options of kbuild/internal/e2e; -ref "" builds without comparing]
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1}
shift $(($# < 1 ? $# : 1))
require_build_tools
require qemu-system-x86_64:qemu-system-x86
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild

boot=$cache/boot
mkdir -p "$boot"
gcc -static -nostdlib -ffreestanding -fno-stack-protector -O2 -o "$boot/init" "$top/testdata/kernels/init.c"
touch -d '2026-01-01 UTC' "$boot/init" # its time goes into the initramfs
cat >"$boot/initramfs.list" <<END
dir /dev 0755 0 0
nod /dev/console 0600 0 0 c 5 1
file /init $boot/init 0755 0 0
END
{
	cat "$top/testdata/kernels/boot.config"
	echo "CONFIG_INITRAMFS_SOURCE=\"$boot/initramfs.list\""
} >"$boot/boot64.config"

cd "$top"
go run ./kbuild/internal/e2e -src "$trees/linux-$version" -out "$cache/out/boot-$version" \
	-config allnoconfig -allconfig "$boot/boot64.config" -new "$gokbuild" "$@"

kernel=$cache/out/boot-$version/arch/x86/boot/bzImage
echo "booting $kernel"
# Emulated: it takes two seconds, and a /dev/kvm that is there need not work.
timeout 180 qemu-system-x86_64 -machine accel=tcg -m 256 -nographic -no-reboot -nic none \
	-kernel "$kernel" -append "console=ttyS0 panic=-1" </dev/null >"$boot/console" 2>&1 || true
if ! grep -a -q 'gokbuild: init reached' "$boot/console"; then
	tail -n 30 "$boot/console"
	echo "boot of $version: init was not reached" >&2
	exit 1
fi
echo "boot of $version: init reached, $(find "$cache/out/boot-$version" -name '*.ko' | wc -l) modules built"
