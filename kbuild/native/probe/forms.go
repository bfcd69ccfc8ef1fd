package probe

// This file lists the forms of program calls whose result is decided by what is known of them: the program itself,
// its arguments, its standard input, and a few files. Everything that is not listed has no form. For example `grep -q
// x` has one when its input is known, `grep -f x` has none.

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/pattern"
)

// call is one call of a program, all words of it known.
type call struct {
	name string
	args []string
	env  environ
	in   stdin
}

// stdin is what a program finds on its standard input.
type stdin struct {
	// own: it is part of the command and not that of who runs the command.
	own bool
	// known: its text is known.
	known bool
	text  string
}

// program notes what decides a call of a program. An error says that the call has no known form. Otherwise path is what
// is executed; it is "" if there is no such program.
func (a *analysis) program(c *call) (path string, err error) {
	a.in.addProgram(c.name)
	path, ok := lookPath(c.name, a.dir, c.env.get("PATH"))
	if !ok {
		if strings.ContainsRune(c.name, '/') {
			err = a.file(c.name)
		}
		return "", err // it cannot run; that it is missing is an input
	}
	if inner, files := launched(path, c, a.dir); inner != nil {
		for _, f := range files {
			a.in.addFile(f)
		}
		if _, err := a.program(inner); err != nil {
			return "", err
		}
		return path, nil
	}
	if !facts.MachineCode(path) {
		return "", errImpure
	}
	base := filepath.Base(c.name)
	if target, err := filepath.EvalSymlinks(path); err != nil || launchers[filepath.Base(target)] {
		return "", errImpure // it looks for the compiler itself
	}
	form := forms[base]
	if form == nil {
		form = tools[toolOf(base)]
	}
	if form == nil || !form(a, c, path) {
		return "", errImpure
	}
	return path, nil
}

type form func(a *analysis, c *call, path string) bool

// toolName takes the name of a tool apart: prefix of the target, tool, version. x86_64-linux-gnu-gcc-12 is gcc.
var toolName = pattern.New(`^(?:[A-Za-z0-9_.]+-)*(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|ld\.bfd|ld\.gold|` +
	`ld\.lld|lld|as|` +
	`nm|objcopy|objdump|readelf|strip|ar|ranlib|rustc|bindgen|pahole)(?:-[0-9.]+)?$`)

func toolOf(base string) string {
	m := toolName.FindStringSubmatch(base)
	if m == nil {
		return ""
	}
	return m[1]
}

var (
	forms map[string]form
	tools map[string]form
)

func init() {
	forms = map[string]form{
		"true": plainText, "false": plainText, "basename": plainText, "dirname": plainText, "echo": plainText,
		"printf": plainText,
		"expr":   plainText, "tr": readsAlways(plainText), "head": lines, "tail": lines, "wc": options("-l", "-c", "-w"),
		"sort": options("-n", "-r", "-u", "-V", "-nr", "-rn", "-rV", "-Vr"), "uniq": options("-c", "-d", "-u"),
		"cut": readsAlways(cut), "cat": cat, "grep": grep, "fgrep": grep, "sed": sed, "uname": uname, "getconf": getconf,
	}
	tools = map[string]form{
		"gcc": compiler, "g++": compiler, "cc": compiler, "c++": compiler, "clang": compiler, "clang++": compiler,
		"ld": linker, "ld.bfd": linker, "ld.gold": linker, "ld.lld": linker, "lld": linker,
		"as": asks, "nm": asks, "objcopy": asks, "objdump": asks, "readelf": asks, "strip": asks, "ar": asks, "ranlib": asks,
		"pahole": asks, "bindgen": bindgen, "rustc": rustc,
	}
}

// file notes a file that is read or looked for. What is made up by the kernel, or used up by reading, has no form.
func (a *analysis) file(name string) error {
	if name == "" || strings.Contains(name, pidMark) || strings.ContainsAny(name, "\n\x00") {
		return errImpure
	}
	abs := inDir(a.dir, name)
	if abs != os.DevNull && (madeUp(filepath.Clean(abs)) || usedUp(abs)) {
		return errImpure
	}
	if target, err := filepath.EvalSymlinks(abs); err == nil && target != os.DevNull && madeUp(target) {
		return errImpure
	}
	a.in.addFile(name)
	return nil
}

// regular notes a file that is read.
func (a *analysis) regular(name string) bool {
	fi, err := os.Stat(inDir(a.dir, name))
	return (err != nil || fi.Mode().IsRegular()) && a.file(name) == nil
}

// madeUp reports whether the kernel makes a file up when it is looked at.
func madeUp(path string) bool {
	for _, d := range []string{"/proc", "/sys", "/dev"} {
		if rest, ok := strings.CutPrefix(path, d); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

func marked(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, pidMark) })
}

// plainText: the arguments are plain text.
func plainText(_ *analysis, c *call, _ string) bool { return !marked(c.args) }

// readsAlways is a form of programs that read their standard input in any case.
func readsAlways(f form) form {
	return func(a *analysis, c *call, path string) bool { return c.in.own && f(a, c, path) }
}

