package syntax

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/lang/profile"
)

var (
	newest = &Dialect{Switches: &profile.Switches{LetAndIntcmp: true, ImmediateRecursiveAssign: true, GroupedTargets: true, UnexportAssign: true}}
	oldest = &Dialect{Switches: &profile.Switches{HashStartsCommentInCalls: true, GroupedTargets: true, UnexportAssign: true}}
)

func TestCompile(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "''"},
		{"plain text", "'plain text'"},
		{"$$", "'$'"},
		{"$$x$$", "'$''x''$'"},
		{"end$", "'end''$'"},
		{"$", "'$'"},
		{"a$ b", "'a''b'"},
		{"$\tx", "'x'"},
		{"$@ $<", "{@}' '{<}"},
		{"$x$y", "{x}{y}"},
		{"$(A)${B}", "{A}{B}"},
		{"$(A}) x", "{A}}' x'"},
		{"${A)} x", "{A)}' x'"},
		{"$()", "{}"},
		{"$( A )", "{ A }"},
		// References inside a name.
		{"$(A$(B))", "{'A'{B}}"},
		{"$($(A)-$(B))", "{{A}'-'{B}}"},
		{"$(A_$B)", "{'A_'{B}}"},
		{"$(a$(b)c)d", "{'a'{b}'c'}'d'"},
		{"$($(a):%=$(b))", "{{a}':%='{b}}"},
		// Without a matching end the first closing character ends a plain name.
		{"$(a$(b)", "{a$(b}"},
		{"$(a${b)", "{'a'!unterminated variable reference!}"},
		// Substitutions.
		{"$(A:.c=.o)", "{A:.c=.o}"},
		{"$(A:%.c=d/%.o)", "{A:%.c=d/%.o}"},
		{"$(A:=)", "{A:=}"},
		{"$(A:b)", "{A:b}"},
		{"$(:=x)", "{:=x}"},
		{"$(A:b:c=d)", "{A:b:c=d}"},
		{"$(A:b=c=d)", "{A:b=c=d}"},
		// Functions.
		{"$(strip  a b )", "strip('a b ')"},
		{"${strip a}", "strip('a')"},
		{"$(strip\ta)", "strip('a')"},
		{"$(strip)", "{strip}"},
		{"$(strip,a)", "{strip,a}"},
		{"$(strips a)", "{strips a}"},
		{"$(Strip a)", "{Strip a}"},
		{"$(sort a,b,c)", "sort('a,b,c')"},
		{"$(subst a,b,c,d)", "subst('a','b','c,d')"},
		{"$(subst (,),x)", "!insufficient number of arguments (2) to function 'subst'!"},
		{"$(if $(a),b,c,d)", "if({a},'b','c,d')"},
		{"$(if (a,b),c)", "if('(a,b)','c')"},
		{"${if (a,b),c}", "if('(a','b)','c')"},
		{"$(if a,{b)}", "if('a','{b')'}'"},
		{"$(or a,b,,c)", "or('a','b','','c')"},
		{"$(call f,$(1),b)", "call('f',{1},'b')"},
		{"$(foreach v,$(l),$(v).o)", "foreach('v',{l},{v}'.o')"},
		{"$(filter-out a,b)", "filter-out('a','b')"},
		{"x$(word 1,$(sort $(A)))y", "'x'word('1',sort({A}))'y'"},
		// What cannot be expanded is an error only when evaluation reaches it.
		{"$(A", "!unterminated variable reference!"},
		{"a$(A $(B) ", "'a'{A $(B}' '"},
		{"$(if a", "!unterminated call to function 'if': missing ')'!"},
		{"${sort a)", "!unterminated call to function 'sort': missing '}'!"},
		{"$(if a)", "!insufficient number of arguments (1) to function 'if'!"},
		{"$(subst a,b)x", "!insufficient number of arguments (2) to function 'subst'!'x'"},
		{"$(patsubst $(a,b)", "!unterminated call to function 'patsubst': missing ')'!"},
		{"$(call )", "call('')"},
		{"$(intcmp 1,2,a,b,c,d)", "intcmp('1','2','a','b','c,d')"},
		{"$(let a b,c d,$a)", "let('a b','c d',{a})"},
	} {
		if diff := cmp.Diff(c.want, show(Compile(c.text, newest))); diff != "" {
			t.Errorf("Compile(%q) (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestCompileOlderDialect(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"$(intcmp 1,2,a)", "{intcmp 1,2,a}"},
		{"$(let a,b,c)", "{let a,b,c}"},
		{"$(sort a)", "sort('a')"},
	} {
		if diff := cmp.Diff(c.want, show(Compile(c.text, oldest))); diff != "" {
			t.Errorf("Compile(%q) (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestLiteral(t *testing.T) {
	for _, text := range []string{"", "a", "$", "$(A)", "a$$b"} {
		e := Literal(text)
		got := e.Source
		if !e.Literal() {
			got = ""
			for _, p := range e.Parts {
				if p.Kind != PartText {
					t.Errorf("Literal(%q) holds %+v", text, p)
				}
				got += p.Text
			}
		}
		if got != text {
			t.Errorf("Literal(%q) expands to %q", text, got)
		}
	}
}

func TestSplitSubst(t *testing.T) {
	for _, c := range []struct {
		ref  string
		want [3]string
		ok   bool
	}{
		{"a", [3]string{"a"}, false},
		{"a:b", [3]string{"a:b"}, false},
		{"a=b:c", [3]string{"a=b:c"}, false},
		{"a:b=c", [3]string{"a", "b", "c"}, true},
		{"a:=", [3]string{"a"}, true},
		{":b=c=d", [3]string{"", "b", "c=d"}, true},
	} {
		var got [3]string
		var ok bool
		got[0], got[1], got[2], ok = SplitSubst(c.ref)
		if got != c.want || ok != c.ok {
			t.Errorf("SplitSubst(%q) = %q, %v; want %q, %v", c.ref, got, ok, c.want, c.ok)
		}
	}
}

func TestFunctionTable(t *testing.T) {
	for id := FuncNone + 1; id < NumFuncs; id++ {
		d := Funcs[id]
		if d.Name == "" || newest.LookupFunc(d.Name) != id {
			t.Errorf("function %d (%q) is not found by its name", id, d.Name)
		}
		if d.Max != 0 && d.Max < d.Min {
			t.Errorf("%s: at most %d arguments and at least %d", d.Name, d.Max, d.Min)
		}
	}
	if id := newest.LookupFunc("nosuch"); id != FuncNone {
		t.Errorf("nosuch is function %d", id)
	}
}

// TestDeepNesting sees that nesting costs no more than depth times length.
func TestDeepNesting(t *testing.T) {
	const n = 2000
	for _, open := range []string{"$(", "${", "$(if ", "$(if a,", "$(A:", "$(call f,"} {
		closing := ")"
		if open == "${" {
			closing = "}"
		}
		for _, text := range []string{
			strings.Repeat(open, n),
			strings.Repeat(open, n) + closing,
			strings.Repeat(open, n) + strings.Repeat(closing, n-1),
			strings.Repeat(open, n) + strings.Repeat(closing, n),
		} {
			if e := Compile(text, newest); e.Literal() || e.Source != text {
				t.Errorf("%d times %q: literal %v", n, open, e.Literal())
			}
		}
	}
}

// TestSharedRecipe compiles one line from many goroutines, as invocations that
// share a parse do.
func TestSharedRecipe(t *testing.T) {
	f := Parse("Makefile", "a:\n\techo $(A) $@ \\\n\t$(if x,\\\n\t y)\n", 1, newest)
	var wg sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		wg.Go(func() { got[i] = show(f.Lines[1].Recipe(newest)) })
	}
	wg.Wait()
	want := `'echo '{A}' '{@}' \` + "\n'if('x',' y')"
	for _, g := range got {
		if diff := cmp.Diff(want, g); diff != "" {
			t.Fatalf("recipe (-want +got):\n%s", diff)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	const text = `$(if $(filter-out $(PHONY),$?)$(call arg-check)$(strip $(1)),` +
		`@set -e; $(echo-cmd) $(cmd_$(1)); printf '%s\n' '$(1)_$@ := $(subst ','\'',$(cmd_$(1)))' > $(@D)/.$(@F).cmd,@:)`
	b.ReportAllocs()
	for b.Loop() {
		Compile(text, newest)
	}
}
