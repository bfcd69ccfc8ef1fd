package syntax

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStatements(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "blank"},
		{"  # comment", "blank"},
		{"\\\n \\\n", "blank"},
		// Assignments.
		{"a=b", "'a' = 'b'"},
		{"a = b c ", "'a' = 'b c '"},
		{"a = b # c", "'a' = 'b '"},
		{`a = b\#c`, "'a' = 'b#c'"},
		{"a := $(b)", "'a' := {b}"},
		{"a ::= b", "'a' := 'b'"},
		{"a :::= b", "'a' :::= 'b'"},
		{"a += b", "'a' += 'b'"},
		{"a+=b", "'a' += 'b'"},
		{"a ?= b", "'a' ?= 'b'"},
		{"a != b", "'a' != 'b'"},
		{"a!=b", "'a' != 'b'"},
		{"a =", "'a' = ''"},
		{"= b", "'' = 'b'"},
		{"a-$(b)-c := d", "'a-'{b}'-c' := 'd'"},
		{"$(a) = b", "{a} = 'b'"},
		{"$(a b) = c", "{a b} = 'c'"},
		{"a$(b:=.c) = d", "'a'{b:=.c} = 'd'"},
		{"a = b = c", "'a' = 'b = c'"},
		{"a = b: c", "'a' = 'b: c'"},
		{"a \\\n = b \\\n  c", "'a' = 'b c'"},
		{"a+b = c", "'a+b' = 'c'"},
		{"a?b = c", "'a?b' = 'c'"},
		{"ifeq = b", "'ifeq' = 'b'"},
		{"include = b", "'include' = 'b'"},
		{"export = b", "'export' = 'b'"},
		{"endif := b", "'endif' := 'b'"},
		{"define = b", "'define' = 'b'"},
		{"export a = b", "export 'a' = 'b'"},
		{"override export private a := b", "export override private 'a' := 'b'"},
		{"export override = b", "export 'override' = 'b'"},
		// define.
		{"define a", "define 'a' ="},
		{"define a =", "define 'a' ="},
		{"define a := ", "define 'a' :="},
		{"define a += x", "define 'a' += extra"},
		{"define $(a)-b", "define {a}'-b' ="},
		{"override define a", "override define 'a' ="},
		{"undefine a", "undefine 'a'"},
		{"override undefine a b ", "override undefine 'a b'"},
		{"endef", "text 'endef'"},
		// Conditionals.
		{"ifdef A", "ifdef 'A'"},
		{"ifndef $(A)", "ifndef {A}"},
		{"ifeq (a,b)", "ifeq 'a' 'b'"},
		{"ifeq ( a , b )", "ifeq ' a' 'b '"},
		{"ifeq (,$(A))", "ifeq '' {A}"},
		{"ifneq ($(call f,a,b),c)", "ifneq call('f','a','b') 'c'"},
		{"ifeq ((a,b),c)", "ifeq '(a,b)' 'c'"},
		{"ifeq 'a' \"b\"", "ifeq 'a' 'b'"},
		{"ifeq 'a'\"b\" x", "ifeq extra 'a' 'b'"},
		{"ifeq (a,b) x", "ifeq extra 'a' 'b'"},
		{"ifeq (a,b) # x", "ifeq 'a' 'b'"},
		{"ifeq", "ifeq invalid"},
		{"ifeq a", "ifeq invalid"},
		{"ifeq (a", "ifeq invalid"},
		{"ifeq (a,b", "ifeq invalid"},
		{"ifeq (a)", "ifeq invalid"},
		{"ifeq 'a'", "ifeq invalid"},
		{"ifeq 'a' b", "ifeq invalid"},
		{"ifeq 'a' 'b", "ifeq invalid"},
		{"else", "else"},
		{"else x", "else extra"},
		{"else ifdef A", "else ifdef 'A'"},
		{"else ifeq (a,b)", "else ifeq 'a' 'b'"},
		{"else ifeq (a,b) x", "else ifeq extra 'a' 'b'"},
		{"endif", "endif"},
		{"endif x", "endif extra"},
		// Other directives.
		{"export", "export nil"},
		{"unexport", "unexport nil"},
		{"export a b $(c)", "export 'a b '{c}"},
		{"unexport a", "unexport 'a'"},
		{"include a b", "include 'a b'"},
		{"-include $(a)", "-include {a}"},
		{"sinclude a", "-include 'a'"},
		{"vpath %.c a:b", "vpath '%.c a:b'"},
		{"vpath", "vpath ''"},
		{"load a.so", "load 'a.so'"},
		{"-load a.so", "-load 'a.so'"},
		// Rules.
		{"a: b", "rule 'a' : ' b'"},
		{"a:", "rule 'a' : ''"},
		{"a b : c d", "rule 'a b ' : ' c d'"},
		{"a:: b", "rule 'a' :: ' b'"},
		{"a b &: c", "rule 'a b ' &: ' c'"},
		{"a b&:: c", "rule 'a b' &:: ' c'"},
		{": b", "rule '' : ' b'"},
		{"a: b ; c # d", `rule 'a' : ' b ' ; 1:" c # d"`},
		{"a: ;", `rule 'a' : ' ' ; 1:""`},
		{"a: b # c ; d", "rule 'a' : ' b '"},
		{"a: b \\\n c ; d", `rule 'a' : ' b c ' ; 1:" d"`},
		{"$(a): $(b)", "rule {a} : ' '{b}"},
		{"$(a:b=c): d", "rule {a:b=c} : ' d'"},
		{`a\:b: c`, `rule 'a\:b' : ' c'`},
		{`a: b\;c ; d`, `rule 'a' : ' b;c ' ; 1:" d"`},
		{"a: $(b;c)", "rule 'a' : ' '{b;c}"},
		{"%.o: %.c | d", "rule '%.o' : ' %.c | d'"},
		{"a: %: b", "rule 'a' : ' %: b'"},
		{"$(a)", "text {a}"},
		{"$(call f,a:b)", "text call('f','a:b')"},
		{"        a", "text 'a' spaces"},
		{"ifeq(a,b)", "text 'ifeq(a,b)'"},
		// Target-specific variables.
		{"a: b = c", "rule 'a' : 'b' = 'c'"},
		{"a: b := c ; d", "rule 'a' : 'b' := 'c ; d'"},
		{"a: export b += c", "rule 'a' : export 'b' += 'c'"},
		{"a: private override b ?= c", "rule 'a' : override private 'b' ?= 'c'"},
		{"%.o a: b = $(c)", "rule '%.o a' : 'b' = {c}"},
		{"a: b != c", "rule 'a' : 'b' != 'c'"},
		{"a: define b", "rule 'a' : ' define b'"},
		{"a: $(b)=c", "rule 'a' : {b} = 'c'"},
	} {
		f := Parse("m", c.text, 1, newest)
		got := "blank"
		if len(f.Lines) > 0 {
			got = showStmt(f.Lines[0].Stmt)
		}
		if len(f.Lines) > 1 {
			t.Errorf("%q has %d lines", c.text, len(f.Lines))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestStatementsOlderDialect(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a :::= b", "rule 'a ' :: '' := 'b'"},
		{"a ::= b", "'a' := 'b'"},
		{"a = $(b#c)", "'a' = !unterminated variable reference!"},
	} {
		if diff := cmp.Diff(c.want, showStmt(Parse("m", c.text, 1, oldest).Lines[0].Stmt)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestRecipeLinesAreNotParsed(t *testing.T) {
	f := Parse("m", "\tx := y\na:\n\tifdef A\n", 1, newest)
	for _, i := range []int{0, 2} {
		if f.Lines[i].Stmt != nil {
			t.Errorf("line %d is %s", f.Lines[i].No, showStmt(f.Lines[i].Stmt))
		}
	}
	// Outside a rule such a line is an ordinary one.
	if got := showStmt(f.Lines[0].Statement(newest)); got != "'x' := 'y'" {
		t.Errorf("line 1 outside a recipe: %s", got)
	}
	if got := showStmt(f.Lines[2].Statement(newest)); got != "ifdef 'A'" {
		t.Errorf("line 3 outside a recipe: %s", got)
	}
}

func TestParseTargetAssign(t *testing.T) {
	for after, want := range map[string]string{
		" a = b": "'a' = 'b'", "private a:=b": "private 'a' := 'b'", " a b": "none", "": "none", "define a": "none",
	} {
		got := "none"
		if a := ParseTargetAssign(after, nil, newest); a != nil {
			got = showStmt(a)
		}
		if got != want {
			t.Errorf("ParseTargetAssign(%q) = %s, want %s", after, got, want)
		}
	}
}
