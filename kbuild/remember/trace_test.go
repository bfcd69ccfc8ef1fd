package remember

// This file tests when what a trace has seen is no longer what is there.

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/need"
	"gokbuild/depgraph/trace"
)

// TestChangedAfterTrace sees that a file which is changed between the end of a traced command and the look at what it has read is not
// taken for what was read.
func TestChangedAfterTrace(t *testing.T) {
	name := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(name, []byte("read\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cat, err := exec.LookPath("cat")
	if err != nil {
		need.Missing(t, "no cat")
	}
	report, err := trace.Run(t.Context(), nil, depgraph.ProcSpec{Path: cat, Argv: []string{"cat", name}, Dir: filepath.Dir(name)})
	if err != nil {
		need.Missing(t, "no tracing: %v", err)
	}
	if report.Impure != "" {
		t.Fatal(report.Impure)
	}
	others := func() (n int) {
		for _, f := range report.Facts {
			if !f.Is(facts.Look(f.Kind, "", f.Path)) {
				n++
			}
		}
		return n
	}
	if n := others(); n != 0 {
		t.Errorf("%d files are others, though nobody has changed any", n)
	}
	if err := os.WriteFile(name, []byte("written since\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if n := others(); n != 1 {
		t.Errorf("%d files are others after one was changed", n)
	}
}
