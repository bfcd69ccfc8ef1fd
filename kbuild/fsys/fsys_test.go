package fsys

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

func write(t *testing.T, names ...string) {
	t.Helper()
	for _, n := range names {
		if err := os.MkdirAll(filepath.Dir(n), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(n, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStat(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a", dir+"/d/b")
	for _, l := range [][2]string{{"a", "link"}, {"nosuch", "dangling"}, {"loop", "loop"}} {
		if err := os.Symlink(l[0], dir+"/"+l[1]); err != nil {
			t.Fatal(err)
		}
	}
	when := time.Unix(1000, 123456789)
	if err := os.Chtimes(dir+"/a", when, when); err != nil {
		t.Fatal(err)
	}
	v := New().View(dir)
	for _, c := range []struct {
		name   string
		errno  syscall.Errno
		isDir  bool
		lexist bool
	}{
		{"a", 0, false, true},
		{dir + "/a", 0, false, true},
		{"d", 0, true, true},
		{"d/", 0, true, true},
		{"a/", syscall.ENOTDIR, false, false},
		{"a/x", syscall.ENOTDIR, false, false},
		{"d/../a", 0, false, true},
		{"link", 0, false, true},
		{"nosuch", syscall.ENOENT, false, false},
		{"no/such", syscall.ENOENT, false, false},
		{"dangling", syscall.ENOENT, false, true},
		{"loop", syscall.ELOOP, false, true},
		{"", syscall.ENOENT, false, false},
		{".", 0, true, true},
	} {
		info := v.Stat(c.name)
		if info.Errno != c.errno || info.IsDir() != c.isDir || info.Exists() != (c.errno == 0) {
			t.Errorf("Stat(%q) = %+v", c.name, info)
		}
		if got := v.Lexists(c.name); got != c.lexist {
			t.Errorf("Lexists(%q) = %v", c.name, got)
		}
	}
	if got := v.Stat("a").Mtime; got != when.UnixNano() {
		t.Errorf("mtime %d, want %d", got, when.UnixNano())
	}
	if got := v.Stat("link").Mtime; got != when.UnixNano() {
		t.Errorf("mtime through a link %d, want %d", got, when.UnixNano())
	}
}

func TestSymlinkTimes(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a")
	old := time.Unix(1000, 0)
	if err := os.Chtimes(dir+"/a", old, old); err != nil {
		t.Fatal(err)
	}
	for _, l := range [][2]string{{"a", "link"}, {"nosuch", "dangling"}} {
		if err := os.Symlink(l[0], dir+"/"+l[1]); err != nil {
			t.Fatal(err)
		}
	}
	plain := New().View(dir)
	v := plain.WithSymlinkTimes()
	if plain.Stat("link").Mtime != old.UnixNano() || plain.Stat("dangling").Exists() {
		t.Error("the plain view looks at links")
	}
	if v.Stat("link").Mtime <= old.UnixNano() {
		t.Error("the time of the link does not count")
	}
	if !v.Stat("dangling").Exists() {
		t.Error("a link to nothing has no time of its own")
	}
	if v.Stat("a").Mtime != old.UnixNano() {
		t.Error("a plain file has another time")
	}
}

// TestChanged sees that answers are remembered until Changed, by every view,
// and no longer.
func TestChanged(t *testing.T) {
	dir := t.TempDir()
	fs := New()
	v, w := fs.View(dir), fs.View(dir+"/.")
	if fs.View(dir).cache != v.cache {
		t.Error("a directory has two caches")
	}
	if v.Stat("a").Exists() || w.Stat("a").Exists() {
		t.Fatal("a exists")
	}
	write(t, dir+"/a")
	if v.Stat("a").Exists() {
		t.Error("the answer was not remembered")
	}
	w.Changed()
	if !v.Stat("a").Exists() || !w.Stat("a").Exists() {
		t.Error("a change is not seen after Changed")
	}
	if err := os.Remove(dir + "/a"); err != nil {
		t.Fatal(err)
	}
	fs.Changed()
	if v.Stat("a").Exists() {
		t.Error("a removal is not seen after Changed")
	}
}

// TestListing asks for so many names that directories are listed, and changes
// the directory between generations, fast enough to fool its time stamp.
func TestListing(t *testing.T) {
	dir := t.TempDir()
	fs := New()
	v := fs.View(dir)
	if err := os.Mkdir(dir+"/d", 0o777); err != nil {
		t.Fatal(err)
	}
	check := func(round, present int) {
		t.Helper()
		for i := range 3 * listAfter {
			name := fmt.Sprintf("d/%d", i)
			if got, want := v.Lexists(name), i <= present; got != want {
				t.Fatalf("round %d: Lexists(%s) = %v, want %v", round, name, got, want)
			}
		}
		if !v.Lexists("d/.") || !v.Lexists("d/..") {
			t.Fatalf("round %d: no . or ..", round)
		}
	}
	for round := range 2 * listAfter {
		write(t, fmt.Sprintf("%s/d/%d", dir, round))
		fs.Changed()
		check(round, round)
	}
	// Unchanged and old enough: the listing of the last generation serves.
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(dir+"/d", past, past); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		fs.Changed()
		check(-1, 2*listAfter-1)
	}
	// Removed and made again.
	if err := os.RemoveAll(dir + "/d"); err != nil {
		t.Fatal(err)
	}
	fs.Changed()
	if v.Lexists("d/0") {
		t.Error("d/0 exists in a directory that is gone")
	}
	write(t, dir+"/d/0")
	fs.Changed()
	check(-2, 0)
}

// TestRemovedInListing sees that a name goes away with its file, whatever the
// directory's time was before.
func TestRemovedInListing(t *testing.T) {
	dir := t.TempDir()
	fs := New()
	v := fs.View(dir)
	for i := range 4 * listAfter {
		name := fmt.Sprintf("%s/d/%d", dir, i)
		write(t, name)
		fs.Changed()
		if !v.Lexists(fmt.Sprintf("d/%d", i)) {
			t.Fatalf("%d does not exist", i)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		fs.Changed()
		if v.Lexists(fmt.Sprintf("d/%d", i)) {
			t.Fatalf("%d exists after it was removed", i)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/d/a", dir+"/d/b")
	fs := New()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			v := fs.View(dir)
			for i := range 200 {
				if !v.Lexists("d/a") || v.Lexists(fmt.Sprintf("d/%d", i)) || !v.Stat("d/b").Exists() {
					t.Error("wrong answer")
				}
				if g == 0 {
					fs.Changed()
				}
				if n := len(v.Glob("d/*", nil)); n != 2 {
					t.Errorf("%d names match", n)
				}
			}
		})
	}
	wg.Wait()
}

func TestAbs(t *testing.T) {
	v := New().View("/a/b")
	for _, c := range [][2]string{{"c", "/a/b/c"}, {"/c", "/c"}, {"../c", "/a/b/../c"}} {
		if got := v.Abs(c[0]); got != c[1] {
			t.Errorf("Abs(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func BenchmarkLexistsAbsent(b *testing.B) {
	dir := b.TempDir()
	v := New().View(dir)
	if err := os.Mkdir(dir+"/d", 0o777); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		v.Lexists("d/nosuch")
	}
}
