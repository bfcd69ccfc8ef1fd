package kbuild

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/kbuild/event"
)

// watching is a session that builds whenever something has changed.
type watching struct {
	*world
	// line gets a value each time that it says that it waits, status the one at the end.
	line   chan string
	status chan int
	pipe   *os.File
	builds chan struct{}
}

// watchWorld begins to watch a world.
func watchWorld(t *testing.T, w *world) *watching {
	t.Helper()
	w.newSession()
	w.s.Identity, w.s.learnsAll = 1, true
	v := &watching{world: w, line: make(chan string, 100), status: make(chan int, 1), builds: make(chan struct{}, 1000)}
	w.s.Listen(func(e event.Event) {
		if _, ok := e.(event.BuildStarted); ok {
			v.builds <- struct{}{}
		}
		if w.heard != nil {
			w.heard(e)
		}
	})
	r, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	v.pipe = pipe
	go func() {
		buf := make([]byte, 1<<16)
		text := ""
		for {
			n, err := r.Read(buf)
			text += string(buf[:n])
			for {
				line, rest, ok := strings.Cut(text, "\n")
				if !ok {
					break
				}
				if text = rest; strings.Contains(line, "are watched") {
					v.line <- line
				}
			}
			if err != nil {
				return
			}
		}
	}()
	w.stdout = w.temp("stdout")
	env := append([]string{"PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent"}, w.env...)
	go func() {
		v.status <- w.s.Watch(Call{Argv: append([]string{"make", "--watch"}, w.args...), Dir: w.dir, Env: env, Stdout: w.stdout, Stderr: pipe}, func() {})
		pipe.Close()
	}()
	t.Cleanup(func() { v.end(syscall.SIGTERM) })
	v.waits()
	return v
}

// waits returns once the session waits for a change.
func (v *watching) waits() string {
	v.t.Helper()
	select {
	case line := <-v.line:
		return line
	case status := <-v.status:
		v.t.Fatalf("ended with status %d", status)
	case <-time.After(20 * time.Second):
		v.t.Fatal("it does not come to rest")
	}
	return ""
}

// until waits until a file holds a text.
func (v *watching) until(name, text string) {
	v.t.Helper()
	v.poll("until "+name+" holds "+text, func() bool {
		data, _ := os.ReadFile(filepath.Join(v.dir, name))
		return strings.Contains(string(data), text)
	})
}

// poll looks again and again until something is the case, since nobody tells of it.
func (v *watching) poll(what string, done func() bool) {
	v.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.t.Fatalf("it takes too long %s", what)
		}
	}
}

// built is how many builds have begun since it was asked last.
func (v *watching) built() (n int) {
	for {
		select {
		case <-v.builds:
			n++
		default:
			return n
		}
	}
}

// end ends it by a signal.
func (v *watching) end(sig syscall.Signal) int {
	v.s.Interrupt(sig)
	select {
	case status := <-v.status:
		v.status <- status
		return status
	case <-time.After(10 * time.Second):
		v.t.Fatal("it does not end")
	}
	return 0
}

func (w *world) edit(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
}

// TestWatch edits a tree that is watched in many ways; each time it becomes what a build from nothing makes of it.
func TestWatch(t *testing.T) {
	v := watchWorld(t, newWorld(t, "-j2"))
	for _, step := range []struct {
		name string
		do   func(w *world)
	}{
		{"a source", func(w *world) { w.edit("sub/a.c", "a2\n") }},
		{"a header", func(w *world) { w.edit("sub/x.h", "x2\n") }},
		{"replaced", func(w *world) {
			w.edit("sub/.tmp", "a3\n")
			os.Rename(filepath.Join(w.dir, "sub/.tmp"), filepath.Join(w.dir, "sub/a.c"))
		}},
		{"a new source", func(w *world) { w.edit("sub/new.c", "new\n") }},
		{"a new header", func(w *world) { w.edit("other/y.h", "y\n") }},
		{"what a makefile reads", func(w *world) { w.edit("version", "two\n") }},
		{"an option", func(w *world) { w.edit("sub/Kbuild", "ccflags-y := -DSUB=2\n") }},
		{"a link", func(w *world) {
			os.Remove(filepath.Join(w.dir, "link"))
			os.Symlink("target2", filepath.Join(w.dir, "link"))
		}},
		{"an output", func(w *world) { os.Remove(filepath.Join(w.dir, "other/c.o")) }},
		{"several", func(w *world) {
			w.edit("sub/a.c", "a4\n")
			w.edit("sub/b.c", "b4\n")
			w.edit("other/c.c", "c4\n")
		}},
	} {
		step.do(v.world)
		fresh := newWorld(t, "-j2")
		copyInputs(t, v.world, fresh)
		fresh.build()
		want, diff := fresh.files(), ""
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			if diff = cmp.Diff(want, v.files()); diff == "" || time.Now().After(deadline) {
				break
			}
		}
		if diff != "" {
			t.Fatalf("%s: (-fresh +watched)\n%s", step.name, diff)
		}
	}
	if v.end(syscall.SIGINT); v.s.Processes() != 0 {
		t.Error("processes are left")
	}
}

// copyInputs has one world hold what no recipe has made in another.
func copyInputs(t *testing.T, from, to *world) {
	t.Helper()
	for name, text := range from.files() {
		switch {
		case strings.HasSuffix(name, ".o"), strings.HasSuffix(name, ".cmd"), strings.HasSuffix(name, ".a"), name == "image",
			strings.HasPrefix(name, "gen/"), strings.HasPrefix(name, "link"):
		default:
			to.edit(name, text)
		}
	}
	os.Remove(filepath.Join(to.dir, "link"))
	target, err := os.Readlink(filepath.Join(from.dir, "link"))
	if err != nil {
		t.Fatal(err)
	}
	os.Symlink(target, filepath.Join(to.dir, "link"))
}

