# PREEMPT_RT, which 6.12 has: built by both, equal, and booted in an emulated machine.
if ! grep -q 'config PREEMPT_RT' "$src/kernel/Kconfig.preempt" || ! grep -q 'select ARCH_SUPPORTS_RT\|ARCH_SUPPORTS_RT' "$src/arch/x86/Kconfig"; then
	echo "  not played: $version has no PREEMPT_RT on x86"
	return 0
fi
[[ 'PREEMPT_RT: built' =~ $only ]] || return 0 # there would be nothing to boot
require qemu-system-x86_64:qemu-system-x86
state=empty
gcc -static -nostdlib -ffreestanding -fno-stack-protector -O2 -o "$base/init" "$top/testdata/e2e/init.c"
touch -d '2026-01-01 UTC' "$base/init"
printf 'dir /dev 0755 0 0\nnod /dev/console 0600 0 0 c 5 1\nfile /init %s 0755 0 0\n' "$base/init" >"$base/initramfs.list"
{
	cat "$top/testdata/e2e/boot.config"
	printf 'CONFIG_EXPERT=y\nCONFIG_PREEMPT_RT=y\nCONFIG_SMP=y\nCONFIG_INITRAMFS_SOURCE="%s"\n' "$base/initramfs.list"
} >"$base/realtime.config"
words=sorted check 'PREEMPT_RT: built' "KCONFIG_ALLCONFIG=$base/realtime.config \$T -s -C \$src O=\$out allnoconfig && grep PREEMPT_RT=y \$out/.config && \$T -j2 -C \$src O=\$out"
# What gokbuild built is still there.
timeout 180 qemu-system-x86_64 -machine accel=tcg -m 256 -nographic -no-reboot -nic none \
	-kernel "$out/arch/x86/boot/bzImage" -append "console=ttyS0 panic=-1" </dev/null >"$log/console" 2>&1 || true
if grep -a -q 'gokbuild: init reached' "$log/console" && grep -a -q 'PREEMPT_RT' "$log/console"; then
	passed=$((passed + 1))
	echo "  same:   PREEMPT_RT: booted"
else
	failed=$((failed + 1)) failures+=("$area: PREEMPT_RT: not booted")
	tail -n 20 "$log/console"
fi
