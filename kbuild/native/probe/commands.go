package probe

// This file knows what common commands read, by their arguments.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

func (s *shell) call(c *syntax.CallExpr) error {
	var words []value
	for _, w := range c.Args {
		f, err := s.word(w)
		if err != nil {
			return err
		}
		words = append(words, f...)
	}
	if len(words) == 0 {
		return s.assigns(c.Assigns)
	}
	t := s
	if len(c.Assigns) > 0 {
		t = s.sub()
		if err := t.assigns(c.Assigns); err != nil {
			return err
		}
		t.env = environ{}
		for k, v := range s.env {
			t.env[k] = v
		}
		for _, as := range c.Assigns {
			t.env[as.Name.Value] = t.vars[as.Name.Value].text
		}
	}
	return t.command(words)
}

// command notes what running a command with these words needs.
func (s *shell) command(words []value) error {
	s.a.steps++
	if !words[0].known || s.a.steps > maxSteps {
		return errImpure
	}
	name, args := words[0].text, words[1:]
	if body, ok := s.funcs[name]; ok {
		return s.function(body, args)
	}
	switch name {
	case "echo", "printf", ":", "true", "false", "return", "break", "continue":
		return nil
	case "exit":
		if s.maybe == 0 {
			return errExits
		}
		return nil
	case "test", "[":
		return s.test(args)
	case "set":
		s.set(args)
		return nil
	case "shift":
		s.shift(args)
		return nil
	case "unset", "read":
		if name == "read" && !s.input {
			return errImpure
		}
		for _, v := range args {
			s.vars[v.text] = value{}
		}
		return nil
	case "trap":
		if len(args) == 0 || !args[0].known {
			return errImpure
		}
		if args[0].text == "-" || args[0].text == "" {
			return nil
		}
		return ended(s.sub().runText(args[0].text, "trap"))
	case "command", "type", "which":
		return s.commandV(name, args)
	case "exec":
		if len(args) == 0 {
			return nil
		}
		return s.command(args)
	case "env":
		return s.envCommand(args)
	case "cd", "eval", ".", "source", "wait", "ulimit", "umask", "times", "hash", "alias", "unalias", "getopts", "kill",
		"jobs", "fg", "bg", "pushd", "popd", "let", "builtin", "shopt", "mapfile":
		return errImpure // built into some shell, with effects that are not followed
	case "mkdir", "rm", "rmdir", "touch", "mktemp":
		for _, v := range args {
			if !v.scratch() && !(v.known && strings.HasPrefix(v.text, "-")) {
				return errImpure
			}
		}
		return nil
	}
	return s.program(name, args)
}

func (s *shell) function(body *syntax.Stmt, args []value) error {
	if s.depth >= maxDepth {
		return errImpure
	}
	oldArgs, oldOK := s.args, s.argOK
	s.args, s.argOK = args, true
	s.depth++
	err := s.stmt(body)
	s.depth--
	s.args, s.argOK = oldArgs, oldOK
	return err
}

func (s *shell) set(args []value) {
	for i, v := range args {
		if v.known && (strings.HasPrefix(v.text, "-") || strings.HasPrefix(v.text, "+")) && v.text != "--" {
			continue
		}
		if v.known && v.text == "--" {
			i++
		}
		args = args[i:]
		s.args, s.argOK = slices.Clone(args), s.maybe == 0
		for _, v := range args {
			if !v.known {
				s.args, s.argOK = nil, false // may be any number of words
			}
		}
		return
	}
}

func (s *shell) shift(args []value) {
	if len(args) > 0 || s.maybe > 0 || !s.argOK || len(s.args) == 0 {
		s.args, s.argOK = nil, false
		return
	}
	s.args = s.args[1:]
}

