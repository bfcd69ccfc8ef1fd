# Other toolchains.
require clang:clang ld.lld:lld llvm-ar:llvm
state=empty

words=sorted check 'LLVM=1: tinyconfig' '$T -s -C $src O=$out LLVM=1 tinyconfig && $T -j2 -C $src O=$out LLVM=1'
check 'LLVM=1, nothing to do' '$T -s -C $src O=$out LLVM=1 tinyconfig && $T -s -C $src O=$out LLVM=1 init/ && $T -C $src O=$out LLVM=1 init/'
check 'LLVM=-14: programs with a suffix' 'v=$(clang -dumpversion | cut -d. -f1); $T -s -C $src O=$out LLVM=-$v tinyconfig init/'
check 'LLVM=1: bitcode, assembler, preprocessed' '$T -s -C $src O=$out LLVM=1 tinyconfig; $T -C $src O=$out LLVM=1 init/main.ll init/main.s init/main.i'
check 'CC=clang' '$T -C $src O=$out CC=clang tinyconfig init/'
check 'LLVM=1 ARCH=arm64' '$T -C $src O=$out LLVM=1 ARCH=arm64 tinyconfig init/'
check 'gcc, then clang in the same folder' '$T -s -C $src O=$out tinyconfig init/; $T -C $src O=$out LLVM=1 olddefconfig init/'
words=sorted check 'CC="ccache gcc": tinyconfig' '$T -s -C $src O=$out CC="ccache gcc" tinyconfig && $T -j2 -C $src O=$out CC="ccache gcc"'
