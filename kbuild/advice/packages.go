package advice

// This file says which package of a distribution holds a tool, a header or a library.

import (
	"path"
	"strings"

	"gokbuild/depgraph/pattern"
)

// packages are the names in Debian, Fedora, Arch, openSUSE and Alpine; "" if it is not known.
type packages [5]string

// same is a package that has one name everywhere.
func same(name string) packages { return packages{name, name, name, name, name} }

var (
	compiler = packages{"gcc libc6-dev", "gcc", "gcc", "gcc", "gcc musl-dev"}
	binutils = same("binutils")
	llvm     = packages{"llvm", "llvm", "llvm", "llvm", "llvm"}
	libc     = packages{"libc6-dev", "glibc-devel", "glibc", "glibc-devel", "musl-dev"}
	elf      = packages{"libelf-dev", "elfutils-libelf-devel", "libelf", "libelf-devel", "elfutils-dev"}
	dwarf    = packages{"libdw-dev", "elfutils-devel", "elfutils", "libdw-devel", "elfutils-dev"}
	openssl  = packages{"libssl-dev", "openssl-devel", "openssl", "libopenssl-devel", "openssl-dev"}
	ncurses  = packages{"libncurses-dev", "ncurses-devel", "ncurses", "ncurses-devel", "ncurses-dev"}
	zlib     = packages{"zlib1g-dev", "zlib-devel", "zlib", "zlib-devel", "zlib-dev"}
	gnutls   = packages{"libgnutls28-dev", "gnutls-devel", "gnutls", "libgnutls-devel", "gnutls-dev"}
	uuid     = packages{"uuid-dev", "libuuid-devel", "util-linux-libs", "libuuid-devel", "util-linux-dev"}
	qt       = packages{"qtbase5-dev", "qt5-qtbase-devel", "qt5-base", "libqt5-qtbase-devel", "qt5-qtbase-dev"}
	gtk      = packages{"libgtk2.0-dev libglade2-dev", "gtk2-devel libglade2-devel", "gtk2 libglade", "gtk2-devel libglade2-devel", "gtk+2.0-dev"}
	xz       = packages{"xz-utils", "xz", "xz", "xz", "xz"}
	kmod     = same("kmod")
	pahole   = packages{"pahole", "dwarves", "pahole", "dwarves", "pahole"}
	headers  = packages{"linux-headers-$(uname -r)", "kernel-devel", "linux-headers", "kernel-default-devel", "linux-lts-dev"}
)

// tools are programs by name.
var tools = map[string]packages{
	"flex": same("flex"), "bison": same("bison"), "bc": same("bc"), "m4": same("m4"),
	"cc": compiler, "gcc": compiler, "g++": {"g++", "gcc-c++", "gcc", "gcc-c++", "g++"}, "c++": {"g++", "gcc-c++", "gcc", "gcc-c++", "g++"},
	"ld": binutils, "ld.bfd": binutils, "as": binutils, "ar": binutils, "nm": binutils, "objcopy": binutils, "objdump": binutils,
	"strip": binutils, "readelf": binutils, "ranlib": binutils,
	"clang": same("clang"), "ld.lld": same("lld"), "llvm-ar": llvm, "llvm-nm": llvm, "llvm-objcopy": llvm, "llvm-objdump": llvm,
	"llvm-strip": llvm, "llvm-readelf": llvm,
	"rustc": {"rustc", "rust", "rust", "rust", "rust"}, "bindgen": {"bindgen", "bindgen-cli", "rust-bindgen", "rust-bindgen", "rust-bindgen"},
	"perl": same("perl"), "python3": {"python3", "python3", "python", "python3", "python3"}, "python": {"python-is-python3", "python-unversioned-command", "python", "python3", "python3"},
	"awk": same("gawk"), "gawk": same("gawk"), "diff": same("diffutils"), "cmp": same("diffutils"), "find": same("findutils"), "xargs": same("findutils"),
	"sed": same("sed"), "grep": same("grep"), "tar": same("tar"), "patch": same("patch"), "git": same("git"), "rsync": same("rsync"), "cpio": same("cpio"),
	"xz": xz, "lzma": xz, "lz4": same("lz4"), "lz4c": same("lz4"), "lzop": same("lzop"), "zstd": same("zstd"), "bzip2": same("bzip2"), "gzip": same("gzip"),
	"depmod": kmod, "modprobe": kmod, "pahole": pahole, "openssl": same("openssl"), "pkg-config": {"pkg-config", "pkgconf-pkg-config", "pkgconf", "pkg-config", "pkgconf"},
	"mkimage": {"u-boot-tools", "uboot-tools", "uboot-tools", "u-boot-tools", "u-boot-tools"}, "dtc": {"device-tree-compiler", "dtc", "dtc", "dtc", "dtc"},
	"dpkg-buildpackage": {"dpkg-dev", "dpkg-dev", "dpkg", "dpkg", "dpkg-dev"}, "dpkg-deb": {"dpkg", "dpkg", "dpkg", "dpkg", "dpkg"},
	"dh": {"debhelper", "debhelper", "debhelper", "", ""}, "rpmbuild": {"rpm", "rpm-build", "rpm-tools", "rpm-build", ""},
	"sphinx-build": {"python3-sphinx", "python3-sphinx", "python-sphinx", "python3-Sphinx", "py3-sphinx"},
	"sparse":       same("sparse"), "spatch": same("coccinelle"), "cscope": same("cscope"),
	"ctags": {"universal-ctags", "ctags", "ctags", "ctags", "ctags"}, "ccache": same("ccache"),
}

