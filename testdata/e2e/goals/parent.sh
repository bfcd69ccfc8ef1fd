# gokbuild below another make, scripts of the tree that call make, gokbuild under the name make.
require cscope:cscope ctags:universal-ctags
state=tiny

# The makefile of a build system that builds a kernel among other things.
parent='printf "all: a b\na b: ; +@%s -C %s O=%s/\$@ tinyconfig init/ >%s/\$@.log\n" "$T" $src $out $side >$side/Makefile; mkdir -p $out/a $out/b'
state=empty ignore='side: .*Makefile' check 'from a recipe of GNU make' "$parent"'; make -C $side; cat $side/?.log; rm $side/?.log'
state=empty ignore='side: .*Makefile' words=none check 'from a recipe of GNU make with a job server' "$parent"'; make -j2 -C $side; s=$?; rm $side/?.log; exit $s'
state=empty ignore='side: .*Makefile' words=none check 'from a recipe of GNU make -j, no server passed on' "$parent"'; sed -i s/+@/@/ $side/Makefile; make -j2 -C $side; s=$?; rm $side/?.log; exit $s'
state=empty ignore='side: .*Makefile' check 'from a recipe with $(MAKE)' 'printf "all: ; \$(MAKE) -C %s O=%s tinyconfig init/main.o\n" $src $out >$side/Makefile; $T -C $side'
state=empty check 'from a shell script with a shared MAKEFLAGS' 'MAKEFLAGS="k -- V=1" $T -C $src O=$out tinyconfig init/main.o'
state=empty check 'wrapped: -f and -C' 'printf "all: ; @\$(MAKE) -C %s O=%s tinyconfig\n" $src $out >$side/w.mk; cd $side && $T -f w.mk && $T -sf w.mk'

# A link called make that is first in PATH; make finds itself there already.
as_make='mkdir -p $side/bin; [ "$T" = make ] || ln -s "$T" $side/bin/make; PATH=$side/bin:$PATH; '
state=empty ignore='side: .*bin' check 'as make: a configuration and a folder' "$as_make"'make -C $src O=$out tinyconfig init/'
state=empty ignore='side: .*bin' check 'as make: merge_config.sh calls it' "$as_make"'cd $src && echo CONFIG_NET=y >$side/f && scripts/kconfig/merge_config.sh -O $out arch/x86/configs/tiny.config $side/f'
state=empty ignore='side: .*bin' check 'as make: headers_install' "$as_make"'make -s -C $src O=$out INSTALL_HDR_PATH=$side/usr headers_install'
ignore='side: .*bin' check 'as make: the whole, nothing to do' "$as_make"'make -C $src O=$out'
ignore='side: .*bin' check 'as make: GNU make below it' "$as_make"'printf "all: ; /usr/bin/make -f two.mk two\n" >$side/Makefile; printf "two: ; make -C %s O=%s kernelrelease\n" $src $out >$side/two.mk; make -C $side'
