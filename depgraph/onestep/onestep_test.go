package onestep

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	for _, text := range []string{"one", "another"} {
		if err := Write(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	folder := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(folder, "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	if Write(folder, nil) == nil || Write(filepath.Join(dir, "none", "f"), nil) == nil {
		t.Error("no error")
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Error("left behind: ", left)
	}
}
