package kconfig

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"

	"gokbuild/depgraph/fileid"
)

// A Prefetcher is a ShellRunner that can run commands ahead of time. It starts only commands that have no effects.
type Prefetcher interface {
	ShellRunner
	// Prefetch may start the command in the background. It returns what the command will likely write.
	Prefetch(command, dir string, env []string) []byte
	// Remembers reports whether the result is at hand.
	Remembers(command, dir string, env []string) bool
	// Pure reports whether the command has no effects.
	Pure(command, dir string, env []string) bool
	// Still returns a function that reports whether a command is known to write the same, if it is run now.
	Still(dir string, env []string) func(command string, out []byte) bool
}

// speculator passes commands on to a Prefetcher. At the first one whose result is not at hand it starts a second parse
// of the tree that does nothing but announce the commands to come, so that compiler probes run side by side. Nearly all
// commands are known without knowing the results of others.
type speculator struct {
	Prefetcher
	once    sync.Once
	options Options
	texts   *texts
	checked int // commands found remembered so far; a Config runs its commands one by one
}

// warmAfter is how many remembered results in a row prove that there is nothing to announce: looking each command up
// twice would cost more than prefetching the few that may be missing saves.
const warmAfter = 4

// RunShell implements ShellRunner.
func (s *speculator) RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	if s.checked < warmAfter {
		if s.Remembers(command, dir, env) {
			s.checked++
		} else {
			s.checked = warmAfter
			s.once.Do(func() { go s.announce() })
		}
	}
	return s.Prefetcher.RunShell(command, dir, env, stdin, stderr)
}

// announce goes through the tree, taking every probe to go well and no error for one. What it reads, the run itself need not.
func (s *speculator) announce() {
	o := s.options
	o.Stdin, o.Stdout, o.Stderr = nil, nil, nil
	o.Shell = ShellFunc(func(command, dir string, env []string, _ io.Reader, _ io.Writer) ([]byte, error) {
		return s.Prefetch(command, dir, env), nil
	})
	c := newConfig(o)
	c.lenient, c.texts, c.firstReader = true, s.texts, true
	var err error
	defer c.catch(&err)
	l := newLexer(c)
	if c.d.OldLexer {
		l.open(o.File)
		(&parser{c: c, lex: l, expand: c.expandOld}).parse()
		return
	}
	l.announce(o.File)
}

// announce expands what a file and those it includes hold of macros. That is all it takes to find the commands, and much less
// than parsing; where it misunderstands a line, a command is announced in vain or not at all.
func (l *lexer) announce(name string) {
	// The run itself complains of files that include themselves.
	if name == l.file || slices.ContainsFunc(l.stack, func(i inclusion) bool { return i.file == name }) || len(l.stack) > maxNesting {
		return
	}
	buf, err := l.c.readFile(name)
	if err != nil {
		return
	}
	l.stack = append(l.stack, inclusion{file: l.file, line: l.line})
	l.file, l.line = name, 0
	for len(buf) > 0 {
		l.line++
		line := buf
		if i := bytes.IndexByte(buf, '\n'); i >= 0 {
			line, buf = buf[:i], buf[i+1:]
		} else {
			buf = nil
		}
		line = bytes.TrimLeft(line, " \t")
		n := 0
		for n < len(line) && wordByte[line[n]] {
			n++
		}
		word, rest := line[:n], bytes.TrimLeft(line[n:], " \t")
		if len(rest) == 0 && string(word) == "help" {
			_, used, lines := scanHelp(buf)
			buf = buf[used:]
			l.line += lines
			continue
		}
		switch {
		case n == 0 && (len(line) == 0 || line[0] == '#'):
		case n > 0 && bytes.HasPrefix(rest, []byte(":=")):
			l.m.assign(string(word), assigned(rest[2:]), flavorSimple)
		case n > 0 && bytes.HasPrefix(rest, []byte("+=")):
			l.m.assign(string(word), assigned(rest[2:]), flavorAppend)
		case n > 0 && bytes.HasPrefix(rest, []byte("=")):
			l.m.assign(string(word), assigned(rest[1:]), flavorRecursive)
		case string(word) == "source":
			l.announce(strings.Trim(l.m.expand(string(rest), nil), " \t\"'"))
		case bytes.IndexByte(line, '$') >= 0:
			l.m.expand(string(line), nil)
		}
	}
	up := l.stack[len(l.stack)-1]
	l.stack = l.stack[:len(l.stack)-1]
	l.file, l.line = up.file, up.line
}

func assigned(text []byte) string { return string(bytes.TrimLeft(text, " \t")) }

// texts are files that one of two parses of the same tree has read.
type texts struct {
	mu    sync.Mutex
	files map[string]text
}

type text struct {
	id  fileid.ID
	buf []byte
}

func (t *texts) put(path string, id fileid.ID, buf []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.files == nil {
		t.files = make(map[string]text)
	}
	t.files[path] = text{id, buf}
}

// take returns a file that has not changed since it was read.
func (t *texts) take(path string) (text, bool) {
	t.mu.Lock()
	f, ok := t.files[path]
	delete(t.files, path) // read once
	t.mu.Unlock()
	var st syscall.Stat_t
	if !ok || syscall.Stat(path, &st) != nil || fileid.Of(&st) != f.id {
		return text{}, false
	}
	return f, true
}
