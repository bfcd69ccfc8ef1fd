package kconfig

import (
	"io"
	"sync"
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
}

// speculator passes commands on to a Prefetcher. At the first one whose result is not at hand it starts a second parse
// of the tree that does nothing but announce the commands to come, so that compiler probes run side by side. Nearly all
// commands are known without knowing the results of others.
type speculator struct {
	Prefetcher
	once    sync.Once
	options Options
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

// announce parses the tree, taking every probe to go well and no error for one.
func (s *speculator) announce() {
	o := s.options
	o.Stdin, o.Stdout, o.Stderr = nil, nil, nil
	o.Shell = ShellFunc(func(command, dir string, env []string, _ io.Reader, _ io.Writer) ([]byte, error) {
		return s.Prefetch(command, dir, env), nil
	})
	c := newConfig(o)
	c.lenient = true
	var err error
	defer c.catch(&err)
	l := newLexer(c)
	l.open(o.File)
	p := &parser{c: c, lex: l}
	p.parse()
}
