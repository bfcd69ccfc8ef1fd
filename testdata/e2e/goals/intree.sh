# Inside of a tree: a copy without the sources of most drivers, some of it built.
require git:git

state_intree() {
	from nothing
	rsync -am --include '/arch/**/' --include '/arch/**/Kconfig*' --exclude '/arch/[!xu]*/**' \
		--exclude '/drivers/gpu/**.[ch]' --exclude '/drivers/net/**.[ch]' --exclude '/drivers/media/**.[ch]' \
		--exclude '/drivers/[sipcdu]*/**.[ch]' --exclude '/sound/**.[ch]' --exclude /tools/testing/ \
		--exclude /tools/perf/ --exclude '/Documentation/**.rst' --exclude '/Documentation/**.yaml' --exclude '/net/**.[ch]' \
		--exclude '/fs/*/**.[ch]' "$src/" "$tree/"
	by_make 'cd $tree && git init -q && git add -f Makefile Kconfig && git -c user.name=a -c user.email=a@b commit -qm one &&
		export KCONFIG_ALLCONFIG=$data/intree.config && $T allnoconfig && $T init/ lib/'
}

state=intree
check 'a folder, nothing to do' 'cd $tree && $T init/'
check 'single targets' 'cd $tree && $T init/main.i kernel/fork.s lib/crc7.o'
check 'a module' 'cd $tree && $T -k lib/crc7.ko'
check 'M= of a folder in the tree' 'cd $tree && $T M=lib/ modules'
check 'clean' 'cd $tree && $T clean'
check 'mrproper' 'cd $tree && $T mrproper'
check 'distclean' 'cd $tree && touch a.orig b~ init/x.rej && $T distclean'
check 'a tree that is not clean' 'cd $tree && $T O=$out init/'
check 'kernelrelease in a git tree' 'cd $tree && $T -s kernelrelease; $T kernelversion'
check 'LOCALVERSION_AUTO' 'cd $tree && scripts/config -e LOCALVERSION_AUTO && $T -s olddefconfig && $T -s kernelrelease && $T -s LOCALVERSION= kernelrelease && $T prepare'
check 'LOCALVERSION_AUTO, changed' 'cd $tree && scripts/config -e LOCALVERSION_AUTO && $T -s olddefconfig prepare && echo >>Kconfig && $T -s kernelrelease && $T prepare'
check 'a tag' 'cd $tree && git tag v$($T -s kernelversion) && $T -s kernelrelease'
check 'a link to the tree' 'ln -s $tree $side/link && cd $side/link && $T init/main.o && cd / && $T -C $side/link kernel/fork.i'
check 'a blank in the path' 'mkdir "$side/a b" && cp $tree/Makefile "$side/a b" && cd "$side/a b" && $T kernelversion'
check 'savedefconfig, listnewconfig' 'cd $tree && $T savedefconfig listnewconfig'
check 'tags of what was compiled' 'cd $tree && $T COMPILED_SOURCE=1 tags && wc -l tags'
