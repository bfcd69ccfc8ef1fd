package shell

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

// directLines are recipe lines that begin with the probe program, as make sees
// them. Whether make starts a shell shows in the probe's environment: dash adds
// PWD.
var directLines = []string{
	`./probe`, `./probe a b`, `./probe  a	b  `, `  ./probe`, `./probe 'a b' c`, `./probe ''`, `./probe '' x`, `./probe a''`, `./probe a'b c'd`,
	`./probe "a"`, `./probe a"b"`, `./probe '"'`, `./probe a\ b`, `./probe \a`, `./probe a\\b`, `./probe \'a`, `./probe 'a\b'`, `./probe a\`,
	`./probe a=b`, `./probe =`, `./probe --x=y z`, `X=1 ./probe`, `./probe X=1`, `./pro'b'e a`,
	`./probe $$x`, `./probe a*`, `./probe a?`, `./probe [a]`, `./probe a;`, `./probe a&`, `./probe a|./probe b`, `./probe <list`, `./probe >out`,
	`./probe (a`, `./probe {a}`, `./probe a~`, `./probe ~`, `./probe a!`, `./probe ^a`, "./probe `x`", `./probe \#a`, `./probe a\#b`, `./probe '$$x * ; | & < > ( ) { } ~ ! ^'`,
	"./probe a \\\n b", "./probe a\\\nb", "./probe 'a \\\n b'", "./probe \\\n   b", "./probe a \\\n\tb", `./probe 'a`, `./probe 'a'b'c`, `./probe %`, `./probe a,b:c@d+e-f_g/h.i`, `./probe é`,
	`'./probe' a`, `.\/probe a`, `./probe -- -x`, `./probe a=b ./c=d`, `A./probe=1 x`, `./probe a ''  ''`, `./probe if`, `./probe cd`,
}

const probeSource = `#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
	int i;
	printf("%s", getenv("PWD") ? "shell" : "direct");
	for (i = 0; i < argc; i++) printf(" [%s]", argv[i]);
	printf("\n");
	return 0;
}
`

func makeVersion43(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("make")
	if err == nil {
		var out []byte
		if out, err = exec.Command(path, "--version").Output(); err == nil && !bytes.HasPrefix(out, []byte("GNU Make 4.")) {
			err = errors.New("make is not GNU make 4.x")
		}
	}
	if err != nil {
		need.Missing(t, "%v", err)
	}
	return path
}

// TestDirectAgainstMake compares the decision, and the words, with make's.
func TestDirectAgainstMake(t *testing.T) {
	gnuMake := makeVersion43(t)
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("probe.c", probeSource)
	write("list", "x\n")
	if out, err := exec.Command("cc", "-o", filepath.Join(dir, "probe"), filepath.Join(dir, "probe.c")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range directLines {
		write("Makefile", "all:\n\t@"+line+"\n")
		cmd := exec.Command(gnuMake, "--no-print-directory")
		cmd.Dir, cmd.Env = dir, []string{"PATH=/usr/bin:/bin"}
		var out bytes.Buffer
		cmd.Stdout = &out
		cmd.Run()
		first, _, _ := strings.Cut(out.String(), "\n")
		// What make takes as the line: dollars halved, the recipe prefix taken off
		// continued lines, leading blanks gone.
		text := strings.ReplaceAll(line, "$$", "$")
		text = strings.ReplaceAll(text, "\\\n\t", "\\\n")
		text = strings.TrimLeft(text, " \t")
		argv, ok := Direct(text)
		if direct := strings.HasPrefix(first, "direct"); direct != ok {
			if strings.HasPrefix(line, "./probe >") || first == "" {
				if !ok {
					continue // went to the shell and printed elsewhere, or not at all
				}
			}
			t.Errorf("%q: make says %q, Direct %v %q", line, first, ok, argv)
			continue
		}
		if !ok {
			continue
		}
		var b strings.Builder
		b.WriteString("direct")
		for _, a := range argv {
			b.WriteString(" [" + a + "]")
		}
		whole := strings.TrimSuffix(out.String(), "\n")
		if d := cmp.Diff(whole, b.String()); d != "" {
			t.Errorf("%q (-make +Direct):\n%s", line, d)
		}
	}
}

// TestDirectWords: the first word decides too.
func TestDirectWords(t *testing.T) {
	for line, want := range map[string]bool{
		"": true, "   ": true, ":": false, ": a": false, "cd x": false, "exec a": false, "test a": false, "true": true, "echo a": true,
		"export": false, "exporter": true, "if": false, "gcc -c a.c -o a.o": true, "make -f x obj=y": true, "unset a": false, ".": false,
	} {
		if _, ok := Direct(line); ok != want {
			t.Errorf("Direct(%q) = %v", line, ok)
		}
	}
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	populate(t, dir)
	run := func(argv ...string) (string, Status, error) {
		var out bytes.Buffer
		st, err := Command(argv).Run(context.Background(), &Env{
			Dir: dir, Capture: &out,
			Environ: func() []string { return []string{"PATH=/usr/bin:/bin", "x-y=kept"} },
		})
		return out.String(), st, err
	}
	if out, st, err := run("echo", `a\tb`, "c"); out != "a\\tb c\n" || !st.Success() || err != nil {
		t.Errorf("echo: %q %v %v", out, st, err)
	}
	if out, _, err := run("env"); out != "PATH=/usr/bin:/bin\nx-y=kept\n" || err != nil {
		t.Errorf("env: %q %v", out, err)
	}
	if _, st, err := run("sh", "-c", "exit 3"); st.Code != 3 || err != nil {
		t.Errorf("exit 3: %v %v", st, err)
	}
	if _, st, err := run("sh", "-c", "kill -TERM $$"); st.Signal != syscall.SIGTERM || err != nil {
		t.Errorf("TERM: %v %v", st, err)
	}
	for name, want := range map[string]string{
		"nosuch": "nosuch: No such file or directory", "./noexec": "./noexec: Permission denied", "./sub": "./sub: Permission denied", "./x/y": "./x/y: No such file or directory",
	} {
		_, st, err := run(name)
		var ee *ExecError
		if !errors.As(err, &ee) || err.Error() != want || st.Code != 127 {
			t.Errorf("%s: %v %v", name, st, err)
		}
	}
	if out, st, err := run("./script", "a"); out != "script ./script a\n" || !st.Success() || err != nil {
		t.Errorf("script without #!: %q %v %v", out, st, err)
	}
}
