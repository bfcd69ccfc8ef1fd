package probe

// This file finds out from its text what a shell command reads, and whether it is a probe.

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// pidMark stands for the shell's process id in expanded text. Names that hold it are scratch files of the probe itself.
const pidMark = "\x01pid\x01"

// Limits that keep the analysis of odd scripts short; exceeding one means the probe is not understood.
const (
	maxDepth  = 8
	maxSteps  = 4000
	maxScript = 64 << 10
)

var errImpure = errors.New("not a pure probe")

// errExits ends the analysis of a shell process that is known to end here.
var errExits = errors.New("exits")

// ended takes note that a shell process came to its end.
func ended(err error) error {
	if err == errExits {
		return nil
	}
	return err
}

// Classify lists what decides the result of running cmd with /bin/sh in dir with env, besides the text of cmd. It
// reports false when it does not understand the command as a pure probe: one that only asks programs it knows, and
// leaves nothing behind. The command is read like a shell would run it, but with every branch taken; scripts it
// starts are read too.
func Classify(cmd, dir string, env []string) (Inputs, bool) {
	a := &analysis{dir: dir}
	if strings.Contains(cmd, "#include") {
		a.in.System = true
	}
	sh := newShell(a, newEnviron(env), "/bin/sh", nil)
	if err := ended(sh.runText(cmd, "probe")); err != nil {
		return Inputs{}, false
	}
	if slices.ContainsFunc(a.in.Files, func(name string) bool { return usedUp(inDir(dir, name)) }) {
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
	return err == nil && st.Mode()&(os.ModeNamedPipe|os.ModeCharDevice) != 0
}

// analysis is what all shells of one classification share.
type analysis struct {
	dir   string
	in    Inputs
	steps int
}

// A value is the text of a word as far as it is known before running.
type value struct {
	text  string
	known bool
}

func known(s string) value { return value{s, true} }

func (v value) scratch() bool { return v.known && strings.Contains(v.text, pidMark) }

// shell is the abstract state of one shell process or function call.
type shell struct {
	a     *analysis
	env   environ          // the environment it was started with
	vars  map[string]value // variables assigned so far
	funcs map[string]*syntax.Stmt
	arg0  string
	args  []value // positional parameters; nil with argsOK false when unknown
	argOK bool
	depth int
	// maybe is above zero inside code that may run or not: what is assigned there is not known afterwards.
	maybe int
	// input is set where standard input is part of the text. Otherwise it is that of who runs the command.
	input bool
}

func newShell(a *analysis, env environ, arg0 string, args []value) *shell {
	return &shell{a: a, env: env, vars: map[string]value{}, funcs: map[string]*syntax.Stmt{}, arg0: arg0, args: args, argOK: true}
}

// sub returns a copy that a subshell may change.
func (s *shell) sub() *shell {
	c := *s
	c.vars = make(map[string]value, len(s.vars))
	for k, v := range s.vars {
		c.vars[k] = v
	}
	return &c
}

func (s *shell) runText(text, name string) error {
	f, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), name)
	if err != nil {
		f, err = syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), name)
	}
	if err != nil {
		return errImpure
	}
	return s.stmts(f.Stmts)
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
	s.a.steps++
	if s.a.steps > maxSteps || st.Background || st.Coprocess {
		return errImpure
	}
	outer := s.input
	defer func() { s.input = outer }()
	for _, r := range st.Redirs {
		if err := s.redirect(r); err != nil {
			return err
		}
		switch r.Op {
		case syntax.RdrIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			s.input = s.input || r.N == nil || r.N.Value == "0"
		}
	}
	switch c := st.Cmd.(type) {
	case nil:
		return nil
	case *syntax.CallExpr:
		return s.call(c)
	case *syntax.Block:
		return s.stmts(c.Stmts)
	case *syntax.Subshell:
		return ended(s.sub().stmts(c.Stmts))
	case *syntax.IfClause:
		return s.ifClause(c)
	case *syntax.CaseClause:
		return s.caseClause(c)
	case *syntax.WhileClause:
		s.forget(c)
		return s.perhaps(func() error {
			if err := s.stmts(c.Cond); err != nil {
				return err
			}
			return s.stmts(c.Do)
		})
	case *syntax.ForClause:
		return s.forClause(c)
	case *syntax.BinaryCmd:
		return s.binary(c)
	case *syntax.FuncDecl:
		if c.Name == nil || c.Body == nil {
			return errImpure
		}
		s.funcs[c.Name.Value] = c.Body
		return nil
	case *syntax.ArithmCmd:
		s.forget(c)
		return s.mention(c)
	case *syntax.TestClause:
		return s.testClause(c.X)
	case *syntax.DeclClause:
		if c.Variant == nil || (c.Variant.Value != "local" && c.Variant.Value != "export" && c.Variant.Value != "readonly") {
			return errImpure
		}
		return s.assigns(c.Args)
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
	if s.noProgram(c.Cond) {
		return s.stmts(c.Then)
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

// noProgram reports whether the condition is `! command -v NAME` and is true because there is no such program. That there is
// none is an input, noted when the condition was read.
func (s *shell) noProgram(cond []*syntax.Stmt) bool {
	if len(cond) != 1 || !cond[0].Negated {
		return false
	}
	call, ok := cond[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Assigns) > 0 || len(call.Args) != 3 || call.Args[0].Lit() != "command" || call.Args[1].Lit() != "-v" {
		return false
	}
	if _, changed := s.vars["PATH"]; changed {
		return false
	}
	name, err := s.joined(call.Args[2])
	if err != nil || !name.known || name.text == "" || s.funcs[name.text] != nil || mayBeBuiltin[name.text] {
		return false
	}
	_, found := lookPath(name.text, s.a.dir, s.env.get("PATH"))
	return !found
}

// mayBeBuiltin are the names that some shell finds without looking at PATH.
var mayBeBuiltin = func() map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(`. : [ [[ ]] { } ! alias bg bind break builtin caller case cd command compgen complete compopt continue coproc
		declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history if in
		jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return select set shift shopt source suspend test
		then time times trap true type typeset ulimit umask unalias unset until wait while`) {
		m[n] = true
	}
	return m
}()

func (s *shell) caseClause(c *syntax.CaseClause) error {
	if _, err := s.word(c.Word); err != nil {
		return err
	}
	return s.perhaps(func() error {
		for _, item := range c.Items {
			for _, p := range item.Patterns {
				if err := s.pattern(p); err != nil {
					return err
				}
			}
			if err := s.stmts(item.Stmts); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *shell) forClause(c *syntax.ForClause) error {
	it, ok := c.Loop.(*syntax.WordIter)
	if !ok {
		return errImpure
	}
	for _, w := range it.Items {
		if _, err := s.word(w); err != nil {
			return err
		}
	}
	s.vars[it.Name.Value] = value{}
	s.forget(c)
	return s.perhaps(func() error { return s.stmts(c.Do) })
}

func (s *shell) binary(c *syntax.BinaryCmd) error {
	switch c.Op {
	case syntax.AndStmt, syntax.OrStmt:
		if err := s.stmt(c.X); err != nil {
			return err
		}
		return s.perhaps(func() error { return s.stmt(c.Y) })
	case syntax.Pipe, syntax.PipeAll:
		if err := ended(s.sub().stmt(c.X)); err != nil {
			return err
		}
		reader := s.sub()
		reader.input = true
		return ended(reader.stmt(c.Y))
	}
	return errImpure
}

// forget drops what is known about everything assigned below n, which may run any number of times.
func (s *shell) forget(n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				s.vars[n.Name.Value] = value{}
			}
		case *syntax.BinaryArithm, *syntax.UnaryArithm:
			// An arithmetic assignment may set any variable it mentions.
			syntax.Walk(n, func(m syntax.Node) bool {
				if l, ok := m.(*syntax.Lit); ok {
					s.vars[l.Value] = value{}
				}
				return true
			})
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				if l := n.Args[0].Lit(); l == "set" || l == "shift" {
					s.args, s.argOK = nil, false
				}
			}
		}
		return true
	})
}

