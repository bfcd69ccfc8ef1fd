package kbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// TestOtherRecipe sees that a source that was touched has its target made again, as with make, where the recipe would do something else
// today; and that it has not where it would do the same.
func TestOtherRecipe(t *testing.T) {
	const rule = "all: out ; @:\n"
	for _, c := range []struct {
		name, before, after string
		env                 []string
		args                []string
		same                bool
	}{
		{name: "the same", before: "out: src ; @echo making; cat src >$@\n", same: true},
		{name: "a text", before: "out: src ; @echo making; cat src >$@\n", after: "out: src ; @echo making; tr a b <src >$@\n"},
		{name: "a prerequisite", before: "out: src ; @echo making; cat $^ >$@\n", after: "out: src more ; @echo making; cat $^ >$@\n"},
		{name: "a variable", before: "V = 1\nout: src ; @echo making $(V); cat src >$@\n", after: "V = 2\nout: src ; @echo making $(V); cat src >$@\n"},
		{name: "a variable behind another", before: "W = 1\nV = $(strip $(W))\nout: src ; @echo making $(V) >$@; cat $@\n",
			after: "W = 2\nV = $(strip $(W))\nout: src ; @echo making $(V) >$@; cat $@\n"},
		{name: "one called", before: "f = $(1)1\nout: src ; @echo making $(call f,x) >$@; cat $@\n",
			after: "f = $(1)2\nout: src ; @echo making $(call f,x) >$@; cat $@\n"},
		{name: "one of the target", before: "out: V = 1\nout: src ; @echo making $(V) >$@; cat $@\n", after: "out: V = 2\nout: src ; @echo making $(V) >$@; cat $@\n"},
		{name: "one by a pattern", before: "o%: V += 1\nout: src ; @echo making $(V) >$@; cat $@\n", after: "o%: V += 2\nout: src ; @echo making $(V) >$@; cat $@\n"},
		{name: "one of the command line", before: "out: src ; @echo making $(V) >$@; cat $@\n", args: []string{"V=2"}},
		{name: "one that is exported", before: "export V = 1\nout: src ; @echo making; echo $$V >$@\n", after: "export V = 2\nout: src ; @echo making; echo $$V >$@\n"},
		{name: "one of the environment", before: "out: src ; @echo making; echo $$V >$@\n", env: []string{"V=2"}},
		{name: "one of a window", before: "out: src ; @echo making; cat src >$@\n", env: []string{"WINDOWID=7", "COLUMNS=99"}, same: true},
		{name: "the shell", before: "out: src ; @echo making; cat src >$@\n", after: "SHELL = /bin/bash\nout: src ; @echo making; cat src >$@\n"},
		{name: "a name that is worked out", before: "N = V\nV = 1\nout: src ; @echo making $($(N)) >$@; cat $@\n", after: "N = V\nV = 2\nout: src ; @echo making $($(N)) >$@; cat $@\n"},
		{name: "what a shell says", before: "V = $(shell cat said)\nout: src ; @echo making $(V) >$@; cat $@\n", after: "V = $(shell cat said2)\nout: src ; @echo making $(V) >$@; cat $@\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "Makefile": rule + c.before, "src": "a\n", "more": "c\n",
				"said": "1\n", "said2": "2\n"})}
			w.build()
			w.build()
			if c.after != "" {
				w.write("Makefile", rule+c.after)
			}
			w.touch("src")
			w.nextTick()
			w.args, w.env = append(w.args, c.args...), append(w.env, c.env...)
			if got := w.build(); strings.Contains(got, "making") == c.same {
				t.Errorf("printed:\n%s", got)
			}
		})
	}
}

// TestEarlierInPath sees that a program is noticed that appears in a folder of PATH before the one that ran, where make itself looks it up.
func TestEarlierInPath(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "Makefile": "all: FORCE ; @mytool\nFORCE:\n", "one/.keep": "",
		"two/mytool": "#!/bin/sh\necho two\n"})}
	w.executable("two/mytool")
	w.env = []string{"PATH=" + w.dir + "/one:" + w.dir + "/two:/usr/bin:/bin"}
	for range 4 {
		if got := w.build(); !strings.Contains(got, "two") {
			t.Fatalf("printed:\n%s", got)
		}
	}
	w.write("one/mytool", "#!/bin/sh\necho one\n")
	w.executable("one/mytool")
	w.nextTick()
	if got := w.build(); !strings.Contains(got, "one") {
		t.Errorf("printed:\n%s", got)
	}
}

func (w *world) executable(name string) {
	if err := os.Chmod(filepath.Join(w.dir, name), 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// TestSideKept sees that a file beside a target counts as its recipe's, also where the recipe found it as it should be and left it alone:
// somebody else's make had made it.
func TestSideKept(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n",
		"Makefile": "all: out ; @:\nout: stamp ; @echo making; cat side >$@\n" +
			"stamp: src ; @cat src >side.t; cmp -s side.t side || mv side.t side; rm -f side.t; echo s >$@\n"})}
	w.build()
	w.build()
	w.write("src", "two\n")
	w.write("side", "two\n") // as a make without memory leaves it
	w.write("stamp", "s\n")
	w.nextTick()
	w.touch("src")
	w.nextTick()
	if got := w.build(); !strings.Contains(got, "making") {
		t.Errorf("printed:\n%s", got)
	}
}

// TestSharedMemory sees that a file beside a target, made by its recipe, is known where people build in memory: below /dev, where else
// there are devices.
func TestSharedMemory(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "gokbuild")
	if err != nil {
		need.Missing(t, "no /dev/shm: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n"}), args: []string{"-C", dir}}
	for name, text := range map[string]string{".config": "", "src": "one\n", "Makefile": "out: src ; @cat src >side; cat src >$@\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	w.build()
	w.nextTick()
	if err := os.Remove(filepath.Join(dir, "side")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "src"), []byte("one\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	w.nextTick()
	w.build()
	if _, err := os.Stat(filepath.Join(dir, "side")); err != nil {
		t.Error(err)
	}
}
