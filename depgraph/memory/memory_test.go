package memory

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/fileid"
)

// generations counts them above those that the cases name themselves.
var generations atomic.Uint64

func init() { generations.Store(1000) }

// save saves after all that was done before.
func save(s *Store) error { return s.Save(generations.Add(1), time.Now()) }

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// age makes files old enough to be trusted.
func age(t testing.TB, names ...string) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	for _, n := range names {
		if err := os.Chtimes(n, old, old); err != nil {
			t.Fatal(err)
		}
	}
}

// record saves a record of the given facts and returns its key.
func record(t *testing.T, dir string, facts map[string]Kind) Key {
	t.Helper()
	s := Open(dir, 1, Secret{}, false)
	key := NewKey("test")
	r := &Record{Key: key, Pieces: []Piece{{Stream: Stdout, Text: "out"}, {Stream: Stderr, Text: "err"}}}
	for path, kind := range facts {
		id := s.Intern(kind, path)
		s.Saw(id, Look(kind, "", path))
		r.Facts = append(r.Facts, id)
	}
	s.Add(r, s.Clock())
	if err := save(s); err != nil {
		t.Fatal(err)
	}
	return key
}

func holds(dir string, key Key, byDate bool) bool {
	s := Open(dir, 1, Secret{}, byDate)
	return s.Holds(s.Find(key), 1)
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
		{"touched", Content, "f", func(t *testing.T, d string) { age(t, d+"/f") }, true, false},
		{"rewritten", Content, "f", func(t *testing.T, d string) { write(t, d+"/f", "text") }, true, false},
		{"replaced", Content, "f", func(t *testing.T, d string) { write(t, d+"/g", "text"); os.Rename(d+"/g", d+"/f") }, true, false},
		{"changed", Content, "f", func(t *testing.T, d string) { write(t, d+"/f", "tex2") }, false, false},
		{"changed with its old date", Content, "f", func(t *testing.T, d string) {
			st, _ := os.Stat(d + "/f")
			write(t, d+"/f", "tex3")
			os.Chtimes(d+"/f", st.ModTime(), st.ModTime())
		}, false, false},
		{"grown", Content, "f", func(t *testing.T, d string) { write(t, d+"/f", "text and more") }, false, false},
		{"removed", Content, "f", func(t *testing.T, d string) { os.Remove(d + "/f") }, false, false},
		{"made executable", Content, "f", func(t *testing.T, d string) { os.Chmod(d+"/f", 0o755) }, false, false},
		{"now a folder", Content, "f", func(t *testing.T, d string) { os.Remove(d + "/f"); os.Mkdir(d+"/f", 0o777) }, false, false},
		{"now a link to the same", Content, "f", func(t *testing.T, d string) { os.Rename(d+"/f", d+"/g"); os.Symlink("g", d+"/f") }, true, true},
		{"an empty stamp touched", Content, "stamp", func(t *testing.T, d string) { age(t, d+"/stamp") }, false, false},
		{"a thin archive made anew", Content, "thin.a", func(t *testing.T, d string) { age(t, d+"/thin.a") }, false, false},
		{"still absent", Content, "none", func(*testing.T, string) {}, true, true},
		{"absent, now there", Content, "none", func(t *testing.T, d string) { write(t, d+"/none", "") }, false, false},
		{"a folder's date", Content, "dir", func(t *testing.T, d string) { age(t, d+"/dir") }, true, true},
		{"exists, other content", Exists, "f", func(t *testing.T, d string) { write(t, d+"/f", "other") }, true, true},
		{"exists, removed", Exists, "f", func(t *testing.T, d string) { os.Remove(d + "/f") }, false, false},
		{"absent name made", Exists, "none", func(t *testing.T, d string) { os.Symlink("nowhere", d+"/none") }, false, false},
		{"same names", List, "dir", func(t *testing.T, d string) { write(t, d+"/dir/a", "other"); age(t, d+"/dir") }, true, true},
		{"new name", List, "dir", func(t *testing.T, d string) { write(t, d+"/dir/c", "") }, false, false},
		{"a name of another type", List, "dir", func(t *testing.T, d string) { os.Remove(d + "/dir/a"); os.Mkdir(d+"/dir/a", 0o777) }, false, false},
		{"name gone", List, "dir", func(t *testing.T, d string) { os.Remove(d + "/dir/a") }, false, false},
		{"our folder", List, "dir", func(t *testing.T, d string) { os.Mkdir(d+"/dir/"+Dir, 0o777) }, true, true},
		{"link remade", Link, "link", func(t *testing.T, d string) { os.Remove(d + "/link"); os.Symlink("f", d+"/link") }, true, true},
		{"link moved", Link, "link", func(t *testing.T, d string) { os.Remove(d + "/link"); os.Symlink("dir", d+"/link") }, false, false},
		{"dated, touched", Dated, "f", func(t *testing.T, d string) { age(t, d+"/f") }, false, false},
	} {
		for _, old := range []bool{false, true} {
			t.Run(c.name+" old="+strconv.FormatBool(old), func(t *testing.T) {
				dir := t.TempDir()
				write(t, dir+"/f", "text")
				write(t, dir+"/stamp", "")
				write(t, dir+"/thin.a", ThinArchive+"…")
				write(t, dir+"/dir/a", "")
				os.Symlink("f", dir+"/link")
				if old {
					past := time.Now().Add(-2 * time.Hour)
					for _, n := range []string{"f", "stamp", "dir"} {
						os.Chtimes(dir+"/"+n, past, past)
					}
				}
				key := record(t, dir, map[string]Kind{dir + "/" + c.path: c.kind})
				c.change(t, dir)
				if got := holds(dir, key, false); got != c.holds {
					t.Errorf("holds: %v", got)
				}
				if got := holds(dir, key, true); got != c.byDate {
					t.Errorf("holds by date: %v", got)
				}
			})
		}
	}
}

