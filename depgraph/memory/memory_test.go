package memory

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
)

// save saves after all that was done before.
func save(s *Store) error {
	s.Generation().Changed()
	return s.Save()
}

// record saves a record of the given facts and returns its key.
func record(t *testing.T, dir string, about map[string]facts.Kind) Key {
	t.Helper()
	s := Open(dir, 1, Secret{}, false)
	key := NewKey("test")
	r := &Record{Key: key, Pieces: []Piece{{Stream: Stdout, Text: "out"}, {Stream: Stderr, Text: "err"}}}
	for path, kind := range about {
		id := s.Intern(kind, path)
		s.Saw(id, facts.Look(kind, "", path))
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
	return s.Holds(s.Find(key))
}

// TestChangedWhileUsed sees that a record is void whose facts changed between use and saving.
func TestChangedWhileUsed(t *testing.T) {
	dir := t.TempDir()
	need.Write(t, dir+"/f", "one")
	s := Open(dir, 1, Secret{}, false)
	id := s.Intern(facts.Content, dir+"/f")
	clock := s.Clock()
	s.Saw(id, facts.Look(facts.Content, "", dir+"/f"))
	s.Add(&Record{Key: NewKey("a"), Facts: []facts.ID{id}}, clock)
	need.Write(t, dir+"/f", "other")
	s.Generation().Changed()
	s.Refresh()
	s.Add(&Record{Key: NewKey("b"), Facts: []facts.ID{id}}, s.Clock())
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
	need.Write(t, dir+"/f", "one")
	need.Write(t, dir+"/g", "one")
	add := func(name, path string) {
		s := Open(dir, 1, Secret{}, false)
		id := s.Intern(facts.Content, dir+"/"+path)
		s.Saw(id, facts.Look(facts.Content, "", dir+"/"+path))
		s.Add(&Record{Key: NewKey(name), Facts: []facts.ID{id}}, s.Clock())
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	add("of f", "f")
	add("of g", "g")
	if !holds(dir, NewKey("of f"), false) || !holds(dir, NewKey("of g"), false) {
		t.Fatal("a record was lost")
	}
	need.Write(t, dir+"/f", "two")
	add("of f, again", "f")
	if holds(dir, NewKey("of f"), false) || !holds(dir, NewKey("of f, again"), false) || !holds(dir, NewKey("of g"), false) {
		t.Error("a record of the old content holds, or a good one does not")
	}
	need.Write(t, dir+"/f", "one")
	if holds(dir, NewKey("of f, again"), false) {
		t.Error("a record of the second content holds for the first")
	}
}

// TestDatesOfOlderRecords sees that a record that goes by dates does not hold again once another one was saved with
// new dates.
func TestDatesOfOlderRecords(t *testing.T) {
	dir := t.TempDir()
	need.Write(t, dir+"/f", "one")
	add := func(name string) {
		s := Open(dir, 1, Secret{}, false)
		id := s.Intern(facts.Content, dir+"/f")
		s.Saw(id, facts.Look(facts.Content, "", dir+"/f"))
		s.Add(&Record{Key: NewKey(name), Facts: []facts.ID{id}, ByDate: true}, s.Clock())
		if err := save(s); err != nil {
			t.Fatal(err)
		}
	}
	add("first")
	if !holds(dir, NewKey("first"), false) {
		t.Fatal("the first record does not hold")
	}
	need.Age(t, dir+"/f")
	if holds(dir, NewKey("first"), false) {
		t.Error("the first record holds with another date")
	}
	add("second")
	if holds(dir, NewKey("first"), false) || !holds(dir, NewKey("second"), false) {
		t.Error("the first record holds again, or the second does not")
	}
}

// TestDatedBySomebodyElse: a file that a recipe made and that has another date now may have been made by somebody else,
// who left other files as well: a record that was made before does not hold, though the bytes are the same. One that no
// recipe made is only touched.
func TestDatedBySomebodyElse(t *testing.T) {
	for _, made := range []bool{false, true} {
		dir := t.TempDir()
		f := dir + "/f"
		need.Write(t, f, "one")
		add := func(name string, made bool) {
			t.Helper()
			s := Open(dir, 1, Secret{}, false)
			id := s.Intern(facts.Content, f)
			s.Saw(id, facts.Look(facts.Content, "", f))
			if made {
				s.Made(id, facts.Making{})
			}
			s.Add(&Record{Key: NewKey(name), Facts: []facts.ID{id}}, s.Clock())
			if err := save(s); err != nil {
				t.Fatal(err)
			}
		}
		add("first", made)
		if !holds(dir, NewKey("first"), false) {
			t.Error("the record does not hold")
		}
		need.Age(t, f)
		if holds(dir, NewKey("first"), false) == made {
			t.Errorf("made by a recipe: %v; the record holds with another date: %v", made, !made)
		}
		add("second", false)
		if holds(dir, NewKey("first"), false) == made || !holds(dir, NewKey("second"), false) {
			t.Errorf("made by a recipe: %v; the first record holds again, or the second does not", made)
		}
		// What a recipe makes once more is known again.
		need.Age(t, f)
		add("third", true)
		need.Age(t, f)
		if holds(dir, NewKey("third"), false) {
			t.Error("the third record holds with another date")
		}
	}
}

// TestNested sees that a record holds only as long as those it is made of.
func TestNested(t *testing.T) {
	dir := t.TempDir()
	need.Write(t, dir+"/f", "one")
	s := Open(dir, 1, Secret{}, false)
	id := s.Intern(facts.Content, dir+"/f")
	s.Saw(id, facts.Look(facts.Content, "", dir+"/f"))
	child, parent := NewKey("child"), NewKey("parent")
	s.Add(&Record{Key: child, Facts: []facts.ID{id}, Status: 3, Cost: 21 * time.Millisecond}, s.Clock())
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
	if !s.Holds(r) || s.Find(child).Status != 3 || s.Find(child).Cost != 21*time.Millisecond || !s.Wanted(NewKey("wanted")) || s.Wanted(NewKey("other")) {
		t.Error("not as saved")
	}
	need.Write(t, dir+"/f", "two")
	s.Generation().Changed()
	if s.Holds(r) {
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
	need.Write(t, dir+"/f", "one")
	key := record(t, dir, map[string]facts.Kind{dir + "/f": facts.Content, dir + "/none": facts.Exists})
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
	id := s.Intern(facts.Content, dir+"/f")
	s.Saw(id, facts.Look(facts.Content, "", dir+"/f"))
	s.Add(&Record{Key: NewKey("a"), Facts: []facts.ID{id}, Pieces: []Piece{{Stream: Stdout, Text: "x"}, {Stream: Nested, Child: NewKey("a")}}}, s.Clock())
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
		s.settle() // drops what could not be read
		s.encode()
	})
}

// BenchmarkHolds is a run in which nothing changed, as a configuration of some size has it: many records, whose facts
// are mostly the same.
func BenchmarkHolds(b *testing.B) {
	const files, records, each = 10000, 1000, 400
	dir := b.TempDir()
	s := Open(dir, 1, Secret{}, false)
	ids := make([]facts.ID, files)
	for i := range ids {
		name := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(name, []byte("text"), 0o666); err != nil {
			b.Fatal(err)
		}
		need.Age(b, name)
		ids[i] = s.Intern(facts.Content, name)
		s.Saw(ids[i], facts.Look(facts.Content, "", name))
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
	// Files that are not settled would be read again.
	if err := tick.Await(filepath.Join(dir, strconv.Itoa(files-1))); err != nil {
		b.Fatal(err)
	}
	if err := save(s); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		s := Open(dir, 1, Secret{}, false)
		if !s.Holds(s.Find(top.Key)) {
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
