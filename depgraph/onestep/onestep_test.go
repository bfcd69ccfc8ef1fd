package onestep

import (
	"os"
	"path/filepath"
	"testing"

	"gokbuild/depgraph/owner"
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

// TestInLink: a link under the name is replaced, not followed.
func TestInLink(t *testing.T) {
	folder := t.TempDir()
	elsewhere := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(elsewhere, []byte("theirs"), 0o666); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(folder, "f")
	if err := os.Symlink(elsewhere, name); err != nil {
		t.Fatal(err)
	}
	dir, err := owner.OpenDir(folder, false)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if err := In(dir, "f", []byte("o"), []byte("urs")); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{name: "ours", elsewhere: "theirs"} {
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", file, got, err, want)
		}
	}
	if st, err := os.Lstat(name); err != nil || st.Mode() != 0o600 {
		t.Errorf("%v, %v", st, err)
	}
}
