# clean, mrproper, distclean: what is left is what make leaves.
state=prepared

check 'clean' '$T -C $src O=$out clean'
check 'clean, again' '$T -C $src O=$out clean >/dev/null; $T -C $src O=$out clean'
check 'mrproper' '$T -C $src O=$out mrproper'
check 'distclean' 'touch $out/x.orig $out/y~ $out/z.rej $out/core; $T -C $src O=$out distclean'
check 'clean V=1' '$T -C $src O=$out clean V=1'
words=sorted check 'mrproper -j2' '$T -j2 -C $src O=$out mrproper'
check 'clean, then a build of one folder' '$T -C $src O=$out clean >/dev/null; $T -C $src O=$out init/'
check 'clean and a goal in one command' '$T -C $src O=$out clean init/main.o'
# conf is removed, and then not needed.
ignore='scripts/kconfig/' check 'mrproper and a configuration' '$T -C $src O=$out mrproper tinyconfig'
check 'a folder of its own' '$T -C $src O=$out M=lib/xz clean'
state=config check 'clean of nothing' '$T -C $src O=$out clean'
state=empty check 'clean in an empty folder' '$T -C $src O=$out clean; $T -C $src O=$out mrproper'
check 'what is not from the build stays' 'mkdir $out/mine; touch $out/mine/note $out/init/note; $T -C $src O=$out distclean'