// commandV handles command -v, type and which, which only look a program up, and command as a prefix.
func (s *shell) commandV(name string, args []value) error {
	if len(args) == 0 {
		return errImpure
	}
	if name == "command" {
		if !args[0].known {
			return errImpure
		}
		if args[0].text != "-v" && args[0].text != "-V" {
			return s.command(args)
		}
		args = args[1:]
	}
	for _, v := range args {
		if !v.known {
			return errImpure
		}
		s.a.in.addProgram(v.text)
	}
	return nil
}

func (s *shell) envCommand(args []value) error {
	t := s.sub()
	t.env = environ{}
	for k, v := range s.env {
		t.env[k] = v
	}
	for i, v := range args {
		if !v.known {
			return errImpure
		}
		k, val, ok := strings.Cut(v.text, "=")
		if !ok {
			if strings.HasPrefix(v.text, "-") {
				return errImpure
			}
			return t.command(args[i:])
		}
		t.env[k] = val
		delete(t.vars, k)
	}
	return errImpure
}

// unaryFileTest lists the operators of test that look at a file.
const unaryFileTest = "bcdefgGhkLNOprsSuwx"

func (s *shell) test(args []value) error {
	for i, v := range args {
		if !v.known {
			continue
		}
		t := v.text
		switch {
		case len(t) == 2 && t[0] == '-' && strings.IndexByte(unaryFileTest, t[1]) >= 0 && i+1 < len(args):
			f := args[i+1]
			if !f.known {
				return errImpure
			}
			if f.text != "]" && f.text != "" && !f.scratch() {
				s.a.in.addFile(f.text)
			}
		case t == "-nt" || t == "-ot" || t == "-ef" || t == "-t":
			return errImpure
		}
	}
	return nil
}

func (s *shell) testClause(x syntax.TestExpr) error {
	switch x := x.(type) {
	case *syntax.BinaryTest:
		switch x.Op {
		case syntax.TsNewer, syntax.TsOlder, syntax.TsDevIno:
			return errImpure
		}
		if err := s.testClause(x.X); err != nil {
			return err
		}
		return s.testClause(x.Y)
	case *syntax.UnaryTest:
		if w, ok := x.X.(*syntax.Word); ok {
			v, err := s.joined(w)
			if err != nil {
				return err
			}
			return s.test([]value{known(x.Op.String()), v})
		}
		return s.testClause(x.X)
	case *syntax.ParenTest:
		return s.testClause(x.X)
	case *syntax.Word:
		return s.mention(x)
	}
	return errImpure
}

// program notes what running an external program needs.
func (s *shell) program(name string, args []value) error {
	if v, ok := s.vars["PATH"]; ok && !v.known && !filepath.IsAbs(name) {
		return errImpure
	}
	s.a.in.addProgram(name)
	switch kindOfProgram(name) {
	case progShell:
		return s.shellProgram(args)
	case progFilter:
		return s.filter(filepath.Base(name), args)
	case progTool:
		return s.tool(filepath.Base(name), args)
	case progSystem:
		return s.system(filepath.Base(name), args)
	}
	path, ok := lookPath(name, s.a.dir, s.env.get("PATH"))
	if !ok {
		if strings.ContainsRune(name, '/') {
			s.a.in.addFile(s.path(name))
		}
		return nil // it cannot run; that it is missing is an input
	}
	if s.launches(path, args) {
		return s.program(args[0].text, args[1:])
	}
	if strings.ContainsRune(name, '/') {
		path = name
	}
	return s.script(path, args)
}

// launchers are put in front of a compiler (CC="ccache gcc") and given its command line. Like the compiler they are believed
// to do nothing but compile; what they keep for themselves between runs is no input.
var launchers = map[string]bool{"ccache": true, "sccache": true, "distcc": true, "icecc": true}

// launches reports whether a program is a launcher that is given a compiler found in PATH.
func (s *shell) launches(path string, args []value) bool {
	if !launchers[filepath.Base(path)] || len(args) == 0 || !args[0].known || strings.ContainsRune(args[0].text, '/') || kindOfProgram(args[0].text) != progTool {
		return false
	}
	_, found := lookPath(args[0].text, s.a.dir, s.env.get("PATH"))
	return found
}

