# Kernels with what a small configuration leaves out: the parts of Kbuild that only some options reach.
require pahole:dwarves clang:clang ld.lld:lld llvm-ar:llvm
[ -e "$(gcc -print-file-name=plugin)/include/gcc-plugin.h" ] || install_packages "gcc-$(gcc -dumpversion | cut -d. -f1)-plugin-dev"
state=empty

# ccache mixes up the targets of dependency files that -Wp,-MT names.
ccache_mixes='out: .*tools/.*\.(cmd|d)$'
# With -j, which its flags hold, pahole writes types in another order each time; kheaders.md5 holds dates; whether libbpf says MKDIR
# once or twice is a matter of timing.
words=sorted drop="^  MKDIR |$kconfig_steps" ignore="$ccache_mixes|kheaders.md5" check 'trimmed symbols, BTF, tests of headers, programs, purgatory' 'KCONFIG_ALLCONFIG=$data/features.config $T -s -C $src O=$out allnoconfig && $T -j2 -C $src O=$out PAHOLE_FLAGS=
	find $out -name "*.ko" | wc -l; ls $out/kernel/kheaders_data.tar.xz $out/arch/x86/purgatory/purgatory.ro'
words=sorted check 'plugins of gcc' 'printf "CONFIG_64BIT=y\nCONFIG_EXPERT=y\nCONFIG_GCC_PLUGINS=y\nCONFIG_GCC_PLUGIN_STACKLEAK=y\n" >$side/config
	KCONFIG_ALLCONFIG=$side/config $T -s -C $src O=$out allnoconfig && grep STACKLEAK=y $out/.config && $T -j2 -C $src O=$out scripts prepare kernel/ lib/'
words=sorted ignore="$ccache_mixes" check 'LLVM=1: link-time optimisation' 'printf "CONFIG_64BIT=y\nCONFIG_EXPERT=y\nCONFIG_MODULES=y\nCONFIG_CRC7=m\nCONFIG_LTO_CLANG_THIN=y\n" >$side/config
	KCONFIG_ALLCONFIG=$side/config $T -s -C $src O=$out LLVM=1 allnoconfig && grep LTO_CLANG_THIN=y $out/.config && $T -j2 -C $src O=$out LLVM=1'
