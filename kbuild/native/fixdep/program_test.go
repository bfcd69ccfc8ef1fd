package fixdep

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
	"gokbuild/kbuild/native/shell"
)

func TestPrograms(t *testing.T) {
	var source []byte
	for _, tree := range trees() {
		if text, err := os.ReadFile(filepath.Join(tree, "scripts/basic/fixdep.c")); err == nil {
			source = text
		}
	}
	if source == nil {
		need.Missing(t, "no kernel tree: set GOKBUILD_TREES")
	}
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := tick.Await(full); err != nil {
			t.Fatal(err)
		}
	}
	var p Programs
	check := func(what string, want bool) {
		t.Helper()
		if got := p.Native(dir, "tool/fix") != nil; got != want {
			t.Errorf("%s: %v", what, got)
		}
	}
	check("nothing there", false)
	write("src/fix.c", string(source), 0o666)
	write("tool/fix", "#!/bin/sh\necho real\n", 0o777)
	check("no .cmd file", false)
	write("tool/.fix.cmd", "cmd_tool/fix := cc\n\nsource_tool/fix := src/fix.c\n\ndeps_tool/fix := \\\n", 0o666)
	check("all there", true)
	check("asked again", true)
	if len(p.known) != 1 {
		t.Error("not remembered")
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "src/fix.c"), later, later); err != nil {
		t.Fatal(err)
	}
	check("source is newer", false)
	if err := os.Chtimes(filepath.Join(dir, "tool/fix"), later, later); err != nil {
		t.Fatal(err)
	}
	check("made again", true)
	var young Programs
	if young.Native(dir, "tool/fix") == nil || len(young.known) > 0 {
		t.Error("what is young is refused, or remembered")
	}
	write("src/fix.c", "int main(void) { return 0; }\n", 0o666)
	check("another program", false)
	write("src/fix.c", string(source), 0o666)
	write("tool/.fix.cmd", "cmd_tool/fix := cc\n\ndeps_tool/fix := \\\n  src/fix.c \\\n", 0o666)
	check("old form of .cmd", true)

	write("a.c", "CONFIG_A\n", 0o666)
	write("a.d", "a.o: a.c\n", 0o666)
	if !shell.Faithful("/bin/sh") {
		need.Missing(t, "/bin/sh is not dash: nothing is run in this process")
	}
	prog, ok := shell.Parse("tool/fix a.d a.o 'cc a' > a.cmd; tool/fix nosuch.d a.o cc")
	if !ok {
		t.Fatal("refused")
	}
	var out bytes.Buffer
	st, err := prog.Run(context.Background(), &shell.Env{Dir: dir, Capture: &out, Native: p.Native})
	if !st.Success() || err != nil || out.String() != "real\n" {
		t.Errorf("%v %v %q", st, err, out.String())
	}
	cmd, err := os.ReadFile(filepath.Join(dir, "a.cmd"))
	if err != nil || !bytes.Contains(cmd, []byte("_a.o := cc a\n\nsource_a.o := a.c\n\ndeps_a.o := \\\n    $(wildcard include/config/A) \\\n")) {
		t.Errorf("%q %v", cmd, err)
	}
}

func TestSourceOf(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "cmd_x := y\n": "", "cmd_x := y\n\nsource_x := a/b.c\n\n": "a/b.c", "source_x := b.S\n": "",
		"cmd_x := y\n\ndeps_x := \\\n  f.c \\\n  g.h \\\n": "f.c", "deps_x := \\\n    $(wildcard c) \\\n  f.c \\\n": "f.c",
	} {
		if got, ok := sourceOf(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}
