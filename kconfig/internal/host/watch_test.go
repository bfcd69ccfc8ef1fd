package host

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/facts/tick"
)

func identify(t *testing.T, name string) facts.Stat {
	t.Helper()
	var st syscall.Stat_t
	if err := syscall.Stat(name, &st); err != nil {
		t.Fatal(err)
	}
	return facts.Of(&st)
}

// TestYoungFile: whether a file has changed can't be told if it was written a moment before it was read.
func TestYoungFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "Kconfig")
	if err := os.WriteFile(name, []byte("config A\n\tbool\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
	// The change time can't be set: the file is settled after a moment.
	if err := tick.Await(name); err != nil {
		t.Fatal(err)
	}
	var w Watch
	w.note(name, identify(t, name))
	w.note(filepath.Join(dir, "nothing"), facts.Stat{})
	if !w.Unchanged() {
		t.Error("an old file, or a missing one, is not trusted")
	}
	date := time.Now().Add(time.Minute) // no machine is too slow for this test
	if err := os.Chtimes(name, date, date); err != nil {
		t.Fatal(err)
	}
	w = Watch{}
	w.note(name, identify(t, name))
	if w.Unchanged() {
		t.Error("a young file is trusted")
	}
}
