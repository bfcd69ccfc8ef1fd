# One file, one folder, several of them.
state=config

check 'a folder' '$T -C $src O=$out init/'
state=ready
check 'a folder in a folder' '$T -C $src O=$out kernel/time/'
check 'a folder without its slash' '$T -C $src O=$out init'
check 'a folder that is not there' '$T -C $src O=$out nosuchdir/'
check 'an object' '$T -C $src O=$out init/main.o'
check 'preprocessed, assembler, listing' '$T -C $src O=$out init/main.i init/main.s init/main.lst'
check 'all forms at once' '$T -C $src O=$out kernel/fork.o lib/string.i arch/x86/kernel/head_32.o mm/'
check 'assembler preprocessed' '$T -C $src O=$out arch/x86/lib/memcpy_32.o arch/x86/kernel/head_32.s'
state=config check 'a file that is not there, nothing prepared' '$T -C $src O=$out init/nosuch.o'
check 'a file that is not there' '$T -C $src O=$out init/nosuch.o'
check 'a source that is not configured' '$T -C $src O=$out fs/ext4/super.o'
check 'a host program' '$T -C $src O=$out scripts/kallsyms scripts/mod/'
check 'a linker script' '$T -C $src O=$out arch/x86/kernel/vmlinux.lds'
check 'object and folder that holds it' '$T -C $src O=$out init/ init/main.o'
check 'twice' '$T -C $src O=$out init/main.o; $T -C $src O=$out init/main.o'
check 'from the output folder' '$T -C $src O=$out init/main.o >/dev/null; cd $out && $T init/main.s init/version.o'
words=sorted check 'several, -j2' '$T -j2 -C $src O=$out init/ kernel/fork.o lib/string.i'
check 'symbol types' '$T -C $src O=$out init/main.symtypes'
check 'LLVM bitcode without clang' '$T -C $src O=$out init/main.ll'

state=prepared
check 'a module' 'rm $out/lib/crc7.o; $T -C $src O=$out lib/crc7.ko'
check 'its .mod' 'rm $out/lib/crc7.o; $T -C $src O=$out lib/crc7.mod'
check 'a module of several objects' 'rm $out/lib/xz/*.o; $T -C $src O=$out lib/xz/xz_dec.ko lib/xz/'
check 'a folder of modules' '$T -C $src O=$out fs/nls/'
check 'symbol types of a versioned symbol' '$T -C $src O=$out lib/crc7.symtypes'