// options is a form of filters that take only the given words as arguments and read their standard input.
func options(words ...string) form {
	return func(_ *analysis, c *call, _ string) bool {
		return c.in.own && !slices.ContainsFunc(c.args, func(w string) bool { return !slices.Contains(words, w) })
	}
}

var number = pattern.New(`^[+]?[0-9]+$`)

// lines: head and tail, which take a number of lines or bytes.
func lines(a *analysis, c *call, _ string) bool {
	var files []string
	for i := 0; i < len(c.args); i++ {
		w := c.args[i]
		switch {
		case w == "-n" || w == "-c":
			if i++; i >= len(c.args) || !number.MatchString(strings.TrimPrefix(c.args[i], "-")) {
				return false
			}
		case len(w) > 2 && (w[:2] == "-n" || w[:2] == "-c") && number.MatchString(w[2:]), len(w) > 1 && w[0] == '-' &&
			number.MatchString(w[1:]):
		case w == "-q":
		default:
			files = append(files, w)
		}
	}
	return a.inputs(c, files)
}

// inputs: a filter reads these files, or its standard input if there are none.
func (a *analysis) inputs(c *call, files []string) bool {
	if len(files) == 0 {
		return c.in.own
	}
	for _, f := range files {
		if strings.HasPrefix(f, "-") || !a.regular(f) {
			return false
		}
	}
	return true
}

func cat(a *analysis, c *call, _ string) bool { return a.inputs(c, c.args) }

var cutOption = pattern.New(`^-(?:[fcb][0-9,-]+|d.|s)$`)

func cut(_ *analysis, c *call, _ string) bool {
	for i := 0; i < len(c.args); i++ {
		w := c.args[i]
		if w == "-f" || w == "-d" || w == "-c" {
			if i++; i >= len(c.args) || strings.HasPrefix(c.args[i], "--") {
				return false
			}
			continue
		}
		if !cutOption.MatchString(w) {
			return false
		}
	}
	return !marked(c.args)
}

var grepOption = pattern.New(`^-[cEFGhilnoqsvwx]+$`)

// grep: one pattern, and files.
func grep(a *analysis, c *call, _ string) bool {
	var rest []string
	pattern := false
	for i := 0; i < len(c.args); i++ {
		w := c.args[i]
		switch {
		case w == "--":
			rest = append(rest, c.args[i+1:]...)
			i = len(c.args)
		case w == "-e":
			i, pattern = i+1, true
		case strings.HasPrefix(w, "-"):
			if !grepOption.MatchString(w) {
				return false
			}
		default:
			rest = append(rest, w)
		}
	}
	if !pattern {
		if len(rest) == 0 {
			return false
		}
		rest = rest[1:]
	}
	return !marked(c.args) && a.inputs(c, rest)
}

func uname(a *analysis, c *call, _ string) bool {
	a.in.Uname = true
	return !slices.ContainsFunc(c.args, func(w string) bool {
		return len(w) < 2 || w[0] != '-' || strings.Trim(w[1:], "asnrvmpio") != ""
	})
}

// getconf: how programs are compiled for large files is built into it; other variables are about the machine.
func getconf(_ *analysis, c *call, _ string) bool {
	return len(c.args) == 1 && strings.HasPrefix(c.args[0], "LFS_")
}

// asks: a tool is asked for its version or for help, or works on files of the command's own.
func asks(a *analysis, c *call, _ string) bool {
	if len(c.args) == 1 && slices.Contains([]string{"--version", "--help", "-V"}, c.args[0]) {
		return true
	}
	for i, w := range c.args {
		if !a.scratch(w) && (w != "-O" || i+1 >= len(c.args) || c.args[i+1] != "binary") && (w != "binary" || i == 0 ||
			c.args[i-1] != "-O") {
			return false
		}
	}
	return len(c.args) > 0
}

func bindgen(a *analysis, c *call, _ string) bool {
	if len(c.args) == 0 || c.args[0] != "--version" || len(c.args) > 2 || len(c.args) == 2 &&
		strings.ContainsAny(c.args[1], "/-\x01") &&
		!strings.HasPrefix(c.args[1], "workaround-for-") {
		return false
	}
	a.rustFiles(c.env)
	return true
}

func rustc(a *analysis, c *call, _ string) bool {
	a.rustFiles(c.env)
	return len(c.args) > 0 && c.args[0] == "--version" && (len(c.args) == 1 || len(c.args) == 2 &&
		c.args[1] == "--verbose")
}

// rustFiles notes what decides which toolchain a rustup proxy runs.
func (a *analysis) rustFiles(env environ) {
	for _, n := range []string{"HOME", "RUSTUP_HOME", "CARGO_HOME"} {
		a.in.addEnv(n)
	}
	home := env.get("RUSTUP_HOME")
	if home == "" {
		home = filepath.Join(env.get("HOME"), ".rustup")
	}
	a.in.addFile(filepath.Join(home, "settings.toml"))
	a.in.addFile(filepath.Join(home, "toolchains"))
	if list, err := os.ReadDir(filepath.Join(home, "toolchains")); err == nil {
		for _, d := range list {
			a.in.addFile(filepath.Join(home, "toolchains", d.Name(), "bin", "rustc"))
			a.in.addFile(filepath.Join(home, "toolchains", d.Name(), "lib"))
		}
	}
	a.in.Above = addOnce(addOnce(a.in.Above, "rust-toolchain"), "rust-toolchain.toml")
}

