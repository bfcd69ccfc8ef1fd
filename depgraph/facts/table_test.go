package facts

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"gokbuild/depgraph/need"
)

// remember settles all facts of a table and returns the table of the next run.
func remember(t *testing.T, table *Table) *Table {
	t.Helper()
	table.Generation().Changed()
	used := make([]bool, len(table.All()))
	for i := range used {
		used[i] = true
	}
	table.Settle(used)
	rows, paths, _ := table.Encode(used)
	next, err := Decode(table.Run()+1, table.Seed(), rows, paths)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// reopened is the table as the same run would read it once more.
func reopened(t *testing.T, table *Table) *Table {
	t.Helper()
	used := make([]bool, len(table.All()))
	for i := range used {
		used[i] = true
	}
	rows, paths, _ := table.Encode(used)
	same, err := Decode(table.Run(), table.Seed(), rows, paths)
	if err != nil {
		t.Fatal(err)
	}
	return same
}

func (t *Table) hold(id ID, byDate bool) bool { return t.Holds(id, t.gen.Number(), byDate) }

// own gives a file to somebody else, which only the superuser may do.
func own(t *testing.T, dir string) {
	if err := os.Chown(dir+"/f", 1, 1); err != nil {
		need.Missing(t, "a file is given to somebody else: %v", err)
	}
}

// TestFacts changes the world in one way at a time.
func TestFacts(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   Kind
		path   string
		change func(t *testing.T, dir string)
		holds  bool
		byDate bool // whether it holds under --mtime
	}{
		{"nothing", Content, "f", func(*testing.T, string) {}, true, true},
		{"touched", Content, "f", func(t *testing.T, d string) { need.Age(t, d+"/f") }, true, false},
		{"rewritten", Content, "f", func(t *testing.T, d string) { need.Write(t, d+"/f", "text") }, true, false},
		{"replaced", Content, "f", func(t *testing.T, d string) { need.Write(t, d+"/g", "text"); os.Rename(d+"/g", d+"/f") }, true, false},
		{"changed", Content, "f", func(t *testing.T, d string) { need.Write(t, d+"/f", "tex2") }, false, false},
		{"changed with its old date", Content, "f", func(t *testing.T, d string) {
			st, _ := os.Stat(d + "/f")
			need.Write(t, d+"/f", "tex3")
			os.Chtimes(d+"/f", st.ModTime(), st.ModTime())
		}, false, false},
		{"grown", Content, "f", func(t *testing.T, d string) { need.Write(t, d+"/f", "text and more") }, false, false},
		{"removed", Content, "f", func(t *testing.T, d string) { os.Remove(d + "/f") }, false, false},
		{"made executable", Content, "f", func(t *testing.T, d string) { os.Chmod(d+"/f", 0o755) }, false, false},
		{"now a folder", Content, "f", func(t *testing.T, d string) { os.Remove(d + "/f"); os.Mkdir(d+"/f", 0o777) }, false, false},
		{"now a link to the same", Content, "f", func(t *testing.T, d string) { os.Rename(d+"/f", d+"/g"); os.Symlink("g", d+"/f") }, true, true},
		{"an empty stamp touched", Content, "stamp", func(t *testing.T, d string) { need.Age(t, d+"/stamp") }, false, false},
		{"a thin archive made anew", Content, "thin.a", func(t *testing.T, d string) { need.Age(t, d+"/thin.a") }, false, false},
		{"still absent", Content, "none", func(*testing.T, string) {}, true, true},
		{"absent, now there", Content, "none", func(t *testing.T, d string) { need.Write(t, d+"/none", "") }, false, false},
		{"a folder's date", Content, "dir", func(t *testing.T, d string) { need.Age(t, d+"/dir") }, true, true},
		{"exists, other content", Exists, "f", func(t *testing.T, d string) { need.Write(t, d+"/f", "other") }, true, true},
		{"exists, removed", Exists, "f", func(t *testing.T, d string) { os.Remove(d + "/f") }, false, false},
		{"absent name made", Exists, "none", func(t *testing.T, d string) { os.Symlink("nowhere", d+"/none") }, false, false},
		{"same names", List, "dir", func(t *testing.T, d string) { need.Write(t, d+"/dir/a", "other"); need.Age(t, d+"/dir") }, true, true},
		{"new name", List, "dir", func(t *testing.T, d string) { need.Write(t, d+"/dir/c", "") }, false, false},
		{"a name of another type", List, "dir", func(t *testing.T, d string) { os.Remove(d + "/dir/a"); os.Mkdir(d+"/dir/a", 0o777) }, false, false},
		{"name gone", List, "dir", func(t *testing.T, d string) { os.Remove(d + "/dir/a") }, false, false},
		{"our folder", List, "dir", func(t *testing.T, d string) { os.Mkdir(d+"/dir/"+OwnDir, 0o777) }, true, true},
		{"link remade", Link, "link", func(t *testing.T, d string) { os.Remove(d + "/link"); os.Symlink("f", d+"/link") }, true, true},
		{"link moved", Link, "link", func(t *testing.T, d string) { os.Remove(d + "/link"); os.Symlink("dir", d+"/link") }, false, false},
		{"exists, of another owner", Exists, "f", own, false, false},
		{"dated, of another owner", Dated, "f", own, false, false},
		{"content, of another owner", Content, "f", own, true, true},
		{"dated, touched", Dated, "f", func(t *testing.T, d string) { need.Age(t, d+"/f") }, false, false},
	} {
		for _, old := range []bool{false, true} {
			t.Run(c.name+" old="+strconv.FormatBool(old), func(t *testing.T) {
				dir := t.TempDir()
				need.Write(t, dir+"/f", "text")
				need.Write(t, dir+"/stamp", "")
				need.Write(t, dir+"/thin.a", ThinArchive+"…")
				need.Write(t, dir+"/dir/a", "")
				os.Symlink("f", dir+"/link")
				if old {
					past := time.Now().Add(-2 * time.Hour)
					for _, n := range []string{"f", "stamp", "dir"} {
						os.Chtimes(dir+"/"+n, past, past)
					}
				}
				table := NewTable()
				id := table.Intern(c.kind, dir+"/"+c.path)
				table.Saw(id, Look(c.kind, "", dir+"/"+c.path))
				table = remember(t, table)
				c.change(t, dir)
				if got := table.hold(id, false); got != c.holds {
					t.Errorf("holds: %v", got)
				}
				if got := table.hold(id, true); got != c.byDate {
					t.Errorf("holds by date: %v", got)
				}
			})
		}
	}
}

