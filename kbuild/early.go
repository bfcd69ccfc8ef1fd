package kbuild

// This file begins a build of --watch at the one make that has something to do, before the makes above it are evaluated.
//
// Say fs/ext4/inode.c is saved. The records tell that of all makes only the one for fs/ext4 has something to do, and the builds before
// have shown how it is called: so it runs at once (runEarly). Then the first make is evaluated as in any build. When a recipe comes to
// call the make for fs/ext4, that one has run already, and its outcome is taken over (adopt), on two conditions: it is called as
// it was then, and nothing that may write files has run meanwhile. Otherwise it runs once more, and finds what is left to do.

import (
	"context"
	"os"
	"runtime"
	"sync"
	"syscall"
	"unique"

	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/setting"
)

// calls keeps how the makes below the first were called in the builds of one watch, by the keys of their records.
type calls struct {
	mu    sync.Mutex
	byKey map[memory.Key]*called
}

func newCalls() *calls { return &calls{byKey: make(map[memory.Key]*called)} }

// called is how a make was called, so that a later build can call it in the same way.
type called struct {
	call   Call
	caller string
	// auth is how it was told to join the job server.
	auth string
	// above is the make that called it; nil if that is the first.
	above *called
}

// mostCalls bounds how many makes are kept: at that number all are forgotten, and learned anew.
const mostCalls = 1 << 14

// begin notes how a make is called, when that begins; end keeps it under the key that the make's record then has. A nil receiver notes
// nothing. A make that has -j on its own command line is not noted: its job slots are its own.
func (cs *calls) begin(inv *Invocation) {
	if cs == nil || inv.above == nil || inv.recording == nil || inv.programs != nil || inv.Flags.ArgvJobs() != flags.JobsUnset {
		return
	}
	c := &called{call: inv.Call, caller: inv.caller, auth: inv.Flags.JobserverAuth, above: inv.above.called}
	if inv.above.above != nil && c.above == nil {
		return
	}
	c.call.Stdin, c.call.Stdout, c.call.Stderr = nil, nil, nil
	c.call.Env = make([]string, len(inv.Call.Env))
	for i, e := range inv.Call.Env {
		c.call.Env[i] = unique.Make(e).Value() // makes are told much the same
	}
	inv.called = c
}

func (cs *calls) end(inv *Invocation) {
	if cs == nil || inv.called == nil {
		return
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if len(cs.byKey) >= mostCalls {
		clear(cs.byKey)
	}
	cs.byKey[inv.recording.Key()] = inv.called
}

// of returns how the make with a record of that key was called; nil if that is not known.
func (cs *calls) of(key memory.Key) *called {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.byKey[key]
}

// isKnown reports whether it is known how a make was called.
func (cs *calls) isKnown(key memory.Key) bool { return cs.of(key) != nil }

// acquaint finds out how those makes are called of which no build has shown it. That is so where memory answered for a make: the makes
// below it were then not called. All makes are evaluated without effects, until they are done or stop is called.
func (v *vigil) acquaint() (stop func()) {
	if v.acquainted || !v.ready.AnyUnknown(v.calls.isKnown) {
		return func() {}
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(v.session.ctx)
	b, call := v.session.newBuild(v.call), v.call
	call.Stdout, call.Stderr = null, null
	b.Ctx, b.Effects, b.calls = ctx, setting.Settling, v.calls
	b.Stopping = func() syscall.Signal {
		if ctx.Err() != nil {
			return syscall.SIGTERM
		}
		return 0
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer null.Close()
		b.memory = v.ready.Aside(v.session.Signer)
		b.FS.Observe(b.memory.Table)
		b.invocation(call, nil).run()
		b.link.Close()
		v.acquainted = ctx.Err() == nil
		runtime.GC()
	}()
	return func() { cancel(); <-ended }
}

// early is the make that a build begins with.
type early struct {
	make *called
	// mu guards the rest, once the makes above run. ran is the run of that make, once it has ended; it is nil again once the makes above
	// have called it. status is its exit status, generation that of the file system in which it ended.
	mu         sync.Mutex
	ran        *Invocation
	status     int
	generation uint64
	// made are the files that its recipes have begun to make.
	made []string
}

// runEarly runs the make that the build begins with, on behalf of the first make.
func (inv *Invocation) runEarly() {
	e := inv.build.early
	if e == nil || inv.above != nil || inv.Effects != setting.Real || inv.SyncMode() != flags.SyncNone {
		return
	}
	above, ok := inv.standIn(e.make.above)
	if !ok {
		return
	}
	below := inv.build.invocation(inv.again(e.make), above)
	below.caller = e.make.caller
	inv.seat.HandTo(below.seat)
	e.status = below.run()
	for s := above; s != inv; s = s.above {
		s.printer.Close()
	}
	if inv.seat.Acquire(inv.Ctx, inv.prio) != nil {
		panic(&exit{2})
	}
	if below.recording == nil {
		return
	}
	e.ran, e.generation, e.made = below, inv.FS.Generation(), inv.build.memory.Own()
}

// takeBack removes what was made by a make that began early and then was not called so, as make removes what it has not made to the
// end: something else had changed, of which nobody had told when the build began. ok is false if there is nothing to take back.
func (e *early) takeBack() (ok bool) {
	if e == nil || e.ran == nil {
		return false
	}
	for _, name := range e.made {
		_ = os.Remove(name)
	}
	return true
}

// standIn returns a make that stands above the one that runs early, with its options and its slots; its makefiles are not read. ok is
// false if the make would end before it reads them, as by a wrong option.
func (inv *Invocation) standIn(c *called) (s *Invocation, ok bool) {
	if c == nil {
		inv.printer.Announce()
		return inv, true
	}
	above, ok := inv.standIn(c.above)
	if !ok {
		return nil, false
	}
	s = inv.build.invocation(inv.again(c), above)
	s.Number = inv.Number
	if _, ok := s.begin(); !ok {
		return nil, false
	}
	s.printer.Announcing = true
	s.setupSlots()
	s.printer.Announce()
	return s, true
}

// again returns a call of an earlier build as this build would make it: with this build's outputs and job server.
func (inv *Invocation) again(c *called) Call {
	call := c.call
	call.Stdout, call.Stderr, call.Env = inv.Call.Stdout, inv.Call.Stderr, make([]string, len(c.call.Env))
	auth := inv.slots.Auth()
	if auth == "" {
		auth = inv.Flags.JobserverAuth
	}
	for i, e := range c.call.Env {
		call.Env[i] = flags.Rejoin(e, c.auth, auth)
	}
	return call
}

// adopt reports whether this very make has just run early, and takes its outcome over.
func (inv *Invocation) adopt() (status int, ok bool) {
	e := inv.build.early
	if e == nil || inv.recording == nil {
		return 0, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ran == nil || !inv.recording.SameCall(e.ran.recording) {
		return 0, false
	}
	ran := e.ran
	e.ran = nil
	if e.generation != inv.FS.Generation() {
		return 0, false
	}
	inv.recording, inv.known, inv.adopted = ran.recording, ran.known, true
	inv.Events.Send(event.MakeReplayed{Make: inv.Number})
	return e.status, true
}
