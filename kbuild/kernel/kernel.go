package kernel

// This file guesses what files, goals and directories are for.

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// ConfigGoal reports whether a goal makes a configuration, as menuconfig and defconfig do: then conf is likely to run.
func ConfigGoal(goal string) bool { return strings.HasSuffix(goal, "config") }

// Image and Archive are the files that hold what is built in: of the whole tree, the first that is made counts; of one folder.
var Image = []string{"vmlinux.a", "vmlinux.o", "vmlinux"}

// Archive is the archive of what is built in of a folder; before 4.20 it is an object that is linked of others.
const (
	Archive    = "built-in.a"
	oldArchive = "built-in.o"
)

// Archives are the names that it has.
var Archives = []string{Archive, oldArchive}

// IsArchive reports whether a file only holds other objects: an archive, or what is built in of a folder.
func IsArchive(name string) bool {
	return strings.HasSuffix(name, ".a") || name == oldArchive || strings.HasSuffix(name, "/"+oldArchive)
}

// IsModule reports whether a file is a module.
func IsModule(name string) bool { return strings.HasSuffix(name, ".ko") }

// MadeBy lists files that a program of the tree makes and no rule tells of: modpost writes the source of the last object of
// each module, and of the exports of the image. The modules are named in the file behind -T, or by the usual list where that
// comes from a pipe. read is the text of a file.
func MadeBy(argv []string, read func(name string) (text []byte, ok bool)) (files []string) {
	if path.Base(argv[0]) != "modpost" {
		return nil
	}
	files = append(files, ".vmlinux.export.c")
	for i, a := range argv {
		if a != "-T" || i+1 == len(argv) {
			continue
		}
		list := argv[i+1]
		if list == "-" {
			list = "modules.order"
		}
		text, _ := read(list)
		for _, module := range strings.Fields(string(text)) {
			files = append(files, strings.TrimSuffix(module, path.Ext(module))+".mod.c")
		}
	}
	return files
}

// AnyConfig is a goal by which every tree calls its [ConfTool].
const AnyConfig = "oldconfig"

// FillConfig is a goal that gives each symbol a value of which .config says nothing.
const FillConfig = "olddefconfig"

// Linked are the names that trees give to what they link at last, with all symbols: Linux, U-Boot, BusyBox.
var Linked = []string{"vmlinux", "u-boot", "busybox_unstripped"}

// CrossPrefix is the variable in front of the names of compilers and linkers; Compilers are the names.
const CrossPrefix = "CROSS_COMPILE"

// Compilers are programs that decide what objects hold and what is said of sources.
var Compilers = []string{"gcc", "cc", "clang", "ld", "ld.lld", "as", "rustc", "pahole"}

// Decides reports whether a variable of the environment or the command line is likely to decide what is built.
func Decides(name string) bool {
	for _, begin := range []string{"KBUILD_", "KCONFIG_", "CONFIG_", "LLVM", "KCPP", "KC", "KA", "KRUST", "HOST", "CROSS_COMPILE"} {
		if strings.HasPrefix(name, begin) {
			return true
		}
	}
	switch name {
	case "ARCH", "SUBARCH", "CC", "LD", "AS", "AR", "NM", "OBJCOPY", "STRIP", "PAHOLE", "RUSTC", "W", "C", "CF", "LOCALVERSION", "LDFLAGS_vmlinux",
		"CFLAGS_KERNEL", "CFLAGS_MODULE", "AFLAGS_KERNEL", "AFLAGS_MODULE", "DTC_FLAGS", "EXTRA_CFLAGS", "MAKEFLAGS", "SOURCE_DATE_EPOCH":
		return true
	}
	return false
}

// ConfTool reports whether a program is the tool that reads the Kconfig files of a tree. Its last argument names the first of
// them.
func ConfTool(program string) bool { return strings.HasSuffix(program, "kconfig/conf") }

// Config is the file of the configuration in an output directory, Kconfig the first of the files that say what can be configured.
const (
	Config  = ".config"
	Kconfig = "Kconfig"
)

// Configured reports whether a directory holds a configuration, so that it is an output directory worth a memory.
func Configured(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, Config))
	return err == nil
}

