package kbuild

// This file begins a build at the make that has something to do, before those above it are evaluated. Under --watch one build follows
// another: it is known how each make was called, and by its record which one is the only one that has something to do. When the makes
// above come to call it they find that it has run (adopt), if they call it as then, and nothing that may write files has run
// meanwhile; else it runs once more, and finds what is left to do.

import (
	"context"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"unique"

	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/setting"
)

// calls are how the makes below the first were called in the builds of one watch, by the keys of their records.
type calls struct {
	mu    sync.Mutex
	byKey map[memory.Key]*called
}

func newCalls() *calls { return &calls{byKey: make(map[memory.Key]*called)} }

// called is a make as it was called.
type called struct {
	call   Call
	caller string
	// auth is how it was told to join the job server.
	auth string
	// above is the make that called it; nil if that is the first.
	above *called
}

// mostCalls is how many makes are kept in mind.
const mostCalls = 1 << 14

// begin notes how a make is called, end under which key it is known. A nil receiver notes nothing.
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

// acquaint finds out how makes are called of which that is not known, as memory answered for those above them: they are evaluated
// without effects, until stop is called.
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
	// mu guards the rest, once the makes above run. ran is its run when that has ended, with its status, in the generation of the file
	// system in which it ended; nil once the makes above have called it.
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

// standIn is a make that stands above the one that runs early: its makefiles are not read. ok is false if it does not come to them.
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

// again is a call of an earlier build as it would be in this one.
func (inv *Invocation) again(c *called) Call {
	call := c.call
	call.Stdout, call.Stderr, call.Env = inv.Call.Stdout, inv.Call.Stderr, make([]string, len(c.call.Env))
	auth := inv.slots.Auth()
	if auth == "" {
		auth = inv.Flags.JobserverAuth
	}
	for i, e := range c.call.Env {
		if strings.HasPrefix(e, "MAKEFLAGS=") || strings.HasPrefix(e, "MFLAGS=") {
			for _, option := range []string{"--jobserver-auth=", "--jobserver-fds="} {
				e = strings.Replace(e, option+c.auth, option+auth, 1)
			}
		}
		call.Env[i] = e
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
