package eval

// This file reads makefiles: it goes through lines, conditionals and includes.

import (
	"strings"
	"sync"
	"syscall"

	"gokbuild/kbuild/lang/syntax"
)

// reader is the state of reading one text: a makefile or an argument of eval.
type reader struct {
	in *Interp
	f  *syntax.File
	// lines goes through f, at is the number of the line that was read last.
	lines *syntax.Lines
	at    int
	// rule is the rule whose recipe is being collected; nil if none is open.
	rule *RuleDecl
	// noTargets is set after a rule whose target list came out empty: its
	// recipe lines are passed over.
	noTargets bool
	conds     []conditional
	ignoring  bool
	// inIgnoredDefine is set inside a define in a branch not taken.
	inIgnoredDefine bool
	setDefault      bool
}

// conditional is one level of nested conditionals.
type conditional struct {
	state    condState
	seenElse bool
}

type condState uint8

const (
	condTaken    condState = iota // this branch is read
	condNotYet                    // no branch was taken so far
	condFinished                  // a branch was taken before
)

// ReadFile evaluates a parsed makefile.
func (in *Interp) ReadFile(f *syntax.File, setDefault bool) {
	pos, outer := in.Pos, in.reading
	r := &reader{in: in, f: f, lines: f.Read(), setDefault: setDefault}
	in.reading = reading{outer.depth + 1, f.Once}
	r.run()
	in.Pos, in.reading = pos, outer
}

// Reading reports whether makefile text is being read, as opposed to a recipe
// being expanded.
func (in *Interp) Reading() bool { return in.reading.depth > 0 }

// EvalText evaluates the argument of $(eval).
func (in *Interp) EvalText(text string) {
	if trim(text) == "" {
		return
	}
	// The text sees no $(1) of the call around it other than those already
	// expanded, but variables of foreach stay visible.
	f := syntax.ParseString(in.Pos.File, text, max(in.Pos.Line, 1), in.Dialect)
	in.ReadFile(f, !in.NoDefaultGoal)
}

func (r *reader) run() {
	in := r.in
	for line := r.line(0); line != nil; line = r.line(0) {
		if line.Raw == "" {
			continue
		}
		in.Pos = Pos{r.f.Name, line.No}
		if in.Poll != nil {
			in.Poll()
		}
		if line.Raw[0] == in.Prefix {
			if r.noTargets {
				continue
			}
			if r.rule != nil {
				if !r.ignoring {
					r.rule.Recipe = append(r.rule.Recipe, r.recipeLine(line))
					r.rule.HasRecipe = true
				}
				continue
			}
		}
		r.statement(line)
	}
	in.Pos = Pos{r.f.Name, r.lines.End()}
	if len(r.conds) > 0 {
		in.fail("missing 'endif'")
	}
	r.finishRule()
}

// line returns the line that is next, after what make says of it; nil behind the last one. Inside a define make counts back
// lines less.
func (r *reader) line(back int) *syntax.Line {
	l := r.lines.Next()
	if l == nil {
		return nil
	}
	r.at = l.No
	for range l.NULs {
		r.in.Voice.Warn(Pos{r.f.Name, l.No - back}, "warning: NUL character seen; rest of line ignored")
	}
	return l
}

// recipeLine returns the line as one that starts with a TAB.
func (r *reader) recipeLine(l *syntax.Line) *syntax.Line {
	if p := r.in.Prefix; p != '\t' {
		return &syntax.Line{Raw: "\t" + withTabs(l.Raw[1:], p), No: l.No}
	}
	return r.lines.Keep(l)
}

// withTabs rewrites the continuation lines of a recipe line for a TAB as prefix:
// the prefix in front of one becomes a TAB, and a TAB that is none stays text.
func withTabs(text string, prefix byte) string {
	var b strings.Builder
	for {
		i := strings.Index(text, "\\\n")
		if i < 0 || i+2 == len(text) {
			return b.String() + text
		}
		b.WriteString(text[:i+2])
		text = text[i+2:]
		switch text[0] {
		case prefix:
			text = text[1:]
			b.WriteByte('\t')
		case '\t':
			b.WriteByte('\t')
		}
	}
}

