package probe

// This file lists the programs and variables that are known.

import (
	"path/filepath"
	"regexp"
	"strings"
)

// programKind says what a program may do as far as a probe is concerned.
type programKind uint8

const (
	// progUnknown programs may depend on anything; a probe using one is not understood.
	progUnknown programKind = iota
	// progTool is a compiler, assembler, linker or binary tool: its output depends on itself, its helper programs,
	// its arguments, the files named there, and toolchain environment variables.
	progTool
	// progFilter reads its standard input or the files named in its arguments and writes standard output.
	progFilter
	// progShell interprets a script named in its arguments.
	progShell
	// progSystem tells about the system that it runs on.
	progSystem
)

// toolName matches base names of toolchain programs, with the usual target prefix and version suffix. They are names
// of the toolchain families, not of any tree.
var toolName = regexp.MustCompile(`^(?:[A-Za-z0-9_.]+-)*(?:gcc|g\+\+|cc|c\+\+|cpp|clang|clang\+\+|clang-cpp|ld|ld\.(?:bfd|gold|lld)|lld|as|gas|` +
	`nm|objcopy|objdump|readelf|strip|ar|ranlib|rustc|bindgen|pahole|tcc|icc|icx|llvm-[a-z]+)(?:-[0-9.]+)?$`)

var filterName = map[string]bool{
	"awk": true, "basename": true, "cat": true, "cmp": true, "cut": true, "dirname": true, "egrep": true, "expr": true,
	"fgrep": true, "gawk": true, "grep": true, "head": true, "mawk": true, "sed": true, "sort": true, "tail": true,
	"tr": true, "uniq": true, "wc": true, "printf": true, "echo": true, "test": true, "true": true, "false": true,
}

var shellName = map[string]bool{"sh": true, "bash": true, "dash": true, "ksh": true}

func kindOfProgram(path string) programKind {
	base := filepath.Base(path)
	switch {
	case shellName[base]:
		return progShell
	case filterName[base]:
		return progFilter
	case base == "uname" || base == "getconf":
		return progSystem
	case toolName.MatchString(base):
		return progTool
	}
	return progUnknown
}

// envNames and envPrefixes are the variables that toolchain programs and shells read without their names appearing
// in the command. Variables that the command or a script it runs mentions are tracked one by one on top of these.
var envNames = map[string]bool{
	"PATH": true, "HOME": false, "IFS": true, "ENV": true, "BASH_ENV": true, "POSIXLY_CORRECT": true,
	"CPATH": true, "C_INCLUDE_PATH": true, "CPLUS_INCLUDE_PATH": true, "OBJC_INCLUDE_PATH": true,
	"COMPILER_PATH": true, "LIBRARY_PATH": true, "DEPENDENCIES_OUTPUT": true, "SUNPRO_DEPENDENCIES": true,
	"TMPDIR": true, "TMP": true, "TEMP": true, "SOURCE_DATE_EPOCH": true, "LANG": true, "LANGUAGE": true,
	"SDKROOT": true, "LDEMULATION": true, "GNUTARGET": true, "COLLECT_NO_DEMANGLE": true, "GREP_OPTIONS": true,
	"AWKPATH": true, "AWKLIBPATH": true,
}

var envPrefixes = []string{"LC_", "GCC_", "LD_", "CCACHE_", "DISTCC_", "ICECC", "CLANG_", "CCC_", "RUST", "CARGO", "COLLECT_"}

// ambient reports whether the variable matters to every probe.
func ambient(name string) bool {
	if envNames[name] {
		return true
	}
	for _, p := range envPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
