# Modules outside the tree, and folders of the tree built as if they were.

# A kernel prepared for modules, and the sources of modules: one alone, two more that need it, another in a folder below.
state_external() {
	from prepared
	by_make 'cp -r $data/extmod $side/one && mv $side/one/many $side/many'
}

state=external
# Symbols of the kernel itself are not known here: what modpost says about them is compared too.
given=KBUILD_MODPOST_WARN=1
check 'M=' '$T -C $src O=$out M=$side/one'
long=yes check 'M= modules' '$T -C $src O=$out M=$side/one modules'
check 'M=, again' '$T -C $src O=$out M=$side/one >/dev/null; $T -C $src O=$out M=$side/one'
long=yes check '-C output M=$PWD' 'cd $side/one && $T -C $out M=$PWD'
check '-C output M=$PWD V=1' 'cd $side/one && $T -C $out M=$PWD V=1'
check 'relative M=' 'cd $out && $T M=../side/one'
long=yes check 'M= with a slash at its end' '$T -C $out M=$side/one/'
check 'KBUILD_EXTMOD' 'KBUILD_EXTMOD=$side/one $T -C $src O=$out modules'
check 'the makefile of the module' 'cd $side/one && $T KDIR=$out && $T KDIR=$out clean'
words=sorted check 'the makefile of the module, -j2' 'cd $side/one && $T -j2 KDIR=$out modules'
given='' check 'symbols that are missing' '$T -C $out M=$side/many'
given='' check 'symbols that are missing, warned of' '$T -C $out M=$side/many KBUILD_MODPOST_WARN=1'
check 'KBUILD_EXTRA_SYMBOLS' '$T -C $out M=$side/one && $T -C $out M=$side/many KBUILD_EXTRA_SYMBOLS=$side/one/Module.symvers'
check 'modules in folders below' 'rm $side/many/two.c; sed -i s/two.o// $side/many/Kbuild; $T -C $out M=$side/many'
check 'one of several' '$T -C $out M=$side/many three.ko sub/four.o'
check 'single targets of a module' '$T -C $out M=$side/one one_main.i one_main.s one_main.lst one_more.o'
check 'clean' '$T -C $out M=$side/one >/dev/null; $T -C $out M=$side/one clean'
long=yes check 'clean with folders below' '$T -C $out M=$side/many -k >/dev/null 2>&1; touch $side/many/sub/x.mod.c; $T -C $out M=$side/many clean'
check 'help' '$T -C $out M=$side/one help'
check 'modules_install' '$T -C $out M=$side/one >/dev/null; $T -C $out M=$side/one INSTALL_MOD_PATH=$side/root modules_install'
check 'modules_install to a folder, stripped' '$T -C $out M=$side/one >/dev/null; $T -C $out M=$side/one INSTALL_MOD_PATH=$side/root INSTALL_MOD_DIR=mine INSTALL_MOD_STRIP=1 modules_install'
long=yes check 'modules_install of nothing' '$T -C $out M=$side/one INSTALL_MOD_PATH=$side/root modules_install'
check 'a changed source' '$T -C $out M=$side/one >/dev/null; sed -i "s/n + 1/n + 2/" $side/one/one_more.c; $T -C $out M=$side/one'
check 'a symbol more' '$T -C $out M=$side/one >/dev/null; printf "#include <linux/export.h>\nEXPORT_SYMBOL(one_more);\n" >>$side/one/one_more.c; $T -C $out M=$side/one'
differs='gokbuild does not link again an object with the same bytes' check 'a comment more' '$T -C $out M=$side/one >/dev/null; echo "/* */" >>$side/one/one_more.c; $T -C $out M=$side/one'
check 'an error in the source' 'echo "#error stop here" >>$side/one/one_more.c; $T -C $out M=$side/one'
check 'a folder that is not there' '$T -C $out M=$side/none'
check 'a folder without makefile' 'rm $side/one/Makefile; $T -C $out M=$side/one'
long=yes check 'W=1 C=1' '$T -C $out M=$side/one W=1 C=1'
check 'ccflags on the command line' '$T -C $out M=$side/one KCFLAGS=-DX V=1'
check 'compile_commands.json' '$T -C $out M=$side/one >/dev/null; $T -C $out M=$side/one compile_commands.json'
check 'a goal that M= does not know' '$T -C $out M=$side/one vmlinux'
long=yes check 'prepare and nsdeps' '$T -C $out M=$side/one prepare modules_prepare'
check 'a folder of the tree' '$T -C $src O=$out M=lib/xz'
long=yes check 'a folder of the tree whose modules are off' '$T -C $src O=$out M=drivers/net/ethernet/intel/e1000e CONFIG_E1000E=m'
state=modconfig check 'a kernel that is not built' 'mkdir $side/m && cp $data/extmod/one_*.c $side/m && cp $data/extmod/Makefile $side/m && $T -C $src O=$out M=$side/m'

# The headers that Debian installs for modules: a tree of makefiles without sources.
[ -n "$(find /usr/src -maxdepth 1 -name 'linux-headers-*-amd64')" ] || install_packages linux-headers-amd64
headers=$(find /usr/src -maxdepth 1 -name 'linux-headers-*-amd64' | sort -V | tail -n 1)
state_debian() { from nothing && by_make 'cp -r $data/extmod $side/one && mv $side/one/many $side/many'; }
state=debian given=
check 'Debian headers: a module' "cd \$side/one && \$T -C $headers M=\$PWD && \$T -C $headers M=\$PWD"
check 'Debian headers: its own makefile' "cd \$side/one && \$T KDIR=$headers V=1 && \$T KDIR=$headers clean"
check 'Debian headers: modules that need another' "\$T -C $headers M=\$side/one && \$T -C $headers M=\$side/many KBUILD_EXTRA_SYMBOLS=\$side/one/Module.symvers && \$T -C $headers M=\$side/many INSTALL_MOD_PATH=\$side/root modules_install"
words=sorted check 'Debian headers: -j2' "\$T -j2 -C $headers M=\$side/one"
