package memory

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// journalWorld is an output directory in which a build is killed.
type journalWorld struct {
	t   *testing.T
	dir string
}

func newJournalWorld(t *testing.T) journalWorld {
	w := journalWorld{t, filepath.Join(t.TempDir(), "out")}
	if err := os.MkdirAll(filepath.Join(w.dir, Dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w journalWorld) path(name string) string { return filepath.Join(w.dir, name) }

func (w journalWorld) write(names ...string) {
	w.t.Helper()
	for _, name := range names {
		if err := os.WriteFile(w.path(name), []byte(name), 0o666); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w journalWorld) expect(what string, there map[string]bool) {
	w.t.Helper()
	for name, want := range there {
		if _, err := os.Lstat(w.path(name)); (err == nil) != want {
			w.t.Errorf("%s: %s: %v, want it there: %v", what, name, err, want)
		}
	}
}

func (w journalWorld) open() *Journal { return OpenJournal(w.dir, Secret{1}) }

func TestJournalDeletesWhatWasHalfMade(t *testing.T) {
	w := newJournalWorld(t)
	w.write("untouched", "old")
	j := w.open()
	for _, name := range []string{"done", "half", "untouched", "never", "folder", "old", "sub/../dots"} {
		j.Begin(w.path(name))
	}
	j.Doubt(w.path("precious"))
	w.write("done", "half", "precious", "dots")
	if err := os.WriteFile(w.path("old"), []byte("half"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.path("folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	j.End(w.path("done"))
	// The process is killed here, in the middle of a line; another line is damaged.
	j.Begin(w.path("spared"))
	w.write("spared", "spareD")
	name := w.path(Dir + "/running")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("spared"), []byte("spareD"), 1)
	text = append(text, j.seal(`- "half"`)[:20]...)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}

	j = w.open()
	want := []string{"done", "dots", "folder", "half", "never", "old", "precious", "untouched"}
	if got := j.Doubted(); !slices.EqualFunc(got, want, func(g, n string) bool { return g == w.path(n) }) {
		t.Errorf("in doubt: %v", got)
	}
	w.expect("after the kill", map[string]bool{"done": true, "half": false, "untouched": true, "never": false, "folder": true,
		"spareD": true, "spared": true, "old": false, "precious": true, "dots": false})
	// What is in doubt stays so until a memory is saved, also when the next build is killed as well.
	w.write("half")
	j.Begin(w.path("more"))
	j.Keep()
	j = w.open()
	if got := j.Doubted(); len(got) != len(want)+1 {
		t.Errorf("in doubt after two kills: %v", got)
	}
	w.expect("after the second kill", map[string]bool{"half": true})
	// A journal that was closed leaves nothing behind and nothing to do.
	j.Begin(w.path("done"))
	w.write("done")
	j.Close()
	if j := w.open(); len(j.Doubted()) != 0 {
		t.Errorf("in doubt after a save: %v", j.Doubted())
	}
	w.expect("after a save", map[string]bool{"done": true})
	if l, _ := os.ReadDir(w.path(Dir)); len(l) != 0 {
		t.Errorf("left behind: %v", l)
	}
}

// TestJournalDeletesNothingElse: what a journal leads to is deleted only if it is sure to be what the recipe left.
func TestJournalDeletesNothingElse(t *testing.T) {
	for what, spoil := range map[string]func(w journalWorld) (there string){
		"a copy": func(w journalWorld) string {
			if err := os.CopyFS(w.dir+".copy", os.DirFS(w.dir)); err != nil {
				t.Fatal(err)
			}
			_ = os.Chmod(w.dir+".copy/"+Dir+"/"+journalName, 0o600)
			OpenJournal(w.dir+".copy", Secret{1})
			return "../out.copy/sub/f"
		},
		"a copy in place of the original": func(w journalWorld) string {
			if err := os.CopyFS(w.dir+".copy", os.DirFS(w.dir)); err != nil {
				t.Fatal(err)
			}
			os.Rename(w.dir, w.dir+".original")
			os.Rename(w.dir+".copy", w.dir)
			return "sub/f"
		},
		"another user's line": func(w journalWorld) string {
			j := OpenJournal(w.dir, Secret{2})
			j.Begin(w.path("sub/f"))
			os.WriteFile(w.path("sub/f"), []byte("precious"), 0o666)
			j.Keep()
			return "sub/f"
		},
		"a link to the folder": func(w journalWorld) string {
			os.Rename(w.path("sub"), w.path("other"))
			os.Symlink("other", w.path("sub"))
			return "other/f"
		},
		"another folder": func(w journalWorld) string {
			os.Rename(w.path("sub"), w.path("other"))
			os.Mkdir(w.path("sub"), 0o777)
			w.write("sub/f")
			return "sub/f"
		},
		"a link": func(w journalWorld) string {
			os.Rename(w.path("sub/f"), w.path("sub/g"))
			os.Symlink("g", w.path("sub/f"))
			return "sub/g"
		},
		"changed long after": func(w journalWorld) string {
			past := time.Now().Add(-time.Hour)
			os.Chtimes(w.path(Dir+"/running"), past, past)
			return "sub/f"
		},
		"a journal that others may write": func(w journalWorld) string {
			os.Chmod(w.path(Dir+"/running"), 0o666)
			return "sub/f"
		},
	} {
		w := newJournalWorld(t)
		os.Mkdir(w.path("sub"), 0o777)
		j := w.open()
		j.Begin(w.path("sub/f"))
		w.write("sub/f")
		j.Keep()
		there := spoil(w)
		w.open()
		w.expect(what, map[string]bool{there: true})
	}
	// Outside of the folder, whatever the line says.
	w := newJournalWorld(t)
	w.write("../precious")
	j := w.open()
	for _, name := range []string{"../precious", "./../precious", w.path("../precious"), "/precious", "..", ".", "", "a/../../precious"} {
		j.write(`+ - - "` + name + `"`)
	}
	j.Begin(w.path("../precious"))
	j.Keep()
	w.open()
	w.expect("outside", map[string]bool{"../precious": true})
	// A folder that was moved is the same folder.
	j = w.open()
	j.Begin(w.path("half"))
	w.write("half")
	j.Keep()
	os.Rename(w.dir, w.dir+".moved")
	w.dir += ".moved"
	w.open()
	w.expect("moved", map[string]bool{"half": false})
}

// TestJournalGivesSignsOfLife: as long as a recipe runs the journal is young.
func TestJournalGivesSignsOfLife(t *testing.T) {
	w := newJournalWorld(t)
	j := w.open()
	defer j.Close()
	j.Begin(w.path("a"))
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(w.path(Dir+"/running"), past, past); err != nil {
		t.Fatal(err)
	}
	// The sign of life is a date, and nothing else: who looks must look again.
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		st, err := os.Stat(w.path(Dir + "/running"))
		if err == nil && time.Since(st.ModTime()) < time.Minute {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no sign of life")
		}
	}
}

// Whatever took the place of our files gives way.
func TestStateFilesGetTheirPlaceBack(t *testing.T) {
	for _, spoil := range []func(name string) error{
		func(name string) error { return os.MkdirAll(filepath.Join(name, "x"), 0o777) },
		func(name string) error { return os.Symlink(filepath.Base(name), name) },
		func(name string) error { return os.Symlink("nowhere/at/all", name) },
		func(name string) error { return os.Symlink("../precious", name) },
	} {
		w := newJournalWorld(t)
		w.write("precious")
		names := []string{lockName, journalName, fileName}
		for _, name := range append(names, belowName, fileName+".new") {
			if err := spoil(w.path(Dir + "/" + name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(w.path(Dir+"/"+fileName+".123"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		lock, err := Acquire(t.Context(), w.dir, func(int) error { return errBusy })
		if err != nil {
			t.Fatal(err)
		}
		j := w.open()
		j.Begin(w.path("a"))
		s := Open(w.dir, 1, Secret{}, false)
		s.dirty = true
		if err := save(s); err != nil {
			t.Error(err)
		}
		for _, name := range names {
			if st, err := os.Lstat(w.path(Dir + "/" + name)); err != nil || !st.Mode().IsRegular() {
				t.Errorf("%s: %v, %v", name, st, err)
			}
		}
		w.expect("state", map[string]bool{Dir + "/" + fileName + ".123": false})
		if data, err := os.ReadFile(w.path("precious")); string(data) != "precious" {
			t.Errorf("what a link led to holds %q (%v)", data, err)
		}
		j.Close()
		lock.Release()
	}
}

// FuzzJournal reads any line, as if this user had signed it: it never leads out of the folder.
func FuzzJournal(f *testing.F) {
	f.Add(`+ - - "a"`)
	f.Add(`+ 1:2 1.2.3.4 "a/b c"`)
	f.Add(`- "a"`)
	f.Add(`? "/a\n"`)
	f.Add(`+ - - "../a"`)
	for _, line := range []string{"", "+", "+ ", "+ x /a", "+ 1 a", "- ", "/a", "\x00\xff"} {
		f.Add(line)
	}
	j := &Journal{dir: "/out", place: "1:2"}
	f.Fuzz(func(t *testing.T, line string) {
		if begun, left := j.read(line + "\n"); len(begun)+len(left) > 0 {
			t.Errorf("%q is believed without a signature", line)
		}
		begun, left := j.read(j.seal(line) + j.seal(`- "b"`))
		if len(begun) > 1 || len(left) > len(begun) {
			t.Errorf("%q: %q, %v", line, begun, left)
		}
		for _, l := range left {
			if filepath.IsAbs(l.name) || filepath.Clean(l.name) != l.name || slices.Contains(strings.Split(l.name, "/"), "..") {
				t.Errorf("%q leads to %q", line, l.name)
			}
		}
	})
}
