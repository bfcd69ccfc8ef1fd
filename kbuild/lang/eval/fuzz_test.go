package eval

import (
	"regexp"
	"testing"

	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/syntax"
)

const (
	// maxText keeps a random text from growing without limit: doubling a
	// variable thirty times is a legal makefile.
	maxText = 1 << 12
	// maxWork is how many lookups of the outside world one text may make.
	maxWork = 1 << 16
)

// bomb matches what multiplies text or reads and writes files. make sets no
// limit to the first; the second is not for a fuzz target.
var bomb = regexp.MustCompile(`\+=|foreach|file|include|load|realpath|wildcard|[*?\[~]|eval|let`)

// tooMuch tells texts that could grow exponentially from those that cannot.
func tooMuch(text string) bool {
	return len(text) > maxText || len(bomb.FindAllString(text, 6)) > 5 ||
		regexp.MustCompile(`(?s)file.*[<>]`).MatchString(text)
}

// guard ends an evaluation that does too much by a fatal error.
type guard struct {
	*world
	in   *Interp
	left int
}

func (g *guard) Shell(command string) ([]byte, int) { g.use(len(command)); return nil, 127 }

func (g *guard) Info(text string) { g.use(len(text)); g.world.Info(text) }

func (g *guard) Warn(pos Pos, text string) { g.use(len(text)); g.world.Warn(pos, text) }

func (g *guard) Rule(r *RuleDecl) { g.use(len(r.Targets) + len(r.Prereqs)); g.world.Rule(r) }

// Automatic is asked for every one-character name.
func (g *guard) Automatic(c byte) (string, bool) {
	g.use(1)
	return "x", c == '@' || c == '<'
}

func (g *guard) use(n int) {
	if g.left -= n + 1; g.left < 0 {
		panic(&Fatal{Msg: "enough"})
	}
}

func newGuard(t *testing.T, d *syntax.Dialect) (*Interp, *guard) {
	w := &world{files: map[string]string{"x": "a = 1\nx: y\n"}, scopes: map[string]*Scope{}, dialect: d}
	g := &guard{world: w, left: maxWork}
	in := NewInterp(fsys.New().View("/nonexistent"), d, g, g, g)
	in.Included = func(Inclusion) { g.use(1) }
	in.WarnUndefined = true
	in.Auto = g
	g.in, w.global = in, in.Global
	return in, g
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{
		"$(A)", "$(call F,a,$(B))", "$(A:%=x%y) $(A:a=b) $($(A))", "$(foreach v,$(A),$(call F,$(v)))",
		"$(let a b,$(A),$(b)$(a))", "$(if $(A),$(or ,$(and a,b)),c)", "$(wordlist 2,3,a b c d)$(word 1,$(A))",
		"$(sort b a $(A))$(join a b,c)$(patsubst \\%a%,%%,%ab)", "$(intcmp 1,-2,a,b,c)", "$(eval x:=$(A))$(x)",
		"$(S)$(call S,$(call S,x))", "$(origin A)$(flavor F)$(value F)", "$(call call,call,call,F)", "$(eval define z\nendef)",
		"$(eval $(A)&:: b;c)", "$(shell x)$(.SHELLSTATUS)", "$(abspath ../a/./b)$(dir a/b c)$(suffix a.c)", "$(filter-out % \\%,%)",
		"$(call if,a,$$(A))$(call foreach,v,a b,$$(v))", "$(.VARIABLES)$(error x)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if tooMuch(text) {
			return
		}
		for _, d := range []*syntax.Dialect{newest, oldest} {
			in, g := newGuard(t, d)
			in.Global.Define("A", "a b  c", OriginFile, false, Pos{"m", 1})
			in.Global.Define("B", "$(A)/$@", OriginFile, true, Pos{"m", 2})
			in.Global.Define("F", "$(0)-$(1)-$(2)$(B)", OriginFile, true, Pos{"m", 3})
			in.Global.Define("S", "$(S)", OriginFile, true, Pos{"m", 4})
			e := syntax.Compile(text, d)
			got := ""
			err := Catch(func() { got = in.Expand(e) })
			if err != nil {
				in.Recover()
			} else if in.depth != (nesting{}) || len(in.locals) != 0 {
				t.Fatalf("depth %v, %d local variables left", in.depth, len(in.locals))
			}
			if e.Literal() && got != text {
				t.Fatalf("plain text %q became %q", text, got)
			}
			// Whatever happened, the evaluator still works.
			g.left = maxWork
			if v := in.Lookup("F"); v != nil && v.Value == "$(0)-$(1)-$(2)$(B)" && in.Lookup("B").Value == "$(A)/$@" {
				if err := Catch(func() { in.ExpandText("$(call F,x)") }); err != nil {
					t.Fatalf("afterwards: %v", err)
				}
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"a: b ; c\n\td\ne = f\n", "define f\n$(1): $(2)\n\techo $$@\nendef\n$(eval $(call f,a,b))\n",
		"ifeq ($(a),b)\nx:\nelse ifdef y\n\tz\nendif\n", "a:: b = c\n%.o: d := e\nf: override g += h\n", "t = a: b ; c\n$(t)\n",
		"a b&: c | d\n\te\n", "lib(a b): c(d)\n", "a\\ b\\:c: d\\#e \\\n f\n", "export a\nunexport\nvpath %.c a:b\nundefine a\n",
		"include x\n-include y\n", "a.o b.o: %.o: %.c\n", ".RECIPEPREFIX = >\nx:\n>y\n", "a: private export b ?= c\n", "%: $(a:b=c):d\n",
		"= x\n", "a != b\nc :::= $$d\nc += e\n", "override define a\nb\nendef\n$(a): $(a)\n", "$(a);$(b):c\n", "~/a: ~\n./ .//b: ./c\n", "f=$(f)\nx:$(call f)\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if tooMuch(text) {
			return
		}
		for _, d := range []*syntax.Dialect{newest, oldest} {
			in, g := newGuard(t, d)
			file := syntax.Parse("m", text, 1, d)
			err := Catch(func() { in.ReadMakefile(file, "m", "m", true) })
			if err == nil && (in.depth != (nesting{}) || len(in.locals) != 0 || in.Reading()) {
				t.Fatalf("depth %v, %d local variables, reading %v", in.depth, len(in.locals), in.Reading())
			}
			for _, r := range g.rules {
				if len(r.Targets) == 0 {
					t.Fatalf("a rule without targets: %+v", r)
				}
				for _, name := range r.Targets {
					if name == "" {
						t.Fatalf("an empty target: %+v", r)
					}
				}
				if r.HasRecipe != (len(r.Recipe) > 0) {
					t.Fatalf("HasRecipe = %v with %d lines", r.HasRecipe, len(r.Recipe))
				}
			}
		}
	})
}
