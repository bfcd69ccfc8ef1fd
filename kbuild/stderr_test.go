package kbuild

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

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
