package plan

// This file reads the shell texts of recipes: which programs would they start, and what would the files hold that they write
// with echo and cat?

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// Script reads the text of one command line without running it. It follows both ways of a condition. A word that depends on what a
// command prints is not known; a command with such a word is left out. Example: of
//
//	cd lib && gcc -c -o a.o a.c; if test -f x; then ar rc lib.a a.o; fi; strip $(cat list)
//
// Ran is told of gcc and ar, both in lib, but not of strip.
type Script struct {
	// Dir is where the text would run, Environ its environment.
	Dir     string
	Environ func() []string
	// Read is the text of a file, by absolute name; ok is false if that is not known.
	Read func(name string) (text []byte, ok bool)
	// Ran is told of each program. Wrote is told of each file that the shell itself opens for writing: of what it would hold,
	// nil if that is not known.
	Ran   func(Command)
	Wrote func(name string, text []byte)

	// Scripts has scripts followed that a program of the text is: those of shells.
	Scripts bool
	// Opens, if set, is told of each file that the text, or a script that is followed, opens for writing in any case, not on a condition.
	Opens func(name string)

	nested int
	vars   map[string]string
	env    map[string]string
	out    *stream
	// depth is the number of conditions around the present command.
	depth int
}

// stream is what a command writes to: a file, or nothing of interest.
type stream struct {
	text    bytes.Buffer
	unknown bool
}

var parsers = sync.Pool{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)) }}

// Walk reads a text; false if it is not understood as a whole.
func (s *Script) Walk(text string) bool {
	parser := parsers.Get().(*syntax.Parser)
	defer parsers.Put(parser)
	file, err := parser.Parse(strings.NewReader(text), "")
	if err != nil {
		return false
	}
	s.stmts(file.Stmts)
	return true
}

func (s *Script) stmts(list []*syntax.Stmt) {
	for _, st := range list {
		s.stmt(st)
	}
}

// stmt reads one statement with its redirections.
func (s *Script) stmt(st *syntax.Stmt) {
	if st == nil || st.Cmd == nil && len(st.Redirs) == 0 {
		return
	}
	before := s.out
	name, add := "", false
	for _, r := range st.Redirs {
		fd := ""
		if r.N != nil {
			fd = r.N.Value
		}
		switch r.Op {
		case syntax.RdrOut, syntax.RdrClob, syntax.AppOut:
			to, ok := s.word(r.Word)
			switch {
			case fd != "" && fd != "1" || !ok || strings.HasPrefix(to, "/dev/"):
				if fd == "" || fd == "1" {
					s.out, name = nil, ""
				}
			default:
				s.out, name, add = new(stream), s.abs(to), r.Op == syntax.AppOut
			}
		case syntax.RdrIn, syntax.DplOut, syntax.DplIn:
		default:
			if s.out != nil {
				s.out.unknown = true
			}
		}
	}
	if st.Cmd != nil {
		s.command(st.Cmd)
	}
	if name != "" {
		s.wrote(name, s.out, add)
	}
	s.out = before
}

// wrote tells of a file that was written.
func (s *Script) wrote(name string, out *stream, add bool) {
	text := out.text.Bytes()
	if text == nil {
		text = []byte{}
	}
	if add {
		old, ok := s.Read(name)
		out.unknown = out.unknown || !ok
		text = append(slices.Clip(old), text...)
	}
	if out.unknown || s.depth > 0 {
		text = nil
	}
	if s.depth == 0 && s.Opens != nil {
		s.Opens(name)
	}
	s.Wrote(name, text)
}

func (s *Script) command(cmd syntax.Command) {
	switch c := cmd.(type) {
	case *syntax.CallExpr:
		s.call(c)
	case *syntax.Block:
		s.stmts(c.Stmts)
	case *syntax.Subshell:
		dir := s.Dir
		s.stmts(c.Stmts)
		s.Dir = dir
	case *syntax.BinaryCmd:
		s.binary(c)
	case *syntax.IfClause:
		s.stmts(c.Cond)
		s.depth++
		s.stmts(c.Then)
		for e := c.Else; e != nil; e = e.Else {
			s.stmts(e.Cond)
			s.stmts(e.Then)
		}
		s.depth--
	case *syntax.ForClause:
		s.loop(c)
	case *syntax.WhileClause:
		s.depth++
		s.stmts(c.Cond)
		s.stmts(c.Do)
		s.depth--
	case *syntax.CaseClause:
		s.depth++
		for _, item := range c.Items {
			s.stmts(item.Stmts)
		}
		s.depth--
	default:
		s.dark()
	}
}

