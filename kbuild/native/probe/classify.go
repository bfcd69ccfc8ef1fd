package probe

// This file finds out from its text what a shell command reads, and whether it is a probe.

import (
	"errors"
	"os"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/pattern"
)

// pidMark stands for the shell's process id in expanded text. Names that hold it are scratch files of the probe itself.
const pidMark = "\x01pid\x01"

var errImpure = errors.New("no known form")

// classify lists what decides the result of running cmd with /bin/sh in dir with env, besides the text of cmd. It
// reports false unless the command has one of the narrow forms that checks of compilers have: commands joined by
// `&&`, `||`, `|`, `;` and `if`, every word of which is known before anything runs, and every program of which is
// called in a form that forms.go or compiler.go lists. For example
//
//	{ gcc -Werror -m32 -E -x c /dev/null -o /dev/null; } >/dev/null 2>&1 && echo "y" || echo "n"
//
// What depends on the output of a program, as `echo $(pwd)` does, has no such form; see observe.go.
func (m *Memo) classify(cmd, dir string, env []string) (Inputs, bool) {
	a := &analysis{dir: dir, helpers: &m.helpers}
	s := &shell{a: a, env: newEnviron(env), vars: map[string]string{}}
	f, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(cmd), "")
	if err != nil || s.stmts(f.Stmts) != nil {
		return Inputs{}, false
	}
	return a.in, true
}

// usedUp reports whether who reads a file takes away what was in it: it is a pipe, a terminal or the like.
func usedUp(path string) bool {
	if path == os.DevNull {
		return false
	}
	st, err := os.Stat(path)
	return err == nil && !st.Mode().IsRegular() && !st.IsDir()
}

// analysis is what was found out about one command.
type analysis struct {
	dir     string
	in      Inputs
	helpers *helperTable
}

// shell is the state of one shell process as far as the text tells it.
type shell struct {
	a    *analysis
	env  environ           // the environment it was started with
	vars map[string]string // variables assigned so far
	args []string          // positional parameters
	// maybe is above zero inside code that may run or not: nothing may be assigned there.
	maybe int
	in    stdin
}

// sub returns a copy that a subshell may change.
func (s *shell) sub() *shell {
	c := *s
	c.vars = make(map[string]string, len(s.vars))
	for k, v := range s.vars {
		c.vars[k] = v
	}
	return &c
}

