package memory

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestJournalDeletesWhatWasHalfMade(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, Dir), 0o777); err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(path(name), []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("untouched")
	j := OpenJournal(dir)
	for _, name := range []string{"done", "half", "untouched", "never", "folder"} {
		j.Begin(path(name))
	}
	for _, name := range []string{"done", "half"} {
		write(name)
	}
	if err := os.Mkdir(path("folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	j.End(path("done"))
	// The process is killed here, in the middle of a line; another line is damaged.
	j.Begin(path("spared"))
	write("spared")
	name := filepath.Join(dir, Dir, "running")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("spared"), []byte("spareD"), 1)
	write("spareD")
	text = append(text, seal("+ 12 " + path("untouched"))[:20]...)
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}

	OpenJournal(dir).Close()
	for name, want := range map[string]bool{"done": true, "half": false, "untouched": true, "never": false, "folder": true, "spareD": true} {
		if _, err := os.Stat(path(name)); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", name, err, want)
		}
	}
	// A journal that was closed leaves nothing behind and nothing to do.
	j = OpenJournal(dir)
	j.Begin(path("done"))
	write("done")
	j.Close()
	OpenJournal(dir)
	if _, err := os.Stat(path("done")); err != nil {
		t.Error("a finished run's file is deleted")
	}
	if l, _ := os.ReadDir(filepath.Join(dir, Dir)); len(l) != 0 {
		t.Errorf("left behind: %v", l)
	}
}

// Whatever took the place of our files gives way.
func TestStateFilesGetTheirPlaceBack(t *testing.T) {
	for _, spoil := range []func(name string) error{
		func(name string) error { return os.MkdirAll(filepath.Join(name, "x"), 0o777) },
		func(name string) error { return os.Symlink(filepath.Base(name), name) },
		func(name string) error { return os.Symlink("nowhere/at/all", name) },
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, Dir), 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"lock", "running", fileName} {
			if err := spoil(filepath.Join(dir, Dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, Dir, fileName+".123"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		lock, err := Acquire(t.Context(), dir, func(int) error { return errBusy })
		if err != nil {
			t.Fatal(err)
		}
		j := OpenJournal(dir)
		j.Begin(filepath.Join(dir, "a"))
		s := Open(dir, 1, false)
		s.dirty = true
		if err := save(s); err != nil {
			t.Error(err)
		}
		for _, name := range []string{"lock", "running", fileName} {
			if st, err := os.Lstat(filepath.Join(dir, Dir, name)); err != nil || !st.Mode().IsRegular() {
				t.Errorf("%s: %v, %v", name, st, err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, Dir, fileName+".123")); err == nil {
			t.Error("a half written memory is left")
		}
		j.Close()
		lock.Release()
	}
}

func TestJournalOfNonsense(t *testing.T) {
	for _, line := range []string{"", "+", "+ ", "+ x /a", "+ 1 a", "- ", "/a", "\x00\xff"} {
		for _, text := range []string{line, line + "\n", seal(line)} {
			if l := unfinished(text); len(l) != 0 {
				t.Errorf("%q: %v", text, l)
			}
		}
	}
	if l := unfinished("+ 1 /a\n"); len(l) != 0 {
		t.Errorf("without a seal: %v", l)
	}
	if l := unfinished(seal("+ 1 /a") + seal("- /b") + seal("+ 2 /c d") + seal("- /a")); len(l) != 1 || l["/c d"] != 2 {
		t.Errorf("%v", l)
	}
}