// binary reads a list or a pipe. Of a pipe the last command writes, and what it writes is not known, but for cat.
func (s *Script) binary(c *syntax.BinaryCmd) {
	if c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
		s.stmt(c.X)
		if c.Op == syntax.OrStmt {
			s.depth++
			defer func() { s.depth-- }()
		}
		s.stmt(c.Y)
		return
	}
	before := s.out
	s.out = nil
	s.stmt(c.X)
	s.out = before
	s.dark()
	s.stmt(c.Y)
}

// dark notes that the command writes something that cannot be told: the text of the file that it writes to is not known then.
func (s *Script) dark() {
	if s.out != nil {
		s.out.unknown = true
	}
}

func (s *Script) loop(c *syntax.ForClause) {
	iter, ok := c.Loop.(*syntax.WordIter)
	if !ok || !iter.InPos.IsValid() {
		s.dark()
		return
	}
	words, ok := s.fields(iter.Items)
	if !ok {
		s.dark()
		s.depth++
		defer func() { s.depth-- }()
		delete(s.vars, iter.Name.Value)
		s.stmts(c.Do)
		return
	}
	for _, w := range words {
		s.set(iter.Name.Value, w)
		s.stmts(c.Do)
	}
}

func (s *Script) set(name, value string) {
	if s.vars == nil {
		s.vars = make(map[string]string)
	}
	s.vars[name] = value
}

// call reads a simple command.
func (s *Script) call(c *syntax.CallExpr) {
	var assigns []string
	for _, a := range c.Assigns {
		value, ok := "", true
		if a.Value != nil {
			value, ok = s.word(a.Value)
		}
		switch {
		case len(c.Args) > 0 && ok:
			assigns = append(assigns, a.Name.Value+"="+value)
		case len(c.Args) > 0:
			s.dark()
			return
		case ok && s.depth == 0:
			s.set(a.Name.Value, value)
		default:
			s.set(a.Name.Value, unknown)
		}
	}
	if len(c.Args) == 0 {
		return
	}
	argv, ok := s.fields(c.Args)
	if !ok || len(argv) == 0 {
		s.dark()
		return
	}
	if !s.builtin(argv) {
		s.dark()
		s.Ran(Command{Argv: argv, Assigns: assigns, Dir: s.Dir})
		if s.Scripts {
			s.script(argv)
		}
	}
}

// builtin does what commands do that only print, name or move what is known; false if it is a program to be started.
func (s *Script) builtin(argv []string) bool {
	switch args := argv[1:]; argv[0] {
	case ":", "true", "false", "set", "trap", "exit", "test", "[", "unset", "export", "umask", "read", "shift", "wait", "return":
	case "cd":
		if len(args) == 1 {
			s.Dir = s.abs(args[0])
		}
	case "echo":
		s.echo(args)
	case "printf":
		s.printf(args)
	case "cat":
		s.cat(args)
	case "mv":
		s.move(args)
		return false
	default:
		return s.unique(argv)
	}
	return true
}

func (s *Script) echo(args []string) {
	if s.out == nil {
		return
	}
	end := "\n"
	if len(args) > 0 && args[0] == "-n" {
		args, end = args[1:], ""
	}
	text := strings.Join(args, " ")
	s.out.unknown = s.out.unknown || strings.IndexByte(text, '\\') >= 0
	s.out.text.WriteString(text + end)
}

// printf knows the format that prints words.
func (s *Script) printf(args []string) {
	switch {
	case s.out == nil:
	case len(args) > 0 && (args[0] == `%s\n` || args[0] == "%s"):
		for _, a := range args[1:] {
			s.out.text.WriteString(a)
			if args[0] != "%s" {
				s.out.text.WriteByte('\n')
			}
		}
	default:
		s.out.unknown = true
	}
}

func (s *Script) cat(args []string) {
	if s.out == nil {
		return
	}
	s.out.unknown = s.out.unknown || len(args) == 0
	for _, name := range args {
		text, ok := s.Read(s.abs(name))
		s.out.unknown = s.out.unknown || !ok || strings.HasPrefix(name, "-")
		s.out.text.Write(text)
	}
}

