package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"gokbuild/kbuild/fixdep"
	"gokbuild/kbuild/probe"
	"gokbuild/kbuild/shell"
)

// natives finds the in-process replacements for programs that a tree builds for
// itself. A replacement is used only where the program's own source says which
// version of it the tree has.
type natives struct {
	probes  *probe.Memo
	mu      sync.Mutex
	fixdeps map[string]shell.NativeFunc
	cache   fixdep.Cache
}

// Program returns the replacement for the program at path (kbuild.Natives).
func (n *natives) Program(dir, path string) shell.NativeFunc {
	if filepath.Base(path) != "fixdep" || !strings.Contains(path, "/") {
		return nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if f, ok := n.fixdeps[path]; ok {
		return f
	}
	f := n.fixdep(dir, path)
	if n.fixdeps == nil {
		n.fixdeps = make(map[string]shell.NativeFunc)
	}
	n.fixdeps[path] = f
	return f
}

// fixdep makes the replacement for a tree's fixdep. The command that built the
// program is saved next to it, with the name of its source.
func (n *natives) fixdep(dir, path string) shell.NativeFunc {
	source, ok := sourceOf(dir, path)
	if !ok {
		return nil
	}
	d, ok := fixdep.Detect(source)
	if !ok {
		return nil
	}
	return func(_ context.Context, c *shell.Call) (shell.Status, bool) {
		// The program is what counts: one that vanished must fail as usual.
		if _, err := os.Stat(path); err != nil {
			return shell.Status{}, false
		}
		ok, err := fixdep.Try(c.Argv[1:], c.Dir, c.Stdout, d, &n.cache)
		if err != nil {
			return shell.Status{Code: 1}, true
		}
		return shell.Status{}, ok
	}
}

// sourceOf reads the source that a host program was built from, as recorded in
// the .cmd file next to it.
func sourceOf(dir, path string) ([]byte, bool) {
	cmd, err := os.ReadFile(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".cmd"))
	if err != nil {
		return nil, false
	}
	for line := range bytes.Lines(cmd) {
		if !bytes.HasPrefix(line, []byte("source_")) {
			continue
		}
		_, name, ok := bytes.Cut(line, []byte(" := "))
		if !ok {
			continue
		}
		file := string(bytes.TrimSpace(name))
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		source, err := os.ReadFile(file)
		return source, err == nil
	}
	return nil, false
}

// runFixdep is the multi-call name fixdep: the newest version of the program.
func runFixdep() int {
	dir, err := os.Getwd()
	if err != nil {
		io.WriteString(os.Stderr, "fixdep: "+err.Error()+"\n")
		return 1
	}
	return fixdep.Run(os.Args[1:], dir, os.Stdout, os.Stderr, fixdep.Newest(), nil)
}
