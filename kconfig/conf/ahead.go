// Runs that are begun on the guess that they will be wanted.

package conf

import (
	"gokbuild/kconfig/internal/engine"
	"gokbuild/kconfig/internal/host"
)

// An Ahead is a run of the conf program that was begun on the guess that it will be wanted. It reads the tree, and runs
// probes that have no effects, but prints and writes nothing. Take makes it the real run if the guess was right.
type Ahead struct {
	run     *run
	reading *engine.Ahead
	status  int // of a run that ended while the tree was read
	ended   bool
}

// Begin starts a run ahead. It returns nil if that is not possible: the shell must be a Prefetcher.
func Begin(inv Invocation) *Ahead {
	p, ok := inv.Shell.(host.Prefetcher)
	if !ok {
		return nil
	}
	inv.Dialect = inv.tool()
	reading := engine.NewAhead(inv.call(), p)
	inv.Stdin, inv.Stdout, inv.Stderr, inv.Shell = nil, reading.Stdout(), reading.Stderr(), reading.Shell()
	r := newRun(inv)
	if r.D.BusyBox {
		return nil
	}
	a := &Ahead{run: r, reading: reading}
	reading.Begin(r.world, a.read)
	return a
}

func (a *Ahead) read() {
	r := a.run
	a.ended = true // unless the end is reached
	a.status = r.guard(func() int {
		file, ok := r.options()
		if !ok {
			return r.noFile()
		}
		r.engine.Speculate(file)
		r.engine.Parse(file)
		r.world.Flush()
		a.ended = false
		return 0
	})
}

// Take ends the run as Main would have, had it been started now. It returns false if this is not the run that was
// guessed, or if something that was read has changed since; then nothing was printed or written.
func (a *Ahead) Take(inv Invocation) (status int, ok bool) {
	r := a.run
	inv.Dialect = inv.tool()
	if !a.reading.Take(inv.call(), inv.Stdout, inv.Stderr) {
		return 0, false
	}
	if a.ended {
		return a.status, true
	}
	r.inv, r.terminal = inv, inv.terminal()
	r.world.SetStdin(inv.Stdin)
	return r.guard(r.finish), true
}

// Drop ends a run that is not wanted.
func (a *Ahead) Drop() { a.reading.Drop() }
