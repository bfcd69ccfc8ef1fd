# Tags, databases and documentation.
require cscope:cscope ctags:universal-ctags bear:bear
state=tiny

check 'tags of what was compiled' '$T -C $src O=$out COMPILED_SOURCE=1 tags'
check 'TAGS' '$T -C $src O=$out COMPILED_SOURCE=1 TAGS'
# Its index holds bytes that differ from run to run of cscope.
ignore='cscope.out.in' check 'cscope' '$T -C $src O=$out COMPILED_SOURCE=1 cscope'
check 'gtags, which is not there' '$T -C $src O=$out gtags'
check 'compile_commands.json' '$T -C $src O=$out compile_commands.json'
check 'compile_commands.json, twice' '$T -s -C $src O=$out compile_commands.json; $T -C $src O=$out compile_commands.json'
check 'bear' 'cd $side && rm $out/lib/string.o && bear -- $T -C $src O=$out lib/string.o'
check 'htmldocs without sphinx' '$T -C $src O=$out htmldocs'
check 'other documents' '$T -k -C $src O=$out cleandocs refcheckdocs SPHINXDIRS=kbuild infodocs'
check 'dochelp' '$T -C $src O=$out dochelp'
check 'rustavailable' '$T -C $src O=$out rustavailable'
check 'clang-tidy without clang' '$T -C $src O=$out clang-tidy'
check 'gdb scripts' '$src/scripts/config --file $out/.config -e DEBUG_KERNEL -e DEBUG_INFO -e DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT -d DEBUG_INFO_NONE -e GDB_SCRIPTS; $T -s -C $src O=$out olddefconfig; $T -C $src O=$out scripts_gdb'
