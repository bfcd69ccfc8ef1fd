package kbuild

// This file builds with what lies on other machines: a server of the tests' own, with faults.

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/cache/reapi/reapitest"
)

// compiled is a tree whose makefile compiles ten sources as Kbuild does.
func compiled(t *testing.T) *project {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		need.Missing(t, "no gcc: %v", err)
	}
	files := map[string]string{
		".config": "", "a.h": "#define A 1\n",
		"Makefile": "all: $(patsubst %.c,%.o,$(wildcard *.c))\n%.o: %.c a.h\n" +
			"\t@echo '  CC $@'; gcc -Wp,-MMD,.$@.d -nostdinc -I. -O2 -c -o $@ $<\n",
	}
	for i := range 10 {
		files[fmt.Sprintf("f%d.c", i)] = fmt.Sprintf("#include <a.h>\nint f%d(void) { return A + %d; }\n", i, i)
	}
	p := newProject(t, "4.3", files)
	p.s.OpenStore = openStoreIn(filepath.Join(t.TempDir(), "store"))
	return p
}

func openStoreIn(dir string) func(bool) (store.Store, string, error) {
	return func(readOnly bool) (store.Store, string, error) {
		d, err := store.OpenDisk(dir, 1<<30, readOnly)
		return d, dir, err
	}
}

// objects are all objects of a project, one behind the other.
func (p *project) objects() string {
	p.t.Helper()
	all := ""
	for i := range 10 {
		for _, name := range []string{fmt.Sprintf("f%d.o", i), fmt.Sprintf(".f%d.o.d", i)} {
			text, err := os.ReadFile(filepath.Join(p.dir, name))
			if err != nil {
				p.t.Fatal(err)
			}
			all += name + "\n" + string(text)
		}
	}
	return all
}

// again forgets what was built and printed, and begins a new session with an empty local store.
func (p *project) again() {
	p.t.Helper()
	for i := range 10 {
		if err := os.Remove(filepath.Join(p.dir, fmt.Sprintf("f%d.o", i))); err != nil {
			p.t.Fatal(err)
		}
	}
	p.s.Close()
	p.newSession()
	p.s.OpenStore = openStoreIn(filepath.Join(p.t.TempDir(), "store"))
	p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
}

// TestElsewhere: with a server, whatever is wrong with it, exit status, standard output and all files are those of a build
// without one.
func TestElsewhere(t *testing.T) {
	p := compiled(t)
	if st := p.make("-j2"); st != 0 {
		t.Fatalf("status %d\n%s", st, p.output())
	}
	want := p.objects()
	s := reapitest.Start(t)
	type row struct {
		name   string
		args   []string
		faults reapitest.Faults
		says   string // what --stats has, or what is said
	}
	tests := []row{{"filled", []string{"--remote-cache=" + s.GRPC, "--remote-cache-write", "--remote-flush=60"}, reapitest.Faults{}, "10 sent, 0 not sent"}}
	tests = append(tests, need.Sample(t, []row{
		{"found by gRPC", []string{"--remote-cache=" + s.GRPC}, reapitest.Faults{}, "remote cache: 10 found, 0 not there"},
		{"found by HTTP", []string{"--remote-cache=" + s.HTTP}, reapitest.Faults{}, "remote cache: 10 found, 0 not there"},
		{"carried out", []string{"--remote-exec=" + s.GRPC}, reapitest.Faults{}, "10 compilers ran elsewhere, 0 here"},
		{"lying", []string{"--remote-cache=" + s.GRPC}, reapitest.Faults{Lying: true}, "remote cache: 0 found"},
		{"lying workers", []string{"--remote-exec=" + s.GRPC}, reapitest.Faults{Lying: true}, "0 compilers ran elsewhere, 10 here"},
		{"full", []string{"--remote-cache=" + s.HTTP, "--remote-cache-write"}, reapitest.Faults{Full: true}, "remote cache: 10 found"},
	}, 3)...)
	// What follows is in this order: a dead server stays dead.
	tests = append(tests, []row{
		{"dying", []string{"--remote-cache=" + s.GRPC}, reapitest.Faults{DieAfter: 7}, "remote cache off: "},
		{"dead", []string{"--remote-cache=" + s.GRPC, "--remote-exec=" + s.GRPC}, reapitest.Faults{}, "remote execution off: "},
	}...)
	for _, test := range tests {
		p.again()
		s.Set(test.faults)
		if st := p.make(append(test.args, "-j2", "--stats")...); st != 0 {
			t.Errorf("%s: status %d\n%s", test.name, st, p.output())
		}
		if out := p.output(); !strings.Contains(out, test.says) || strings.Count("\n"+out, "\n  CC f") != 10 {
			t.Errorf("%s: printed\n%s", test.name, out)
		}
		if got := p.objects(); got != want {
			t.Errorf("%s: other files", test.name)
		}
	}
}

// TestElsewhereWrong: wrong options are errors with status 2, each in one line, in an output directory and elsewhere.
func TestElsewhereWrong(t *testing.T) {
	for args, want := range map[string]string{
		"--remote-cache=redis://localhost:1":                         `--remote-cache: not a protocol for a cache: "redis"`,
		"--remote-cache=grpc://u:p@localhost:1":                      "--remote-cache: the address of a server holds a name or a password",
		"--remote-cache=localhost:1 --remote-cache-write=maybe":      "--remote-cache-write=maybe: it must be yes or no",
		"--remote-cache=localhost:1 --remote-token-file=/dev/null/x": "--remote-cache: open /dev/null/x: not a directory",
		"--remote-cache=localhost:1 --cache-trust=/dev/null":         "--cache-trust: /dev/null: no key in it",
		"--remote-cache=localhost:1 --remote-flush=long":             "--remote-flush=long: it must be a number of seconds",
		"--remote-exec=http://localhost:1":                           "--remote-exec=http://localhost:1: work is carried out over gRPC only",
		"--remote-exec=localhost:1 --remote-platform=x":              "--remote-platform=x: it must be NAME=VALUE",
		"--dist=make":              "--dist=make: it must be icecc or distcc",
		"--cache=sometimes":        "--cache=sometimes: it must be auto, rw, whole, ro, all or off",
		"--cache-verify=101":       "--cache-verify=101: it must be a number from 0 to 100",
		"--remote-flush=NaN":       "--remote-flush=NaN: it must be a number of seconds",
		"--remote-cache-write=may": "--remote-cache-write=may: it must be yes or no",
		"--cache=off --dist=x -n":  "--dist=x: it must be icecc or distcc",
	} {
		p := compiled(t)
		for i := range 2 {
			st := p.make(strings.Fields(args)...)
			if out := p.output(); st != 2 || strings.Count(out, want) != i+1 || strings.Count(out, "\n") != i+1 {
				t.Errorf("%s: status %d, %s", args, st, out)
			}
			os.Remove(filepath.Join(p.dir, ".config")) // so that it is no output directory the second time
		}
	}
}
