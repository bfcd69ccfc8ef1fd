package kbuild

// This file tests commands of $(shell) that are proved by their form: see kbuild/remember/place.go.

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPlace: a make that sees to it that folders are there, and asks for the name of one, is known after its first run; and whatever
// decides the answers, it is run again.
func TestPlace(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "Makefile": `
where := $(shell mkdir -p o && cd o && pwd)
made := $(shell mkdir -p . a b/c)
all: ; @echo $(where) $(made)
`}), bounded: true}
	bin := filepath.Join(w.dir, "bin")
	w.first = bin
	for _, step := range []struct {
		name  string
		do    func() error
		env   []string
		known bool
		want  string
	}{
		{"first", nil, nil, false, "DIR/o"},
		{"second", nil, nil, true, "DIR/o"},
		{"it has gone", func() error { return os.Remove(filepath.Join(w.dir, "o")) }, nil, false, "DIR/o"},
		{"it was made while the make ran", nil, nil, false, "DIR/o"},
		{"and is there again", nil, nil, true, "DIR/o"},
		{"CDPATH leads elsewhere", func() error { return os.MkdirAll(filepath.Join(w.dir, "else/o"), 0o777) },
			[]string{"CDPATH=" + filepath.Join(w.dir, "else")}, false, "DIR/else/o DIR/else/o"},
		{"no CDPATH", nil, nil, true, "DIR/o"},
		{"another mkdir is found", func() error {
			w.write("bin/mkdir", "#!/bin/sh\necho wrapped\nexec /bin/mkdir \"$@\"\n")
			return os.Chmod(filepath.Join(bin, "mkdir"), 0o777)
		}, nil, false, "wrapped DIR/o wrapped"},
		{"and again", nil, nil, false, "wrapped DIR/o wrapped"},
	} {
		if step.do != nil {
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
		}
		w.env = step.env
		if got, want := w.build(), step.want+"\nstatus 0\n"; got != want {
			t.Errorf("%s: %q, not %q", step.name, got, want)
		}
		if known := w.stats.ShellFuncs == 0; known != step.known {
			t.Errorf("%s: %s", step.name, w.stats)
		}
	}
}