// TestChangedWhileUsed sees that a record is void whose facts changed between use and saving.
func TestChangedWhileUsed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "one")
	s := Open(dir, 1, Secret{}, false)
	id := s.Intern(Content, dir+"/f")
	clock := s.Clock()
	s.Saw(id, Look(Content, "", dir+"/f"))
	s.Add(&Record{Key: NewKey("a"), Facts: []ID{id}}, clock)
	write(t, dir+"/f", "other")
	s.Refresh(generations.Add(1))
	s.Add(&Record{Key: NewKey("b"), Facts: []ID{id}}, s.Clock())
	if err := save(s); err != nil {
		t.Fatal(err)
	}
	if holds(dir, NewKey("a"), false) || !holds(dir, NewKey("b"), false) {
		t.Error("a record of the old content holds, or one of the new does not")
	}
}

// TestOlderRecords sees that what one run saves does not make records of earlier runs true again, or false.
func TestOlderRecords(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "one")
	write(t, dir+"/g", "one")
	add := func(name, path string) {
		s := Open(dir, 1, Secret{}, false)
		id := s.Intern(Content, dir+"/"+path)
		s.Saw(id, Look(Content, "", dir+"/"+path))
		s.Add(&Record{Key: NewKey(name), Facts: []ID{id}}, s.Clock())
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	add("of f", "f")
	add("of g", "g")
	if !holds(dir, NewKey("of f"), false) || !holds(dir, NewKey("of g"), false) {
		t.Fatal("a record was lost")
	}
	write(t, dir+"/f", "two")
	add("of f, again", "f")
	if holds(dir, NewKey("of f"), false) || !holds(dir, NewKey("of f, again"), false) || !holds(dir, NewKey("of g"), false) {
		t.Error("a record of the old content holds, or a good one does not")
	}
	write(t, dir+"/f", "one")
	if holds(dir, NewKey("of f, again"), false) {
		t.Error("a record of the second content holds for the first")
	}
}

// TestDatesOfOlderRecords sees that a record that goes by dates does not hold again once another one was saved with
// new dates.
func TestDatesOfOlderRecords(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "one")
	add := func(name string) {
		s := Open(dir, 1, Secret{}, false)
		id := s.Intern(Content, dir+"/f")
		s.Saw(id, Look(Content, "", dir+"/f"))
		s.Add(&Record{Key: NewKey(name), Facts: []ID{id}, ByDate: true}, s.Clock())
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	add("first")
	if !holds(dir, NewKey("first"), false) {
		t.Fatal("the first record does not hold")
	}
	age(t, dir+"/f")
	if holds(dir, NewKey("first"), false) {
		t.Error("the first record holds with another date")
	}
	add("second")
	if holds(dir, NewKey("first"), false) || !holds(dir, NewKey("second"), false) {
		t.Error("the first record holds again, or the second does not")
	}
}

