package eval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/syntax"
)

// expandAll checks text against want, errors as "*** message".
func expandAll(t *testing.T, in *Interp, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		got := ""
		if err := Catch(func() { got = in.ExpandText(c[0]) }); err != nil {
			got = "*** " + err.Error()
			in.Recover()
		}
		if got != c[1] {
			t.Errorf("%s = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestTextFunctions(t *testing.T) {
	in, _ := newInterp(t, newest)
	expandAll(t, in, [][2]string{
		{"$(subst e,EE,feet on the street)", "fEEEEt on thEE strEEEEt"},
		{"$(subst ,x,ab)", "abx"},
		{"$(subst aa,b,aaa)", "ba"},
		{"$(patsubst %.c,%.o,x.c.c bar.c y)", "x.c.o bar.o y"},
		{"$(patsubst a,b,a aa a)", "b aa b"},
		{"$(patsubst %,x%y%,a  b)", "xay% xby%"},
		{`$(patsubst \%a,b,%a a)`, "b a"},
		{`$(patsubst %,\%,a)`, "%"},
		{"$(patsubst a%,,ab c ad)", "c"},
		{"$(strip  a  b\tc )", "a b c"},
		{"$(findstring a,a b c)", "a"},
		{"$(findstring d,a b c)", ""},
		{"$(findstring ,a)", ""},
		{"$(filter %.c a b,x.c a y.h b.c)", "x.c a b.c"},
		{"$(filter-out %.c a b,x.c a y.h b.c)", "y.h"},
		{"$(filter a b c d e f g h i j,a x j)", "a j"},
		{`$(filter \%,% a)`, "%"},
		{"$(sort foo bar lose foo)", "bar foo lose"},
		{"$(sort b\ta\nb)", "a b"},
		{"$(word 2,a b c)", "b"},
		{"$(word 4,a b c)", ""},
		{"$(wordlist 2,3,a  b  c d)", "b  c"},
		{"$(wordlist 3,2,a b c)", ""},
		{"$(wordlist 2,9,a b c )", "b c"},
		{"$(wordlist 4,9,a b c)", ""},
		{"$(wordlist 1,0,a)", ""},
		{"$(words a b  c)", "3"},
		{"$(words )", "0"},
		{"$(firstword  a b)", "a"},
		{"$(lastword a b )", "b"},
		{"$(firstword )$(lastword )", ""},
		{"$(join a b,.c .o .x)", "a.c b.o .x"},
		{"$(join a b c,1)", "a1 b c"},
		{"$(addprefix src/,a b)", "src/a src/b"},
		{"$(addsuffix .c,a  b)", "a.c b.c"},
		{"$(addprefix x,)", ""},
	})
}

func TestNameFunctions(t *testing.T) {
	in, _ := newInterp(t, newest)
	dir := in.View.Dir()
	for _, f := range []string{"a.c", "b.c", "sub/c.h"} {
		os.MkdirAll(filepath.Join(dir, filepath.Dir(f)), 0o777)
		if err := os.WriteFile(filepath.Join(dir, f), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("sub", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	expandAll(t, in, [][2]string{
		{"$(dir src/foo.c hacks / a/b/)", "src/ ./ / a/b/"},
		{"$(notdir src/foo.c hacks a/)", "foo.c hacks "},
		{"$(suffix src/foo.c src-1.0/bar .x y.)", ".c .x ."},
		{"$(basename src/foo.c src-1.0/bar.c hacks .x)", "src/foo src-1.0/bar hacks "},
		{"$(abspath a ../x /y/./z//w/..)", dir + "/a " + filepath.Dir(dir) + "/x /y/z"},
		{"$(realpath link/c.h a.c nosuch a.c/ link/)", real + "/sub/c.h " + real + "/a.c " + real + "/sub"},
		{"$(wildcard *.c)", "a.c b.c"},
		{"$(wildcard b.c nosuch a.c)", "b.c a.c"},
		{"$(wildcard */*.h)", "link/c.h sub/c.h"},
		{"$(wildcard s*/)", "sub/"},
		{"$(wildcard *.x)", ""},
		{"$(wildcard [ab].c)", "a.c b.c"},
		{"$(wildcard $(CURDIR)sub/*)", "sub/c.h"},
	})
}

func TestConditionalFunctions(t *testing.T) {
	in, w := newInterp(t, newest)
	read(in, w, "E =\nX = x\nB = $(E) $(E)\n")
	expandAll(t, in, [][2]string{
		{"$(if $(X),a,b)", "a"},
		{"$(if $(E),a,b)", "b"},
		{"$(if $(E),a)", ""},
		{"$(if  $(X) ,a,b)", "a"},
		{"$(if $(B),a,b)", "a"},
		{"$(if   ,a,b)", "b"},
		{"$(if x, a , b )", " a "},
		{"$(or $(E),$(X),y)", "x"},
		{"$(or $(E), )", ""},
		{"$(and a,$(X),y)", "y"},
		{"$(and a,$(E),y)", ""},
		{"$(if $(X),,$(error not reached))", ""},
		{"$(or a,$(error not reached))", "a"},
		{"$(and $(E),$(error not reached))", ""},
		{"$(intcmp 1,2,lt,eq,gt)", "lt"},
		{"$(intcmp 2,2,lt,eq,gt)", "eq"},
		{"$(intcmp 3,2,lt,eq,gt)", "gt"},
		{"$(intcmp 3,2,lt,ge)", "ge"},
		{"$(intcmp 3,2,lt)", ""},
		{"$(intcmp 007, 7 )", "7"},
		{"$(intcmp 1,7)", ""},
		{"$(intcmp -5,-4,lt,eq,gt)", "gt"}, // by their digits, as make 4.4 does
		{"$(intcmp -5,3,lt,eq,gt)", "lt"},
		{"$(intcmp -0,0,lt,eq,gt)", "eq"},
		{"$(intcmp 99999999999999999999999999,99999999999999999999999998,lt,eq,gt)", "gt"},
		{"$(foreach d,a b,<$(d)>)", "<a> <b>"},
		{"$(foreach d,,x)", ""},
		{"$(foreach d,a b,)", " "},
		{"$(foreach d,a,$(foreach d,b,$(d))$(d))", "ba"},
		{"$(let a b,1 2 3 4,$(a)-$(b))", "1-2 3 4"},
		{"$(let a,  1 2 ,[$(a)])", "[1 2 ]"},
		{"$(let a b c,1,$(a)$(b)$(c))", "1"},
	})
	if in.Lookup("d") != nil || in.Lookup("a") != nil {
		t.Error("variables of foreach and let outlive them")
	}
}

func TestCall(t *testing.T) {
	in, w := newInterp(t, newest)
	read(in, w, `
reverse = $(2) $(1)
map = $(foreach a,$(2),$(call $(1),$(a)))
f = <$(0):$(1):$(2)>
outer = $(call f,$(1))[$(2)]
rest = $(if $(1),$(call rest,$(wordlist 2,99,$(1)))$(firstword $(1)))
simple := $(1)plain
self = $(self)
`)
	expandAll(t, in, [][2]string{
		{"$(call reverse,a,b)", "b a"},
		{"$(call f,a)", "<f:a:>"},
		{"$(call  f , a,b )", "<f: a:b >"},
		{"$(call outer,x,y)", "<f:x:>[y]"},
		{"$(call map,f,a b)", "<f:a:> <f:b:>"},
		{"$(call rest,a b c)", "cba"},
		{"$(call simple,a)", "plain"},
		{"$(call nosuch,a)", ""},
		{"$(call )", ""},
		{"$(call f,a,b,c)$(1)", "<f:a:b>"},
		{"$(call words,a b)", "2"},
		{"$(call if,$(f),a,b)", "a"},
		{"$(call subst,a)", "*** insufficient number of arguments (1) to function 'subst'"},
		{"$(self)", "*** m:8: Recursive variable 'self' references itself (eventually)"},
	})
}

func TestInquiries(t *testing.T) {
	in, w := newInterp(t, newest)
	in.Global.Define("E", "e", OriginEnvironment, true, Pos{})
	in.Global.Define("C", "c", OriginCommandLine, false, Pos{})
	read(in, w, "F = $(x)\noverride O := o\nF2 := a\nC = lost\nE += more\n")
	expandAll(t, in, [][2]string{
		{"$(origin E) $(origin C) $(origin F) $(origin O) $(origin nosuch)", "file command line file override undefined"},
		{"$(flavor F) $(flavor F2) $(flavor nosuch)", "recursive simple undefined"},
		{"$(value F)|$(value nosuch)", "$(x)|"},
		{"$(C)|$(E)", "c|e more"},
		{"$(foreach v,a,$(origin v))", "automatic"},
	})
}

func TestShellFunction(t *testing.T) {
	in, w := newInterp(t, newest)
	w.shell = func(cmd string) (string, int) { return cmd + "\nb\n\n\n", 3 }
	expandAll(t, in, [][2]string{
		{"[$(shell a)]", "[a b]"},
		{"$(.SHELLSTATUS)", "3"},
	})
	read(in, w, "X != y\nY := $(X)|\n")
	expandAll(t, in, [][2]string{{"$(Y)", "y b  |"}})
}

func TestFileFunction(t *testing.T) {
	in, _ := newInterp(t, newest)
	expandAll(t, in, [][2]string{
		{"$(file >out,a\nb)", ""},
		{"$(file < out)", "a\nb"},
		{"$(file >> out,c)", ""},
		{"$(file <out)", "a\nb\nc"},
		{"$(file >out)$(file <out)", ""},
		{"$(file <nosuch)", ""},
		{"$(file out)", "*** file: invalid file operation: out"},
		{"$(file >)", "*** file: missing filename"},
		{"$(file <out,x)", "*** file: too many arguments"},
		{"$(file >no/such,x)", "*** open: no/such: No such file or directory"},
	})
	data, err := os.ReadFile(in.View.Abs("out"))
	if err != nil || len(data) != 0 {
		t.Errorf("out holds %q (%v)", data, err)
	}
}

func TestNumbers(t *testing.T) {
	in, _ := newInterp(t, &syntax.Dialect{Switches: &profile.Switches{NumbersParsed: true, LetAndIntcmp: true}})
	for _, text := range []string{"$(word 0,a)", "$(word x,a)", "$(word ,a)", "$(word -1,a)", "$(wordlist 0,1,a)",
		"$(wordlist 1,-1,a)", "$(wordlist 1,x,a)", "$(word 99999999999999999999,a)", "$(intcmp x,1)", "$(intcmp 1,)"} {
		if err := Catch(func() { in.ExpandText(text) }); err == nil {
			t.Errorf("%s is no error", text)
		}
	}
	expandAll(t, in, [][2]string{{"$(word  1 ,a)", "a"}, {"$(word 9223372036854775807,a)", ""}, {"$(word +1,a)", "a"}})
}

// TestNesting sees that endless recursion ends with an error and leaves an
// evaluator that still works.
func TestNesting(t *testing.T) {
	in, w := newInterp(t, newest)
	read(in, w, "f = $(call f,$(1))\ng = x$(call h,$(1))\nh = y$(call g,$(1))\nk = $(foreach i,1 2,$(call k))\ne = $(eval $(call e))\n")
	for _, name := range []string{"f", "g", "k", "e"} {
		err := Catch(func() { in.ExpandText("$(call " + name + ",a)") })
		if err == nil || !strings.Contains(err.Error(), "nested too deeply") {
			t.Errorf("%s: %v", name, err)
		}
		in.Recover()
		if got := in.ExpandText("$(if a,b)$(1)"); got != "b" {
			t.Errorf("after %s: %q", name, got)
		}
	}
}

func BenchmarkIfChanged(b *testing.B) {
	in, w := newInterp(b, newest)
	read(in, w, `
comma := ,
squote := '
empty :=
space := $(empty) $(empty)
dot-target = $(dir $@).$(notdir $@)
squote-esc = $(subst $(squote),'\$(squote)',$(1))
easy = $(call squote-esc,$(subst \#,$(pound),$(1)))
cmd-check = $(filter-out $(subst $(space),_,$(strip $(cmd_$@))),$(subst $(space),_,$(strip $(cmd_$(1)))))
newer = $(filter-out $(PHONY),$?)
if_changed = $(if $(newer)$(cmd-check),$(cmd_$(1)); printf '%s\n' 'cmd_$@ := $(call easy,$(cmd_$(1)))' > $(dot-target).cmd,@:)
cmd_cc = gcc -Wp,-MD,$(dot-target).d $(flags) -c -o $@ $<
flags = $(filter-out $(CFLAGS_REMOVE_$(notdir $@)),$(CFLAGS)) $(CFLAGS_$(notdir $@))
CFLAGS := -nostdinc -Iinclude -D__KERNEL__ -Wall -O2 -fno-strict-aliasing -fno-common -pipe
PHONY := FORCE all
cmd_d/a.o := gcc -O1 d/a.c
`)
	if len(w.out) > 0 {
		b.Fatal(w.out)
	}
	in.Auto = fixedAuto{'@': "d/a.o", '<': "d/a.c", '?': "d/a.c FORCE"}
	e := syntax.Compile("$(call if_changed,cc)", in.Dialect)
	if got := in.Expand(e); !strings.Contains(got, "cmd_d/a.o := gcc -Wp,-MD,d/.a.o.d") {
		b.Fatal(got)
	}
	b.ReportAllocs()
	for b.Loop() {
		in.Expand(e)
	}
}

// fixedAuto are automatic variables that are given.
type fixedAuto map[byte]string

func (a fixedAuto) Automatic(c byte) (string, bool) {
	v, ok := a[c]
	return v, ok
}

func BenchmarkFilterOut(b *testing.B) {
	in, _ := newInterp(b, newest)
	var list strings.Builder
	for i := range 5000 {
		list.WriteString(" include/linux/header_" + string(rune('a'+i%26)) + ".h")
	}
	in.SetGlobal("L", list.String(), OriginFile, false)
	e := syntax.Compile("$(filter-out %_a.h include/linux/header_b.h,$(L))", in.Dialect)
	b.ReportAllocs()
	for b.Loop() {
		in.Expand(e)
	}
}