// Begun reports whether somebody, make perhaps, has begun to build in a directory: what tells the version is made before all else. The
// header that defines all symbols says nothing, since Linux 5.2: whatever makes a configuration makes it as well.
func Begun(dir string) bool {
	for _, name := range releases {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// releases are the files that tell the version: of Linux, the newer one first, of U-Boot, and BusyBox's header of symbols, which only
// a build makes.
var releases = [...]string{"include/config/kernel.release", "include/linux/version.h", "include/config/uboot.release", "include/autoconf.h"}

// IsConfigHeader reports whether a file is the header that defines all symbols of a configuration. Kbuild's fixdep leaves it
// out of lists of dependencies, and lists the symbols that a source mentions.
func IsConfigHeader(name string) bool {
	return slices.ContainsFunc(configHeaders[:], func(header string) bool { return strings.HasSuffix(name, header) })
}

// configHeaders are the names of that header in Linux, the newer one first.
var configHeaders = [...]string{"include/generated/autoconf.h", "include/linux/autoconf.h"}

// SourceRoot returns the absolute name of the source tree, as variables of the environment of a recipe tell; "" if they do not.
func SourceRoot(get func(name string) string) string {
	for _, name := range []string{"abs_srctree", "srctree", "KBUILD_SRC"} {
		if dir := get(name); filepath.IsAbs(dir) {
			return filepath.Clean(dir)
		}
	}
	return ""
}

// Output is the directory that a run of make builds in.
type Output struct {
	Dir string
	// Module is set for the directory of an external module, which has no configuration of its own.
	Module bool
}

// FindOutput finds the directory that a make in dir at the given level builds in: O= or KBUILD_OUTPUT, a module's own
// directory, or dir itself. ok is false if nothing is to be remembered there. get returns the setting of a variable.
func FindOutput(get func(name string) string, dir string, level int) (out Output, ok bool) {
	value := func(name string) string {
		if v := get(name); !strings.Contains(v, "$") {
			return v
		}
		return ""
	}
	abs := func(p string) string {
		if !filepath.IsAbs(p) {
			p = filepath.Join(dir, p)
		}
		return p
	}
	for _, name := range []string{"MO", "M", "KBUILD_EXTMOD"} {
		if m := value(name); m != "" {
			st, err := os.Stat(abs(m))
			return Output{abs(m), true}, err == nil && st.IsDir()
		}
	}
	out.Dir = dir
	for _, name := range []string{"KBUILD_OUTPUT", "O"} {
		if o := value(name); o != "" {
			out.Dir = abs(o)
		}
	}
	if level > 0 && !Configured(out.Dir) {
		// A relative name does not lead there from where the make above has gone.
		out.Dir = dir
	}
	return out, Configured(out.Dir)
}

// ReadOnce reports whether a makefile is read by one make only: the saved command of a single target is. Keeping its parse
// would only hold memory.
func ReadOnce(makefile string) bool { return strings.HasSuffix(makefile, ".cmd") }

// SavedCommand lists the variables in which a .cmd file keeps the command that made a target, the likeliest first.
func SavedCommand(target string) []string { return []string{"savedcmd_" + target, "cmd_" + target} }

// Described names a file by what it stands for, if it is one of the empty files by which Kbuild tells that a configuration
// symbol changed: "CONFIG_SMP (include/config/SMP)".
func Described(name string) string {
	symbol, ok := strings.CutPrefix(name, "include/config/")
	if !ok || strings.HasPrefix(symbol, "auto.conf") || symbol == "" {
		return name
	}
	symbol = strings.ToUpper(strings.ReplaceAll(strings.TrimSuffix(symbol, ".h"), "/", "_"))
	return "CONFIG_" + symbol + " (" + name + ")"
}

// thinArchive begins an archive that names its members instead of holding them (ar rcT).
const thinArchive = "!<thin>\n"

// IsThinArchive reports whether a file that begins so is a thin archive.
func IsThinArchive(head []byte) bool { return bytes.HasPrefix(head, []byte(thinArchive)) }

// Lists reports whether text holds the name of a file, perhaps with another suffix: modules.order names the module that
// becomes of an object.
func Lists(text []byte, name string) bool {
	want := strings.TrimSuffix(name, path.Ext(name))
	suffix := want != name
	if suffix {
		want += "."
	}
	for {
		i := bytes.Index(text, []byte(want))
		if i < 0 || want == "" {
			return false
		}
		end := i + len(want)
		if (i == 0 || text[i-1] == '/' || !inName(text[i-1])) && (suffix || end == len(text) || !inName(text[end])) {
			return true
		}
		text = text[end:]
	}
}

func inName(c byte) bool {
	return c == '_' || c == '-' || c == '.' || c == '/' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