func (r *reader) statement(line *syntax.Line) {
	in := r.in
	if r.inIgnoredDefine {
		// Here other defines are not counted, and text behind endef makes it none.
		r.inIgnoredDefine = trim(syntax.StripComment(in.Dialect.Collapse(line.Raw), in.Dialect)) != "endef"
		return
	}
	stmt := line.Statement(in.Dialect)
	if c, ok := stmt.(*syntax.Cond); ok {
		r.conditional(c)
		return
	}
	if r.ignoring {
		if d, ok := stmt.(*syntax.Define); ok && !d.Undefine {
			r.inIgnoredDefine = true
		}
		return
	}
	switch s := stmt.(type) {
	case *syntax.Blank:
	case *syntax.Assign:
		r.finishRule()
		in.assign(s)
	case *syntax.Define:
		r.finishRule()
		if s.Undefine {
			in.changes++
			name := in.variableName(s.Name)
			in.override(in.Global, name)
			in.Global.Undefine(name, originOf(&s.Modifiers))
			return
		}
		r.define(s)
	case *syntax.Export:
		r.finishRule()
		in.export(s)
	case *syntax.Include:
		r.include(s)
	case *syntax.Vpath:
		r.finishRule()
		in.vpath(s)
	case *syntax.Load:
		r.finishRule()
		if !s.Optional {
			in.fail("The 'load' operation is not supported on this platform.")
		}
	case *syntax.Rule:
		r.ruleLine(s)
	}
}

// define collects the lines up to the matching endef.
func (r *reader) define(d *syntax.Define) {
	in, start := r.in, r.in.Pos
	if d.Extra {
		in.Voice.Warn(in.Pos, "extraneous text after 'define' directive")
	}
	name := in.variableName(d.Name)
	var body strings.Builder
	first := 0
	if !r.f.String {
		first = r.lines.Height()
	}
	for depth := 1; ; {
		line := r.line(first)
		if line == nil {
			in.Pos = start
			in.fail("missing 'endef', unterminated 'define'")
		}
		raw := line.Raw
		text := in.Dialect.Collapse(raw)
		if raw == "" || raw[0] != in.Prefix {
			nesting := syntax.DefineNesting(text)
			if nesting < 0 && trim(syntax.StripComment(text, in.Dialect)) != "endef" {
				in.Voice.Warn(Pos{r.f.Name, r.at}, "extraneous text after 'endef' directive")
			}
			if depth += nesting; depth == 0 {
				break
			}
		}
		body.WriteString(text)
		body.WriteByte('\n')
	}
	// The value is expanded at the end, but defined at the beginning.
	in.Pos = Pos{r.f.Name, r.at}
	v := in.Assign(in.Global, name, d.Op, syntax.Compile(strings.TrimSuffix(body.String(), "\n"), in.Dialect), originOf(&d.Modifiers), false)
	if v.Pos == in.Pos {
		v.Pos = start
	}
	applyModifiers(v, &d.Modifiers)
}

// conditional takes one line of a conditional (manual, "Conditional Syntax").
func (r *reader) conditional(c *syntax.Cond) {
	in := r.in
	top := len(r.conds) - 1
	switch c.Word {
	case "endif":
		if c.Extra {
			r.extraneous("endif")
		}
		if top < 0 {
			in.fail("extraneous 'endif'")
		}
		r.conds = r.conds[:top]
	case "else":
		if top < 0 {
			in.fail("extraneous 'else'")
		}
		cur := &r.conds[top]
		if cur.seenElse {
			in.fail("only one 'else' per conditional")
		}
		switch cur.state {
		case condTaken:
			cur.state = condFinished
		case condNotYet:
			cur.state = condTaken
		}
		switch {
		case c.Else != nil:
			if cur.state == condTaken {
				// The outer levels decide whether the test is evaluated at all.
				r.updateIgnoring()
				if r.ignoring {
					cur.state = condNotYet
				} else if !in.test(c.Else, r) {
					cur.state = condNotYet
				}
			}
		case c.Extra:
			r.extraneous("else")
		default:
			cur.seenElse = true
		}
	default:
		state := condNotYet
		if !r.ignoring && in.test(c, r) {
			state = condTaken
		}
		r.conds = append(r.conds, conditional{state: state})
	}
	r.updateIgnoring()
}

func (r *reader) extraneous(word string) {
	r.in.Voice.Warn(r.in.Pos, "extraneous text after '"+word+"' directive")
}

func (r *reader) updateIgnoring() {
	r.ignoring = false
	for _, c := range r.conds {
		if c.state != condTaken {
			r.ignoring = true
		}
	}
}

// test evaluates the condition of ifdef, ifndef, ifeq or ifneq.
func (in *Interp) test(c *syntax.Cond, r *reader) bool {
	if c.Name != nil {
		name := in.Expand(c.Name)
		if i := strings.IndexFunc(name, func(r rune) bool { return r < 0x80 && syntax.IsSpace(byte(r)) }); i >= 0 {
			// Blanks in front make an empty name.
			if trim(name[i:]) != "" {
				in.fail("invalid syntax in conditional")
			}
			name = name[:i]
		}
		v := in.Lookup(name)
		return (v != nil && v.Value != "") == (c.Word == "ifdef")
	}
	if c.Invalid {
		in.fail("invalid syntax in conditional")
	}
	if c.Extra {
		r.extraneous(c.Word)
	}
	a := in.Expand(c.A)
	return (a == in.Expand(c.B)) == (c.Word == "ifeq")
}

