package eval

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/lang/syntax"
)

// TestRead evaluates whole makefiles: what they print, and the rules they declare.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		out, rules []string
	}{
		{"assignments", "a = 1\nb := $(a)\na = 2\nc = $(a)\na += 3\nb += 3\nd ?= x\nd ?= y\n$(info $(a)|$(b)|$(c)|$(d))\n",
			[]string{"2 3|1 3|2 3|x"}, nil},
		{"append to nothing", "a += x\na += y\nb :=\nb += z\n$(info [$(a)][$(b)][$(flavor a)])\n", []string{"[x y][z][recursive]"}, nil},
		{"immediate", "x = 1$$\na :::= $(x)\nx = 2\n$(info $(a) $(value a))\n", []string{"1$ 1$$"}, nil},
		{"computed names", "n := a b\n$(n) = 1\nx_y = 2\nz = y\n$(info $(a b) $(x_$(z)))\n", []string{"1 2"}, nil},
		{"define", "define f\nline $(1)\n\tline 2\nendef\n$(info $(call f,x))\n", []string{"line x\n\tline 2"}, nil},
		{"define nested", "define f\ndefine g\nx\nendef\nendef\n$(info $(f))\n", []string{"define g\nx\nendef"}, nil},
		{"define simple", "a = 1\ndefine f :=\n$(a)\nendef\na = 2\n$(info $(f))\n", []string{"1"}, nil},
		{"define append", "define f\na\nendef\ndefine f +=\nb\nendef\n$(info $(f))\n", []string{"a b"}, nil},
		{"define unended", "a\\\n:\ndefine f\nx\n", []string{"*** m:3: missing 'endef', unterminated 'define'"}, []string{"a :"}},
		{"endef alone", "endef\n", []string{"*** m:1: missing separator"}, nil},
		{"undefine", "a = 1\nundefine a\n$(info [$(a)]$(origin a))\n", []string{"[]undefined"}, nil},
		{"conditionals", "a = x\nifeq ($(a),x)\n$(info 1)\nelse ifeq (a,a)\n$(info 2)\nelse\n$(info 3)\nendif\n" +
			"ifneq '$(a)' 'x'\n$(info 4)\nelse ifdef a\n$(info 5)\nelse\n$(info 6)\nendif\nifndef b\n$(info 7)\nendif\n",
			[]string{"1", "5", "7"}, nil},
		{"nested conditionals", "ifdef a\nifeq (\nendif\nelse\nifdef b\nelse\n$(info x)\nendif\nendif\n", []string{"x"}, nil},
		{"ifdef of an empty value", "a =\nb = $(a)\nifdef a\n$(info a)\nendif\nifdef b\n$(info b)\nendif\n", []string{"b"}, nil},
		{"conditional unended", "ifdef a\n", []string{"*** m:2: missing 'endif'"}, nil},
		{"else alone", "else\n", []string{"*** m:1: extraneous 'else'"}, nil},
		{"two else", "ifdef a\nelse\nelse\nendif\n", []string{"*** m:3: only one 'else' per conditional"}, nil},
		{"endif alone", "endif\n", []string{"*** m:1: extraneous 'endif'"}, nil},
		{"invalid condition", "ifeq (a\nendif\n", []string{"*** m:1: invalid syntax in conditional"}, nil},
		{"extra text", "ifeq (a,a) x\nelse y\nendif z\n", []string{"m:1: extraneous text after 'ifeq' directive",
			"m:2: extraneous text after 'else' directive", "m:3: extraneous text after 'endif' directive"}, nil},
		{"define in a branch not taken", "ifdef a\ndefine f\nendif\nendef\nendif\n$(info x)\n", []string{"x"}, nil},
		{"rules", "a b: c d\n\techo 1\n\techo 2\ne:: f ; g\nh i &: j\n\tk\nl:\n", nil,
			[]string{`a b : c d ; 2"\techo 1" ; 3"\techo 2"`, `e :: f ; 4" g"`, `h i &: j ; 6"\tk"`, "l :"}},
		{"recipe goes on", "a:\n\n\tx\n# c\n\n\ty\nb = 1\n\t$(info z)\n", []string{"*** m:8: recipe commences before first target"}, []string{`a : ; 3"\tx" ; 6"\ty"`}},
		{"conditional in a recipe", "a:\nifdef b\n\tx\nelse\n\ty\nendif\n\tz\n", nil, []string{`a : ; 5"\ty" ; 7"\tz"`}},
		{"static pattern", "a.o b.o: %.o: %.c x\n\tcc\n", nil, []string{`a.o b.o : %.o: %.c x ; 2"\tcc"`}},
		{"expanded rule", "t = a: b\n$(t) c\n", nil, []string{"a : b c"}},
		{"expanded rule with recipe", "t = a: b ; c\n$(t)\n", nil, []string{`a : b ; 2" c"`}},
		{"no target", "t =\n$(t): x\n\trecipe\na:\n", nil, []string{"a :"}},
		{"eval", "define f\n$(1): $(2)\n\techo $$@\nendef\n$(eval $(call f,a,b))\n", nil, []string{`a : b ; 5"\techo $@"`}},
		{"eval of variables", "$(eval a := 1$$$$)\n$(info $(a))\n", []string{"1$"}, nil},
		{"recipe first", "\techo\n", []string{"*** m:1: recipe commences before first target"}, nil},
		{"no separator", "a b\n", []string{"*** m:1: missing separator"}, nil},
		{"eight spaces", "a:\n        echo\n", []string{"*** m:2: missing separator (did you mean TAB instead of 8 spaces?)"}, []string{"a :"}},
		{"no rule before recipe", "; x\n", []string{"*** m:1: missing rule before recipe"}, nil},
		{"no name", "= x\n", []string{"*** m:1: empty variable name"}, nil},
		{"static without percent", "a: b: c\n", []string{"*** m:1: target pattern contains no '%'"}, nil},
		{"static with two patterns", "a: %b %c: d\n", []string{"*** m:1: multiple target patterns"}, nil},
		{"error", "a = 1\n\n$(error stop $(a))\n", []string{"*** m:3: stop 1"}, nil},
		{"warning", "\n$(warning w)\n", []string{"m:2: w"}, nil},
		{"include", "include x y\n$(info $(a) $(MAKEFILE_LIST))\n-include nosuch\ninclude gone\n",
			[]string{"in x:1", "2 m x y", "missing gone"}, []string{`x : ; 4"\tr"`}},
		{"included error", "include bad\n", []string{"*** bad:2: missing separator"}, nil},
		{"include closes a rule", "a:\ninclude y\n\tx\n", []string{"*** m:3: recipe commences before first target"}, []string{"a :"}},
		{"recipe prefix", ".RECIPEPREFIX = >\na:\n>x\n\ty\n", []string{"special .RECIPEPREFIX", "*** m:4: missing separator"},
			[]string{`a : ; 3"\tx"`}},
		{"vpath", "vpath %.c a:b\nvpath %.c\nvpath\n", nil, nil},
		{"export", "export a b\nexport\n$(info $(origin a))\n", []string{"file"}, nil},
		{"NUL", "a = 1\nb = 2\x00c\n3\n\x00\n$(info $(b))\n", []string{"m:3: warning: NUL character seen; rest of line ignored", "23"}, nil},
		{"archive members", "lib(a b) c: x\n", nil, []string{"lib(a) lib(b) c : x"}},
		{"quoted blanks", "a\\ b: c\n", nil, []string{"a b : c"}},
		{"quoted colon", "a\\:b: c\n", nil, []string{"a:b : c"}},
		{"load", "load x.so\n", []string{"*** m:1: The 'load' operation is not supported on this platform."}, nil},
		{"load if possible", "-load x.so\n", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, w := newInterp(t, newest)
			w.files = map[string]string{"x": "$(info in x:1)\n\nx:\n\tr\n", "y": "a = 2\n", "bad": "\nbad\n"}
			if c.name == "recipe prefix" {
				in.Prefix = '>'
			}
			read(in, w, c.text)
			if diff := cmp.Diff(c.out, w.out); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.rules, w.showRules()); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTargetVariables(t *testing.T) {
	in, w := newInterp(t, newest)
	in.Global.Define("cmd", "line", OriginCommandLine, false, Pos{})
	read(in, w, "a = 1\nt u: a += 2\nt: b = x\nt: b += y\nt: cmd = lost\nt: override cmd2 = kept\n"+
		"t: private p = q\nt: export e = 1\n%.o: a = pat\n%.o: s := $(a)\n")
	get := func(target, name string) string {
		saved := in.Scope
		in.Scope = w.TargetScope(target)
		defer func() { in.Scope = saved }()
		if v := in.Lookup(name); v != nil {
			return in.Value(v)
		}
		return "(none)"
	}
	for _, c := range [][3]string{
		{"t", "a", "1 2"}, {"u", "a", "1 2"}, {"v", "a", "1"}, {"t", "b", "x y"}, {"u", "b", "(none)"},
		{"t", "cmd", "line"}, {"t", "cmd2", "kept"}, {"t", "p", "q"},
	} {
		if got := get(c[0], c[1]); got != c[2] {
			t.Errorf("%s of %s = %q, want %q", c[1], c[0], got, c[2])
		}
	}
	set := w.TargetScope("t").Set
	if !set.Get("p").Private || set.Get("a").Private || set.Get("e").Export != ExportYes {
		t.Error("modifiers are lost")
	}
	if len(w.pats) != 2 {
		t.Fatalf("%d pattern variables", len(w.pats))
	}
	scope := &Scope{Set: NewSet(0), Next: &Scope{Set: in.Global}}
	in.Global.Define("a", "later", OriginFile, true, Pos{})
	for _, p := range w.pats {
		if p.Before != "" || p.After != ".o" {
			t.Errorf("pattern %q%%%q", p.Before, p.After)
		}
		p.Apply(in, scope)
	}
	if v := scope.Set.Get("s"); v == nil || v.Value != "1" || v.Recursive {
		t.Errorf("s = %+v: a simple pattern variable is evaluated when it is read", v)
	}
	if v := scope.Set.Get("a"); v == nil || v.Value != "pat" || !v.PerTarget {
		t.Errorf("a = %+v", v)
	}
}

func TestDefaultGoal(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a:\nb:\n", "a"},
		{".PHONY: x\n.c.o:\n.c:\n%.o: %.c\nb c:\n", "b"},
		{".hidden/x:\n", ".hidden/x"},
		{".DEFAULT_GOAL := z\na:\n", "z"},
		{"a:\n.DEFAULT_GOAL :=\nb:\n", "b"},
		{"$(eval a:)b:\n", "a"},
	} {
		in, w := newInterp(t, newest)
		read(in, w, c.text)
		got := ""
		if v := in.Global.Get(".DEFAULT_GOAL"); v != nil {
			got = v.Value
		}
		if got != c.want {
			t.Errorf("%q: default goal %q, want %q (%q)", c.text, got, c.want, w.out)
		}
	}
}

