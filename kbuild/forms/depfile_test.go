package forms

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// TestDeps reads lists of dependencies and writes them again.
func TestDeps(t *testing.T) {
	for text, ok := range map[string]bool{
		"a.o: a.c\n":          true,
		"a.o: a.c \\\n b.h\n": true,
		"a.o:\n":              false,
		"a.o a.d: a.c\n":      false,
		"a.o: a\\ b.c\n":      false,
		"a.o: a.c\nb.h:\n":    false,
		"a.o: a$$b\n":         false,
		"a.o: a.c":            false,
		"":                    false,
	} {
		if _, got := ParseDeps(text); got != ok {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestDepsOfGCC: lists are written as gcc writes them.
func TestDepsOfGCC(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		need.Missing(t, "gcc is not here")
	}
	dir, text := t.TempDir(), ""
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 60 {
		name := fmt.Sprintf("%s%d.h", strings.Repeat("x", i), i)
		write(name, "")
		text += "#include \"" + name + "\"\n"
	}
	write("a.c", text)
	cmd := exec.Command(gcc, "-nostdinc", "-MMD", "-MF", "a.d", "-c", "-o", "a.o", "a.c")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want, err := os.ReadFile(filepath.Join(dir, "a.d"))
	if err != nil {
		t.Fatal(err)
	}
	d, ok := ParseDeps(string(want))
	if !ok || len(d.Names) != 61 || d.String() != string(want) {
		t.Errorf("%v; wrote\n%s\ngcc wrote\n%s", ok, d, want)
	}
}

// FuzzDeps: a list of dependencies that can be read is written again such that it reads the same.
func FuzzDeps(f *testing.F) {
	for _, seed := range []string{"a.o: a.c b.h\n", "a.o: a.c \\\n " + strings.Repeat("x", 80) + " y.h\n", "a.o:\n", "a\\ b: c\n", ":", "a: b\n\nc:\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := ParseDeps(text)
		if !ok {
			return
		}
		again, ok := ParseDeps(d.String())
		if !ok || again.Target != d.Target || strings.Join(again.Names, "\n") != strings.Join(d.Names, "\n") {
			t.Errorf("%q: %q, then %q", text, d, again)
		}
	})
}
