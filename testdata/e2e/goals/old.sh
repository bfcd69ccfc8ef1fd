# Old trees, next to the kernels' below old/: configured, prepared, and compiled as far as today's compiler goes. What make
# cannot build, gokbuild must not build in the same words.
for old in ${GOALS_OLD:-3.2 3.6 3.19 4.4 4.14 4.20 5.4 5.15}; do
	src=$trees/old/linux-$old
	if [ ! -e "$src/Makefile" ]; then
		echo "  not played: $src is not there"
		continue
	fi
	if [ ! -e "$src/arch/x86/kernel/Makefile" ]; then
		echo "  not played: $src is not whole; that both fail in it alike proves nothing"
		continue
	fi
	arch='ARCH=x86 CROSS_COMPILE=' # 3.2's makefile names another one
	state=empty
	check "$old: kernelversion, help" "\$T -s -C \$src O=\$out $arch kernelversion; \$T -C \$src O=\$out $arch help"
	check "$old: allnoconfig" "\$T -C \$src O=\$out $arch allnoconfig"
	check "$old: defconfig" "\$T -C \$src O=\$out $arch i386_defconfig"
	check "$old: prepare, scripts" "\$T -s -C \$src O=\$out $arch allnoconfig; \$T -k -C \$src O=\$out $arch prepare scripts"
	check "$old: single targets" "\$T -s -C \$src O=\$out $arch allnoconfig; \$T -k -C \$src O=\$out $arch init/version.o init/main.i init/do_mounts.s"
	words=sorted check "$old: all, -k" "\$T -s -C \$src O=\$out $arch allnoconfig; \$T -k -j2 -C \$src O=\$out $arch"
	drop=$unbuilt check "$old: headers_install, clean" "\$T -s -C \$src O=\$out $arch allnoconfig; \$T -s -C \$src O=\$out $arch INSTALL_HDR_PATH=\$side/usr headers_install; \$T -C \$src O=\$out $arch clean; \$T -C \$src O=\$out $arch mrproper"
	check "$old: SUBDIRS=" "mkdir \$side/m && printf 'obj-m := x.o\\n' >\$side/m/Makefile && printf '#include <linux/module.h>\\nMODULE_LICENSE(\"GPL\");\\n' >\$side/m/x.c; \$T -s -C \$src O=\$out $arch allnoconfig; \$T -k -C \$src O=\$out $arch prepare scripts >/dev/null 2>&1; \$T -C \$src O=\$out $arch SUBDIRS=\$side/m modules"
done
src=$trees/linux-$version