// mention expands every word below n for its side effects on the inputs.
func (s *shell) mention(n syntax.Node) error {
	var err error
	syntax.Walk(n, func(n syntax.Node) bool {
		if err != nil {
			return false
		}
		switch n := n.(type) {
		case *syntax.Word:
			_, err = s.word(n)
			return false
		case *syntax.Lit:
			if isName(n.Value) {
				s.variable(n.Value) // a bare name in arithmetic
			}
		}
		return true
	})
	return err
}

// pattern is mention for a word that is matched with text and not with names of files.
func (s *shell) pattern(w *syntax.Word) error {
	for _, p := range w.Parts {
		if _, ok := p.(*syntax.Lit); ok {
			continue
		}
		if _, _, err := s.part(p); err != nil {
			return err
		}
	}
	return nil
}

func isName(s string) bool {
	for i, c := range []byte(s) {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func (s *shell) assigns(list []*syntax.Assign) error {
	for _, as := range list {
		if as.Name == nil {
			continue
		}
		if as.Index != nil || as.Array != nil {
			return errImpure
		}
		v := known("")
		if as.Naked {
			continue
		}
		if as.Value != nil {
			var err error
			if v, err = s.joined(as.Value); err != nil {
				return err
			}
		}
		if as.Append {
			v = value{}
		}
		s.assign(as.Name.Value, v)
	}
	return nil
}

func (s *shell) assign(name string, v value) {
	if name == "PATH" {
		v = value{}
	}
	if s.maybe > 0 {
		if old, ok := s.vars[name]; !ok || old != v {
			v = value{}
		}
	}
	s.vars[name] = v
}

// path makes a word an absolute path.
func (s *shell) path(p string) string { return inDir(s.a.dir, p) }

func (s *shell) redirect(r *syntax.Redirect) error {
	switch r.Op {
	case syntax.DplOut, syntax.DplIn:
		return nil
	case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		w := r.Hdoc
		if w == nil {
			w = r.Word
		}
		_, err := s.joined(w)
		return err
	}
	v, err := s.joined(r.Word)
	if err != nil || !v.known {
		return errImpure
	}
	switch {
	case v.scratch() || v.text == "/dev/null":
		return nil
	case r.Op == syntax.RdrIn:
		s.a.in.addFile(v.text)
		return nil
	case v.text == "/dev/stderr" || v.text == "/dev/stdout":
		return nil
	}
	return errImpure
}

// script reads a shell script that the probe starts.
func (s *shell) script(path string, args []value) error {
	abs := s.path(path)
	s.a.in.addFile(path)
	fi, err := os.Stat(abs)
	if err != nil || !fi.Mode().IsRegular() || fi.Size() > maxScript || s.depth >= maxDepth {
		return errImpure
	}
	data, err := os.ReadFile(abs)
	if err != nil {
		return errImpure
	}
	text := string(data)
	if !shellShebang(text) {
		return errImpure
	}
	if strings.Contains(text, "#include") {
		s.a.in.System = true
	}
	env := environ{}
	for k, v := range s.env {
		env[k] = v
	}
	for k, v := range s.vars {
		if _, exported := env[k]; !exported {
			continue
		}
		if !v.known {
			return errImpure
		}
		env[k] = v.text
	}
	c := newShell(s.a, env, path, args)
	c.depth = s.depth + 1
	return ended(c.runText(text, abs))
}

func shellShebang(text string) bool {
	line, ok := strings.CutPrefix(text, "#!")
	if !ok {
		return false
	}
	line, _, _ = strings.Cut(line, "\n")
	f := strings.Fields(line)
	if len(f) > 1 && filepath.Base(f[0]) == "env" {
		f = f[1:]
	}
	return len(f) > 0 && shellName[filepath.Base(f[0])]
}
