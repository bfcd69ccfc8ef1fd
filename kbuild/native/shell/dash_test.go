package shell

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph"
	"gokbuild/depgraph/need"
)

// outcome is everything a line can be told by.
type outcome struct {
	Stdout, Stderr string
	Status         string
	Files          map[string]string
}

// testEnv is the environment both sides get.
func testEnv() []string {
	return []string{"PATH=/usr/bin:/bin", "HOME=/nowhere", "GREETING=hello  there", "EMPTY=", "STAR=*.c", "LC_ALL=C", "x-y=dropped"}
}

// populate makes the files lines find.
func populate(t testing.TB, dir string) {
	t.Helper()
	for name, text := range map[string]string{
		"a.c": "int a;\n", "b.c": "int b;\n", "same1": "x\n", "same2": "x\n", ".hidden": "h\n",
		"sub/d.c": "d\n", "sub/e[1].c": "e\n", "empty": "", "script": "echo script \"$0\" \"$@\"\n",
		"noexec": "data\n", "list": "a.c\nb.c\n",
	} {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "script"), 0o755); err != nil {
		t.Fatal(err)
	}
	old := time.Unix(1000000000, 0)
	if err := os.Chtimes(filepath.Join(dir, "a.c"), old, old); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("sub", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
}

func snapshot(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		info, err := d.Info()
		if err != nil {
			return err
		}
		desc := info.Mode().String()
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			desc += " " + string(data)
		case info.Mode()&fs.ModeSymlink != 0:
			target, _ := os.Readlink(path)
			desc += " -> " + target
		}
		files[rel] = desc
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// executable is a program that a test adds to the files lines find.
type executable struct{ name, text string }

// withDir makes the same absolute path for both sides, one after the other.
func withDir(t testing.TB, dir string, scripts []executable, f func()) map[string]string {
	t.Helper()
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	populate(t, dir)
	for _, x := range scripts {
		if err := os.WriteFile(filepath.Join(dir, x.name), []byte(x.text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	f()
	files := snapshot(t, dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	return files
}

func runDash(t testing.TB, dir, line string, scripts ...executable) outcome {
	t.Helper()
	var out, errOut bytes.Buffer
	var o outcome
	o.Files = withDir(t, dir, scripts, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, testEnv(), &out, &errOut
		err := cmd.Run()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		o.Status = depgraph.StatusOf(cmd.ProcessState.Sys().(syscall.WaitStatus)).String()
	})
	o.Stdout, o.Stderr = out.String(), errOut.String()
	return o
}

// runOurs runs line in this process; false if Parse leaves it to the shell.
func runOurs(t testing.TB, dir, line string) (outcome, bool) {
	t.Helper()
	p, ok := Parse(line)
	if !ok {
		return outcome{}, false
	}
	return runProgram(t, dir, p), true
}

func runProgram(t testing.TB, dir string, p *Program) outcome {
	t.Helper()
	return runIn(t, dir, p, Env{})
}

// runIn runs p by env, in a fresh dir.
func runIn(t testing.TB, dir string, p *Program, env Env, scripts ...executable) outcome {
	t.Helper()
	var o outcome
	out, errOut := tempFile(t), tempFile(t)
	env.Dir, env.Environ, env.Stdout, env.Stderr = dir, testEnv, out, errOut
	o.Files = withDir(t, dir, scripts, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		st, err := p.Run(ctx, &env)
		if err != nil {
			t.Errorf("Run: %v", err)
		}
		o.Status = st.String()
	})
	o.Stdout, o.Stderr = contents(t, out), contents(t, errOut)
	return o
}

func tempFile(t testing.TB) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func contents(t testing.TB, f *os.File) string {
	t.Helper()
	data, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func requireDash(t testing.TB) {
	t.Helper()
	if !Faithful("/bin/sh") {
		need.Missing(t, "/bin/sh is not dash")
	}
}

// TestAgainstDash runs every line of the tables by both and compares everything.
func TestAgainstDash(t *testing.T) {
	requireDash(t)
	dir := filepath.Join(t.TempDir(), "w")
	seen := map[string]bool{}
	for _, line := range acceptedLines {
		if seen[line] {
			t.Errorf("line is in the table twice: %q", line)
		}
		seen[line] = true
	}
	for _, line := range need.Sample(t, acceptedLines, 120) {
		ours, ok := runOurs(t, dir, line)
		if !ok {
			t.Errorf("refused: %q: %s", line, why(line))
			continue
		}
		theirs := runDash(t, dir, line)
		if d := cmp.Diff(theirs, ours); d != "" {
			t.Errorf("%q (-dash +ours):\n%s", line, d)
		}
	}
}

// TestRefused pins lines that must be left to the shell.
func TestRefused(t *testing.T) {
	for _, line := range refusedLines {
		if _, ok := Parse(line); ok {
			t.Errorf("accepted: %q", line)
		}
	}
}

func mentionsNative(line string) bool {
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ;&|(){}\n/", r) }) {
		if nativePrograms[w] != nil && w != "echo" && w != "true" && w != "false" {
			return true
		}
	}
	return false
}

// TestWithoutNativePrograms runs the table again with real programs only.
func TestWithoutNativePrograms(t *testing.T) {
	requireDash(t)
	dir := filepath.Join(t.TempDir(), "w")
	for _, line := range need.Sample(t, acceptedLines, 80) {
		if !mentionsNative(line) {
			continue
		}
		p, ok := Parse(line)
		if !ok {
			continue
		}
		native := runProgram(t, dir, p)
		real := runIn(t, dir, p, Env{NoBuiltinPrograms: true})
		if d := cmp.Diff(real, native); d != "" {
			t.Errorf("%q (-real +native):\n%s", line, d)
		}
	}
}

func sortedLines(s string) string {
	lines := strings.Split(s, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