// TestDatedBySomebodyElse: a file that a recipe made and that has another date now may have been made by somebody
// else, who left other files as well: a record that was made before does not hold, though the bytes are the same. One
// that no recipe made is only touched.
func TestDatedBySomebodyElse(t *testing.T) {
	for _, made := range []bool{false, true} {
		dir := t.TempDir()
		f := dir + "/f"
		write(t, f, "one")
		add := func(name string, made bool) {
			t.Helper()
			s := Open(dir, 1, Secret{}, false)
			id := s.Intern(Content, f)
			s.Saw(id, Look(Content, "", f))
			if made {
				s.Made(id, Making{})
			}
			s.Add(&Record{Key: NewKey(name), Facts: []ID{id}}, s.Clock())
			if err := save(s); err != nil {
				t.Fatal(err)
			}
		}
		add("first", made)
		if !holds(dir, NewKey("first"), false) {
			t.Error("the record does not hold")
		}
		age(t, f)
		if holds(dir, NewKey("first"), false) == made {
			t.Errorf("made by a recipe: %v; the record holds with another date: %v", made, !made)
		}
		add("second", false)
		if holds(dir, NewKey("first"), false) == made || !holds(dir, NewKey("second"), false) {
			t.Errorf("made by a recipe: %v; the first record holds again, or the second does not", made)
		}
		// What a recipe makes once more is known again.
		age(t, f)
		add("third", true)
		age(t, f)
		if holds(dir, NewKey("third"), false) {
			t.Error("the third record holds with another date")
		}
	}
}

// TestSince follows the run and the date that count for make's rule, and who made a file.
func TestSince(t *testing.T) {
	dir := t.TempDir()
	f := dir + "/f"
	first := time.Now().Add(-time.Hour).Truncate(time.Second)
	since := func(want uint32, wantDate time.Time, made bool) {
		t.Helper()
		s := Open(dir, 1, Secret{}, false)
		id := s.Intern(Content, f)
		run, date, _ := s.Since(id, 1)
		if run != want || !wantDate.IsZero() && date != wantDate.UnixNano() {
			t.Errorf("since run %d, %v; want %d, %v", run, time.Unix(0, date), want, wantDate)
		}
		if got := s.Making(id, 1); (got.Run != 0) != made {
			t.Errorf("made by a recipe: %+v", got)
		}
	}
	save := func(made bool) {
		t.Helper()
		s := Open(dir, 1, Secret{}, false)
		id := s.Intern(Content, f)
		s.Saw(id, Look(Content, "", f))
		if made {
			s.Made(id, Making{})
		}
		s.Add(&Record{Key: NewKey("r"), Facts: []ID{id}}, s.Clock())
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	write(t, f, "one")
	os.Chtimes(f, first, first)
	since(1, first, false)
	save(true)
	since(1, first, true)
	age(t, f)
	since(1, first, false) // somebody else has dated it: how he made it is not known
	save(false)
	since(1, first, false)
	write(t, f, "two")
	since(3, time.Time{}, false)
	save(false)
	since(3, time.Time{}, false)
	save(true)
	since(3, time.Time{}, true)
}

// TestNested sees that a record holds only as long as those it is made of.
func TestNested(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "one")
	s := Open(dir, 1, Secret{}, false)
	id := s.Intern(Content, dir+"/f")
	s.Saw(id, Look(Content, "", dir+"/f"))
	child, parent := NewKey("child"), NewKey("parent")
	s.Add(&Record{Key: child, Facts: []ID{id}, Status: 3}, s.Clock())
	s.Add(&Record{Key: parent, Pieces: []Piece{{Stream: Stdout, Text: "a"}, {Stream: Nested, Child: child}}}, s.Clock())
	s.Want(NewKey("wanted"))
	if err := save(s); err != nil {
		t.Fatal(err)
	}
	s = Open(dir, 1, Secret{}, false)
	r := s.Find(parent)
	want := []Piece{{Stream: Stdout, Text: "a"}, {Stream: Nested, Child: child}}
	if d := cmp.Diff(want, r.Pieces); d != "" {
		t.Error(d)
	}
	if !s.Holds(r, 1) || s.Find(child).Status != 3 || !s.Wanted(NewKey("wanted")) || s.Wanted(NewKey("other")) {
		t.Error("not as saved")
	}
	write(t, dir+"/f", "two")
	if s.Holds(r, 2) {
		t.Error("the parent holds though its child does not")
	}
}

