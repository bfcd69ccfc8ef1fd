package trace

import (
	"context"
	"os"
	"testing"
)

// runScript traces sh -c script in dir.
func runScript(t *testing.T, dir, script string) (*Report, string) {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	r, err := Run(context.Background(), Command{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Dir: dir,
		Env: []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}, Stdout: out, Stderr: out})
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return r, string(text)
}

func TestFirst(t *testing.T) {
	r, text := runScript(t, t.TempDir(), "echo hello; [ -e none ]; exit 3")
	if r.Status.Code != 3 || text != "hello\n" || r.Impure != "" || !r.Wrote {
		t.Errorf("%+v %q", r, text)
	}
}
