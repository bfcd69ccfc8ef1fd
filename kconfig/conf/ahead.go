// Runs that are begun on the guess that they will be wanted.

package conf

import (
	"reflect"
	"slices"
	"sync"

	"gokbuild/kconfig/internal/host"
)

// An Ahead is a run of the conf program that was begun on the guess that it will be wanted. It reads the tree, and runs
// probes that have no effects, but prints and writes nothing. Take makes it the real run if the guess was right.
type Ahead struct {
	run  *run
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
	p, ok := inv.Shell.(host.Prefetcher)
	if !ok {
		return nil
	}
	a := &Ahead{done: make(chan struct{}), wanted: make(chan struct{}), dropped: make(chan struct{})}
	inv.Stdin = nil
	inv.Stdout, inv.Stderr = relayWriter{&a.out, 0}, relayWriter{&a.out, 1}
	a.gate = &gate{Prefetcher: p, ahead: a}
	inv.Shell = a.gate
	r := newRun(inv)
	if r.D.BusyBox {
		return nil
	}
	r.world.Watch = &host.Watch{Await: a.await}
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
	r.world.SetStdin(inv.Stdin)
	return r.guard(r.finish), true
}

// Drop ends a run that is not wanted.
func (a *Ahead) Drop() {
	a.drop.Do(func() { close(a.dropped) })
	<-a.done
}

// await returns once the run is wanted; it ends one that is not.
func (a *Ahead) await() {
	select {
	case <-a.dropped:
		host.Quit(1)
	case <-a.wanted:
	}
}
