// What a run that was begun ahead holds back: commands that may have effects wait, and what it prints is kept.

package conf

import (
	"io"
	"slices"
	"sync"

	"gokbuild/kconfig/internal/host"
)

// gate holds back commands that may have effects until the run is wanted.
type gate struct {
	host.Prefetcher
	ahead *Ahead
	// mu is held while a command runs before that.
	mu  sync.Mutex
	ran []ranAhead
}

// ranAhead is a command that was run before it was known whether its answer is wanted.
type ranAhead struct {
	command, dir string
	env          []string
	out          []byte
	failed       bool
}

// open lets the run go on as the real one, unless what it has read is not the same any more.
func (g *gate) open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ahead.run.world.Watch.Unchanged() {
		return false
	}
	var still func(command string, out []byte) bool
	for i, r := range g.ran {
		if i == 0 || r.dir != g.ran[i-1].dir || !slices.Equal(r.env, g.ran[i-1].env) {
			still = g.Still(r.dir, r.env)
		}
		if r.failed || !still(r.command, r.out) {
			return false
		}
	}
	close(g.ahead.wanted)
	return true
}

// runAhead runs a command unless the run is wanted by now.
func (g *gate) runAhead(command, dir string, env []string, stdin io.Reader, stderr io.Writer) (out []byte, ok bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.ahead.wanted:
		return nil, false, nil
	default:
	}
	out, err = g.Prefetcher.RunShell(command, dir, env, stdin, stderr)
	g.ran = append(g.ran, ranAhead{command, dir, env, slices.Clone(out), err != nil})
	return out, true, err
}

// RunShell implements ShellRunner.
func (g *gate) RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	a := g.ahead
	select {
	case <-a.dropped:
		host.Quit(1)
	case <-a.wanted:
	default:
		if g.Pure(command, dir, env) {
			if out, ok, err := g.runAhead(command, dir, env, stdin, stderr); ok {
				return out, err
			}
			break
		}
		a.await()
	}
	return g.Prefetcher.RunShell(command, dir, env, stdin, stderr)
}

// relay keeps what is printed, in order, until it is known where to.
type relay struct {
	mu     sync.Mutex
	kept   []piece
	target *[2]io.Writer
}

type piece struct {
	stream int
	text   []byte
}

type relayWriter struct {
	r      *relay
	stream int
}

// Write keeps a text, or passes it on once it is known where to.
func (w relayWriter) Write(p []byte) (int, error) {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	if w.r.target == nil {
		w.r.kept = append(w.r.kept, piece{w.stream, slices.Clone(p)})
		return len(p), nil
	}
	if t := w.r.target[w.stream]; t != nil {
		return t.Write(p)
	}
	return len(p), nil
}

// pass prints what was kept, and from now on everything at once.
func (r *relay) pass(stdout, stderr io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.target = &[2]io.Writer{stdout, stderr}
	for _, p := range r.kept {
		if t := r.target[p.stream]; t != nil {
			_, _ = t.Write(p.text)
		}
	}
	r.kept = nil
}
