# Programs with the kernel's build system: BusyBox, U-Boot. Their trees lie next to the kernels', below old/;
# one that is not there is left out aloud.

# present FOLDER: is the tree there?
present() {
	[ -e "$trees/old/$1/Makefile" ] || { echo "  not played: $trees/old/$1 is not there"; return 1; }
}

state_busybox() { from nothing && mkdir "$tree" && cp -a "$trees/old/busybox/." "$tree"; }
state=busybox given=KCONFIG_NOTIMESTAMP=1
if present busybox; then
	check 'BusyBox: help' 'cd $tree && $T help'
	check 'BusyBox: defconfig' 'cd $tree && $T defconfig'
	check 'BusyBox: allnoconfig, one applet' 'cd $tree && $T allnoconfig && $T coreutils/'
	check 'BusyBox: a configuration in another folder' 'cd $tree && $T O=$out allnoconfig && $T O=$out applets/'
	# tc does not compile with headers from 6.8 on, whoever makes it.
	words=sorted check 'BusyBox: all, -j2' 'cd $tree && $T -s defconfig && sed -i "s/^CONFIG_TC=y/# CONFIG_TC is not set/" .config && $T -s silentoldconfig && $T -j2'
	drop=$unbuilt check 'BusyBox: clean, distclean' 'cd $tree && $T -s allnoconfig && $T applets/ && $T clean && $T distclean'
fi

if present u-boot-2026.10; then
	# sandbox and x86 boards want swig and SDL; a board without device-tree tools written in Python is enough here.
	require arm-linux-gnueabi-gcc:gcc-arm-linux-gnueabi swig:swig
	board=${GOALS_BOARD:-integratorcp_cm926ejs_defconfig}
	state_uboot() { from nothing; }
	state=uboot given=SOURCE_DATE_EPOCH=1767225600
	uboot='CROSS_COMPILE=arm-linux-gnueabi- O=$out -C $trees/old/u-boot-2026.10'
	check 'U-Boot: help' "\$T $uboot help"
	check 'U-Boot: a configuration' "\$T $uboot $board"
	words=sorted check 'U-Boot: a board' "\$T -s $uboot $board && \$T -j2 $uboot"
	check 'U-Boot: nothing to do' "\$T -s $uboot $board && \$T -s $uboot tools-only && \$T $uboot tools-only"
	drop=$unbuilt check 'U-Boot: mrproper' "\$T -s $uboot $board && \$T $uboot mrproper"
fi
given=