func (s *shell) stmts(list []*syntax.Stmt) error {
	for _, st := range list {
		if err := s.stmt(st); err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) stmt(st *syntax.Stmt) error {
	if st.Background || st.Coprocess || st.Disown {
		return errImpure
	}
	outer := s.in
	defer func() { s.in = outer }()
	for _, r := range st.Redirs {
		if err := s.redirect(r); err != nil {
			return err
		}
	}
	switch c := st.Cmd.(type) {
	case *syntax.CallExpr:
		return s.call(c)
	case *syntax.Block:
		return s.stmts(c.Stmts)
	case *syntax.Subshell:
		return s.sub().stmts(c.Stmts)
	case *syntax.IfClause:
		return s.ifClause(c)
	case *syntax.BinaryCmd:
		return s.machineCode(c)
	}
	return errImpure
}

// perhaps runs f as code that may or may not be executed.
func (s *shell) perhaps(f func() error) error {
	s.maybe++
	defer func() { s.maybe-- }()
	return f()
}

func (s *shell) ifClause(c *syntax.IfClause) error {
	if err := s.stmts(c.Cond); err != nil {
		return err
	}
	return s.perhaps(func() error {
		if err := s.stmts(c.Then); err != nil {
			return err
		}
		if c.Else != nil {
			return s.ifClause(c.Else)
		}
		return nil
	})
}

func (s *shell) machineCode(c *syntax.BinaryCmd) error {
	switch c.Op {
	case syntax.AndStmt, syntax.OrStmt:
		if err := s.stmt(c.X); err != nil {
			return err
		}
		return s.perhaps(func() error { return s.stmt(c.Y) })
	case syntax.Pipe:
		writer, reader := s.sub(), s.sub()
		if err := writer.stmt(c.X); err != nil {
			return err
		}
		reader.in = stdin{own: true}
		reader.in.text, reader.in.known = s.prints(c.X)
		return reader.stmt(c.Y)
	}
	return errImpure
}

// prints tells what a statement writes into a pipe, if it is echo or printf with plain words.
func (s *shell) prints(st *syntax.Stmt) (text string, known bool) {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok || len(st.Redirs) > 0 || len(call.Assigns) > 0 || st.Negated || len(call.Args) == 0 {
		return "", false
	}
	words, err := s.words(call.Args)
	if err != nil || len(words) < 2 || marked(words) {
		return "", false
	}
	switch {
	case words[0] == "echo" && !strings.HasPrefix(words[1], "-"):
		// Shells differ in what they do with a backslash.
		text = strings.Join(words[1:], " ") + "\n"
		return text, !strings.Contains(text, `\`)
	case words[0] == "printf" && len(words) == 3 && (words[1] == `%b\n` || words[1] == `%s\n` || words[1] == "%s" ||
		words[1] == "%b"):
		text = words[2]
		if words[1][1] == 'b' {
			text = strings.NewReplacer(`\\`, `\\`, `\n`, "\n", `\t`, "\t").Replace(text)
			if strings.Contains(text, `\`) {
				return "", false
			}
		}
		return text + strings.Repeat("\n", (len(words[1])-2)/2), true
	}
	return "", false
}

func (s *shell) redirect(r *syntax.Redirect) error {
	if r.N != nil && (len(r.N.Value) != 1 || r.N.Value < "0" || r.N.Value > "9") {
		return errImpure
	}
	input := r.N == nil || r.N.Value == "0"
	switch r.Op {
	case syntax.DplOut:
		if to := r.Word.Lit(); to != "1" && to != "2" || input && r.N != nil {
			return errImpure
		}
		return nil
	case syntax.Hdoc, syntax.DashHdoc:
		if !input || r.Op == syntax.DashHdoc {
			return errImpure
		}
		text, err := s.document(r.Hdoc)
		s.in = stdin{own: true, known: !strings.Contains(text, pidMark), text: text}
		return err
	case syntax.RdrIn, syntax.RdrOut, syntax.AppOut:
	default:
		return errImpure
	}
	name, err := s.joined(r.Word)
	if err != nil {
		return err
	}
	if r.Op == syntax.RdrIn {
		if !input {
			return errImpure
		}
		s.in = stdin{own: true, known: name == os.DevNull}
		if name != os.DevNull && !s.a.regular(name) {
			return errImpure
		}
		return nil
	}
	if name != os.DevNull && !s.a.scratch(name) || r.N != nil && r.N.Value == "0" {
		return errImpure
	}
	return nil
}

// document is the text of a here-document without backslashes.
func (s *shell) document(w *syntax.Word) (text string, err error) {
	for _, p := range w.Parts {
		t := ""
		switch p := p.(type) {
		case *syntax.Lit:
			if t = p.Value; strings.Contains(t, `\`) {
				return "", errImpure
			}
		case *syntax.ParamExp:
			if t, err = s.param(p); err != nil {
				return "", err
			}
		default:
			return "", errImpure
		}
		text += t
	}
	return text, nil
}

// scratch reports whether a name is that of a file of the probe's own: it holds the number of the process, as .tmp_$$/tmp does. It
// notes the directory in which that is made: where the command runs, or another, as in a probe for an external module.
func (a *analysis) scratch(name string) bool {
	before, own, found := strings.Cut(name, pidMark)
	if !found || strings.Contains(own, "..") {
		return false
	}
	if i := strings.LastIndexByte(before, '/'); i >= 0 {
		a.in.Folders = addOnce(a.in.Folders, before[:i+1])
	}
	return true
}

func (s *shell) call(c *syntax.CallExpr) error {
	words, err := s.words(c.Args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return s.assigns(c.Assigns, false)
	}
	t := s
	if len(c.Assigns) > 0 {
		// Before a program only.
		t = s.sub()
		t.maybe = 0
		if err := t.assigns(c.Assigns, true); err != nil || builtins.Has(words[0]) {
			return errImpure
		}
	}
	return t.command(words)
}

// assigns handles assignments: of the shell's own variables, or for the environment of one program.
func (s *shell) assigns(list []*syntax.Assign, exported bool) error {
	env := environ{}
	for k, v := range s.env {
		env[k] = v
	}
	for _, as := range list {
		if as.Name == nil || as.Index != nil || as.Array != nil || as.Append || as.Naked || s.maybe > 0 ||
			decides(as.Name.Value) {
			return errImpure
		}
		v := ""
		if as.Value != nil {
			var err error
			if v, err = s.joined(as.Value); err != nil {
				return err
			}
		}
		if exported && strings.Contains(v, pidMark) {
			return errImpure
		}
		if _, is := s.env[as.Name.Value]; is || exported {
			env[as.Name.Value] = v
		}
		s.vars[as.Name.Value] = v
	}
	s.env = env
	return nil
}

// decides reports whether a variable is one by which shells or compilers find what they use.
func decides(name string) bool {
	switch name {
	case "PATH", "IFS", "PWD", "OLDPWD":
		return true
	case "LANG", "TMP", "TMPDIR", "TEMP": // languages, and where files are that are removed again
		return false
	}
	return ambient(name) && !strings.HasPrefix(name, "LC_")
}

// builtins are the commands of shells that have a form.
var builtins = pattern.NewWords(`echo printf : true false test [ set trap command mkdir rm rmdir`)

// command notes what running a command with these words needs.
func (s *shell) command(words []string) error {
	name, args := words[0], words[1:]
	switch name {
	case "echo", "printf":
		if marked(args) || name == "printf" && len(args) > 0 && (strings.HasPrefix(args[0], "-") ||
			strings.Contains(args[0], "%(")) {
			return errImpure
		}
		return nil
	case ":", "true", "false":
		return nil
	case "test", "[":
		return s.a.test(args)
	case "set":
		return s.set(args)
	case "trap":
		// It removes what the command made.
		rest, ok := strings.CutPrefix(strings.Join(args, " "), "rm -rf ")
		name, found := strings.CutSuffix(rest, " EXIT")
		if !ok || !found || len(args) != 2 || strings.ContainsAny(name, " \t\n;&|`$()<>*?[\"'") || !s.a.scratch(name) {
			return errImpure
		}
		return s.files("rm")
	case "command":
		if len(args) != 2 || args[0] != "-v" {
			return errImpure
		}
		return s.a.lookedUp(args[1])
	case "mkdir", "rm", "rmdir":
		for _, w := range args {
			if !s.a.scratch(w) && w != "-p" && w != "-f" && w != "-r" && w != "-rf" {
				return errImpure
			}
		}
		return s.files(name)
	}
	if mayBeBuiltin.Has(name) || strings.Contains(name, pidMark) {
		return errImpure
	}
	_, err := s.a.program(&call{name: name, args: args, env: s.env, in: s.in})
	return err
}

// files notes a program that makes or removes the probe's own files.
func (s *shell) files(name string) error {
	s.a.in.Scratch = true
	s.a.in.addProgram(name)
	if path, ok := lookPath(name, s.a.dir, s.env.get("PATH")); ok && !facts.MachineCode(path) {
		return errImpure
	}
	return nil
}

// mayBeBuiltin are the names that some shell finds without looking at PATH.
var mayBeBuiltin = pattern.NewWords(`. : [ [[ ]] { } ! alias bg bind break builtin caller case cd command compgen complete
	compopt continue coproc
		declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi for function getopts
			hash help history if in
		jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return select set shift shopt
			source suspend test
		then time times trap true type typeset ulimit umask unalias unset until wait while`)

// lookedUp notes that a program is looked for.
func (a *analysis) lookedUp(name string) error {
	if name == "" || strings.Contains(name, pidMark) {
		return errImpure
	}
	a.in.addProgram(name)
	if strings.ContainsRune(name, '/') {
		return a.file(name)
	}
	return nil
}

// set: options and positional parameters. Without words it lists all variables.
func (s *shell) set(args []string) error {
	if len(args) == 0 || s.maybe > 0 {
		return errImpure
	}
	if args[0] == "--" {
		s.args = args[1:]
		return nil
	}
	if len(args) == 1 && (args[0] == "-e" || args[0] == "-u" || args[0] == "-eu") {
		return nil
	}
	return errImpure
}

// Operators of test. Which files are the newer, whose they are, when they were read, whether a descriptor is a terminal, whether a
// variable is set are not among them.
const fileTest = "efdrxs"

var textTest = pattern.NewWords(`-n -z = == != -eq -ne -lt -le -gt -ge -a -o ! ( ) ]`)

// test notes the files that test looks at.
func (a *analysis) test(args []string) error {
	if marked(args) {
		return errImpure
	}
	for i, w := range args {
		if textTest.Has(w) || len(w) < 2 || w[0] != '-' || len(w) != 2 {
			continue
		}
		// It is an operator or a word that looks like one.
		if strings.IndexByte(fileTest, w[1]) < 0 || i+1 >= len(args) {
			if number.MatchString(w[1:]) {
				continue
			}
			return errImpure
		}
		if f := args[i+1]; f != "]" && f != "" {
			if err := a.file(f); err != nil {
				return err
			}
		}
	}
	for _, w := range args {
		if w == "-nt" || w == "-ot" || w == "-ef" {
			return errImpure
		}
	}
	return nil
}
