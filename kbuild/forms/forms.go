package forms

// This file finds the form of a command by the name of its program.

import (
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"gokbuild/depgraph/facts"
)

// Command is a program that ran, or is about to.
type Command struct {
	// Path is the file that is executed, Argv its words, Dir its working directory.
	Path string
	Argv []string
	Dir  string
}

// form lists what a program with these operands and options writes, relative to its directory; ok is false if that is not
// known. What only goes to standard output or error is not listed.
type form func(c *Command, args []string) (files []string, ok bool)

// table holds the programs by name. A compiler or a binary tool may have a target in front of its name, and a version
// behind it: x86_64-linux-gnu-gcc-12.
var table map[string]form

func init() {
	table = map[string]form{
		"gcc": compiler, "g++": compiler, "cc": compiler, "c++": compiler, "clang": compiler, "clang++": compiler,
		"ld": linker, "ld.bfd": linker, "ld.lld": linker,
		"ar": archiver, "llvm-ar": archiver, "ranlib": ranlib, "llvm-ranlib": ranlib,
		"objcopy": objcopy, "llvm-objcopy": objcopy, "strip": strip, "llvm-strip": strip,
		"cp": copies, "mv": moves, "ln": links, "touch": touches, "rm": removes, "rmdir": nothing, "mkdir": nothing,
		"chmod": operands, "tee": operands, "sed": sed, "awk": awk, "gawk": awk, "mawk": awk, "sort": sorts,
		"xz": compresses, "gzip": compresses, "bzip2": compresses, "lzma": compresses, "zstd": compresses, "lz4": compresses, "lzop": compresses,
		// Tools that kernel trees build for themselves.
		"fixdep": nothing, "genksyms": nothing, "objtool": lastOperand,
	}
	for name := range strings.FieldsSeq(`nm readelf objdump size strings llvm-nm llvm-readelf llvm-objdump
		cat head tail cut tr uniq wc grep egrep fgrep ls stat test [ true false echo printf date expr basename dirname pwd uname id
		cmp od hexdump comm join paste nl rev fold seq sleep readlink realpath sha1sum sha256sum sha512sum md5sum cksum which sync`) {
		table[name] = nothing
	}
}

// Outputs lists the files that a command writes, renames, changes or removes, as absolute paths; ok is false if that is not
// known.
func Outputs(c *Command) (files []string, ok bool) {
	name, args := path.Base(c.Path), c.Argv[1:]
	if name == "ccache" && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		// It runs the compiler, and leaves what that leaves.
		name, args = path.Base(args[0]), args[1:]
	}
	f := table[name]
	if f == nil {
		f = table[Plain(name)]
	}
	if f == nil || !isBinary(c) {
		return nil, false
	}
	files, ok = f(c, args)
	if !ok {
		return nil, false
	}
	for i, name := range files {
		if !path.IsAbs(name) {
			files[i] = c.Dir + "/" + name
		}
	}
	return files, true
}

// LeavesMore reports whether an environment has compilers write files that no word of theirs names (manual of GCC, "Environment
// Variables").
func LeavesMore(env []string) bool {
	return slices.ContainsFunc(env, func(e string) bool { return begins(e, leavingVariables) })
}

var leavingVariables = strings.Fields("DEPENDENCIES_OUTPUT= SUNPRO_DEPENDENCIES= GCOV_PREFIX= CC_PRINT_ CC_LOG_DIAGNOSTICS CCC_OVERRIDE_OPTIONS=")

// Plain takes a target and a version off the name of a tool: gcc of arm-linux-gnueabihf-gcc-12.
func Plain(name string) string {
	if i := strings.LastIndexByte(name, '-'); i > 0 && strings.Trim(name[i+1:], "0123456789.") == "" {
		name = name[:i]
	}
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		name = name[i+1:]
	}
	return name
}

// binaries remembers which files are programs of the machine, by their status.
var binaries sync.Map // identity → bool

type identity struct {
	dev, ino    uint64
	mtime, size int64
}

// isBinary reports whether the program is no script. What is done in this process needs no file.
func isBinary(c *Command) bool {
	file := c.Path
	if !path.IsAbs(file) {
		file = c.Dir + "/" + file
	}
	var st syscall.Stat_t
	if err := syscall.Stat(file, &st); err != nil {
		// A program that was not even built: its replacement ran.
		return err == syscall.ENOENT
	}
	id := identity{st.Dev, st.Ino, st.Mtim.Nano(), st.Size}
	if known, ok := binaries.Load(id); ok {
		return known.(bool)
	}
	binary := facts.MachineCode(file)
	binaries.Store(id, binary)
	return binary
}

// nothing is the form of programs that write to their standard output alone.
func nothing(*Command, []string) ([]string, bool) { return nil, true }

// split tells options from operands. Letters in takes want a value, of their own or in the next word; long options must
// bring theirs behind a "=", and must be among those allowed. ok is false for any other option.
func split(args []string, letters, takes string, long ...string) (opts, operands []string, ok bool) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			return opts, append(operands, args[i+1:]...), true
		case len(a) < 2 || a[0] != '-':
			operands = append(operands, a)
		case a[1] == '-':
			name, _, _ := strings.Cut(a, "=")
			if !contains(long, name) {
				return nil, nil, false
			}
			opts = append(opts, a)
		default:
			for k := 1; k < len(a); k++ {
				c := a[k]
				if strings.IndexByte(takes, c) >= 0 {
					value := a[k+1:]
					if value == "" {
						if i++; i >= len(args) {
							return nil, nil, false
						}
						value = args[i]
					}
					opts = append(opts, "-"+string(c)+value)
					break
				}
				if strings.IndexByte(letters, c) < 0 {
					return nil, nil, false
				}
				opts = append(opts, "-"+string(c))
			}
		}
	}
	return opts, operands, true
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// value is what an option such as -o was given, "" if it was not.
func value(opts []string, option string) string {
	for _, o := range opts {
		if v, ok := strings.CutPrefix(o, option); ok {
			return v
		}
	}
	return ""
}
