package kbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/watch"
)

// story is what happens in the builds of a watch: makes that read their makefiles, by their folder, and recipes that run something.
type story struct {
	mu      sync.Mutex
	dirs    map[uint32]string
	told    []string
	settled map[uint32]bool
}

func (s *story) hear(e event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := e.(type) {
	case event.MakeStarted:
		s.dirs[e.Make], s.settled[e.Make] = filepath.Base(e.Dir), e.Settling
	case event.MakeRead:
		if !s.settled[e.Make] {
			s.told = append(s.told, "read "+s.dirs[e.Make])
		}
	case event.RecipeEnded:
		if e.Ran && !s.settled[e.Make] {
			s.told = append(s.told, fmt.Sprint(e.Target, " ", e.OK))
		}
	}
}

// take returns what has happened since it was asked last.
func (s *story) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.told
	s.told = nil
	return strings.Join(told, ", ")
}

// earlyTree calls makes in two folders, with what a file says.
var earlyTree = map[string]string{
	".config": "",
	"Makefile": "export top := $(shell cat version)\nall: image\n.PHONY: all one two\none two: ; @$(MAKE) -C $@\n" +
		"one/a.o: one ;\ntwo/c.o: two ;\nimage: one/a.o two/c.o\n\tcat $^ > $@\n",
	"one/Makefile": "all: a.o b.o\n%.o: %.c ../x.h\n\t@if grep -q bad $<; then echo $< is bad >&2; exit 1; fi; cat $^ > $@; echo $(top) >> $@\n",
	"two/Makefile": "all: c.o\n%.o: %.c ../x.h\n\tcat $^ > $@\n",
	"version":      "1\n", "x.h": "x\n", "one/a.c": "a\n", "one/b.c": "b\n", "two/c.c": "c\n",
}

// TestWatchEarly: a build that follows the change of one source begins with the make that reads it, and runs it once; also if it
// fails. What makes above read, or more than one make, is not begun early.
func TestWatchEarly(t *testing.T) {
	w := &world{project: newProject(t, "4.3", earlyTree), args: []string{"-j2"}}
	s := &story{dirs: make(map[uint32]string), settled: make(map[uint32]bool)}
	w.heard = s.hear
	v := watchWorld(t, w)
	top := filepath.Base(v.dir)
	v.edit("x.h", "x1\n") // from now on it is known how makes are called
	v.until("image", "x1")
	v.waits()
	s.take()
	for _, step := range []struct{ name, text, image, first, want string }{
		{"one/a.c", "a2\n", "a2", "read one", "read one, a.o true, read " + top + ", image true"},
		{"two/c.c", "c2\n", "c2", "read two", "read two, c.o true, read " + top + ", image true"},
		{"one/b.c", "b2\n", "", "read one", "read one, b.o true, read " + top},
		{"one/a.c", "bad\n", "", "read one", "read one, a.o false, read " + top},
		{"one/a.c", "a3\n", "a3", "read one", "read one, a.o true, read " + top + ", image true"},
		{"version", "2\n", "a3", "read " + top, ""},
		{"x.h", "x2\n", "x2", "read " + top, ""},
	} {
		if _, err := tick.Next(v.dir); err != nil {
			t.Fatal(err)
		}
		v.edit(step.name, step.text)
		v.until("image", step.image)
		v.waits()
		told := s.take()
		if !strings.HasPrefix(told, step.first) || step.want != "" && told != step.want {
			t.Errorf("%s %q: %s\nwant %s", step.name, step.text, told, step.want)
		}
		if n := strings.Count(told, " false"); n > 1 {
			t.Errorf("%s: it failed %d times", step.name, n)
		}
	}
	out, err := os.ReadFile(w.stdout.Name())
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(string(out), "\n"); !slices.Contains(lines, "make: Entering directory '"+v.dir+"/one'") &&
		!slices.Contains(lines, "make[1]: Entering directory '"+v.dir+"/one'") {
		t.Errorf("no directory is named:\n%s", out)
	}
}

// TestEarlyTakenBack: how makes are called is known before one of them has something to do. What a make has made early that is then
// called in another way is removed, and made as it should be.
func TestEarlyTakenBack(t *testing.T) {
	w := &world{project: newProject(t, "4.3", earlyTree), args: []string{"-j2"}}
	for range 3 {
		w.build()
	}
	w.newSession()
	w.s.Identity, w.s.learnsAll = 1, true
	scratch, err := watch.NewScratch()
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Remove()
	w.stdout, w.stderr = w.temp("stdout"), w.temp("stderr")
	v := &vigil{session: w.s, after: func() {}, calls: newCalls(), scratch: scratch, ready: remember.NewReady(scratch.Dir),
		call: Call{Argv: []string{"make", "--watch", "-j2"}, Dir: w.dir, Env: []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent"},
			Stdout: w.stdout, Stderr: w.stderr}}
	if v.watcher, err = watch.New(scratch.Dir); err != nil {
		t.Fatal(err)
	}
	defer v.watcher.Close()
	build := func() { v.build(); v.look() }
	build()
	stop := v.acquaint()
	for v.ready.AnyUnknown(v.calls.isKnown) {
		time.Sleep(5 * time.Millisecond) // nobody tells when it knows enough
	}
	stop()

	w.write("one/a.c", "a2\n")
	source := filepath.Join(w.dir, "one/a.c")
	v.ready.Touched([]string{source})
	if v.choose(watch.Change{Paths: map[string]bool{source: true}}, nil); v.first == nil {
		t.Fatal("no make is begun early")
	}
	w.write("version", "2\n") // nobody tells of it
	build()
	if _, err := os.Stat(filepath.Join(w.dir, "one/a.o")); !v.takenBack || err == nil {
		t.Errorf("what was made for another version stays: %v", v.takenBack)
	}
	v.first = nil
	build()
	if data, err := os.ReadFile(filepath.Join(w.dir, "one/a.o")); string(data) != "a2\nx\n2\n" {
		t.Errorf("one/a.o: %q, %v", data, err)
	}
}