// system handles programs that tell about the system.
func (s *shell) system(name string, args []value) error {
	switch name {
	case "uname":
		s.a.in.Uname = true
		return nil
	case "getconf":
		// How programs are compiled for large files is built into it; other variables are about the machine.
		if len(args) == 1 && args[0].known && strings.HasPrefix(args[0].text, "LFS_") {
			return nil
		}
	}
	return errImpure
}

func (s *shell) shellProgram(args []value) error {
	for i, v := range args {
		if !v.known {
			return errImpure
		}
		switch {
		case v.text == "-c":
			if i+1 >= len(args) || !args[i+1].known {
				return errImpure
			}
			c := s.sub()
			c.args, c.argOK = nil, false
			return ended(c.runText(args[i+1].text, "-c"))
		case strings.HasPrefix(v.text, "-"):
			continue
		}
		return s.script(v.text, args[i+1:])
	}
	return errImpure
}

// noFiles are filters whose arguments are plain text.
var noFiles = map[string]bool{"expr": true, "basename": true, "dirname": true, "printf": true, "echo": true, "true": true, "false": true, "tr": true}

func (s *shell) filter(name string, args []value) error {
	if name == "test" {
		return s.test(args)
	}
	if !s.input && s.readsInput(name, args) {
		return errImpure
	}
	if noFiles[name] {
		return nil
	}
	for _, v := range args {
		if !v.known {
			return errImpure
		}
		t := v.text
		switch {
		case name == "sed" && strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "--") && strings.ContainsRune(t, 'i'),
			name == "sed" && strings.HasPrefix(t, "--in-place"),
			name == "sort" && strings.HasPrefix(t, "-o"),
			strings.HasSuffix(name, "awk") && (strings.Contains(t, "system") || strings.Contains(t, "getline") || strings.Contains(t, "print") && strings.ContainsAny(t, ">|") || strings.Contains(t, "ENVIRON") || strings.Contains(t, "rand") || strings.Contains(t, "time")),
			(name == "grep" || strings.HasSuffix(name, "grep")) && (strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "--") && strings.ContainsAny(t, "rR") || t == "--recursive"):
			return errImpure
		case name == "sed" && (strings.Contains(t, "w ") || strings.Contains(t, "/w") || strings.Contains(t, "/e")):
			return errImpure // may write a file or run a command
		}
		s.maybeFile(t)
	}
	return nil
}

// readsInput reports whether a filter may read its standard input: it does unless it is given a file.
func (s *shell) readsInput(name string, args []value) bool {
	if noFiles[name] {
		return name == "tr"
	}
	given := false
	for _, v := range args {
		switch {
		case v.text == "-":
			return true
		case !strings.HasPrefix(v.text, "-"):
			// Of others than cat some arguments are no files.
			given = given || name == "cat" || v.scratch() || identity(s.path(v.text)) != factAbsent
		}
	}
	return !given
}

// maybeFile notes an argument that may name a file. Text that cannot be one on this machine is left out.
func (s *shell) maybeFile(t string) {
	if t == "" || t == "-" || t == "/dev/null" || strings.HasPrefix(t, "-") || strings.Contains(t, pidMark) || len(t) > 255 ||
		strings.ContainsAny(t, "\n\x00") {
		return
	}
	s.a.in.addFile(t)
}

// pathOptions are compiler options followed by a path whose contents matter.
var pathOptions = []string{"-isystem", "-iquote", "-idirafter", "-include", "-imacros", "-isysroot", "--sysroot=", "-specs=", "--specs=", "-fplugin=", "-I", "-L", "-B", "-T", "@", "-Wl,"}

