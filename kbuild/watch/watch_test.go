package watch

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"gokbuild/depgraph/need"
)

// stage is a folder with files under watch.
type stage struct {
	t   *testing.T
	dir string
	w   *Watcher
}

// newStage makes files, and watches the paths; all are relative to the folder.
func newStage(t *testing.T, files, paths []string) *stage {
	t.Helper()
	dir := need.Dir(t)
	var err error
	s := &stage{t: t, dir: dir}
	for _, name := range files {
		s.write(name, "old")
	}
	if s.w, err = New(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.w.Close() })
	s.w.Cover(s.all(paths), nil)
	s.w.Take()
	return s
}

func (s *stage) all(paths []string) (all []string) {
	for _, p := range paths {
		all = append(all, s.path(p))
	}
	return all
}

// path does not clean the name, as those who ask do not.
func (s *stage) path(name string) string { return s.dir + "/" + name }

func (s *stage) write(name, text string) {
	s.t.Helper()
	s.must(os.MkdirAll(filepath.Dir(s.path(name)), 0o777))
	s.must(os.WriteFile(s.path(name), []byte(text), 0o666))
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestTake changes files in the ways of editors and of git, and looks for their names.
func TestTake(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		files, paths, folders []string
		change                func(s *stage)
		want                  string
		lost                  bool
	}{
		{"written in place", []string{"d/a"}, []string{"d/a"}, nil, func(s *stage) { s.write("d/a", "new") }, "d/a", false},
		{"replaced by another file", []string{"d/a"}, []string{"d/a"}, nil,
			func(s *stage) { s.write("d/.a.tmp", "new"); s.must(os.Rename(s.path("d/.a.tmp"), s.path("d/a"))) }, "d/a", false},
		{"moved away", []string{"d/a"}, []string{"d/a"}, nil, func(s *stage) { s.must(os.Rename(s.path("d/a"), s.path("d/a~"))) }, "d/a", false},
		{"removed", []string{"d/a"}, []string{"d/a"}, nil, func(s *stage) { s.must(os.Remove(s.path("d/a"))) }, "d/a", false},
		{"made", []string{"d/b"}, []string{"d/a"}, nil, func(s *stage) { s.write("d/a", "new") }, "d/a", false},
		{"touched", []string{"d/a"}, []string{"d/a"}, nil, func(s *stage) { s.must(os.Chtimes(s.path("d/a"), time.Now(), time.Now())) }, "d/a", false},
		{"made executable", []string{"d/a"}, []string{"d/a"}, nil, func(s *stage) { s.must(os.Chmod(s.path("d/a"), 0o777)) }, "d/a", false},
		{"an unclean name", []string{"d/a", "e/b"}, []string{"d/.//../e/b"}, nil, func(s *stage) { s.write("e/b", "new") }, "d/.//../e/b", false},
		{"a link to it", []string{"e/b"}, []string{"l"}, nil, func(s *stage) { s.write("e/b", "new") }, "l", false},
		{"through a folder's link", []string{"e/b"}, []string{"f/b"}, nil, func(s *stage) { s.write("e/b", "new") }, "f/b", false},
		{"a link that leads elsewhere", []string{"e/b"}, []string{"l"}, nil,
			func(s *stage) { s.must(os.Remove(s.path("l"))); s.must(os.Symlink("e", s.path("l"))) }, "l", false},
		{"the name of a folder", []string{"e/b"}, []string{"e/."}, nil, func(s *stage) { s.must(os.Chmod(s.path("e"), 0o700)) }, "e/.", false},
		{"a name in a folder", []string{"d/a"}, nil, []string{"d/./"}, func(s *stage) { s.write("d/b", "new") }, "d/./b", false},
		{"a folder that is made", []string{"e/b"}, []string{"new/d/a"}, nil, func(s *stage) { s.write("new/d/a", "new") }, "", true},
		{"a folder that is moved", []string{"d/e/b"}, []string{"d/e/b"}, nil, func(s *stage) { s.must(os.Rename(s.path("d/e"), s.path("d/f"))) }, "", true},
		{"a folder that is removed", []string{"d/e/b"}, []string{"d/e/b"}, nil, func(s *stage) { s.must(os.RemoveAll(s.path("d/e"))) }, "d/e/b", true},
		{"the queue overflowed", []string{"d/a"}, []string{"d/a"}, nil, func(s *stage) { s.w.kernel.Errors <- fsnotify.ErrEventOverflow }, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, tt.files, nil)
			s.must(os.Symlink("e/b", s.path("l")))
			s.must(os.Symlink("e", s.path("f")))
			s.w.Cover(s.all(tt.paths), s.all(tt.folders))
			s.w.Take()
			tt.change(s)
			c := s.w.Take()
			if tt.want != "" && !c.Paths[s.path(tt.want)] {
				t.Errorf("%q is not among %q", tt.want, c.List())
			}
			if c.Lost != tt.lost {
				t.Errorf("lost %t, changed %q", c.Lost, c.List())
			}
			if c := s.w.Take(); c.Lost || len(c.Paths) > 0 {
				t.Errorf("told again: %v", c)
			}
		})
	}
}

// TestNext sees that what belongs together is told once: several files, one that is gone for a while, one that is half written.
func TestNext(t *testing.T) {
	for name, change := range map[string]func(s *stage){
		"one":         func(s *stage) { s.write("a", "new") },
		"three":       func(s *stage) { s.write("a", "new"); s.write("b", "new"); s.write("c", "new") },
		"gone, back":  func(s *stage) { s.must(os.Remove(s.path("a"))); time.Sleep(quietGone / 5); s.write("a", "new") },
		"empty, full": func(s *stage) { s.write("a", ""); time.Sleep(quietGone / 5); s.write("a", "new") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, []string{"a", "b", "c"}, []string{"a", "b", "c"})
			go change(s)
			c, ok := s.w.Next(t.Context(), func(path string) bool { return path != s.path("c") })
			if !ok || !c.Paths[s.path("a")] || c.Lost {
				t.Fatalf("%v, %v", c, ok)
			}
			if data, err := os.ReadFile(s.path("a")); err != nil || string(data) != "new" {
				t.Errorf("told when it held %q (%v)", data, err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*quietGone)
			defer cancel()
			if c, ok := s.w.Next(ctx, func(path string) bool { return path == s.path("a") }); ok {
				t.Errorf("told again: %v", c)
			}
		})
	}
}

// TestNextOfOthers waits for a file while others change that do not matter.
func TestNextOfOthers(t *testing.T) {
	s := newStage(t, []string{"a", "b"}, []string{"a"})
	matters := func(path string) bool { return path == s.path("a") }
	s.write("b", "new")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if c, ok := s.w.Next(ctx, matters); ok {
		t.Errorf("%v", c)
	}
	s.write("a", "new")
	if c, ok := s.w.Next(t.Context(), matters); !ok || !slices.Contains(c.List(), s.path("a")) {
		t.Errorf("%v, %v", c, ok)
	}
}

// TestBlind has a folder that cannot be watched: then all is to be looked at now and then.
func TestBlind(t *testing.T) {
	s := newStage(t, nil, []string{"a"})
	s.w.blind = true
	if c, ok := s.w.Next(t.Context(), func(string) bool { return false }); !ok || !c.Unsure {
		t.Errorf("%v, %v", c, ok)
	}
}
