package simplify_test

import (
	"os"
	"path/filepath"
	"testing"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/simplify"
	"gokbuild/kconfig/internal/syntax"
	"gokbuild/kconfig/internal/testkit"
)

// parse reads expressions over the bools A and B and the tristates T and U.
func parse(t *testing.T, d *dialect.Dialect, exprs ...string) (*simplify.Simplifier, []*model.Expr) {
	t.Helper()
	text := "config A\n\tbool\nconfig B\n\tbool\nconfig T\n\ttristate\nconfig U\n\ttristate\nconfig X\n\ttristate\n"
	for _, e := range exprs {
		text += "\tdefault " + e + "\n"
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	world := host.New(host.Options{Dir: dir})
	tree := model.New(*d, "CONFIG_")
	syntax.Parse(world, tree, "Kconfig", nil)
	var out []*model.Expr
	for _, p := range tree.Find("X").Props {
		if p.Kind == model.PropDefault {
			out = append(out, p.Expr)
		}
	}
	return simplify.New(world, tree), out
}

// TestTransform: what both generations make of a condition, with duplicates removed.
func TestTransform(t *testing.T) {
	for _, tt := range []struct{ in, want, older string }{
		{in: "A", want: "A"},
		{in: "!!A", want: "A"},
		{in: "A=y", want: "A"},
		{in: "A=n", want: "!A"},
		{in: "A=m", want: "n"},
		{in: "T=y", want: "T=y"},
		{in: "!(A && T)", want: "!A || !T"},
		{in: "!(A || T=m)", want: "!A && T!=m"},
		{in: "!y", want: "n"},
		{in: "A && A", want: "A"},
		{in: "A && B && A", want: "B && A"},
		{in: "A || !A", want: "y"},
		{in: "T || !T", want: "T || !T"},
		{in: "T!=n && T", want: "T"},
		{in: "T=y || T=m", want: "T!=n"},
		{in: "A && y", want: "A", older: "A && y"},
		{in: "U && (T || A && A)", want: "U && (T || A)"},
	} {
		for i, d := range testkit.All()[:2] {
			want := tt.want
			if i == 1 && tt.older != "" {
				want = tt.older
			}
			c, e := parse(t, d, tt.in)
			if got := c.EliminateDups(c.Transform(e[0])).String(); got != want {
				t.Errorf("generation %d: %s comes down to %s, want %s", i, tt.in, got, want)
			}
		}
	}
}

// TestEqual: the order of operands does not count.
func TestEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"A && B", "B && A", true},
		{"A && (T || U)", "(U || T) && A", true},
		{"A && B", "A || B", false},
		{"!A", "!A", true},
		{"A=y", "A", false},
		{"A && B && T", "A && B", false},
	} {
		for i, d := range testkit.All()[:2] {
			c, e := parse(t, d, tt.a, tt.b)
			if got := c.ExprEq(e[0], e[1]); got != tt.want {
				t.Errorf("generation %d: %s equals %s: %t", i, tt.a, tt.b, got)
			}
		}
	}
	c, _ := parse(t, dialect.Newest())
	if !c.ExprEq(nil, c.ExSym(c.Yes)) || c.ExprEq(nil, c.ExSym(c.No)) {
		t.Error("a missing condition is y")
	}
}
