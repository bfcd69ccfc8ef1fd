package syntax

import (
	"strings"
	"testing"
)

// The fuzz targets check what must hold of any text: parsing ends, never
// panics, and changes nothing afterwards.

const fuzzLimit = 1 << 14

var dialects = []*Dialect{newest, oldest}

// checkExpr checks what every compiled expression has in common and returns its
// size.
func checkExpr(t *testing.T, e *Expr) int {
	if e == nil {
		return 0
	}
	n := 1
	if (e.Parts == nil) != (strings.IndexByte(e.Source, '$') < 0) {
		t.Fatalf("Literal() = %v for %q", e.Literal(), e.Source)
	}
	for i := range e.Parts {
		p := &e.Parts[i]
		n += checkExpr(t, p.Name)
		for _, a := range p.Args {
			n += checkExpr(t, a)
		}
		switch p.Kind {
		case PartFunc:
			d := Funcs[p.Func]
			if len(p.Args) < d.Min || d.Max > 0 && len(p.Args) > d.Max {
				t.Fatalf("%q: %s has %d arguments", e.Source, d.Name, len(p.Args))
			}
		case PartVar, PartSubst:
			if p.Name != nil || p.Args != nil {
				t.Fatalf("%q: static part %+v", e.Source, p)
			}
		case PartVarExpr:
			if p.Name.Literal() {
				t.Fatalf("%q: computed name %q without references", e.Source, p.Name.Source)
			}
		case PartError:
			if p.Text == "" {
				t.Fatalf("%q: error without message", e.Source)
			}
		}
	}
	return n + len(e.Parts)
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		"", "$", "$$", "a$(b)c", "$(if $(a),b,c)", "${a:b=c}", "$(a$(b):c=$(d))", "$(call f,(,),{,)",
		"$(foreach x,$(y),$(call z,$x))", "$(", "$(a${b)", "$(subst a,b)", "$(strip \t)", "$(let a b,c,d)$(intcmp 1,2)",
		"\x00$(\xff)", "$(shell a\\\n\tb)", "$(A#b)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > fuzzLimit {
			return
		}
		for _, d := range dialects {
			e := Compile(text, d)
			before := show(e)
			if e.Source != text {
				t.Fatalf("Source is %q", e.Source)
			}
			// Each nesting level compiles its own text once.
			if n := checkExpr(t, e); n > 4*len(text)+4 {
				t.Fatalf("%d nodes for %d characters", n, len(text))
			}
			if after := show(Compile(text, d)); after != before {
				t.Fatalf("compiled twice: %s\n%s", before, after)
			}
			if end := SkipReference("$"+text, 0); end < 1 || end > len(text)+1 {
				t.Fatalf("SkipReference = %d of %d", end, len(text)+1)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a: b\n\tc\n", "define a\nb\nendef\n", "ifeq (a,b)\nelse ifdef c\nendif\n", "a = b \\\n c # d\\\ne\n",
		"x: y ; z \\\n\tw\n", "a:: b = c ; d\n", "override define a :=\n\\\n", "\ufeffa\r\n\x00b\n", "a\\#b: c\\;d;e",
		"$(a:b=c)$(: d:=e\n", "include a $(b)\n-include\nvpath %.c a\nunexport\n", "a &: b\n", "%:;", "ifeq 'a' \"b\" c\n",
		"\t# x\n\ty=z\n", "endef#\nundefine a\n", "a !=b\nc:::=d\ne::=f\ng+=h\ni?=j\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > fuzzLimit {
			return
		}
		nul := strings.ContainsRune(text, 0)
		for _, d := range dialects {
			file := Parse("Makefile", text, 1, d)
			no, depth := 1, 0
			var raws []string
			for i := range file.Lines {
				l := &file.Lines[i]
				if l.No != no {
					t.Fatalf("line %d is numbered %d", no, l.No)
				}
				if strings.ContainsRune(l.Raw, 0) {
					t.Fatalf("line %d holds NUL", no)
				}
				raws = append(raws, l.Raw)
				no += 1 + strings.Count(l.Raw, "\n")
				if nul {
					no = nextNo(file, i, no)
				}
				if depth > 0 && l.Stmt != nil {
					t.Fatalf("line %d inside define is %s", l.No, showStmt(l.Stmt))
				}
				if depth > 0 && (l.Raw == "" || l.Raw[0] != '\t') {
					depth += DefineNesting(l.Raw)
				} else if def, ok := l.Stmt.(*Define); ok && !def.Undefine {
					depth++
				}
				checkStmt(t, l, d)
			}
			if !nul {
				want := strings.TrimPrefix(text, "\ufeff")
				want = strings.ReplaceAll(want, "\r\n", "\n")
				got := strings.Join(raws, "\n")
				if got != want && got+"\n" != want {
					t.Fatalf("lines hold %q, text was %q", got, want)
				}
			}
			again := Parse("Makefile", text, 1, d)
			if len(again.Lines) != len(file.Lines) {
				t.Fatalf("%d lines, then %d", len(file.Lines), len(again.Lines))
			}
			for i := range again.Lines {
				if a, b := showStmt(file.Lines[i].Stmt), showStmt(again.Lines[i].Stmt); a != b {
					t.Fatalf("parsed twice: %s\n%s", a, b)
				}
			}
		}
	})
}

// nextNo is the number of the next line where the text holds a NUL: lines may
// have lost their ends, and count as one with the next.
func nextNo(f *File, i, no int) int {
	if i+1 < len(f.Lines) {
		return f.Lines[i+1].No
	}
	return no
}

func checkStmt(t *testing.T, l *Line, d *Dialect) {
	before := showStmt(l.Stmt)
	checkExpr(t, l.Recipe(d))
	s := l.Statement(d)
	if s == nil {
		t.Fatalf("line %d is no statement", l.No)
	}
	switch s := s.(type) {
	case *Assign:
		checkExpr(t, s.Name)
		checkExpr(t, s.Value)
		if s.Op == OpNone {
			t.Fatalf("assignment without operator: %q", l.Raw)
		}
	case *Rule:
		if s.Whole != nil {
			checkExpr(t, s.Whole)
		}
		checkExpr(t, s.Targets)
		checkExpr(t, s.Prereqs)
		if s.Colon >= 0 && (s.Colon >= len(s.Text) || s.Text[s.Colon] != ':') {
			t.Fatalf("no colon at %d of %q", s.Colon, s.Text)
		}
		if s.Colon >= 0 && (s.Assign == nil) == (s.Prereqs == nil) {
			t.Fatalf("rule %q must have an assignment or prerequisites", l.Raw)
		}
	case *Cond:
		for c := s; c != nil; c = c.Else {
			switch c.Word {
			case "ifdef", "ifndef":
				checkExpr(t, c.Name)
			case "ifeq", "ifneq":
				if c.Invalid != (c.A == nil) || c.Invalid != (c.B == nil) {
					t.Fatalf("condition %q: %s", l.Raw, showStmt(c))
				}
			}
		}
	}
	if after := showStmt(l.Stmt); after != before {
		t.Fatalf("line %d changed: %s\n%s", l.No, before, after)
	}
}
