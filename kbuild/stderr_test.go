package kbuild

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/output"
)

// TestHearTerminal looks at what commands find as their standard error where that of make is a terminal.
func TestHearTerminal(t *testing.T) {
	master, slave, err := output.OpenTerminal(os.Stdin)
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	p := newProject(t, "4.3", map[string]string{".config": "",
		"Makefile": "all:\n\t@sh -c 'test -t 2 && echo terminal >&2'; echo second >&2; sh -c 'echo third >&2'; cp .config $@\n"})
	p.stderr = slave
	if status := p.make(); status != 0 {
		t.Fatalf("status %d", status)
	}
	slave.Close()
	const want = "terminal\nsecond\nthird\n"
	data := make([]byte, len(want))
	if n, err := io.ReadFull(master, data); err != nil || string(data) != want {
		t.Errorf("%q, %v", data[:n], err)
	}
}

// TestHearInOrder has a command write to both outputs in turn, which are one file.
func TestHearInOrder(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{".config": "",
		"Makefile": "all:\n\t@sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo error $$i >&2; echo out $$i; done'; cp .config $@\n"})
	p.stderr = p.stdout
	if status := p.make(); status != 0 {
		t.Fatalf("status %d", status)
	}
	want := ""
	for i := range 9 {
		want += fmt.Sprintf("error %d\nout %d\n", i+1, i+1)
	}
	if got, err := os.ReadFile(p.stdout.Name()); err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
}

// TestHearLeftBehind ends a recipe that leaves a process behind, which writes later.
func TestHearLeftBehind(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{".config": "",
		"Makefile": "all:\n\t@sh -c '(cat fifo; echo late >&2; echo done >fifo2) >/dev/null & echo early >&2'; echo x >$@\n"})
	for _, name := range []string{"fifo", "fifo2"} {
		if err := unix.Mkfifo(p.dir+"/"+name, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	heard, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer heard.Close()
	defer stderr.Close()
	heard.SetReadDeadline(time.Now().Add(time.Minute))
	p.stderr = stderr
	hear := func(want string) {
		t.Helper()
		data := make([]byte, len(want))
		if n, err := io.ReadFull(heard, data); err != nil || string(data) != want {
			t.Fatalf("%q, %v", data[:n], err)
		}
	}
	if status := p.make(); status != 0 {
		t.Fatalf("status %d", status)
	}
	hear("early\n")
	// The process goes on only now: make did not wait for it.
	if err := os.WriteFile(p.dir+"/fifo", []byte("go\n"), 0); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(p.dir + "/fifo2"); err != nil || string(data) != "done\n" {
		t.Fatal(err, string(data))
	}
	hear("late\n") // what a process that was left behind writes is passed on when it comes
}

// TestHearTraced has listeners hear what a command says that is traced, also one of which nothing can be proved.
func TestHearTraced(t *testing.T) {
	for _, c := range []struct {
		name, impure string
		together     bool
	}{{name: "two files"}, {name: "one file", together: true}, {name: "two files, nothing proved", impure: "head -c 1 /dev/urandom >/dev/null; "},
		{name: "one file, nothing proved", impure: "head -c 1 /dev/urandom >/dev/null; ", together: true}} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t, "4.3", map[string]string{".config": "",
				"Makefile": ".PHONY: all\nall:\n\t@sh -c 'echo a.c:1:1: error: said >&2; " + c.impure + "exit 3'\n"})
			p.s.learnsAll = true
			if c.together {
				p.stderr = p.stdout
			}
			var by event.By
			said := ""
			p.s.Hear()
			p.s.Listen(func(e event.Event) {
				switch e := e.(type) {
				case event.CommandEnded:
					by = e.By
				case event.RecipeEnded:
					said += e.Stderr
				}
			})
			if status := p.make(); status != 2 {
				t.Fatalf("status %d", status)
			}
			const want = "a.c:1:1: error: said\n"
			if by != event.ByTrace || said != want || !strings.HasPrefix(p.output(), want) {
				t.Errorf("by %s, heard %q, written %q", by, said, p.output())
			}
		})
	}
}

// TestHearEarly has listeners hear why a build cannot begin.
func TestHearEarly(t *testing.T) {
	p := newProject(t, "4.3", nil)
	said := ""
	p.s.Listen(func(e event.Event) {
		if e, ok := e.(event.MakeSaid); ok {
			said += e.Text
		}
	})
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	if status := p.make("-C", nowhere); status != 2 || said != "make: *** "+nowhere+": No such file or directory.  Stop.\n" {
		t.Errorf("status %d, heard %q", status, said)
	}
}