// unique is awk '!x[$0]++': the lines of files, each once.
func (s *Script) unique(argv []string) bool {
	if s.out == nil || len(argv) < 3 || argv[1] != "!x[$0]++" || !strings.Contains(path.Base(argv[0]), "awk") {
		return false
	}
	seen := make(map[string]bool)
	for _, name := range argv[2:] {
		text, ok := s.Read(s.abs(name))
		s.out.unknown = s.out.unknown || !ok
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSuffix(line, "\n"); !seen[line] {
				seen[line] = true
				s.out.text.WriteString(line + "\n")
			}
		}
	}
	return true
}

// move is mv: the text goes along.
func (s *Script) move(args []string) {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") })
	if len(args) != 2 {
		return
	}
	text, ok := s.Read(s.abs(args[0]))
	if !ok {
		text = nil
	}
	s.Wrote(s.abs(args[1]), text)
}

func (s *Script) abs(name string) string {
	if !path.IsAbs(name) {
		name = s.Dir + "/" + name
	}
	return path.Clean(name)
}

// unknown is the value of a variable that is set to what is not known.
const unknown = "\x00"

// word is what a word expands to, as one string.
func (s *Script) word(w *syntax.Word) (string, bool) {
	if w == nil {
		return "", false
	}
	if text, ok := literal(w.Parts); ok {
		return text, true
	}
	text, err := expand.Literal(s.config(), w)
	return text, err == nil && strings.IndexByte(text, 0) < 0
}

// literal is the text of a word without expansions; ok is false for every other one.
func literal(parts []syntax.WordPart) (text string, ok bool) {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if strings.HasPrefix(p.Value, "~") {
				return "", false
			}
			unescape(&b, p.Value, "")
		case *syntax.SglQuoted:
			if p.Dollar {
				return "", false
			}
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			for _, in := range p.Parts {
				lit, ok := in.(*syntax.Lit)
				if !ok || p.Dollar {
					return "", false
				}
				unescape(&b, lit.Value, "$`\"\\\n")
			}
		default:
			return "", false
		}
	}
	return b.String(), true
}

// unescape writes text without the backslashes that quote the character behind them: any, or one of only. A quoted newline
// is gone as well.
func unescape(b *strings.Builder, text, only string) {
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (only == "" || strings.IndexByte(only, text[i+1]) >= 0) {
			i++
			if text[i] == '\n' {
				continue
			}
		}
		b.WriteByte(text[i])
	}
}

// fields is what words expand to. Patterns stay as they are.
func (s *Script) fields(words []*syntax.Word) ([]string, bool) {
	out := make([]string, 0, len(words))
	for _, w := range words {
		if split(w) {
			fields, err := expand.Fields(s.config(), w)
			if err != nil {
				return nil, false
			}
			out = append(out, fields...)
			continue
		}
		text, ok := s.word(w)
		if !ok {
			return nil, false
		}
		out = append(out, text)
	}
	return out, !slices.ContainsFunc(out, func(w string) bool { return strings.IndexByte(w, 0) >= 0 })
}

// split reports whether a word may become several, or none: it has an expansion that is not quoted.
func split(w *syntax.Word) bool {
	return slices.ContainsFunc(w.Parts, func(p syntax.WordPart) bool {
		switch p.(type) {
		case *syntax.Lit, *syntax.SglQuoted, *syntax.DblQuoted:
			return false
		}
		return true
	})
}

func (s *Script) config() *expand.Config {
	return &expand.Config{Env: expand.FuncEnviron(s.lookup), NoUnset: false}
}

func (s *Script) lookup(name string) string {
	if v, ok := s.vars[name]; ok {
		return v
	}
	if name == "IFS" {
		return " \t\n"
	}
	if s.env == nil {
		s.env = make(map[string]string)
		for _, e := range s.Environ() {
			k, v, _ := strings.Cut(e, "=")
			s.env[k] = v
		}
	}
	if v, ok := s.env[name]; ok {
		return v
	}
	switch {
	case name == "PWD":
		return s.Dir
	case len(name) == 1 && strings.Contains("?$!#@*-0123456789", name):
		return unknown
	}
	return ""
}
