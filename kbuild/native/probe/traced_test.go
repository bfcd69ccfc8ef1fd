package probe

// The tests of commands that are run under trace.

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph"
	"gokbuild/depgraph/trace"
)

// The test binary is its own tracer.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == trace.Name {
		os.Exit(trace.Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// runs counts how often commands are run untraced.
type runs struct{ n int }

func (r *runs) run(cmd, dir string, env []string, stdin io.Reader, stdout, stderr io.Writer) (depgraph.Status, error) {
	r.n++
	return SystemShell(cmd, dir, env, stdin, stdout, stderr)
}

// TestTraced: a command without a form is run as it is at first, then under trace, and then not any more, until something
// changes that it looked at.
func TestTraced(t *testing.T) {
	dir := t.TempDir()
	env := os.Environ()
	patterns := filepath.Join(dir, "patterns")
	write(t, patterns, "b\n")
	write(t, filepath.Join(dir, "data"), "a\nb\n")
	const cmd = "grep -f patterns data"
	memo := filepath.Join(dir, "memo")
	ask := func(env []string) (out string, r runs, recorded int) {
		m := Open(memo) // as in another process
		text, err := m.Shell(r.run).Tracing(context.Background()).RunShell(cmd, dir, env, nil, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		return string(text), r, m.Stats().Recorded
	}
	want := func(when, wantOut string, wantRuns, wantRecorded int, env []string) {
		t.Helper()
		if out, r, recorded := ask(env); out != wantOut || r.n != wantRuns || recorded != wantRecorded {
			t.Errorf("%s: %q, run %d times, recorded %d; want %q, %d, %d", when, out, r.n, recorded, wantOut, wantRuns, wantRecorded)
		}
	}
	want("first", "b\n", 1, 0, env)
	want("second", "b\n", 0, 1, env)
	want("third", "b\n", 0, 0, env)
	write(t, patterns, "a\n")
	want("after a change", "a\n", 0, 1, env)
	want("after it", "a\n", 0, 0, env)
	want("with another environment", "a\n", 0, 1, append(env, "GREP_COLOR=1"))
	if _, _, ok := Open(memo).Lookup(cmd, dir, env); ok {
		t.Error("makefiles are told the answer, though nobody can tell them what decided it")
	}
}

// TestNotTraced: what is not proved is run each time; under trace no more often than is worth trying.
func TestNotTraced(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "data"), "a\n")
	for name, cmd := range map[string]string{
		"number":   "grep -c a data; echo $$",
		"clock":    "date +%N",
		"writes":   "grep -f data data > out; cat out",
		"complain": "grep -f data nosuch",
		"input":    "cat; grep -f data data",
	} {
		m := Open("")
		var r runs
		s := m.Shell(r.run).Tracing(context.Background())
		for range 5 {
			in, err := os.Open(filepath.Join(dir, "data"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.RunShell(cmd, dir, os.Environ(), in, io.Discard); err != nil {
				t.Fatal(err)
			}
			in.Close()
		}
		if m.Stats().Recorded > 0 || r.n < 5-maxTraces {
			t.Errorf("%s: recorded %d, run %d times untraced", name, m.Stats().Recorded, r.n)
		}
	}
}

// TestTracedIsForesaid: an answer that was traced is at hand for whoever runs ahead.
func TestTracedIsForesaid(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "data"), "a\n")
	const cmd = "grep -f data data"
	s := Open("").Shell(SystemShell).Tracing(context.Background())
	for i := range 2 {
		if s.Remembers(cmd, dir, os.Environ()) {
			t.Errorf("remembered after %d runs", i)
		}
		if _, err := s.RunShell(cmd, dir, os.Environ(), nil, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	still := s.Still(dir, os.Environ())
	if !s.Remembers(cmd, dir, os.Environ()) || !s.Pure(cmd, dir, os.Environ()) || !still(cmd, []byte("a\n")) || still(cmd, []byte("b\n")) ||
		strings.TrimSpace(string(s.Prefetch(cmd, dir, os.Environ()))) != "a" {
		t.Error("not remembered")
	}
}

// TestTracedInput: what has asked of what kind its standard input is, is remembered for that kind.
func TestTracedInput(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "data"), "a\n")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w.Close()
	const cmd = "if test -p /dev/stdin; then echo pipe; else grep -f data data; fi"
	m := Open("")
	s := m.Shell(SystemShell).Tracing(context.Background())
	for i, in := range []io.Reader{nil, nil, nil, r, nil} {
		want := "a\n"
		if in != nil {
			want = "pipe\n"
		}
		if out, err := s.RunShell(cmd, dir, os.Environ(), in, io.Discard); err != nil || string(out) != want {
			t.Errorf("run %d: %q, %v", i, out, err)
		}
	}
	if s.Remembers(cmd, dir, os.Environ()) {
		t.Error("remembered for whoever does not say what the input is")
	}
}
