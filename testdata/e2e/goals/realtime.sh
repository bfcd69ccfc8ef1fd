# PREEMPT_RT: built by both, equal, and booted in an emulated machine. This tree, where it has it, and the old trees that
# carry the patches from before they were taken in.
require qemu-system-x86_64:qemu-system-x86
gcc -static -nostdlib -ffreestanding -fno-stack-protector -O2 -o "$base/init" "$top/testdata/kernels/init.c"
touch -d '2026-01-01 UTC' "$base/init"
printf 'dir /dev 0755 0 0\nnod /dev/console 0600 0 0 c 5 1\nfile /init %s 0755 0 0\n' "$base/init" >"$base/initramfs.list"

# realtime NAME SYMBOL: the configuration that boots, with the symbol.
realtime() {
	[[ "$1: built" =~ $only ]] || return 0 # there would be nothing to boot
	{
		cat "$top/testdata/kernels/boot.config"
		printf 'CONFIG_%s=y\n' EXPERT FUTEX SMP "$2"
		printf 'CONFIG_INITRAMFS_SOURCE="%s"\n' "$base/initramfs.list"
	} >"$base/realtime.config"
	local arch='ARCH=x86 CROSS_COMPILE=' # 3.x may name another one
	words=sorted check "$1: built" "KCONFIG_ALLCONFIG=$base/realtime.config \$T -s -C \$src O=\$out $arch allnoconfig && grep $2=y \$out/.config && \$T -j2 -C \$src O=\$out $arch"
	# What gokbuild built is still there.
	timeout 180 qemu-system-x86_64 -machine accel=tcg -m 256 -nographic -no-reboot -nic none \
		-kernel "$out/arch/x86/boot/bzImage" -append "console=ttyS0 earlyprintk=serial panic=-1" </dev/null >"$log/console" 2>&1 || true
	if grep -a -q 'gokbuild: init reached' "$log/console" && grep -a -q 'PREEMPT[_ ]RT' "$log/console"; then
		passed=$((passed + 1))
		echo "  same:   $1: booted"
	else
		failed=$((failed + 1)) failures+=("$area: $1: not booted")
		tail -n 20 "$log/console"
	fi
}

state=empty
if grep -q 'config PREEMPT_RT$' "$src/kernel/Kconfig.preempt" && grep -q 'ARCH_SUPPORTS_RT' "$src/arch/x86/Kconfig"; then
	realtime "$version, PREEMPT_RT" PREEMPT_RT
else
	echo "  not played: $version has no PREEMPT_RT on x86"
fi
for src in "$trees"/old/linux-*; do
	if grep -q -s 'config PREEMPT_RT_FULL$' "$src/kernel/Kconfig.preempt"; then
		realtime "${src##*/linux-}, PREEMPT_RT_FULL" PREEMPT_RT_FULL
	fi
done
src=$trees/linux-$version
