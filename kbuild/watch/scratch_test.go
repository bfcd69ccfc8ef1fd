package watch

// This file tests which folders of other processes are removed.

import (
	"os"
	"path/filepath"
	"testing"
)

func TestScratch(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", top)
	first, err := NewScratch()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Remove()
	killed, other := filepath.Join(top, "gokbuild-watch-1"), filepath.Join(top, "gokbuild-else-1")
	for _, dir := range []string{killed, other} {
		if err := os.MkdirAll(filepath.Join(dir, "marker"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(top, "gokbuild-watch-link")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	second, err := NewScratch()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{first.Dir: true, second.Dir: true, killed: false, other + "/marker": true, link: true} {
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", path, err, want)
		}
	}
	second.Remove()
	if _, err := os.Lstat(second.Dir); err == nil {
		t.Error("it is still there")
	}
}