// TestWatchNothing sees that what is no part of the build, or is touched, builds nothing.
func TestWatchNothing(t *testing.T) {
	v := watchWorld(t, newWorld(t))
	for _, text := range []string{"x1", "x2", "x3"} { // what always runs is learned
		v.edit("sub/x.h", text+"\n")
		v.until("image", text)
		v.waits()
	}
	v.built()
	v.edit("unknown", "text\n")
	now := time.Now()
	if err := os.Chtimes(filepath.Join(v.dir, "sub/a.c"), now, now); err != nil {
		t.Fatal(err)
	}
	v.edit("sub/x.h", "x4\n")
	v.until("image", "x4")
	v.waits()
	if n := v.built(); n != 1 {
		t.Errorf("%d builds", n)
	}
}

// TestWatchMeanwhile changes sources while what is made of them is being made.
func TestWatchMeanwhile(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{
		".config":  "",
		"Makefile": "all: a.o b.o\n%.o: %.c ; @cp $< $@.tmp; touch began; sleep 0.3; mv $@.tmp $@\n",
		"a.c":      "one\n",
		"b.c":      "one\n",
	}), args: []string{"-j2"}}
	v := watchWorld(t, w)
	for _, text := range []string{"two\n", "three\n", "four\n"} {
		began := filepath.Join(v.dir, "began")
		os.Remove(began)
		v.edit("a.c", "half of "+text)
		v.poll("until a recipe begins", func() bool { _, err := os.Stat(began); return err == nil })
		// What changes in the moment in which the copy was written has its date: nobody can tell which came first.
		if _, err := tick.Next(v.dir); err != nil {
			t.Fatal(err)
		}
		v.edit("a.c", text)
		v.edit("b.c", text)
		for _, name := range []string{"a.o", "b.o"} {
			v.poll("until "+name+" holds "+text, func() bool {
				data, _ := os.ReadFile(filepath.Join(v.dir, name))
				return string(data) == text
			})
		}
	}
}

// TestWatchFailure breaks a source and repairs it.
func TestWatchFailure(t *testing.T) {
	v := watchWorld(t, newWorld(t, "-j2"))
	v.edit("sub/x.h", "x1\n")
	v.until("image", "x1")
	v.waits()
	v.built()
	v.edit("sub/Kbuild", "ccflags-y := --bad\n")
	if line := v.waits(); !strings.Contains(line, "status 2 ") {
		t.Error(line)
	}
	v.edit("sub/Kbuild", "ccflags-y := -DGOOD\n")
	if line := v.waits(); !strings.Contains(line, "status 0 ") {
		t.Error(line)
	}
	v.until("image", "-DGOOD")
	if n := v.built(); n != 2 {
		t.Errorf("%d builds", n)
	}
}

// TestWatchFirst begins with a build that fails, of which nothing is known before: it is built once. What changes meanwhile is built.
func TestWatchFirst(t *testing.T) {
	project := func(recipe string) *world {
		return &world{project: newProject(t, "4.3", map[string]string{
			".config":  "",
			"Makefile": "all: a.o\n%.o: %.c ; " + recipe + "\n",
			"a.c":      "one\n",
		})}
	}
	v := watchWorld(t, project("grep two $< > $@"))
	if n := v.built(); n != 1 {
		t.Errorf("%d builds", n)
	}
	v.edit("a.c", "two\n")
	v.until("a.o", "two\n")

	w := project("cp $< $@.tmp; touch began; until test -e go; do sleep 0.01; done; false")
	edited := make(chan error, 1)
	go func() {
		for { // a file of a recipe tells nobody that it is there; the test binary bounds it
			if _, err := os.Stat(filepath.Join(w.dir, "began")); err == nil {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		err := os.WriteFile(filepath.Join(w.dir, "a.c"), []byte("two\n"), 0o666)
		edited <- errors.Join(err, os.WriteFile(filepath.Join(w.dir, "go"), nil, 0o666))
	}()
	v = watchWorld(t, w)
	if err := <-edited; err != nil {
		t.Fatal(err)
	}
	v.until("a.o.tmp", "two\n")
}

// TestWatchPlain watches a folder that has no output directory in the sense of Kbuild.
func TestWatchPlain(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{"Makefile": "a: b ; cp b a\n", "b": "one\n"})}
	v := watchWorld(t, w)
	v.edit("b", "two\n")
	v.until("a", "two\n")
	if _, err := os.Stat(filepath.Join(v.dir, ".gokbuild")); err == nil {
		t.Error("it keeps something there")
	}
}

// TestWatchNot has options with which nothing can be watched, and a makefile that is wrong.
func TestWatchNot(t *testing.T) {
	for _, option := range []string{"-n", "-q", "-B", "--no-native=memory"} {
		w := newWorld(t)
		w.newSession()
		w.stderr = w.temp("stderr")
		status := w.s.Watch(Call{Argv: []string{"make", "--watch", option}, Dir: w.dir, Stdout: w.stdout, Stderr: w.stderr}, func() {})
		if out := w.output(); status != 2 || !strings.Contains(out, "--watch: nothing is remembered") {
			t.Errorf("%s: status %d, %s", option, status, out)
		}
	}
}
