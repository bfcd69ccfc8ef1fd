package forms

import (
	"strings"
	"testing"
)

func TestCompiles(t *testing.T) {
	for _, c := range []struct {
		words, sources, out string
		object, ok          bool
	}{
		{"gcc -Wp,-MMD,.x.d -nostdinc -I a.c -c -o x.o x.c", "x.c", "x.o", true, true},
		{"ccache arm-gcc -c x.S", "x.S", "x.o", true, true},
		{"gcc -S -o b.s b.c", "b.c", "b.s", true, true},
		{"gcc -E -o x.i x.c", "x.c", "x.i", false, false},
		{"gcc -o prog a.c b.c -lelf", "a.c b.c", "prog", false, true},
		{"gcc -o prog a.o b.o", "", "prog", false, false},
		{"gcc -Werror -c -x c /dev/null -o /dev/null", "", "/dev/null", true, false},
		{"cp a.c", "a.c", "", false, true},
		{"gcc", "", "", false, false},
		{"gcc -fplugin=p.so -c -o x.o x.c", "x.c", "x.o", true, true},
	} {
		got, ok := Compiles(strings.Fields(c.words))
		if ok != c.ok || strings.Join(got.Sources, " ") != c.sources || got.Out != c.out || got.Object != c.object {
			t.Errorf("%s: %+v, %v", c.words, got, ok)
		}
	}
	for words, want := range map[string]string{"ccache gcc -c x.c": "gcc", "gcc x.c": "gcc", "gcc": "gcc", "a b": "a"} {
		if got := Compiler(strings.Fields(words)); got != want {
			t.Errorf("the compiler of %q is %q, want %q", words, got, want)
		}
	}
}