// TestSince follows the run and the date that count for make's rule, and whether it was made.
func TestSince(t *testing.T) {
	dir := t.TempDir()
	f := dir + "/f"
	first := time.Now().Add(-time.Hour).Truncate(time.Second)
	table := NewTable()
	since := func(want uint32, wantDate time.Time, made bool) {
		t.Helper()
		table.Generation().Changed()
		id := table.Intern(Content, f)
		run, date, _ := table.Since(id)
		if run != want || !wantDate.IsZero() && date != wantDate.UnixNano() {
			t.Errorf("since run %d, %v; want %d, %v", run, time.Unix(0, date), want, wantDate)
		}
		if got := table.Making(id); (got.Run != 0) != made {
			t.Errorf("made by work: %+v", got)
		}
	}
	save := func(made bool) {
		t.Helper()
		id := table.Intern(Content, f)
		table.Saw(id, Look(Content, "", f))
		if made {
			table.Made(id, Making{})
		}
		table = remember(t, table)
	}
	need.Write(t, f, "one")
	os.Chtimes(f, first, first)
	since(1, first, false)
	save(true)
	since(1, first, true)
	table = reopened(t, table)
	need.Age(t, f)
	since(1, first, false) // somebody else has dated it: how he made it is not known
	save(false)
	since(1, first, false)
	need.Write(t, f, "two")
	since(3, time.Time{}, false)
	save(false)
	since(3, time.Time{}, false)
	save(true)
	since(3, time.Time{}, true)
}

// TestChangeWithoutSign: a file that was hashed while it was young, and changed within the same tick of its clock, is
// what it is at the end, and a change for who used it.
func TestChangeWithoutSign(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	table := NewTable()
	value := func() uint64 {
		v, ok := newFact(name).current(table)
		if !ok {
			t.Fatal("no value")
		}
		return v
	}
	write("first")
	id := table.Intern(Content, name)
	f := table.fact(id)
	f.lookIn(table, 1)
	if v, ok := f.current(table); !ok || v != value() {
		t.Fatal("no value")
	}
	write("other")
	f.seen = Look(Content, "", name).As(Content) // as if its status were the same
	used := table.Clock()
	f.commit(table, 1, 1, time.Now().Add(time.Hour).UnixNano())
	if f.value != value() || f.distrust {
		t.Errorf("value %x, want %x; distrusted: %v", f.value, value(), f.distrust)
	}
	if table.Unchanged(id, used, 1, false) {
		t.Error("no change for who used it")
	}
}

func newFact(name string) *Fact {
	f := &Fact{factKey: factKey{Content, name}}
	f.look(NewTable())
	return f
}

// awaitSettled waits exactly as long as a file is young. Package tick does the same, and imports this one.
func awaitSettled(path string) { time.Sleep(time.Until(Look(Content, "", path).Settles())) }

// TestFolder sees that a directory answers for the names that are not in it, and only as long as it has not changed.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(sub, "link")); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{"a": true, "b": true, "link": false, "none/c": false, ".": false}
	var table *Table
	record := func() {
		t.Helper()
		awaitSettled(sub)
		table = NewTable()
		for name := range names {
			table.Stat(table.Intern(Content, sub+"/"+name))
		}
		table = remember(t, table)
	}
	holds := func(want bool, why string) {
		t.Helper()
		table.Generation().Changed()
		got := true
		for name := range names {
			got = table.hold(table.Intern(Content, sub+"/"+name), false) && got
		}
		if got != want {
			t.Errorf("%s: all hold: %v", why, got)
		}
	}
	record()
	for name, want := range names {
		if f := table.fact(table.Intern(Content, sub+"/"+name)); (f.folder != nil) != want {
			t.Errorf("its directory answers for %s: %v", name, !want)
		}
	}
	holds(true, "nothing changed")
	need.Write(t, filepath.Join(sub, "other"), "")
	holds(true, "another name")
	need.Write(t, filepath.Join(dir, "nowhere"), "")
	holds(true, "what no link leads to")
	need.Write(t, filepath.Join(sub, "nowhere"), "text")
	holds(false, "what a link leads to")
	os.Remove(filepath.Join(sub, "nowhere"))
	record()
	holds(true, "recorded again")
	need.Write(t, filepath.Join(sub, "b"), "text")
	holds(false, "the name itself")
	os.Remove(filepath.Join(sub, "b"))
	holds(true, "gone again")
	os.Rename(sub, filepath.Join(dir, "away"))
	os.Mkdir(sub, 0o777)
	need.Write(t, filepath.Join(sub, "a"), "text")
	holds(false, "another directory")
}
