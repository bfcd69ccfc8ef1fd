package memory

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"gokbuild/depgraph/facts"
)

func TestUserSecret(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	var wg sync.WaitGroup
	got := make([]Secret, 8)
	for i := range got {
		wg.Go(func() { got[i] = UserSecret(dir) })
	}
	wg.Wait()
	for _, s := range got {
		if s != got[0] || s == (Secret{}) {
			t.Fatalf("secrets %x", got)
		}
	}
	if l, _ := os.ReadDir(dir); len(l) != 1 {
		t.Errorf("left behind: %v", l)
	}
	name := filepath.Join(dir, secretName)
	if st, err := os.Stat(name); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st, err)
	}
	for what, spoil := range map[string]func(){
		"readable by others": func() { os.Chmod(name, 0o644) },
		"a link":             func() { os.Rename(name, name+"1"); os.Symlink(secretName+"1", name) },
		"short":              func() { os.Truncate(name, 31) },
		"in an open folder":  func() { os.Chmod(dir, 0o777) },
	} {
		os.RemoveAll(dir)
		before := UserSecret(dir)
		spoil()
		if UserSecret(dir) == before {
			t.Errorf("%s: believed", what)
		}
	}
	if once, again := UserSecret(""), UserSecret(""); once == again {
		t.Error("without a folder there is a secret all the same")
	}
}

// TestMemoryOfSomebodyElse: what is signed with another secret is not believed.
func TestMemoryOfSomebodyElse(t *testing.T) {
	dir := t.TempDir()
	s := Open(dir, 1, Secret{1}, false)
	s.Want(NewKey("a"))
	if err := save(s); err != nil {
		t.Fatal(err)
	}
	for secret, want := range map[Secret]bool{{1}: true, {2}: false, {}: false} {
		if got := Open(dir, 1, secret, false).Wanted(NewKey("a")); got != want {
			t.Errorf("believed: %v, want %v", got, want)
		}
	}
	st, err := os.Stat(filepath.Join(dir, Dir, fileName))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the seed may be read by others: %v, %v", st.Mode(), err)
	}
}

// TestEndlessText: records that print without end do not hold.
func TestEndlessText(t *testing.T) {
	s := Open(t.TempDir(), 1, Secret{}, false)
	at := func(i int) Key { return NewKey("l" + strconv.Itoa(i)) }
	for i := range 41 {
		r := &Record{Key: at(i), Pieces: []Piece{{Stream: Nested, Child: at(i + 1)}, {Stream: Nested, Child: at(i + 1)}}}
		if i == 40 {
			r.Pieces = []Piece{{Stream: Stdout, Text: "ha"}}
		}
		s.Add(r, s.Clock())
	}
	s.Add(&Record{Key: NewKey("circle"), Pieces: []Piece{{Stream: Nested, Child: NewKey("circle")}}}, s.Clock())
	for i, want := range map[int]bool{0: false, 20: false, 30: true, 39: true} {
		if got := s.Holds(s.Find(at(i))); got != want {
			t.Errorf("record %d holds: %v", i, got)
		}
	}
	if s.Holds(s.Find(NewKey("circle"))) {
		t.Error("a circle holds")
	}
}

// TestDoubt: after a run that was not saved, what is known of the files that it made is not believed.
func TestDoubt(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	os.WriteFile(name, []byte("one"), 0o666)
	s := Open(dir, 1, Secret{}, false)
	id := s.Intern(facts.Content, name)
	s.Saw(id, facts.Look(facts.Content, "", name))
	s.Made(id, facts.Making{Began: 1, Ended: 2})
	s.Add(&Record{Key: NewKey("a"), Facts: []facts.ID{id}, KeepsFacts: true}, s.Clock())
	if err := save(s); err != nil {
		t.Fatal(err)
	}
	for _, doubted := range [][]string{{dir + "/other"}, {name}} {
		s := Open(dir, 1, Secret{}, false)
		s.Doubt(doubted)
		want := doubted[0] != name
		if got := s.Holds(s.Find(NewKey("a"))); got != want {
			t.Errorf("%v in doubt: holds: %v", doubted, got)
		}
		if got := s.Making(s.Intern(facts.Content, name)).Run != 0; got != want {
			t.Errorf("%v in doubt: how it was made is known: %v", doubted, got)
		}
		if !s.dirty {
			t.Error("the doubt is not kept")
		}
	}
}
