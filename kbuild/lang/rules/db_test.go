package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/syntax"
)

// quiet is a Host without an outside world.
type quiet struct{}

func (quiet) Shell(string) ([]byte, int)        { return nil, 127 }
func (quiet) Load(string) (*syntax.File, error) { return nil, os.ErrNotExist }
func (quiet) Info(string)                       {}
func (quiet) Warn(eval.Pos, string)             {}
func (quiet) SpecialVar(*eval.Var)              {}

// newDB reads a makefile in a directory that holds the given (empty) files. The
// warnings and the fatal error, if any, are returned.
func newDB(t *testing.T, files, makefile string) (*DB, []string) {
	t.Helper()
	dir := t.TempDir()
	for f := range strings.FieldsSeq(files) {
		name := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	d := &syntax.Dialect{Switches: &profile.Switches{ExtraPrereqs: true, GroupedTargets: true, UnexportAssign: true, LetAndIntcmp: true,
		ImmediateRecursiveAssign: true}}
	in := eval.NewInterp(fsys.New().View(dir), d, quiet{}, quiet{}, nil)
	in.Included = func(eval.Inclusion) {}
	in.Global.Define("*F", "$(notdir $*)", eval.OriginAutomatic, true, eval.Pos{})
	var said []string
	db := New(in, func(pos eval.Pos, text string) {
		if pos.File != "" {
			text = pos.String() + ": " + text
		}
		said = append(said, text)
	})
	in.Sink = db
	if err := eval.Catch(func() {
		in.ReadMakefile(syntax.Parse("m", makefile, 1, d), "m", "m", true)
		db.Snap()
	}); err != nil {
		said = append(said, "*** "+err.Error())
	}
	return db, said
}

// show writes the rule of a file: its prerequisites, stem and recipe.
func show(f *File) string {
	out := ""
	for g := range f.Chain {
		if g.DoubleColon != nil && g != g.DoubleColon {
			out += " & "
		}
		var deps, order []string
		for _, d := range g.Deps {
			name := d.Text
			if d.File != nil {
				name = d.File.Name
			}
			if d.Wait {
				name = ".WAIT " + name
			}
			if d.OrderOnly {
				order = append(order, name)
			} else {
				deps = append(deps, name)
			}
		}
		out += strings.Join(deps, " ")
		if len(order) > 0 {
			out += " | " + strings.Join(order, " ")
		}
		if g.HasStem {
			out += " (" + g.Stem + ")"
		}
		if g.Recipe != nil {
			out += " ;"
			for _, l := range g.Recipe.Lines {
				out += " " + strings.TrimSpace(l.Raw)
			}
		}
	}
	return out
}

func TestExplicitRules(t *testing.T) {
	for _, c := range []struct {
		name, makefile string
		want           map[string]string
		said           []string
	}{
		{"plain", "a: b c\n\tr\n", map[string]string{"a": "b c ; r", "b": ""}, nil},
		{"added prerequisites", "a: b\na: c\n", map[string]string{"a": "b c"}, nil},
		{"those of the recipe come first", "a: b\na: c\n\tr\na: d\n", map[string]string{"a": "c b d ; r"}, nil},
		{"many targets", "a b: c ; r\n", map[string]string{"a": "c ; r", "b": "c ; r"}, nil},
		{"order-only", "a: b | c d\n", map[string]string{"a": "b | c d"}, nil},
		{"only order-only", "a: | c\n", map[string]string{"a": " | c"}, nil},
		{"wait", "a: b .WAIT c d\n", map[string]string{"a": "b .WAIT c d"}, nil},
		{"static pattern", "x/a.o b.o: %.o: %.c common\n\tr\n",
			map[string]string{"x/a.o": "x/a.c common (x/a) ; r", "b.o": "b.c common (b) ; r"}, nil},
		{"static pattern that does not match", "a.o b.x: %.o: %.c\n\tr\n", map[string]string{"a.o": "a.c (a) ; r", "b.x": " (b.x) ; r"},
			[]string{"m:1: target 'b.x' doesn't match the target pattern"}},
		{"double colon", "a:: b ; r\na:: c ; s\n", map[string]string{"a": "b ; r & c ; s"}, nil},
		{"both colons", "a: b\na:: c\n", nil, []string{"*** m:2: target file 'a' has both : and :: entries"}},
		{"both colons, the other way", "a:: b\na: c\n", nil, []string{"*** m:2: target file 'a' has both : and :: entries"}},
		{"two recipes", "a: ; r\na: ; s\n", map[string]string{"a": " ; s"},
			[]string{"m:2: warning: overriding recipe for target 'a'", "m:1: warning: ignoring old recipe for target 'a'"}},
		{"given twice", "a a: ; r\n", map[string]string{"a": " ; r"}, []string{"m:1: target 'a' given more than once in the same rule"}},
		{"grouped", "a b&: c ; r\n", map[string]string{"a": "c ; r", "b": "c ; r"}, nil},
		{"grouped without recipe", "a b&: c\n", nil, []string{"*** m:1: grouped targets must provide a recipe"}},
		{"mixed", "config %config: x ; r\n", map[string]string{"config": "x ; r"},
			[]string{"m:1: *** mixed implicit and normal rules: deprecated syntax"}},
		{"static and implicit", "%.o: %.x: %.c\n", nil, []string{"*** m:1: mixed implicit and static pattern rules"}},
		{"dot slash", "./a: ././b\n", map[string]string{"a": "b"}, nil},
		{"quoted percent", "a\\%b: c\n", map[string]string{"a%b": "c"}, nil},
		{"second expansion", ".SECONDEXPANSION:\nx = 1\na: $$(x).c $$@.h | $$(x)\nx = 2\n", map[string]string{"a": "2.c a.h | 2"}, nil},
		{"second expansion of a static pattern", ".SECONDEXPANSION:\na.o: %.o: $$*.c %.h\n", map[string]string{"a.o": "a.c a.h (a)"}, nil},
		{"extra prerequisites", "a: b\n.EXTRA_PREREQS = e\n", map[string]string{"a": "b e"}, nil},
		{"suffix rule with prerequisites", ".SUFFIXES:\n.SUFFIXES: .x .y\n.x.y: z ; r\n", map[string]string{".x.y": "z ; r"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, said := newDB(t, "", c.makefile)
			if diff := cmp.Diff(c.said, said); diff != "" && c.name != "suffix rule with prerequisites" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			for name, want := range c.want {
				f := db.Lookup(name)
				if f == nil {
					t.Errorf("%s is unknown", name)
					continue
				}
				for g := range f.Chain {
					db.SecondExpand(g)
				}
				if diff := cmp.Diff(want, show(f)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

func TestSpecialTargets(t *testing.T) {
	db, said := newDB(t, "", `.PHONY: p
.PRECIOUS: q %.q
.INTERMEDIATE: i
.SECONDARY: s
.IGNORE: g
.SILENT:
.DELETE_ON_ERROR:
.NOTPARALLEL:
.EXPORT_ALL_VARIABLES:
.DEFAULT: ; d
.ONESHELL:
.POSIX:
`)
	if len(said) > 0 {
		t.Error(said)
	}
	for name, ok := range map[string]bool{
		"phony": db.Lookup("p").Phony, "precious": db.Lookup("q").Precious, "intermediate": db.Lookup("i").Intermediate,
		"secondary": db.Lookup("s").Secondary && db.Lookup("s").Intermediate, "not all secondary": !db.AllSecondary,
		"ignore": db.Lookup("g").Ignore && !db.IgnoreAll, "silent": db.SilentAll, "delete": db.DeleteOnError,
		"not parallel": db.NotParallel, "export": db.In.ExportAll, "default": db.Default().Recipe != nil, "one shell": db.OneShell, "posix": db.Posix,
	} {
		if !ok {
			t.Errorf("%s was not taken note of", name)
		}
	}
}

// TestImplicitSearch looks for implicit rules. want is show of the target;
// files that an intermediate step makes are checked behind " <- ".
func TestImplicitSearch(t *testing.T) {
	const c = "%.o: %.c ; cc\n"
	for _, tc := range []struct{ name, files, makefile, target, want string }{
		{"simple", "a.c", c, "a.o", "a.c (a) ; cc"},
		{"missing", "", c, "a.o", "none"},
		{"ought to exist", "", c + "a.c: b\n", "a.o", "a.c (a) ; cc"},
		{"mentioned", "", c + "x: a.c\n", "a.o", "a.c (a) ; cc"},
		{"directory", "d/e/a.c", c, "d/e/a.o", "d/e/a.c (d/e/a) ; cc"},
		{"slash in the pattern", "src/a.c", "obj/%.o: src/%.c ; cc\n", "obj/a.o", "src/a.c (a) ; cc"},
		{"slash in the stem", "src/d/a.c", "obj/%.o: src/%.c ; cc\n", "obj/d/a.o", "src/d/a.c (d/a) ; cc"},
		{"plain prerequisite", "a.c d/common", "%.o: d/common ; cc\n", "a.o", "d/common (a) ; cc"},
		{"first that applies", "a.y a.c", "%.o: %.x ; xx\n%.o: %.y ; yy\n%.o: %.c ; cc\n", "a.o", "a.y (a) ; yy"},
		{"shortest stem", "a.c", "%.o: %.c ; long\n%a.o: a.c ; short\n", "xa.o", "a.c (x) ; short"},
		{"order-only", "a.c", "%.o: %.c | dir ; cc\ndir:\n", "a.o", "a.c | dir (a) ; cc"},
		{"replaced rule", "a.c", c + "%.o: %.c ; other\n", "a.o", "a.c (a) ; other"},
		{"cancelled rule", "a.c", c + "%.o: %.c\n", "a.o", "none"},
		{"no prerequisites", "", "%.o: ; cc\n", "a.o", " (a) ; cc"},
		{"empty stem", "", "%.o: ; cc\n", ".o", "none"},
		{"empty stem below a directory", "", "%.o: ; cc\n", "d/.o", " (d/) ; cc"},
		{"chain", "a.y", c + "%.c: %.y ; yacc\n", "a.o", "a.c (a) ; cc <- a.y (a) ; yacc"},
		{"chain of three", "a.z", c + "%.c: %.y ; yacc\n%.y: %.z ; zz\n", "a.o", "a.c (a) ; cc <- a.y (a) ; yacc <- a.z (a) ; zz"},
		{"no rule twice in a chain", "a.x.x", "%: %.x ; x\n", "a", "none"},
		{"a file beats a chain", "a.s a.y", "%.o: %.c ; cc\n%.o: %.s ; as\n%.c: %.y ; yacc\n", "a.o", "a.s (a) ; as"},
		{"match-anything", "a.v", "%: %.v ; co\n", "a", "a.v (a) ; co"},
		{"match-anything behind a dummy", "a.z.v", "%: %.v ; co\n%.z:\n", "a.z", "none"},
		{"terminal", "a.z.v", "%:: %.v ; co\n%.z:\n", "a.z", "a.z.v (a.z) ; co"},
		{"terminal makes no chain", "a.w", "%:: %.v ; co\n%.v: %.w ; w\n", "a", "none"},
		{"two targets", "a.y", "%.c %.h: %.y ; bison\n", "a.c", "a.y (a) ; bison + a.h"},
		{"suffix rule", "a.x", ".SUFFIXES: .x .z\n.x.z: ; xz\n", "a.z", "a.x (a) ; xz"},
		{"single suffix rule", "a.x", ".SUFFIXES: .x\n.x: ; x\n", "a", "a.x (a) ; x"},
		{"unknown suffix", "a.x", ".x.z: ; xz\n", "a.z", "none"},
		{"archive member", "m.o", "(%): % ; ar\n", "lib.a(m.o)", "m.o (m.o) ; ar"},
		{"second expansion", "a.c d/x", ".SECONDEXPANSION:\n%.o: $$*.c d/x ; cc\n", "a.o", "a.c d/x (a) ; cc"},
		{"second expansion below a directory", "d/a.c", ".SECONDEXPANSION:\n%.o: %.c $$(dir $$@)a.c ; cc\n", "d/a.o", "d/a.c d/a.c (d/a) ; cc"},
		{"wildcard prerequisite", "a1.c a2.c", "%.o: %*.c ; cc\n", "a.o", "a1.c a2.c (a) ; cc"},
		{"vpath", "src/a.c", c + "vpath %.c src\n", "a.o", "a.c (a) ; cc"},
		{"own prerequisites stay", "a.c", c + "a.o: h\n", "a.o", "a.c h (a) ; cc"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			db, said := newDB(t, tc.files, tc.makefile)
			if len(said) > 0 {
				t.Error(said)
			}
			f := db.Enter(tc.target)
			got := "none"
			if db.FindImplicit(f, 0) {
				got = show(f)
				for _, a := range f.AlsoMake {
					got += " + " + a.Name
				}
			}
			for g := f; got != "none"; {
				if len(g.Deps) == 0 {
					break
				}
				if g = g.Deps[0].File; !g.Intermediate {
					break
				}
				got += " <- " + show(g)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.target, diff)
			}
		})
	}
}

func TestAutomaticVariables(t *testing.T) {
	db, _ := newDB(t, "", "a: b c b | o c\n\tr\nlib(m): x\nx.c: y\nplain:\n.SUFFIXES: .c\n")
	f := db.Lookup("a")
	f.Deps[0].Changed = true
	for _, c := range []struct{ target, vars string }{
		{"a", "@=a %= *= <=b ^=b c +=b c b ?=b |=o"},
		{"lib(m)", "@=lib %=m *= <=x ^=x +=x ?= |="},
		{"x.c", "@=x.c %= *=x <=y ^=y +=y ?= |="},
		{"plain", "@=plain %= *= <= ^= += ?= |="},
	} {
		a := db.Auto(db.Lookup(c.target))
		var got []string
		for _, v := range "@%*<^+?|" {
			value, ok := a.Automatic(byte(v))
			if !ok {
				t.Errorf("$%c is unknown", v)
			}
			got = append(got, fmt.Sprintf("%c=%s", v, value))
		}
		if diff := cmp.Diff(c.vars, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.target, diff)
		}
	}
	if _, ok := db.Auto(f).Automatic('x'); ok {
		t.Error("$x is automatic")
	}
	db.AlwaysMake = true
	if v, _ := db.Auto(f).Automatic('?'); v != "b c" {
		t.Errorf("$? with -B = %q", v)
	}
}

func TestScopes(t *testing.T) {
	db, _ := newDB(t, "", "v = global\nprog: v = prog\nprog: private w = secret\nprog: a.o\n%.o: v += pat\n%a.o: x = longer\n%.o: x = shorter\na.o: u = own\n")
	prog, a := db.Lookup("prog"), db.Lookup("a.o")
	a.Parent = prog
	value := func(f *File, name string) string {
		saved := db.In.Scope
		db.In.Scope = db.Scope(f, false)
		defer func() { db.In.Scope = saved }()
		if v := db.In.Lookup(name); v != nil {
			return db.In.Value(v)
		}
		return "(none)"
	}
	for _, c := range []struct {
		f          *File
		name, want string
	}{
		{prog, "v", "prog"}, {prog, "w", "secret"}, {prog, "u", "(none)"},
		{a, "u", "own"}, {a, "w", "(none)"}, {a, "x", "shorter"}, {a, "v", "prog pat"},
		{db.Enter("ba.o"), "x", "longer"}, {db.Enter("b.o"), "x", "shorter"}, {db.Enter("b.o"), "v", "global pat"},
	} {
		if got := value(c.f, c.name); got != c.want {
			t.Errorf("%s of %s = %q, want %q", c.name, c.f.Name, got, c.want)
		}
	}
	if !a.HasVars() || db.Lookup("m") != nil && db.Lookup("m").HasVars() {
		t.Error("HasVars is wrong")
	}
}

func TestModTime(t *testing.T) {
	db, said := newDB(t, "a", "a: b\n")
	if got := db.ModTime(db.Lookup("a")); got < timeFirst {
		t.Errorf("a: %d", got)
	}
	b := db.Lookup("b")
	if got := db.ModTime(b); got != TimeNone {
		t.Errorf("b: %d", got)
	}
	if err := os.WriteFile(db.In.View.Abs("b"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got := db.ModTime(b); got != TimeNone {
		t.Error("the time of b was not remembered")
	}
	db.In.View.Changed()
	if got := db.FreshTime(b, true); got < timeFirst {
		t.Errorf("b made: %d", got)
	}
	if len(said) > 0 || db.ClockSkew() {
		t.Error("clock skew", said)
	}
}

func TestVpath(t *testing.T) {
	for _, c := range []struct{ name, files, makefile, target, want string }{
		{"VPATH", "x/a.c y/a.c", "VPATH = x:y\n", "a.c", "x/a.c"},
		{"blanks", "y/a.c", "VPATH = x y/\n", "a.c", "y/a.c"},
		{"directive", "x/a.c", "vpath %.c x\n", "a.c", "x/a.c"},
		{"other pattern", "x/a.c", "vpath %.h x\n", "a.c", ""},
		{"directive first", "x/a.c y/a.c", "VPATH = x\nvpath %.c y\n", "a.c", "y/a.c"},
		{"in order", "y/a.c z/a.c", "vpath %.c x\nvpath %.c y\nvpath % z\n", "a.c", "y/a.c"},
		{"cleared pattern", "x/a.c y/a.c", "vpath %.c x\nvpath %.c\nvpath a% y\n", "a.c", "y/a.c"},
		{"cleared", "x/a.c", "vpath %.c x\nvpath\n", "a.c", ""},
		{"plain name", "x/a.c", "vpath a.c x\n", "a.c", "x/a.c"},
		{"directory part", "x/d/a.c", "VPATH = x\n", "d/a.c", "x/d/a.c"},
		{"absolute", "x/a.c", "VPATH = x\n", "/a.c", ""},
		{"current directory", "a.c x/a.c", "VPATH = .:x\n", "a.c", "x/a.c"},
		{"a target there", "", "VPATH = x\nx/a.c: ; r\n", "a.c", "x/a.c"},
		{"nowhere", "", "VPATH = x\n", "a.c", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, said := newDB(t, c.files, c.makefile)
			if len(said) > 0 {
				t.Error(said)
			}
			if got, ok := db.search(c.target); got != c.want || ok != (c.want != "") {
				t.Errorf("search(%q) = %q, %v; want %q", c.target, got, ok, c.want)
			}
		})
	}
}

// TestVpathRenames sees that a file found elsewhere goes by that name.
func TestVpathRenames(t *testing.T) {
	db, _ := newDB(t, "src/a.c", "VPATH = src\na.o: a.c\n")
	f := db.Lookup("a.c")
	if db.ModTime(f) < timeFirst {
		t.Fatal("a.c was not found")
	}
	if f = f.Resolve(); f.HName != "src/a.c" || db.Lookup("src/a.c") != f {
		t.Errorf("a.c is filed as %q", f.HName)
	}
}

func TestLibrarySearch(t *testing.T) {
	db, _ := newDB(t, "x/libf.a y/libf.so libg.a", "VPATH = x:y\nprog: -lf -lg -lh-no-such\n")
	for name, want := range map[string]string{"-lf": "x/libf.a", "-lg": "libg.a"} {
		if got, ok := db.searchLibrary(name); !ok || got != want {
			t.Errorf("searchLibrary(%s) = %q, %v; want %q", name, got, ok, want)
		}
	}
	if got, ok := db.searchLibrary("-lh-no-such"); ok {
		t.Errorf("found %q", got)
	}
}

func TestSplitOrderOnly(t *testing.T) {
	for _, c := range [][3]string{{"a b", "a b", ""}, {"a | b", "a ", " b"}, {"|b", "", "b"}, {"a|b|c", "a", "b|c"}, {`a\|b`, `a\|b`, ""}} {
		if n, o := splitOrderOnly(c[0]); n != c[1] || o != c[2] {
			t.Errorf("splitOrderOnly(%q) = %q, %q", c[0], n, o)
		}
	}
}

// TestReadOnce: of a makefile that is read once nothing is kept but the words that count, however much stands around them.
func TestReadOnce(t *testing.T) {
	const files, size = 64, 256 << 10
	db, said := newDB(t, "", "")
	db.snapped = false
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range files {
		o := fmt.Sprintf("dir/m%d.o", i)
		text := fmt.Sprintf("cmd_%s = cc -o $@\nsource_%[1]s := m.c\ndeps_%[1]s := \\\n  a.h \\\n  b%[2]d.h \\\n\n%[1]s: $(deps_%[1]s)\n\nd%[2]d: e%[2]d\n\n%[3]s\n",
			o, i, strings.Repeat("#", size))
		f := syntax.Parse("m", text, 1, db.In.Dialect)
		f.Once = true
		if err := eval.Catch(func() { db.In.ReadMakefile(f, "m", "m", true) }); err != nil {
			t.Fatal(err)
		}
	}
	if grown := int64(heap() - before); grown > files*size/8 {
		t.Errorf("%d bytes are kept of %d", grown, files*size)
	}
	if f := db.Lookup("dir/m7.o"); f == nil || len(f.Deps) != 2 || db.In.Global.Get("cmd_dir/m7.o").Value != "cc -o $@" || len(said) > 0 {
		t.Errorf("%+v, %q", f, said)
	}
}