// TestSharedFile evaluates one parse many times: nothing of an evaluation may
// stay in it.
func TestSharedFile(t *testing.T) {
	text := "a = $(b)\nifdef c\nx: y\n\techo $(a)\nendif\ndefine d\n$(a)\nendef\n$(info $(d))\n"
	f := syntax.Parse("m", text, 1, newest)
	var first []string
	for i := range 3 {
		in, w := newInterp(t, newest)
		in.SetGlobal("b", "B", OriginFile, false)
		in.SetGlobal("c", "C", OriginFile, false)
		if err := Catch(func() { in.ReadMakefile(f, "m", "m", true) }); err != nil {
			t.Fatal(err)
		}
		got := append(w.out, w.showRules()...)
		if i == 0 {
			first = got
			continue
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("evaluation %d (-first +got):\n%s", i+1, diff)
		}
	}
}

// BenchmarkReadCmd evaluates a saved command of kbuild that is parsed already.
func BenchmarkReadCmd(b *testing.B) {
	var text strings.Builder
	text.WriteString("cmd_d/a.o := gcc -Iinclude -c -o d/a.o d/a.c\n\ndeps_d/a.o := \\\n")
	for i := 0; text.Len() < 40<<10; i++ {
		fmt.Fprintf(&text, "    $(wildcard include/config/OPTION_%d) \\\n  include/linux/header_%d.h \\\n", i, i)
	}
	text.WriteString("\nd/a.o: $(deps_d/a.o)\n\n$(deps_d/a.o):\n")
	f := syntax.Parse(".a.o.cmd", text.String(), 1, newest)
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		in, w := newInterp(b, newest)
		in.ReadMakefile(f, ".a.o.cmd", ".a.o.cmd", true)
		if len(w.rules) != 2 {
			b.Fatal(w.showRules())
		}
	}
}
