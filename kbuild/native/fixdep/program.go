package fixdep

// This file finds out which fixdep a tree has built, and runs the replacement for it.

import (
	"context"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/native/shell"
)

// Programs tells which programs of a build are fixdep, and runs them in this
// process. A program is known by the source that its own .cmd file names, and
// only while it is newer than that source. The zero value is ready; it may be
// used by many goroutines.
type Programs struct {
	Cache Cache

	mu    sync.Mutex
	known map[string]programEntry // by file
}

type programEntry struct {
	binary, cmd, source facts.Stat
	sourceFile          string
	d                   Dialect
	ok                  bool
}

// Native gives the in-process replacement for the program file as executed in
// dir, or nil if it is no fixdep we know. It fits shell.Env.Native.
func (p *Programs) Native(dir, file string) shell.NativeFunc {
	if !strings.Contains(file, "/") {
		return nil
	}
	d, ok := p.dialect(dir, file)
	if !ok {
		return nil
	}
	return func(_ context.Context, c *shell.Call) (shell.Status, bool) {
		ok, err := Try(c.Argv[1:], c.Dir, c.Stdout, d, &p.Cache)
		if err != nil {
			// The versions that check their output end like this; it is too late
			// to run another.
			c.Stderr.Write([]byte("fixdep: not all data was written to the output\n"))
			return shell.Status{Code: 1}, true
		}
		return shell.Status{}, ok
	}
}

// dialect looks at the files each time and at their contents only when they
// have changed.
func (p *Programs) dialect(dir, file string) (Dialect, bool) {
	full := shell.Resolve(dir, file)
	var binary, cmd, source syscall.Stat_t
	cmdFile := path.Join(path.Dir(full), "."+path.Base(full)+".cmd")
	if syscall.Stat(full, &binary) != nil || syscall.Stat(cmdFile, &cmd) != nil {
		return Dialect{}, false
	}
	p.mu.Lock()
	e, ok := p.known[full]
	p.mu.Unlock()
	if ok && e.binary == facts.Of(&binary) && e.cmd == facts.Of(&cmd) {
		if !e.ok {
			return Dialect{}, false
		}
		if syscall.Stat(e.sourceFile, &source) == nil && e.source == facts.Of(&source) {
			return e.d, true
		}
	}
	e = programEntry{binary: facts.Of(&binary), cmd: facts.Of(&cmd)}
	settled := e.binary.Settled() && e.cmd.Settled()
	if text, err := os.ReadFile(cmdFile); err == nil {
		settled = e.read(dir, string(text)) && settled
	}
	if settled {
		p.mu.Lock()
		if p.known == nil {
			p.known = map[string]programEntry{}
		}
		p.known[full] = e
		p.mu.Unlock()
	}
	return e.d, e.ok
}

// read follows the .cmd file to the source and recognises it. settled is that of the source, if there is one.
func (e *programEntry) read(dir, cmd string) (settled bool) {
	name, ok := sourceOf(cmd)
	if !ok {
		return true
	}
	e.sourceFile = shell.Resolve(dir, name)
	f, err := os.Open(e.sourceFile)
	if err != nil {
		return true
	}
	defer f.Close()
	text, id, settled, err := readAll(f)
	if err != nil {
		return true
	}
	e.source = id
	if id.Mtime > e.binary.Mtime {
		return settled // the program was made from something older
	}
	e.d, e.ok = Detect(text)
	return settled
}

// sourceOf finds the source in a .cmd file: on the line that names it, or, in the
// oldest form, first among the dependencies.
func sourceOf(cmd string) (string, bool) {
	for _, line := range strings.Split(cmd, "\n") {
		switch {
		case strings.HasPrefix(line, "source_"):
			_, name, ok := strings.Cut(line, " := ")
			return name, ok && strings.HasSuffix(name, ".c")
		case strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "   "):
			name := strings.TrimSuffix(strings.TrimSpace(line), " \\")
			return name, strings.HasSuffix(name, ".c")
		}
	}
	return "", false
}