func (in *Interp) export(e *syntax.Export) {
	in.changes++
	if e.Names == nil {
		in.ExportAll = !e.Un
		return
	}
	for name := range Words(in.Expand(e.Names)) {
		v := in.Scope.Lookup(name)
		if v == nil {
			in.lookedAt(name, nil)
			v = in.Global.Define(name, "", OriginFile, false, in.Pos)
		}
		v.Export = ExportYes
		if e.Un {
			v.Export = ExportNo
		}
	}
}

func (in *Interp) vpath(s *syntax.Vpath) {
	pattern, rest := cutWord(in.Expand(s.Args))
	in.Sink.Vpath(pattern, trim(rest))
}

// include reads makefiles. Those that cannot be read are only noted: they may
// be made by a rule later (manual, "Including Other Makefiles").
func (r *reader) include(s *syntax.Include) {
	in := r.in
	names := in.fileNames(in.Expand(s.Names), false)
	r.finishRule()
	if in.Ahead != nil && len(names) > 1 {
		list := make([]string, len(names))
		for i, name := range names {
			list[i] = name.Name
		}
		defer in.Ahead(list)()
	}
	for _, name := range names {
		in.IncludeFile(name.Name, s.Optional, r.setDefault)
	}
}

// quietInclusion marks the search along the include path, of which nothing is said.
const quietInclusion = "-"

// Inclusion describes for debugging how the makefile is read that is being loaded.
func (in *Interp) Inclusion() (text string, say bool) {
	return in.inclusion, in.inclusion != quietInclusion
}

// openFiles is how many files make has open besides a makefile for each level of nesting.
const openFiles = 4

// maxIncluding bounds the nesting of makefiles. make has one file open for each level, so that one that includes itself ends with
// the error that it cannot open another. A higher limit than most.
const maxIncluding = 20_000

// mostIncluding is how many makefiles may be nested: as many as make could have open.
var mostIncluding = sync.OnceValue(func() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || limit.Cur > maxIncluding {
		return maxIncluding
	}
	return max(int(limit.Cur)-openFiles, 1)
})

// IncludeFile reads one makefile, searching the include path for a relative name.
func (in *Interp) IncludeFile(name string, optional, setDefault bool) error {
	pos := in.Pos
	in.inclusion = " (search path)"
	if !setDefault {
		in.inclusion = " (no default goal)" + in.inclusion
	}
	if optional {
		in.inclusion += " (don't care)"
	}
	if pos.File != "" {
		in.inclusion += " (no ~ expansion)"
	}
	defer func() { in.inclusion = "" }()
	if in.depth.makefiles++; in.depth.makefiles > mostIncluding() {
		in.Included(Inclusion{Name: name, Optional: optional, Err: syscall.EMFILE, Pos: pos})
		in.fail("included too deeply")
	}
	defer func() { in.depth.makefiles-- }()
	f, err := in.Host.Load(name)
	found := name
	if err != nil && isNotExist(err) && !strings.HasPrefix(name, "/") {
		for _, dir := range in.IncludeDirs {
			in.inclusion = quietInclusion
			candidate := dir + "/" + name
			g, err2 := in.Host.Load(candidate)
			if err2 == nil {
				f, err, found = g, nil, candidate
				break
			}
		}
	}
	in.inclusion = ""
	in.Included(Inclusion{Name: found, Optional: optional, Err: err, Pos: pos})
	if err != nil {
		return err
	}
	in.ReadMakefile(f, name, found, setDefault)
	return nil
}

// ReadMakefile evaluates a makefile. Messages call it by name, MAKEFILE_LIST as
// it was found.
func (in *Interp) ReadMakefile(f *syntax.File, name, found string, setDefault bool) {
	in.changes++
	list := found
	if v := in.Global.Get("MAKEFILE_LIST"); v != nil && (v.Value != "" || in.Dialect.AppendAlwaysAddsBlank) {
		list = v.joined(v.Value, found)
	}
	in.Global.Define("MAKEFILE_LIST", list, OriginFile, false, Pos{name, 1})
	if f.Name != name {
		// The parse is shared by every invocation that finds the same text,
		// under whatever name.
		named := *f
		named.Name, f = name, &named
	}
	saved := in.NoDefaultGoal
	in.NoDefaultGoal = !setDefault
	in.ReadFile(f, setDefault)
	in.NoDefaultGoal = saved
}