// versioned is a compiler of one version: Debian has a package of that name.
var versioned = pattern.New(`^(gcc|g\+\+|clang|lld|llvm)-\d+$`)

// ofTool is the package of a program. A cross compiler has one of its own: aarch64-linux-gnu-gcc is in gcc-aarch64-linux-gnu.
func ofTool(name string) packages {
	name = path.Base(name)
	if p, ok := tools[name]; ok {
		return p
	}
	if versioned.MatchString(name) {
		return packages{name, "", "", "", ""}
	}
	for _, tool := range []string{"gcc", "g++", "ld", "as", "ar", "nm", "objcopy", "objdump", "strip", "readelf"} {
		target, ok := strings.CutSuffix(name, "-"+tool)
		if !ok || !strings.Contains(target, "-linux") {
			continue
		}
		if tool != "gcc" && tool != "g++" {
			return packages{"binutils-" + target, "binutils-" + target, target + "-binutils", "", ""}
		}
		return packages{tool + "-" + target, "gcc-" + target, target + "-gcc", "", ""}
	}
	return packages{}
}

// ofHeader is the package of a header that programs of the machine itself include; ok is false if it is not known.
func ofHeader(name string) (p packages, ok bool) {
	switch dir, _, _ := strings.Cut(name, "/"); dir {
	case "openssl":
		return openssl, true
	case "elfutils":
		return dwarf, true
	case "gnutls":
		return gnutls, true
	case "uuid":
		return uuid, true
	case "ncurses", "ncursesw":
		return ncurses, true
	}
	p, ok = map[string]packages{
		"libelf.h": elf, "gelf.h": elf, "dwarf.h": dwarf, "ncurses.h": ncurses, "curses.h": ncurses, "menu.h": ncurses, "panel.h": ncurses,
		"zlib.h": zlib, "stdio.h": libc, "stdlib.h": libc, "string.h": libc, "sys/types.h": libc, "unistd.h": libc, "errno.h": libc,
		"gmp.h": {"libgmp-dev", "gmp-devel", "gmp", "gmp-devel", "gmp-dev"}, "mpc.h": {"libmpc-dev", "libmpc-devel", "libmpc", "mpc-devel", "mpc1-dev"},
		"gcc-plugin.h": {"gcc-$(gcc -dumpversion)-plugin-dev", "gcc-plugin-devel", "gcc", "gcc-devel", ""},
		"yaml.h":       {"libyaml-dev", "libyaml-devel", "libyaml", "libyaml-devel", "yaml-dev"},
	}[name]
	return p, ok
}

// ofLibrary is the package of what a linker looks for as -lNAME.
func ofLibrary(name string) (p packages, ok bool) {
	p, ok = map[string]packages{"elf": elf, "dw": dwarf, "crypto": openssl, "ssl": openssl, "ncurses": ncurses, "ncursesw": ncurses,
		"tinfo": ncurses, "z": zlib, "c": libc, "gnutls": gnutls, "uuid": uuid}[name]
	return p, ok
}
