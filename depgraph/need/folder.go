package need

// This file makes folders and files.

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Dir is a folder of the test's own, which is named without links.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Folder is such a folder with files in it, by their names below it.
func Folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := Dir(t)
	Files(t, dir, files)
	return dir
}

// Files writes files below a folder, by their names there.
func Files(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		Write(t, filepath.Join(dir, name), text)
	}
}

// Write writes a file, and makes the folders above it.
func Write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Age makes files an hour old, so that their dates are trusted.
func Age(t testing.TB, names ...string) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	for _, name := range names {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
}
