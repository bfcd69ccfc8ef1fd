#!/usr/bin/env bash
# Mistakes of a first day with a kernel tree, really made: mistakes.sh [VERSION] [PATTERN]
# Each is made three times from the same state: with make, with gokbuild into files, where words and exit status must be make's, and with
# gokbuild on a terminal, where one line of ours must follow that names the cure. PATTERN chooses by name.
# Needs root: for a tree with something missing in it, a full disk, and a user who may not write.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} only=${2:-.}
require_build_tools
require setpriv:util-linux mount:mount script:bsdutils git:git
"$top/testdata/e2e/fetch-kernels.sh" "$version"
[ -n "${gokbuild:-}" ] || build_gokbuild
if [ -z "${MISTAKES_INSIDE:-}" ]; then
	# Mounts are seen by this script alone.
	MISTAKES_INSIDE=1 gokbuild=$gokbuild exec unshare -m "$0" "$@"
fi
work=$(mktemp -d)
trap 'cd /; umount -R "$work"/* /usr/include /etc/os-release 2>/dev/null || true; rm -rf "$work"' EXIT
chmod 755 "$work"
tree=$work/linux out=$work/out
mkdir "$tree" "$work/layer" "$work/bin" "$work/states" "$work/cache" "$work/empty" "$out"
mkdir "$work/cache/nobody"
chown 65534:65534 "$work/cache/nobody"
cp -L "$gokbuild" "$work/bin/gokbuild"
# Tools of a machine that has just been set up: everything but what a mistake leaves out.
mkdir "$work/tools"
for dir in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
	ln -s -t "$work/tools" "$dir"/* 2>/dev/null || true # what is there already stays
done
without() { # TOOL…: PATH with all tools but these
	local dir=$work/without-$1
	rm -rf "$dir"
	cp -rP "$work/tools" "$dir"
	(cd "$dir" && rm -f "$@")
	path=$dir
}

fresh_tree() {
	umount "$tree" 2>/dev/null || true
	rm -rf "$work/layer"
	mkdir -p "$work/layer/upper" "$work/layer/work"
	mount -t overlay overlay -o "lowerdir=$trees/linux-$version,upperdir=$work/layer/upper,workdir=$work/layer/work" "$tree"
}
# state NAME FRAGMENT-LINE…: an output directory that make configures when it is first wanted.
declare -A fragments
state() { fragments[$1]=$(printf '%s\n' "${@:2}"); }
configure() { # NAME
	[ ! -e "$work/states/$1" ] || return 0
	rm -rf "$out"
	if [ "$1" = plain ]; then
		mkdir "$out"
	else
		# The tools of the first state are those of the others.
		configure plain
		cp -a "$work/states/plain" "$out"
		rm -rf "$out/.config" "$out/include"
	fi
	printf '%s\n' "${fragments[$1]}" >"$work/fragment"
	make -C "$tree" O="$out" KCONFIG_ALLCONFIG="$work/fragment" allnoconfig >/dev/null 2>&1
	mv "$out" "$work/states/$1"
}

passed=0 failed=0 cases=0
# What a case may set: path, as (words in front of make), where (the folder it is called in), setup and teardown (functions), options
# (for gokbuild alone).
reset() { path=$work/tools as=() where=$tree options=() from=none keep=$work/cache; setup() { :; }; teardown() { :; }; }
run() { # PROGRAM ARGS…: stdout and stderr in files; sets status
	status=0
	(cd "$where" && exec env -i HOME=/root LC_ALL=C TERM=xterm GOKBUILD_CACHE="$keep" PATH="$path" "${as[@]}" "$@") \
		>"$work/stdout" 2>"$work/stderr" </dev/null || status=$?
	# Names of temporary files are never the same.
	sed -E -i -e 's/\.tmp_[0-9]+/.tmp_N/g' -e 's#/tmp/cc[A-Za-z0-9]{6}#/tmp/ccN#g' "$work/stdout" "$work/stderr"
}
prepare() {
	teardown
	umount "$out" 2>/dev/null || true
	rm -rf "$out"
	if [ $from = none ]; then
		mkdir "$out"
	else
		configure $from
		cp -a "$work/states/$from" "$out"
	fi
	setup
}
# mistake NAME CURE ARGS…: CURE is a pattern for the line of ours.
mistake() {
	local name=$1 cure=$2 made last
	shift 2
	if ! [[ $name =~ $only ]]; then reset; return; fi
	cases=$((cases + 1))
	prepare
	run make "$@"
	made=$status
	mv "$work/stdout" "$work/make.stdout"
	mv "$work/stderr" "$work/make.stderr"
	prepare
	run "$work/bin/gokbuild" "${options[@]}" "$@"
	local wrong=
	[ "$status" = "$made" ] || wrong="status $status, make's $made"
	[ "$made" != 0 ] || wrong='make does not fail'
	diff "$work/make.stdout" "$work/stdout" >"$work/diff" || wrong="$wrong; stdout differs: $(head -n 5 "$work/diff")"
	diff "$work/make.stderr" "$work/stderr" >"$work/diff" || wrong="$wrong; stderr differs: $(head -n 5 "$work/diff")"
	prepare
	printf '%q ' env -i HOME=/root LC_ALL=C TERM=xterm GOKBUILD_CACHE="$keep" PATH="$path" GOKBUILD_PROGRESS=never "${as[@]}" "$work/bin/gokbuild" "${options[@]}" "$@" >"$work/command"
	status=0
	(cd "$where" && exec script -qec "$(cat "$work/command")" "$work/typescript") >/dev/null 2>&1 </dev/null || status=$?
	[ "$status" = "$made" ] || wrong="$wrong; status $status on a terminal"
	tr -d '\r' <"$work/typescript" | sed -e 's/\x1b\[[0-9;]*[mK]//g' -e '/^Script /d' -e '/^$/d' >"$work/seen"
	last=$(tail -n 1 "$work/seen")
	[[ $last =~ ^gokbuild:\ $cure$ ]] || wrong="$wrong; on a terminal, last: $last"
	# All that make says on its standard error is to be seen, in its order.
	{ grep '\*\*\*' "$work/make.stderr" || true; } | while read -r line; do grep -qF -e "$line" "$work/seen" || echo "$line"; done >"$work/lost"
	[ ! -s "$work/lost" ] || wrong="$wrong; not to be seen: $(head -n 1 "$work/lost")"
	if [ -z "$wrong" ]; then
		passed=$((passed + 1))
		echo "  ok    $name: $last"
	else
		failed=$((failed + 1))
		echo "  WRONG $name: ${wrong#; }"
		sed 's/^/        | /' "$work/seen" | tail -n 25
	fi
	teardown
	reset
}

fresh_tree
reset
state plain
state wide CONFIG_64BIT=y CONFIG_UNWINDER_ORC=y CONFIG_EXPERT=y
trusted=(CONFIG_MODULES=y CONFIG_KEYS=y CONFIG_ASYMMETRIC_KEY_TYPE=y CONFIG_CRYPTO=y CONFIG_CRYPTO_RSA=y CONFIG_ASYMMETRIC_PUBLIC_KEY_SUBTYPE=y
	CONFIG_X509_CERTIFICATE_PARSER=y CONFIG_SYSTEM_TRUSTED_KEYRING=y CONFIG_CRYPTO_SHA256=y)
state keys "${trusted[@]}" 'CONFIG_SYSTEM_TRUSTED_KEYS="debian/canonical-certs.pem"'
state certs "${trusted[@]}" 'CONFIG_SYSTEM_TRUSTED_KEYS=""'
state strict CONFIG_WERROR=y
state loadable CONFIG_MODULES=y
state signed CONFIG_MODULES=y CONFIG_MODULE_SIG=y 'CONFIG_MODULE_SIG_KEY="nowhere.pem"'
state signing CONFIG_MODULES=y CONFIG_MODULE_SIG=y
state initramfs CONFIG_BLK_DEV_INITRD=y 'CONFIG_INITRAMFS_SOURCE="/nowhere/root.cpio"'
state zstd CONFIG_BLK_DEV_INITRD=y CONFIG_RD_ZSTD=y CONFIG_INITRAMFS_COMPRESSION_ZSTD=y 'CONFIG_INITRAMFS_SOURCE="/etc/hostname"'
state firmware CONFIG_EXPERT=y CONFIG_FW_LOADER=y 'CONFIG_EXTRA_FIRMWARE="mine/blob.bin"'
state headers CONFIG_SYSFS=y CONFIG_IKHEADERS=y

from=plain; mistake 'a goal with a slip' 'did you mean menuconfig\?' O="$out" menuconfg
from=plain; mistake 'a configuration with a slip' 'did you mean (i386|x86_64)_defconfig\?' O="$out" x86_64_defconfg
from=plain; mistake 'an image with a slip' 'did you mean bzImage\?' O="$out" bzImgae
from=plain; mistake 'an object with a slip' 'did you mean kernel/fork.o\?' O="$out" kernel/frok.o
mistake 'not configured' "there is no configuration yet: run 'gokbuild O=$out defconfig' first" O="$out"
from=plain; mistake 'an architecture with a slip' 'there is no architecture x88: did you mean ARCH=x86\?' O="$out" ARCH=x88 tinyconfig
from=plain; mistake 'an architecture of another name' 'kernel trees call aarch64 by another name: ARCH=arm64' O="$out" ARCH=aarch64 tinyconfig
from=plain; mistake 'no cross compiler' '.*arm-linux-nowhere-gcc is missing: .*' O="$out" ARCH=arm CROSS_COMPILE=arm-linux-nowhere- tinyconfig
from=plain; mistake 'a compiler for this machine alone' 'ARCH=arm64 needs a compiler for it: add CROSS_COMPILE=aarch64-linux-gnu-' O="$out" ARCH=arm64 tinyconfig prepare
without flex; from=plain; options=(--no-native=kconfig)
setup() { rm -f "$out"/scripts/kconfig/{lexer.lex.c,lexer.lex.o,conf}; }
mistake 'no flex' 'flex is missing: (sudo )?apt install flex' O="$out" tinyconfig
without bison; from=plain; options=(--no-native=kconfig)
setup() { rm -f "$out"/scripts/kconfig/{parser.tab.[ch],parser.tab.o,conf}; }
mistake 'no bison' 'bison is missing: (sudo )?apt install bison' O="$out" tinyconfig
without bc; from=plain; mistake 'no bc' 'bc is missing: (sudo )?apt install bc' O="$out" prepare
without perl; from=wide; mistake 'no perl' 'perl is missing: (sudo )?apt install perl' O="$out" lib/oid_registry.o prepare
from=wide
hide() { # FILE…: headers that are not there
	mkdir -p "$work/include/upper" "$work/include/work"
	mount -t overlay overlay -o "lowerdir=/usr/include,upperdir=$work/include/upper,workdir=$work/include/work" /usr/include
	(cd /usr/include && rm -rf "$@")
}
shown() { umount /usr/include 2>/dev/null || true; rm -rf "$work/include"; }
setup() { hide libelf.h gelf.h elfutils x86_64-linux-gnu/libelf.h; }
teardown() { shown; }
mistake 'no headers of libelf' '(libelf|gelf.h|libelf.h) is missing: (sudo )?apt install libelf-dev' O="$out" prepare
from=certs
setup() { hide openssl x86_64-linux-gnu/openssl; }
teardown() { shown; }
mistake 'no headers of openssl' 'openssl/[a-z]*.h is missing: (sudo )?apt install libssl-dev' O="$out" certs/
from=keys; mistake 'keys of a distribution' "the configuration is a distribution's and wants its keys: scripts/config --file $out/.config .*" O="$out" certs/
# Other distributions, by what they say of themselves.
distribution() { printf '%s\n' "$@" >"$work/os-release" && mount --bind "$work/os-release" /etc/os-release; }
teardown_distribution() { umount /etc/os-release 2>/dev/null || true; }
without bc; from=plain
setup() { distribution ID=fedora; }
teardown() { teardown_distribution; }
mistake 'no bc in Fedora' 'bc is missing: dnf install bc' O="$out" prepare
without perl; from=wide
setup() { distribution 'ID="opensuse-leap"' 'ID_LIKE="suse opensuse"'; }
teardown() { teardown_distribution; }
mistake 'no perl in openSUSE' 'perl is missing: zypper install perl' O="$out" lib/oid_registry.o prepare
from=certs
setup() { distribution ID=endeavouros ID_LIKE=arch && hide openssl x86_64-linux-gnu/openssl; }
teardown() { teardown_distribution && shown; }
mistake 'no headers of openssl in Arch' 'openssl/[a-z]*.h is missing: pacman -S openssl' O="$out" certs/
from=wide
setup() { distribution ID=alpine && hide libelf.h gelf.h elfutils x86_64-linux-gnu/libelf.h; }
teardown() { teardown_distribution && shown; }
mistake 'no headers of libelf in Alpine' '(libelf|gelf.h|libelf.h) is missing: apk add elfutils-dev' O="$out" prepare
without flex; from=plain; options=(--no-native=kconfig)
setup() { rm -f "$out"/scripts/kconfig/{lexer.lex.c,lexer.lex.o,conf} && distribution ID=mine; }
teardown() { teardown_distribution; }
mistake 'no flex where packages are not known' 'flex is missing: install the package that holds it' O="$out" tinyconfig
mkdir -p "$work/old"
cat >"$work/old/gcc" <<'G'
#!/bin/sh
# A gcc that says it is 4.9.
case " $* " in *" -E "*) exec /usr/bin/gcc -U__GNUC__ -U__GNUC_MINOR__ -D__GNUC__=4 -D__GNUC_MINOR__=9 -U__GNUC_PATCHLEVEL__ -D__GNUC_PATCHLEVEL__=2 "$@" ;; esac
exec /usr/bin/gcc "$@"
G
chmod +x "$work/old/gcc"
from=plain; mistake 'a compiler that is too old' 'this tree needs GCC [0-9.]+ or newer, this is 4.9.2: .*' O="$out" CC="$work/old/gcc" tinyconfig
setup() { : >"$tree/.config"; }
teardown() { rm -f "$tree/.config"; }
mistake 'something was built in the source folder' 'something was built in the source folder, which O= does not allow: .*' O="$out" tinyconfig
where="$work/a b"
setup() { mkdir "$work/a b" && mount --bind "$tree" "$work/a b"; }
teardown() { umount "$work/a b" 2>/dev/null || true; rmdir "$work/a b" 2>/dev/null || true; }
mistake 'a path with a space' 'the path of the tree has a space or a colon in it: .*' tinyconfig
where=$work/empty; mistake 'a folder without a makefile' 'there is no Makefile here: .*'
where=$work/empty; mistake 'menuconfig where no tree is' 'there is no Makefile here: .*' menuconfig
where=$work; mistake 'a folder that is not there' 'there is no folder /nowhere: .*' -C /nowhere
where=$work; mistake 'no tree of the running kernel' 'the tree of the running kernel is missing: .*' -C /lib/modules/0.0.0-mine/build M="$work/empty" modules
setup() { echo 'obj-m := x.o' >"$work/empty/Makefile"; }
teardown() { rm -f "$work/empty/Makefile"; }
where=$work; mistake 'a module for a tree that is not prepared' 'the kernel tree that this is built for is not prepared: .*' -C "$tree" O="$out" M="$work/empty" modules
from=plain; keep=$work/cache/nobody; as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
mistake "a folder that belongs to root" "$out.* belongs to root .* chown -R .USER $out, .*" O="$out" prepare
from=plain
setup() { mount -t tmpfs -o size=16m tmpfs "$out" && cp -a "$work/states/plain/." "$out" && ! cat /dev/zero >"$out/fill" 2>/dev/null; }
mistake 'a full disk' '.*full.*' O="$out" prepare
from=plain
setup() { mount --bind "$out" "$out" && mount -o remount,bind,ro "$out"; }
mistake 'a folder that can only be read' 'the folder can only be read: .*' O="$out" prepare
from=strict
setup() { echo 'static int unused_thing;' >>"$tree/init/do_mounts.c"; }
teardown() { fresh_tree; }
mistake 'warnings that count as errors' 'warnings count as errors here: .*' O="$out" init/do_mounts.o
from=plain
setup() { chmod -x "$tree/scripts/checksyscalls.sh" "$tree/scripts/mkcompile_h" "$tree/scripts/setlocalversion"; }
teardown() { fresh_tree; }
mistake 'scripts that may not be run' '.*may not be run: chmod \+x .*' O="$out" prepare
from=plain
setup() { (cd "$tree" && git init -q . && rm kernel/fork.c); }
teardown() { fresh_tree; }
mistake 'a source that was deleted' "the source of kernel/fork.o is not there, though kernel/Makefile lists it: .*" O="$out" kernel/fork.o

# What is typed.
from=plain; mistake 'a variable with a slip' 'this tree knows no variable CROSS_COMPLE: did you mean CROSS_COMPILE\?' O="$out" ARCH=arm64 CROSS_COMPLE=aarch64-linux-gnu- tinyconfig prepare
from=plain; mistake 'a prefix without its dash' 'CROSS_COMPILE= is what stands in front of gcc, with its dash: CROSS_COMPILE=arm-linux-nowhere-' O="$out" ARCH=arm CROSS_COMPILE=arm-linux-nowhere tinyconfig
from=plain; as=(ARCH=arm64); mistake 'an architecture in the environment' 'ARCH=arm64 needs a compiler for it: .*' O="$out" tinyconfig prepare
from=plain; mistake 'a configuration of another architecture' 'multi_v7_defconfig is a configuration of another architecture: ARCH=arm' O="$out" multi_v7_defconfig
from=plain; mistake 'a seed that is not there' 'there is no file /nowhere/mine.config: .*KCONFIG_ALLCONFIG.*' O="$out" KCONFIG_ALLCONFIG=/nowhere/mine.config allnoconfig
from=plain; mistake 'a fragment that is not there' 'did you mean tiny.config\?' O="$out" tyni.config
from=plain; mistake 'an object without its ending' 'did you mean kernel/fork.o\?' O="$out" kernel/fork
from=plain; mistake 'a makefile that is not there' 'there is no file Makefle: .*-f' -f Makefle O="$out"
from=plain; mistake 'a compiler behind a cache that is not there' 'cccache is missing: .*' O="$out" CC='cccache gcc' tinyconfig
from=plain; mistake 'a linker that is not there' 'ld.nowhere is missing: .*' O="$out" LD=ld.nowhere tinyconfig
from=plain; mistake 'a compiler of a version that is not there' 'gcc-99 is missing: apt install gcc-99' O="$out" CC=gcc-99 tinyconfig
where=$tree/kernel; mistake 'make in a folder of the tree' 'this makefile is a part of the tree .*' -j2
where=$tree/kernel; mistake 'an object in a folder of the tree' 'this makefile is a part of the tree .*' sched/core.o
mistake 'an output folder that is a file' '.* is a file: O= takes a folder' O="$work/bin/gokbuild" tinyconfig
from=plain; mistake 'modules where there are none' '.*CONFIG_MODULES.*' O="$out" modules
from=plain; mistake 'installed before it was built' "the kernel is not built yet: .*" O="$out" INSTALL_PATH="$work/empty" install

# A machine that was just set up.
without gcc cc; mistake 'no compiler' 'gcc is missing: apt install gcc libc6-dev' O="$out" tinyconfig
without ld ld.bfd x86_64-linux-gnu-ld x86_64-linux-gnu-ld.bfd; mistake 'no linker' 'ld is missing: apt install binutils' O="$out" tinyconfig
setup() { hide sys/types.h x86_64-linux-gnu/sys/types.h; }
teardown() { shown; }
mistake 'no headers of the C library' 'sys/types.h is missing: apt install libc6-dev' O="$out" tinyconfig
without pkg-config x86_64-linux-gnu-pkg-config; from=plain; options=(--no-native=kconfig)
mistake 'no Qt' '.* is missing: apt install .*' O="$out" xconfig
from=plain; options=(--no-native=kconfig); without pkg-config x86_64-linux-gnu-pkg-config
setup() { hide ncurses.h ncursesw curses.h ncurses; }
teardown() { shown; }
mistake 'no ncurses' 'ncurses is missing: apt install libncurses-dev' O="$out" menuconfig
without sparse; from=plain; mistake 'no sparse' 'sparse is missing: apt install sparse' O="$out" C=1 init/do_mounts.o
without rsync; from=plain; mistake 'no rsync' 'rsync is missing: apt install rsync' O="$out" INSTALL_HDR_PATH="$work/empty/hdr" headers_install
without sphinx-build; from=plain; mistake 'no sphinx' 'sphinx-build is missing: apt install python3-sphinx' O="$out" htmldocs
without rustc; from=plain; mistake 'no rustc' 'rustc is missing: apt install rustc' O="$out" rustavailable
without spatch; from=plain; mistake 'no coccinelle' 'spatch is missing: apt install coccinelle' O="$out" coccicheck
without dpkg-buildpackage dpkg-deb; from=plain; mistake 'no tools of packages' '.*is missing.*' O="$out" bindeb-pkg
from=headers; without cpio; mistake 'no cpio' 'cpio is missing: apt install cpio' O="$out" kernel/kheaders_data.tar.xz
from=zstd; without zstd; mistake 'no zstd' 'zstd is missing: apt install zstd' O="$out" usr/
from=plain
setup() { mkdir "$work/small" && mount -t tmpfs -o size=64k tmpfs "$work/small" && ! cat /dev/zero >"$work/small/fill" 2>/dev/null; }
teardown() { umount "$work/small" 2>/dev/null || true; rmdir "$work/small" 2>/dev/null || true; }
as=(TMPDIR="$work/small"); mistake 'no room for temporary files' "$work/small is full: .*" O="$out" prepare
from=plain
setup() { mount --bind "$out" "$out" && mount -o remount,bind,noexec "$out"; }
mistake 'a disk from which nothing runs' '.*noexec.*' O="$out" prepare
from=plain
setup() { sed -i 's/$/\r/' "$tree/scripts/checksyscalls.sh" "$tree/scripts/mkcompile_h"; }
teardown() { fresh_tree; }
mistake 'lines that end as in Windows' '.*ends its lines as Windows does.*' O="$out" prepare init/
# What a configuration asks for.
from=signed; mistake 'a key for modules that is not there' '.*CONFIG_MODULE_SIG_KEY.*' O="$out" certs/
from=signed
setup() { echo nonsense >"$out/nowhere.pem"; }
mistake 'a key for modules that is none' '.*MODULE_SIG_KEY.*' O="$out" certs/
from=signing; without openssl; mistake 'no openssl' 'openssl is missing: apt install openssl' O="$out" certs/
from=initramfs; mistake 'an initramfs that is not there' '.*CONFIG_INITRAMFS_SOURCE.*' O="$out" usr/
from=firmware; mistake 'firmware that is not there' '.*CONFIG_EXTRA_FIRMWARE.*' O="$out" drivers/base/firmware_loader/
# Modules of one's own.
module() { # MAKEFILE-TEXT [SOURCE]
	mkdir -p "$work/mine" && printf "$1" >"$work/mine/Makefile" && printf '%s\n' "${2:-}" >"$work/mine/hello.c"
}
good='#include <linux/module.h>
MODULE_LICENSE("GPL");'
teardown_module() { rm -rf "$work/mine"; }
from=loadable
setup() { make -C "$tree" O="$out" modules_prepare >/dev/null 2>&1; module 'obj-m := helo.o\n' "$good"; }
teardown() { teardown_module; }
mistake 'a module whose source has another name' '.*did you mean hello.c\?' O="$out" M="$work/mine" modules
from=loadable
setup() { make -C "$tree" O="$out" modules_prepare >/dev/null 2>&1; module 'obj-m := hello.o\nall:\n    make -C x modules\n' "$good"; }
teardown() { teardown_module; }
mistake 'blanks in place of a tab' 'line 3 of .*/mine/Makefile begins with blanks.*tab.*' O="$out" M="$work/mine" modules
from=loadable
setup() { make -C "$tree" O="$out" modules_prepare >/dev/null 2>&1; module 'obj-m := hello.o\n' '#include <linux/module.h>'; }
teardown() { teardown_module; }
mistake 'a module without a license' '.*MODULE_LICENSE.*' O="$out" M="$work/mine" modules
from=loadable
setup() { make -C "$tree" O="$out" modules_prepare >/dev/null 2>&1; module 'obj-m := hello.o\n' "$good
int init_module(void) { return register_reboot_notifier(0); }
#include <linux/reboot.h>"; }
teardown() { teardown_module; }
mistake 'a module for a tree whose symbols are not known' '.*Module.symvers.*' O="$out" M="$work/mine" modules
from=loadable
teardown() { rm -rf "$work/nowhere"; }
mistake 'a module in no folder' "there is nothing in $work/nowhere: .*M=.*" O="$out" M="$work/nowhere" modules
from=loadable
setup() { make -C "$tree" O="$out" modules_prepare >/dev/null 2>&1; mkdir "$work/mine" && : >"$work/mine/hello.c"; }
teardown() { teardown_module; }
mistake 'a module without a makefile' 'there is no Makefile in .*/mine: .*obj-m.*' O="$out" M="$work/mine" modules
from=loadable
setup() { make -C "$tree" O="$out" modules_prepare >/dev/null 2>&1; : >"$out/modules.order"; mkdir "$work/root"; chmod 755 "$work/root"; chown -R 65534 "$out"; }
teardown() { rm -rf "$work/root"; }
keep=$work/cache/nobody; as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
mistake 'installed without being root' '.*sudo gokbuild.*INSTALL_MOD_PATH=.*' O="$out" INSTALL_MOD_PATH="$work/root" modules_install
# Merges that did not end.
from=plain
conflict() { sed -i '3i <<<<<<< HEAD' "$1"; }
setup() { conflict "$tree/kernel/Makefile"; }
teardown() { fresh_tree; }
mistake 'a merge that did not end, in a makefile' 'a merge has not ended in .*kernel/Makefile: .*' O="$out" kernel/
from=plain
setup() { conflict "$tree/init/Kconfig"; }
teardown() { fresh_tree; }
mistake 'a merge that did not end, in Kconfig' 'a merge has not ended in init/Kconfig: .*' O="$out" tinyconfig
from=plain
setup() { conflict "$tree/init/do_mounts.c"; }
teardown() { fresh_tree; }
mistake 'a merge that did not end, in a source' 'a merge has not ended in .*init/do_mounts.c: .*' O="$out" init/do_mounts.o

echo "$cases mistakes, $passed as they should be, $failed not"
[ "$failed" = 0 ]
