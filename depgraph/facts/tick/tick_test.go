package tick

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gokbuild/depgraph/facts"
)

func TestNext(t *testing.T) {
	dir := t.TempDir()
	date := func(name string) time.Time {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		st, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		return st.ModTime()
	}
	for range 5 {
		before := date("before")
		between, err := Next(dir)
		if err != nil {
			t.Fatal(err)
		}
		if after := date("after"); !between.After(before) || !between.Before(after) {
			t.Errorf("%v is not between %v and %v", between, before, after)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Error(err, left)
	}
	if _, err := Next(filepath.Join(dir, "none")); err == nil {
		t.Error("no error without a folder")
	}
}

func TestAwait(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := Await(name); err == nil {
		t.Error("no error without a file")
	}
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Await(name); err != nil {
		t.Fatal(err)
	}
	var st syscall.Stat_t
	if err := syscall.Stat(name, &st); err != nil {
		t.Fatal(err)
	}
	if !facts.Of(&st).Settled() {
		t.Error("not settled")
	}
}
