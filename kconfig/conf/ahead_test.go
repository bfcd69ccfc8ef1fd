package conf

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/host"
)

// foreseeing is a Prefetcher that takes commands that begin with "effect" for impure.
type foreseeing struct {
	mu    sync.Mutex
	ran   []string
	begun chan struct{} // told of the first command
	other bool          // commands answer something else by now
}

func (f *foreseeing) RunShell(command, _ string, _ []string, _ io.Reader, stderr io.Writer) ([]byte, error) {
	f.mu.Lock()
	f.ran = append(f.ran, command)
	f.mu.Unlock()
	select {
	case f.begun <- struct{}{}:
	default:
	}
	if command == "complain" {
		io.WriteString(stderr, "complaint\n")
	}
	return []byte("answer\n"), nil
}

func (f *foreseeing) Prefetch(string, string, []string) []byte { return []byte("y\n") }

func (f *foreseeing) Remembers(string, string, []string) bool { return false }

func (f *foreseeing) Pure(command, _ string, _ []string) bool {
	return !strings.HasPrefix(command, "effect")
}

func (f *foreseeing) Still(string, []string) func(string, []byte) bool {
	return func(_ string, out []byte) bool { return !f.other && string(out) == "answer\n" }
}

func (f *foreseeing) commands() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.ran)
}

func writeTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	// Their change time can't be set: they are settled after a moment.
	for name := range files {
		if err := tick.Await(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

const aheadTree = "x := $(shell,complain)\n$(info,said)\ny := $(shell,effect one)\n$(warning-if,y,warned)\nsource \"more\"\n"

func aheadInvocation(dir string, sh host.ShellRunner, out *bytes.Buffer) Invocation {
	return Invocation{Name: "conf", Args: []string{"--alldefconfig", "Kconfig"}, Dir: dir, Env: []string{"x=1"}, Stdout: out, Stderr: out,
		Shell: sh, Dialect: dialect.Newest()}
}

// TestAhead compares a run that was begun before with one that was not, in what it prints, runs and writes.
func TestAhead(t *testing.T) {
	var want string
	for _, begun := range []bool{false, true} {
		dir := t.TempDir()
		writeTree(t, dir, map[string]string{"Kconfig": aheadTree, "more": "config A\n\tbool \"a\"\n\tdefault y\n"})
		var out bytes.Buffer
		sh := &foreseeing{begun: make(chan struct{}, 1)}
		inv := aheadInvocation(dir, sh, &out)
		status := 0
		if begun {
			a := Begin(inv)
			<-sh.begun
			if ran := sh.commands(); !slices.Equal(ran, []string{"complain"}) || out.Len() > 0 {
				t.Errorf("before it was wanted: ran %q, printed %q", ran, &out)
			}
			var ok bool
			if status, ok = a.Take(inv); !ok {
				t.Fatal("not taken")
			}
			a.Drop() // without effect
		} else {
			status = Main(inv)
		}
		config, err := os.ReadFile(filepath.Join(dir, ".config"))
		got := out.String() + strings.Join(sh.commands(), "\n") + "\n" + string(config)
		if status != 0 || err != nil || !strings.Contains(got, "complaint") || !strings.Contains(got, "warned") || !strings.Contains(got, "CONFIG_A=y") {
			t.Errorf("status %d, %v\n%s", status, err, got)
		}
		if begun && got != want {
			t.Errorf("begun before:\n%s\nbegun when wanted:\n%s", got, want)
		}
		want = got
	}
}

// TestAheadRefuses: a run that was begun on a wrong guess is not taken, and one whose files have changed since neither.
func TestAheadRefuses(t *testing.T) {
	for name, change := range map[string]func(dir string, inv *Invocation) error{
		"arguments":   func(_ string, inv *Invocation) error { inv.Args = []string{"--allnoconfig", "Kconfig"}; return nil },
		"environment": func(_ string, inv *Invocation) error { inv.Env = []string{"x=2"}; return nil },
		"a file": func(dir string, _ *Invocation) error {
			return os.WriteFile(filepath.Join(dir, "more"), []byte("config B\n\tbool\n"), 0o666)
		},
		"a file with the same size": func(dir string, _ *Invocation) error {
			return os.WriteFile(filepath.Join(dir, "more"), []byte("config B\n\tbool \"a\"\n\tdefault y\n"), 0o666)
		},
		"a missing file": func(dir string, _ *Invocation) error { return os.Remove(filepath.Join(dir, "more")) },
	} {
		dir := t.TempDir()
		writeTree(t, dir, map[string]string{"Kconfig": "$(info,said)\nsource \"more\"\nx := $(shell,one)\ny := $(shell,effect one)\n", "more": "config A\n\tbool \"a\"\n\tdefault y\n"})
		var out bytes.Buffer
		sh := &foreseeing{begun: make(chan struct{}, 1)}
		inv := aheadInvocation(dir, sh, &out)
		a := Begin(inv)
		<-sh.begun // both files have been read
		if err := change(dir, &inv); err != nil {
			t.Fatal(err)
		}
		if _, ok := a.Take(inv); ok || out.Len() > 0 || slices.Contains(sh.commands(), "effect one") {
			t.Errorf("%s: taken %v, printed %q, ran %q", name, ok, &out, sh.commands())
		}
	}
}

// TestAheadCommands: a run is not taken if a command that it has run would answer something else by now.
func TestAheadCommands(t *testing.T) {
	for _, other := range []bool{false, true} {
		dir := t.TempDir()
		writeTree(t, dir, map[string]string{"Kconfig": "x := $(shell,one)\n$(info,$(x))\n"})
		var out bytes.Buffer
		sh := &foreseeing{}
		inv := aheadInvocation(dir, sh, &out)
		a := Begin(inv)
		a.reading.Wait()
		sh.other = other
		if _, ok := a.Take(inv); ok == other || strings.Contains(out.String(), "answer") != ok {
			t.Errorf("other answer %t: taken %t, printed %q", other, ok, &out)
		}
	}
}

// TestAheadDropped: a run that was dropped is not taken afterwards, whether it had come to its end or was held.
func TestAheadDropped(t *testing.T) {
	for _, text := range []string{"config A\n\tbool \"a\"\n", "x := $(shell,effect one)\n"} {
		dir := t.TempDir()
		writeTree(t, dir, map[string]string{"Kconfig": text})
		var out bytes.Buffer
		inv := aheadInvocation(dir, &foreseeing{}, &out)
		a := Begin(inv)
		if !strings.Contains(text, "effect") {
			a.reading.Wait()
		}
		a.Drop()
		if status, ok := a.Take(inv); ok {
			t.Errorf("%q: taken, status %d", text, status)
		}
	}
}

// TestAheadEndsEarly: what the C tool would say of a bad tree is said when the run is taken.
func TestAheadEndsEarly(t *testing.T) {
	dir := t.TempDir()
	writeTree(t, dir, map[string]string{"Kconfig": "config\n"})
	var out bytes.Buffer
	inv := aheadInvocation(dir, &foreseeing{}, &out)
	a := Begin(inv)
	a.reading.Wait()
	if out.Len() > 0 {
		t.Errorf("printed %q", &out)
	}
	if status, ok := a.Take(inv); !ok || status != 1 || !strings.Contains(out.String(), "Kconfig:1: ") {
		t.Errorf("taken %v, status %d, printed %q", ok, status, &out)
	}
}

// TestAheadPipe: what is in a pipe is left there until it is known that the run is wanted.
func TestAheadPipe(t *testing.T) {
	text := "config A\n\tbool \"a\"\n"
	text += strings.Repeat("\n", os.Getpagesize()-len(text)) // as much as the smallest pipe holds
	for _, taken := range []bool{false, true} {
		dir := t.TempDir()
		writeTree(t, dir, map[string]string{"Kconfig": "source \"pipe\"\n"})
		if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
			t.Fatal(err)
		}
		fd, err := unix.Open(filepath.Join(dir, "pipe"), unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		pipe := os.NewFile(uintptr(fd), "pipe")
		defer pipe.Close()
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, len(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := pipe.WriteString(text); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		inv := aheadInvocation(dir, &foreseeing{}, &out)
		a := Begin(inv)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if !taken {
				a.Drop()
			} else if status, ok := a.Take(inv); status != 0 || !ok {
				t.Errorf("status %d, taken %t\n%s", status, ok, &out)
			}
		}()
		if taken {
			// The pipe is full: there is room once somebody has taken the text.
			pipe.SetWriteDeadline(time.Now().Add(time.Minute))
			if _, err := pipe.WriteString("\n"); err != nil {
				t.Fatal(err)
			}
			pipe.Close()
		}
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Fatal("taken out of the pipe before the run was wanted")
		}
		if taken {
			continue
		}
		left := make([]byte, 2*len(text))
		if n, err := pipe.Read(left); err != nil || string(left[:n]) != text {
			t.Errorf("left: %q, %v", left[:n], err)
		}
	}
}
