# Other architectures with Debian's cross compilers.
require arm-linux-gnueabi-gcc:gcc-arm-linux-gnueabi aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu
[ -e /usr/arm-linux-gnueabi/include/stdio.h ] || install_packages libc6-dev-armel-cross # gcc's plugin and vdso probes
state=empty

arm='ARCH=arm CROSS_COMPILE=arm-linux-gnueabi-'
# -m32 without a C library: the parts of i386 that run on the host stay out.
check 'ARCH=i386: a configuration, two folders' '$T -C $src O=$out ARCH=i386 tinyconfig init/ arch/x86/lib/'
check 'ARCH=arm: help' "\$T -C \$src O=\$out $arm help"
check 'ARCH=arm from the environment, a folder' 'export ARCH=arm CROSS_COMPILE=arm-linux-gnueabi-; $T -C $src O=$out allnoconfig && $T -C $src O=$out init/'
words=sorted check 'ARCH=arm: a defconfig to zImage, device trees, modules' "\$T -s -C \$src O=\$out $arm spear6xx_defconfig && \$T -j2 -C \$src O=\$out $arm zImage dtbs modules"
words=sorted check 'ARCH=arm64: tinyconfig' '$T -s -C $src O=$out ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- tinyconfig && $T -j2 -C $src O=$out ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-'
# 32 bits, as tinyconfig has them, would need a C library of 32 bits.
words=sorted check 'ARCH=um: 64 bits' 'echo CONFIG_64BIT=y >$side/config; KCONFIG_ALLCONFIG=$side/config $T -s -C $src O=$out ARCH=um allnoconfig && $T -j2 -C $src O=$out ARCH=um'
check 'ARCH=arm: one dtb' "\$T -s -C \$src O=\$out $arm versatile_defconfig && cd \$src && dtb=\$(find arch/arm/boot/dts -name versatile-ab.dts) && dtb=\${dtb#arch/arm/boot/dts/} && \$T O=\$out $arm \${dtb%s}b"
check 'ARCH=arm: uImage without mkimage' "\$T -s -C \$src O=\$out $arm allnoconfig && \$T -C \$src O=\$out $arm uImage LOADADDR=0x8000 2>&1 | tail -n 3"
check 'a cross compiler that is not there' '$T -C $src O=$out ARCH=riscv CROSS_COMPILE=riscv64-none-linux- allnoconfig init/'