// TestHopeless sees that a command that proves nothing time and again is left alone, across runs.
func TestHopeless(t *testing.T) {
	dir := t.TempDir()
	key := NewKey("command")
	for i := range hopeless + 2 {
		s := Open(dir, 1, Secret{}, false)
		s.Want(key)
		if got := s.Wanted(key); got != (i < hopeless) {
			t.Errorf("wanted after %d traces: %v", i, got)
		}
		s.Traced(key, false)
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	s := Open(dir, 1, Secret{}, false)
	s.Traced(key, true)
	if !s.Wanted(key) {
		t.Error("not wanted though it proved something")
	}
}

// TestDamage sees that a memory that is damaged anywhere is forgotten, or tells the truth.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/f", "one")
	key := record(t, dir, map[string]Kind{dir + "/f": Content, dir + "/none": Exists})
	name := filepath.Join(dir, Dir, fileName)
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(good); i++ {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1 << (i % 8)
		os.WriteFile(name, bad, 0o666)
		if holds(dir, key, false) {
			t.Errorf("holds with bit %d of byte %d flipped", i%8, i)
		}
		os.WriteFile(name, good[:i], 0o666)
		if holds(dir, key, false) {
			t.Errorf("holds with %d bytes", i)
		}
	}
	os.WriteFile(name, good, 0o666)
	if !holds(dir, key, false) {
		t.Error("the undamaged memory does not hold")
	}
	if s := Open(dir, 2, Secret{}, false); s.Find(key) != nil {
		t.Error("another program believes it")
	}
	os.Remove(name)
	os.Mkdir(name, 0o777)
	if holds(dir, key, false) {
		t.Error("a folder holds")
	}
	if err := (func() error { s := Open(dir, 1, Secret{}, false); s.Want(key); return save(s) })(); err != nil {
		t.Error("not saved in place of a folder: ", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, Dir, "memory.*")); len(left) > 0 {
		t.Error("left behind: ", left)
	}
}

// FuzzDecode gives the reader anything, as if it were signed.
func FuzzDecode(f *testing.F) {
	dir := f.TempDir()
	os.WriteFile(dir+"/f", []byte("one"), 0o666)
	s := Open(dir, 1, Secret{}, false)
	id := s.Intern(Content, dir+"/f")
	s.Saw(id, Look(Content, "", dir+"/f"))
	s.Add(&Record{Key: NewKey("a"), Facts: []ID{id}, Pieces: []Piece{{Stream: Stdout, Text: "x"}, {Stream: Nested, Child: NewKey("a")}}}, s.Clock())
	s.Want(NewKey("w"))
	if err := save(s); err != nil {
		f.Fatal(err)
	}
	good, _ := os.ReadFile(filepath.Join(dir, Dir, fileName))
	f.Add(good[32 : len(good)-signatureSize])
	f.Fuzz(func(t *testing.T, body []byte) {
		data := append([]byte(magic), body...)
		s := &Store{identity: 1}
		s.empty()
		if s.decode(data) != nil {
			return
		}
		for i := 0; i < len(s.index); i += indexSize {
			if r := s.Find(Key(s.index[i:][:16])); r != nil {
				for _, p := range r.Pieces {
					s.Find(p.Child)
				}
			}
		}
		s.settle(generations.Add(1), 0) // drops what could not be read
		s.encode()
	})
}

// TestChangeWithoutSign: a file that was hashed while it was young, and changed within the same tick of its clock, is what it
// is at the end, and a change for who used it.
func TestChangeWithoutSign(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	table := newTable()
	value := func() uint64 {
		v, ok := newFact(name).current(table)
		if !ok {
			t.Fatal("no value")
		}
		return v
	}
	write("first")
	f := table.fact(table.Intern(Content, name))
	f.lookIn(table, 1)
	if v, ok := f.current(table); !ok || v != value() {
		t.Fatal("no value")
	}
	write("other")
	f.seen = Look(Content, "", name).of(Content) // as if its status were the same
	used := table.Clock()
	f.commit(table, 1, 1, time.Now().Add(time.Hour).UnixNano())
	if f.value != value() || f.distrust {
		t.Errorf("value %x, want %x; distrusted: %v", f.value, value(), f.distrust)
	}
	if table.unchanged(f, used, 1, false) {
		t.Error("no change for who used it")
	}
}

