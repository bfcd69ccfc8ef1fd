package engine

import (
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/host"
)

// fakeShell remembers what it was asked ahead of time.
type fakeShell struct {
	mu    sync.Mutex
	ahead map[string]bool
	seen  chan struct{} // closed when the last command was announced
	last  string
}

func (f *fakeShell) RunShell(command, _ string, _ []string, _ io.Reader, _ io.Writer) ([]byte, error) {
	if command == "first" {
		<-f.seen // the rest is announced while this one runs
	}
	return []byte(command + "\n"), nil
}

func (f *fakeShell) Prefetch(command, _ string, _ []string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ahead[command] = true
	if command == f.last {
		close(f.seen)
	}
	return []byte("y\n")
}

func (f *fakeShell) Remembers(string, string, []string) bool { return false }

func (f *fakeShell) Pure(string, string, []string) bool { return true }

func (f *fakeShell) Still(string, []string) func(string, []byte) bool {
	return func(string, []byte) bool { return true }
}

// A file that includes itself, alone or by way of another, is announced once: the announcement ends, and the complaint
// is the run's own.
func TestAnnounceEnds(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"itself":  {"Kconfig": "source \"Kconfig\"\nsource \"Kconfig\"\n"},
		"another": {"Kconfig": "source \"b\"\nsource \"b\"\n", "b": "source \"Kconfig\"\nsource \"Kconfig\"\na := $(shell,last)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			shell := &fakeShell{ahead: map[string]bool{}}
			s := &speculator{Prefetcher: shell, texts: &host.Texts{}, options: host.Options{File: "Kconfig", Dir: dir, Dialect: dialect.Newest()}}
			s.announce() // would open 2^maxNesting files
		})
	}
}

// What is in a pipe is for the run itself.
func TestAnnounceLeavesPipes(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte("source \"pipe\"\na := $(shell,last)\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	shell := &fakeShell{ahead: map[string]bool{}, seen: make(chan struct{}), last: "last"}
	s := &speculator{Prefetcher: shell, texts: &host.Texts{}, options: host.Options{File: "Kconfig", Dir: dir, Dialect: dialect.Newest()}}
	go s.announce()
	select {
	case <-shell.seen:
	case <-time.After(time.Minute):
		t.Error("waits for the text of a pipe")
	}
}

// TestProbesAreAnnounced: while the first command runs, the others are announced, whatever error-if would make of it.
func TestProbesAreAnnounced(t *testing.T) {
	dir := t.TempDir()
	text := "a := $(shell,first)\n$(error-if,$(shell,second),not while announcing)\nb := $(shell,third)\nconfig A\n\tdef_bool y\n"
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	f := &fakeShell{ahead: map[string]bool{}, seen: make(chan struct{}), last: "third"}
	e := New(host.Options{Dir: dir, Dialect: dialect.Newest(), Shell: f})
	e.Speculate("Kconfig")
	e.Parse("Kconfig")
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range []string{"first", "second", "third"} {
		if !f.ahead[c] {
			t.Errorf("%q was not announced", c)
		}
	}
}
