// Running probes ahead: a second reader of the tree announces the commands that the run will want.

package engine

import (
	"io"
	"sync"

	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/syntax"
)

// Speculate arranges for the commands of the tree to run ahead, side by side, if the shell is a Prefetcher. It is
// called before Parse.
func (e *Engine) Speculate(file string) {
	p, ok := e.World.Shell.(host.Prefetcher)
	if !ok || !e.Tree.D.Macros {
		return
	}
	e.World.Texts = &host.Texts{}
	e.World.Shell = &speculator{Prefetcher: p, texts: e.World.Texts,
		options: host.Options{File: file, Dir: e.World.Dir, Env: e.World.Env, Dialect: &e.Tree.D}}
}

// speculator passes commands on to a Prefetcher. At the first one whose result is not at hand it starts a second parse
// of the tree that does nothing but announce the commands to come, so that compiler probes run side by side. Nearly all
// commands are known without knowing the results of others.
type speculator struct {
	host.Prefetcher
	once    sync.Once
	options host.Options
	texts   *host.Texts
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

// announce goes through the tree, taking every probe to go well and no error for one. What it reads, the run itself
// need not.
func (s *speculator) announce() {
	o := s.options
	o.Stdin, o.Stdout, o.Stderr = nil, nil, nil
	o.Shell = host.ShellFunc(func(command, dir string, env []string, _ io.Reader, _ io.Writer) ([]byte, error) {
		return s.Prefetch(command, dir, env), nil
	})
	e := New(o)
	e.World.Texts, e.World.First = s.texts, true
	var err error
	defer e.World.Catch(&err)
	syntax.Announce(e.World, e.Tree, o.File, e.expand)
}
