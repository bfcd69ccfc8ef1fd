// Readings that are begun on the guess that they will be wanted: commands that may have effects wait, and what is
// printed is kept.

package engine

import (
	"io"
	"reflect"
	"slices"
	"sync"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/host"
)

// A Call is how a program is called that reads a tree, and what it finds the tree's own tools to be.
type Call struct {
	Name, Dir string
	Args, Env []string
	Dialect   *dialect.Dialect
	// Tools is the tree's scripts/kconfig, if that matters.
	Tools string
}

// An Ahead is a reading of a tree that was begun on the guess that it will be wanted. It runs commands that have no
// effects, but prints and writes nothing. Take makes it the real one if all that it has read is still so.
type Ahead struct {
	call Call
	gate gate
	out  relay

	done    chan struct{} // closed when the tree is read
	wanted  chan struct{} // closed by Take
	dropped chan struct{} // closed by Drop
	drop    sync.Once
}

// NewAhead returns a reading for a call, which is still to begin. The world that it is to happen in gets its Shell and
// its streams.
func NewAhead(call Call, shell host.Prefetcher) *Ahead {
	a := &Ahead{call: call, done: make(chan struct{}), wanted: make(chan struct{}), dropped: make(chan struct{})}
	a.gate = gate{Prefetcher: shell, ahead: a}
	return a
}

// Shell runs the commands.
func (a *Ahead) Shell() host.ShellRunner { return &a.gate }

// Stdout and Stderr keep what is written to them.
func (a *Ahead) Stdout() io.Writer { return relayWriter{&a.out, 0} }
func (a *Ahead) Stderr() io.Writer { return relayWriter{&a.out, 1} }

// Begin has read run, and returns at once.
func (a *Ahead) Begin(world *host.World, read func()) {
	world.Watch = &host.Watch{Await: a.await, Go: a.goOn}
	a.gate.watch = world.Watch
	go func() {
		defer close(a.done)
		read()
	}()
}

// Take returns when the tree is read, and what was printed meanwhile is written to the streams. If the call is another
// one, what was read has changed since, or it was dropped, it returns false, and has written nothing.
func (a *Ahead) Take(call Call, stdout, stderr io.Writer) bool {
	if !reflect.DeepEqual(call, a.call) || !a.gate.open() {
		a.Drop()
		return false
	}
	a.Wait()
	a.out.pass(stdout, stderr)
	return true
}

// Drop ends a reading that is not wanted.
func (a *Ahead) Drop() {
	a.drop.Do(func() { close(a.dropped) })
	a.Wait()
}

// Wait returns when the reading has ended. One that waits for being wanted does not end before Take or Drop.
func (a *Ahead) Wait() { <-a.done }

// goOn ends a reading that was dropped.
func (a *Ahead) goOn() {
	select {
	case <-a.dropped:
		host.Quit(1)
	default:
	}
}

// await returns once the reading is wanted; it ends one that is not.
func (a *Ahead) await() {
	select {
	case <-a.dropped:
		host.Quit(1)
	case <-a.wanted:
	}
}

// gate holds back commands that may have effects until the reading is wanted.
type gate struct {
	host.Prefetcher
	ahead *Ahead
	watch *host.Watch
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

// open lets the reading go on as the real one, unless what it has read is not the same any more.
func (g *gate) open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.ahead.dropped:
		return false
	default:
	}
	if !g.watch.Unchanged() {
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

// runAhead runs a command unless the reading is wanted by now.
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