func (s *shell) tool(name string, args []value) error {
	compileOnly := !driver(name)
	if !harmlessOutput(name, args) {
		return errImpure
	}
	s.whereItRuns(name, args)
	for i, v := range args {
		if !v.known {
			return errImpure
		}
		t := v.text
		if t == "-" && !s.input && (i == 0 || args[i-1].text != "-o" && args[i-1].text != "--output") {
			return errImpure
		}
		if !strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "@") {
			s.maybeFile(t)
			continue
		}
		switch {
		case t == "-c" || t == "-S" || t == "-E" || t == "-v" || t == "-V" || t == "-fsyntax-only" || t == "--version" || t == "--help",
			strings.HasPrefix(t, "-dump"):
			compileOnly = true
		case strings.HasPrefix(t, "-print-"):
			compileOnly = true
			s.a.in.System = true
		case strings.HasPrefix(t, "-l"):
			s.a.in.System = true
		default:
			for _, o := range pathOptions {
				if rest, ok := strings.CutPrefix(t, o); ok {
					s.a.in.System = true
					s.maybeFile(rest)
				}
			}
		}
	}
	if !compileOnly {
		s.a.in.System = true
	}
	if strings.Contains(name, "rustc") || strings.Contains(name, "bindgen") {
		s.rustFiles()
	}
	return nil
}

// whereItRuns notes what a tool takes from the directory it runs in without being told.
func (s *shell) whereItRuns(name string, args []value) {
	text, debug := false, false
	for _, v := range args {
		switch t := v.text; {
		case t == "-E" || t == "-S":
			text = true
		case strings.HasPrefix(t, "-g") || t == "-fworking-directory":
			debug = true
		}
	}
	if text && debug {
		s.a.in.Here = true // debug information names the directory
	}
	if !driver(name) {
		s.a.in.addFile("a.out") // what binary tools look at if they are given no file
	}
}

// harmlessOutput reports whether a tool leaves no file behind but scratch ones.
func harmlessOutput(name string, args []value) bool {
	named, asks := false, false
	for i, v := range args {
		t := v.text
		switch {
		case t == "-o" || t == "--output":
			if i+1 >= len(args) {
				return false
			}
			t = args[i+1].text
		case strings.HasPrefix(t, "-o") && driver(name):
			t = t[2:]
		case t == "-E" || t == "-fsyntax-only" || t == "-v" || t == "-V" || t == "-h" || strings.HasPrefix(t, "--version") ||
			strings.HasPrefix(t, "--help") || strings.HasPrefix(t, "-dump") || strings.HasPrefix(t, "-print-"):
			asks = true
			continue
		default:
			continue
		}
		if t != "/dev/null" && t != "-" && !strings.Contains(t, pidMark) {
			return false
		}
		named = true
	}
	if named || asks {
		return true
	}
	if strings.HasSuffix(name, "objcopy") || strings.HasSuffix(name, "strip") {
		// The last name is the file written.
		last := args[max(0, len(args)-1):]
		return len(last) == 1 && last[0].scratch()
	}
	// These print what they find and write only where they are told.
	for _, s := range []string{"nm", "objdump", "readelf", "pahole", "bindgen"} {
		if strings.HasSuffix(name, s) {
			return true
		}
	}
	return false
}

// rustFiles notes what decides which toolchain a rustup proxy runs.
func (s *shell) rustFiles() {
	for _, n := range []string{"HOME", "RUSTUP_HOME", "CARGO_HOME"} {
		s.a.in.addEnv(n)
	}
	home := s.env.get("RUSTUP_HOME")
	if home == "" {
		home = filepath.Join(s.env.get("HOME"), ".rustup")
	}
	s.a.in.addFile(filepath.Join(home, "settings.toml"))
	s.a.in.addFile(filepath.Join(home, "toolchains"))
	if list, err := os.ReadDir(filepath.Join(home, "toolchains")); err == nil {
		for _, d := range list {
			s.a.in.addFile(filepath.Join(home, "toolchains", d.Name(), "bin", "rustc"))
			s.a.in.addFile(filepath.Join(home, "toolchains", d.Name(), "lib"))
		}
	}
	s.a.in.Above = addOnce(addOnce(s.a.in.Above, "rust-toolchain"), "rust-toolchain.toml")
}