// Words of linkers that name no files. A script, for example (-T), is not among them.
var (
	linkerFlag = pattern.New(`^(?:-v|-V|--version|--help|-EL|-EB|-n|-N|-r|-s|-S|-x|-X|-O[0-9]?|-shared|-pie|` +
		`-static|-Bsymbolic|-m[a-z0-9_]+|` +
		`--(?:no-|warn-|fatal-warnings|gc-sections|emit-relocs|be8|strip-|discard-|relax|eh-frame-hdr|fix-|` +
		`as-needed|export-dynamic|error-|print-gc|demangle|use-android-relr-tags)[a-z0-9-]*|` +
		`--(?:orphan-handling|compress-debug-sections|hash-style|build-id|pack-dyn-relocs|sort-section|icf|` +
		`unresolved-symbols|` +
		`fix-[a-z0-9-]+|error-limit|color-diagnostics|spare-dynamic-tags)=[a-z0-9-]+|--build-id)$`)
	linkerWord = pattern.New(`^[a-z0-9_=-]+$`)
)

// linker: it is asked for its version, perhaps with options to see whether it takes them; or it links files of the
// command's own.
func linker(a *analysis, c *call, _ string) bool {
	asked, links := false, false
	for i := 0; i < len(c.args); i++ {
		switch w := c.args[i]; {
		case w == "-z" || w == "-m":
			if i++; i >= len(c.args) || !linkerWord.MatchString(c.args[i]) {
				return false
			}
		case w == "-o":
			if i++; i >= len(c.args) || !a.scratch(c.args[i]) {
				return false
			}
			links = true
		case a.scratch(w):
		case !linkerFlag.MatchString(w):
			return false
		default:
			asked = asked || w == "-v" || w == "-V" || w == "--version" || w == "--help"
		}
	}
	return asked || links
}

// Launchers are put in front of a compiler (CC="ccache gcc") and given its command line. They are believed to do
// nothing but compile. What they keep for themselves between runs is no input, what they are told to do by files is.
var launchers = map[string]bool{"ccache": true, "sccache": true, "distcc": true, "icecc": true}

// launched returns the call of the compiler that a call of ccache comes to, and the files that decide which that is; nil if it is
// none. ccache is called by its own name (CC="ccache gcc"), or by that of the compiler, which is a link to it then.
func launched(path string, c *call, dir string) (compiler *call, files []string) {
	if !isCcache(path) {
		return nil, nil
	}
	inner := *c
	if filepath.Base(path) == "ccache" {
		if len(c.args) == 0 || strings.ContainsRune(c.args[0], '/') {
			return nil, nil
		}
		inner.name, inner.args = c.args[0], c.args[1:]
		if _, found := lookPath(inner.name, dir, c.env.get("PATH")); !found {
			return nil, nil
		}
	} else if inner.name, files = behindCcache(filepath.Base(c.name), dir, c.env.get("PATH")); inner.name == "" {
		return nil, nil
	}
	if tools[toolOf(filepath.Base(inner.name))] == nil {
		return nil, nil
	}
	for _, name := range []string{"CCACHE_COMPILER", "CCACHE_CC", "CCACHE_PATH", "CCACHE_PREFIX", "CCACHE_PREFIX_CPP"} {
		if c.env.get(name) != "" {
			return nil, nil // it may run something else
		}
	}
	home := c.env.get("HOME")
	told := []string{"/etc/ccache.conf", filepath.Join(home, ".ccache", "ccache.conf"), filepath.Join(home, ".config",
		"ccache", "ccache.conf")}
	for _, d := range []string{c.env.get("XDG_CONFIG_HOME"), c.env.get("CCACHE_DIR")} {
		if d != "" {
			told = append(told, filepath.Join(d, "ccache.conf"), filepath.Join(d, "ccache", "ccache.conf"))
		}
	}
	for _, f := range told {
		if data, err := os.ReadFile(f); err == nil && (bytes.Contains(data, []byte("compiler")) || bytes.Contains(data,
			[]byte("prefix")) || bytes.Contains(data, []byte("path"))) {
			return nil, nil // it may run something else
		}
	}
	return &inner, append(files, told...)
}

// isCcache reports whether a program is ccache, by whatever name.
func isCcache(path string) bool {
	target, err := filepath.EvalSymlinks(path)
	return err == nil && filepath.Base(target) == "ccache" && facts.MachineCode(target)
}

// behindCcache finds the compiler that ccache runs when it is called by that one's name: the first in PATH that is not ccache
// again. Passed are the places before it.
func behindCcache(name, dir, path string) (compiler string, passed []string) {
	found, err := depgraph.SearchPath(name, path, dir, func(full string) error {
		if executable(full) == nil && !isCcache(full) {
			return nil
		}
		passed = append(passed, full)
		return syscall.ENOENT
	})
	if err != nil {
		return "", nil
	}
	return inDir(dir, found), passed
}
