# Programs below tools/: a build system of its own (tools/build), called from the top or in place.
require_headers libelf.h:libelf-dev
state=config
# ccache mixes up the targets of dependency files that -Wp,-MT names.
given=CCACHE_DISABLE=1

check 'tools/help' '$T -C $src O=$out tools/help'
check 'tools/objtool' '$T -C $src O=$out tools/objtool'
check 'tools/objtool in place' 'mkdir $out/t; $T -C $src/tools/objtool OUTPUT=$out/t/'
check 'tools/objtool, clean' '$T -s -C $src O=$out tools/objtool; $T -C $src O=$out tools/objtool_clean'
check 'tools/lib/bpf' 'mkdir $out/t; $T -C $src/tools/lib/bpf OUTPUT=$out/t/ V=0'
# How often a folder is said to be made depends on whether the first of two jobs has made it when the second is expanded.
words=sorted drop='^  MKDIR ' check 'tools/lib/bpf, -j2' 'mkdir $out/t; $T -j2 -C $src/tools/lib/bpf OUTPUT=$out/t/'
check 'tools/lib/bpf, install' 'mkdir $out/t; $T -s -C $src/tools/lib/bpf OUTPUT=$out/t/ DESTDIR=$side prefix=/usr install'
check 'tools/bpf/resolve_btfids' '$T -C $src O=$out tools/bpf/resolve_btfids'
check 'tools/lib/subcmd' 'mkdir $out/t; $T -C $src/tools/lib/subcmd OUTPUT=$out/t/'
# perf's makefile asks for as many jobs as there are processors.
words=sorted drop='^  MKDIR ' check 'tools/perf: what it finds' '$T -C $src/tools/perf O=$out NO_LIBTRACEEVENT=1 NO_LIBPYTHON=1 NO_LIBPERL=1 prepare 2>&1 | grep -v "^[Ww]arning: Kernel ABI"'
check 'tools/perf: an object' '$T -C $src/tools/perf O=$out NO_LIBTRACEEVENT=1 NO_LIBPYTHON=1 NO_LIBPERL=1 NO_JEVENTS=1 util/string.o builtin-help.o 2>&1 | tail -n 5'
check 'other tools' '$T -k -C $src O=$out tools/gpio tools/spi tools/iio 2>&1 | tail -n 40'
check 'kselftest: what there is' '$T -s -C $src/tools/testing/selftests O=$out TARGETS="kcmp size" run_tests -n | head -n 60'
check 'kselftest: two built' '$T -C $src/tools/testing/selftests O=$out TARGETS="kcmp size" SKIP_TARGETS='
check 'kselftest-merge' '$T -C $src O=$out kselftest-merge 2>&1 | tail -n 3'
check 'tools/clean' '$T -C $src O=$out tools/clean 2>&1 | tail -n 60'
given=
