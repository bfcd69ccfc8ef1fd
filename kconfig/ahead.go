package kconfig

import (
	"io"
	"reflect"
	"slices"
	"sync"
	"syscall"

	"gokbuild/depgraph/fileid"
)

// An Ahead is a run of the conf program that was begun on the guess that it will be wanted. It reads the tree, and runs
// probes that have no effects, but prints and writes nothing. Take makes it the real run if the guess was right.
type Ahead struct {
	run  *confRun
	gate *gate

	done   chan struct{} // closed when the tree is read
	status int           // of a run that ended while the tree was read
	ended  bool

	wanted  chan struct{} // closed by Take
	dropped chan struct{} // closed by Drop
	drop    sync.Once

	out relay
}

// Begin starts a run ahead. It returns nil if that is not possible: the shell must be a Prefetcher.
func Begin(inv Invocation) *Ahead {
	p, ok := inv.Shell.(Prefetcher)
	if !ok {
		return nil
	}
	a := &Ahead{done: make(chan struct{}), wanted: make(chan struct{}), dropped: make(chan struct{})}
	inv.Stdin = nil
	inv.Stdout, inv.Stderr = relayWriter{&a.out, 0}, relayWriter{&a.out, 1}
	a.gate = &gate{Prefetcher: p, ahead: a}
	inv.Shell = a.gate
	r := newRun(inv)
	if r.d.BusyBox {
		return nil
	}
	r.watch = &watch{await: a.await}
	a.run = r
	go a.begin()
	return a
}

func (a *Ahead) begin() {
	defer close(a.done)
	r := a.run
	a.ended = true // unless the end is reached
	a.status = r.guard(func() int {
		file, ok := r.options()
		if !ok {
			return r.noFile()
		}
		r.speculate(file)
		r.parseTree(file)
		r.flush()
		a.ended = false
		return 0
	})
}

// Take ends the run as ConfMain would have, had it been started now. It returns false if this is not the run that was
// guessed, or if something that was read has changed since; then nothing was printed or written.
func (a *Ahead) Take(inv Invocation) (status int, ok bool) {
	r := a.run
	if r == nil || inv.Name != r.inv.Name || inv.Dir != r.inv.Dir || !slices.Equal(inv.Args, r.inv.Args) || !slices.Equal(inv.Env, r.inv.Env) ||
		!reflect.DeepEqual(inv.detect(), r.inv.Dialect) || !a.gate.open() {
		a.Drop()
		return 0, false
	}
	<-a.done
	a.out.pass(inv.Stdout, inv.Stderr)
	if a.ended {
		return a.status, true
	}
	r.inv, r.terminal = inv, inv.terminal()
	r.setStdin(inv.Stdin)
	return r.guard(r.finish), true
}

// Drop ends a run that is not wanted.
func (a *Ahead) Drop() {
	a.drop.Do(func() { close(a.dropped) })
	<-a.done
}

// gate holds back commands that may have effects until the run is wanted.
type gate struct {
	Prefetcher
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
	if !g.ahead.run.watch.unchanged() {
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
		panic(bail{1})
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

// await returns once the run is wanted; it ends one that is not.
func (a *Ahead) await() {
	select {
	case <-a.dropped:
		panic(bail{1})
	case <-a.wanted:
	}
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

// watch notes what was found under each name that was read.
type watch struct {
	// await returns when what cannot be taken back may be done.
	await func()

	mu    sync.Mutex
	files []watched
}

type watched struct {
	path    string
	id      fileid.ID // zero where there is no file
	settled bool
}

// note is called before a file is read.
func (w *watch) note(path string, id fileid.ID) {
	if w == nil {
		return
	}
	settled := id == (fileid.ID{}) || id.Settled()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files = append(w.files, watched{path, id, settled})
}

func (w *watch) all() []watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.files
}

// unchanged reports whether everything noted so far is still so.
func (w *watch) unchanged() bool {
	for _, f := range w.all() {
		var st syscall.Stat_t
		var id fileid.ID
		if syscall.Stat(f.path, &st) == nil {
			id = fileid.Of(&st)
		}
		if !f.settled || id != f.id {
			return false
		}
	}
	return true
}