func newFact(name string) *fact {
	f := &fact{factKey: factKey{Content, name}}
	f.look(newTable())
	return f
}

// BenchmarkHolds is a run in which nothing changed, as a configuration of some size has it: many records, whose facts are mostly the same.
func BenchmarkHolds(b *testing.B) {
	const files, records, each = 10000, 1000, 400
	dir := b.TempDir()
	s := Open(dir, 1, Secret{}, false)
	ids := make([]ID, files)
	for i := range ids {
		name := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(name, []byte("text"), 0o666); err != nil {
			b.Fatal(err)
		}
		age(b, name)
		ids[i] = s.Intern(Content, name)
		s.Saw(ids[i], Look(Content, "", name))
	}
	top := &Record{Key: NewKey("top")}
	for i := range records {
		r := &Record{Key: NewKey("record", strconv.Itoa(i))}
		for j := range each {
			r.Facts = append(r.Facts, ids[(i*7+j*j)%files])
		}
		s.Add(r, s.Clock())
		top.Pieces = append(top.Pieces, Piece{Stream: Nested, Child: r.Key})
	}
	s.Add(top, s.Clock())
	if err := s.Save(1, time.Now().Add(time.Hour)); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		s := Open(dir, 1, Secret{}, false)
		if !s.Holds(s.Find(top.Key), 1) {
			b.Fatal("does not hold")
		}
	}
}

// TestOldestForgotten: what does not fit is what was kept for longest.
func TestOldestForgotten(t *testing.T) {
	dir := t.TempDir()
	const count, fit = 8, 3
	text := strings.Repeat("x", maxNotes/fit)
	key := func(i int) Key { return NewKey("note", strconv.Itoa(i)) }
	for i := range count {
		s := Open(dir, 1, Secret{}, false)
		s.Add(&Record{Key: key(i), Notes: true, Pieces: []Piece{{Stream: Stderr, Text: text}}}, s.Clock())
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	s := Open(dir, 1, Secret{}, false)
	for i := range count {
		if kept := s.Find(key(i)) != nil; kept != (i >= count-fit) {
			t.Errorf("note %d of %d: kept: %t", i, count, kept)
		}
	}
}

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
	record := func() {
		t.Helper()
		if err := fileid.AwaitSettled(sub); err != nil {
			t.Fatal(err)
		}
		s := Open(dir, 1, Secret{}, false)
		r := &Record{Key: NewKey("r")}
		for name := range names {
			id := s.Intern(Content, sub+"/"+name)
			s.Stat(id, 1)
			r.Facts = append(r.Facts, id)
		}
		s.Add(r, s.Clock())
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want bool, why string) {
		t.Helper()
		s := Open(dir, 1, Secret{}, false)
		if got := s.Holds(s.Find(NewKey("r")), 1); got != want {
			t.Errorf("%s: the record holds: %v", why, got)
		}
	}
	record()
	s := Open(dir, 1, Secret{}, false)
	for name, want := range names {
		if f := s.facts[s.Intern(Content, sub+"/"+name)]; (f.folder != nil) != want {
			t.Errorf("its directory answers for %s: %v", name, !want)
		}
	}
	holds(true, "nothing changed")
	write(t, filepath.Join(sub, "other"), "")
	holds(true, "another name")
	write(t, filepath.Join(dir, "nowhere"), "")
	holds(true, "what no link leads to")
	write(t, filepath.Join(sub, "nowhere"), "text")
	holds(false, "what a link leads to")
	os.Remove(filepath.Join(sub, "nowhere"))
	record()
	holds(true, "recorded again")
	write(t, filepath.Join(sub, "b"), "text")
	holds(false, "the name itself")
	os.Remove(filepath.Join(sub, "b"))
	holds(true, "gone again")
	os.Rename(sub, filepath.Join(dir, "away"))
	os.Mkdir(sub, 0o777)
	write(t, filepath.Join(sub, "a"), "text")
	holds(false, "another directory")
}
