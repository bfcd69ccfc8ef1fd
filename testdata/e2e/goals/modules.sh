# Modules of the tree: built, described, signed with the state's key, installed.
require depmod:kmod xz:xz-utils zstd:zstd
state=modules

check 'nothing to do' '$T -C $src O=$out modules'
check 'some built again' 'rm $out/lib/xz/*.o $out/lib/*.ko; $T -C $src O=$out modules'
words=sorted check 'all built again, -j2' 'find $out -name "*.ko" -o -name "*.mod*" -o -name .modules.order.cmd | xargs rm; $T -j2 -C $src O=$out'
check 'modules_prepare' '$T -C $src O=$out modules_prepare'
state=modconfig check 'modules_prepare, nothing built' '$T -C $src O=$out modules_prepare'
check 'modules_install' '$T -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install'
words=sorted check 'modules_install -j2' '$T -j2 -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install'
check 'modules_install, stripped' '$T -C $src O=$out INSTALL_MOD_PATH=$side/root INSTALL_MOD_STRIP=1 modules_install'
check 'modules_install, stripped as told' '$T -C $src O=$out INSTALL_MOD_PATH=$side/root INSTALL_MOD_STRIP=--strip-unneeded modules_install'
check 'modules_install, V=1' '$T -C $src O=$out V=1 INSTALL_MOD_PATH=$side/root modules_install'
check 'modules_install, twice' '$T -s -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install; touch $side/root/lib/modules/*/extra; $T -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install'
check 'modules_install without depmod' '$T -C $src O=$out DEPMOD=/none/depmod INSTALL_MOD_PATH=$side/root modules_install'
check 'modules_install where nothing may be written' '$T -C $src O=$out INSTALL_MOD_PATH=/proc/none modules_install'
for how in GZIP XZ ZSTD; do
	check "modules_install, $how" '$src/scripts/config --file $out/.config -d MODULE_COMPRESS_NONE -e MODULE_COMPRESS -e MODULE_COMPRESS_ALL -e MODULE_COMPRESS_'$how'
		$T -s -C $src O=$out olddefconfig; $T -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install'
done
check 'modules_sign' 'for ko in $(find $out -name "*.ko"); do cp $ko $side; done; $T -s -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install modules_sign'
check 'a symbol that is nowhere' 'rm $out/lib/crc7.o; printf "extern int nowhere(void); int crc7_x(void); int crc7_x(void) { return nowhere(); }\n" >$side/x.h; $T -C $src O=$out CFLAGS_crc7.o="-include $side/x.h" modules'
check 'the same with KBUILD_MODPOST_WARN' 'rm $out/lib/crc7.o; printf "extern int nowhere(void); int crc7_x(void); int crc7_x(void) { return nowhere(); }\n" >$side/x.h; $T -C $src O=$out KBUILD_MODPOST_WARN=1 CFLAGS_crc7.o="-include $side/x.h" modules'
check 'a section mismatch' 'rm $out/lib/crc7.o; printf "#include <linux/init.h>\nstatic int __init a(void) { return 1; } int b(void); int b(void) { return a(); }\n" >$side/x.h; $T -C $src O=$out CFLAGS_crc7.o="-fno-inline -include $side/x.h" modules'
check 'modules.builtin and its friends' '$T -C $src O=$out modules.builtin modules.builtin.modinfo modules.order'
check 'nsdeps' '$T -C $src O=$out nsdeps'
state=tiny check 'a kernel without modules' '$T -C $src O=$out modules; $T -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install'
