package kbuild

// This file holds what lasts as long as the process, and what one build owns.

import (
	"context"
	"sync"
	"sync/atomic"
	"syscall"

	"gokbuild/depgraph"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/backends"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/syntax"
	"gokbuild/kbuild/makefiles"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/plan"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/report"
	"gokbuild/kbuild/scout"
	"gokbuild/kbuild/setting"
)

// Call is what a make process is started with.
type Call = setting.Call

// Session is what lasts as long as the process, from one build to the next. Its exported fields are set before the first Run.
type Session struct {
	Profile *profile.Profile
	// Probes remembers what compiler probes answered; nil remembers nothing. ProbeRunner runs them ahead; nil is the real
	// shell.
	Probes      *probe.Memo
	ProbeRunner probe.Runner
	// Natives knows in-process replacements for programs; may be nil.
	Natives native.Programs
	// Executable is this program, for children that call make. Signer has what stands for it in what is remembered.
	Executable string
	remember.Signer
	// OpenStore opens the store of the action cache. If it is nil, or fails, there is no cache.
	OpenStore backends.OpenStore
	// Cache is a folder of the user's own for what is kept between runs; "" if there is none.
	Cache string
	// Runners are more ways to run commands: links of the chain behind those that remember, before those that run commands
	// on this machine.
	Runners []command.Runner

	// learnsAll is set by tests, to which it does not matter what learning costs.
	learnsAll bool
	dialect   *syntax.Dialect
	// makefiles are parsed already, scripts are shell texts that were compiled before.
	makefiles *makefiles.Cache
	scripts   shell.Scripts
	// procs are the processes of all builds.
	procs depgraph.Procs
	audience
	// idle is what Idle returns.
	idle bool

	// ctx ends when a signal ends the session; the signal is its cause.
	ctx    context.Context
	cancel context.CancelCauseFunc
	mu     sync.Mutex
	// stopping is the signal, 0 while there was none.
	stopping syscall.Signal
}

// NewSession returns a session that imitates the make of the profile.
func NewSession(p *profile.Profile) *Session {
	s := &Session{Profile: p, dialect: &syntax.Dialect{Switches: &p.Switches}}
	s.makefiles = makefiles.NewCache(s.dialect)
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	return s
}

// Listen has a function called with the events of every build from now on. It must be called before Run, and the function
// must not call the session.
func (s *Session) Listen(f func(event.Event)) { s.listeners = append(s.listeners, f) }

// Hear has commands heard, so that the events tell what they write, too. It must be called before Run.
func (s *Session) Hear() { s.hear = true }

// Interrupt ends the build because of a signal: processes get it, half-made targets are deleted, and Run returns. The
// session is of no more use.
func (s *Session) Interrupt(sig syscall.Signal) {
	s.mu.Lock()
	first := s.stopping == 0
	s.stopping = sig
	s.mu.Unlock()
	if !first {
		return
	}
	// A signal from the terminal has reached the children already; make passes only SIGTERM on, so that they are not
	// interrupted twice.
	pass := syscall.Signal(0)
	if sig == syscall.SIGTERM {
		pass = sig
	}
	s.cancel(shell.Interrupt{Signal: sig})
	s.procs.Stop(pass)
}

// Done is closed when a signal ends the session.
func (s *Session) Done() <-chan struct{} { return s.ctx.Done() }

// Stopping returns the signal that ends the build, 0 if there is none.
func (s *Session) Stopping() syscall.Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// Processes is how many processes of the build there are.
func (s *Session) Processes() int { return s.procs.Live() }

// Idle reports whether memory has shown that the last run had nothing to do.
func (s *Session) Idle() bool { return s.idle }

// Close waits for probes that nobody waited for.
func (s *Session) Close() {
	if s.Probes != nil {
		s.Probes.Close()
	}
}

// Build is one run of the first make, and of all makes below it in this process.
type Build struct {
	session *Session
	setting.Build
	// memory is what is remembered of the output directory; nil if nothing is.
	memory *remember.Memory
	following
	// lock keeps other builds out of the output directory; nil if none was got.
	lock  *memory.Lock
	stdin command.Stdin
	link  command.MakeLink
	// scout runs ahead of this build; nil if none was sent. scouting is the same scout, seen from the build of its own makes.
	scout, scouting *scout.Scout
	// guessing is what was guessed in place of sending one; nil where neither may be.
	guessing *guessing
	stats    *event.Stats
	// asked is what became of the targets that --why names.
	asked asked
	// backends are what results are taken from besides memory; nil if they were not opened.
	backends *backends.Set
	// plan is what is found out if nothing is to be run, scope how much of the build that is.
	plan  *plan.Plan
	scope plan.Scope
	// reporters are those of the command line; nil if there are none.
	reporters *report.Reporters
	// mixedSaid is set once the hint about mixed rules was given.
	mixedSaid atomic.Bool
	// makes counts the makes of the build.
	makes atomic.Uint32
}

// newBuild returns a build that begins with a call.
func (s *Session) newBuild(call Call) *Build {
	b := &Build{session: s, link: command.MakeLink{Executable: s.Executable}, stats: event.NewStats(), asked: asked{kept: map[string]string{}, phony: map[string]bool{}}}
	b.Build = setting.Build{Ctx: s.ctx, Stopping: s.Stopping, FS: fsys.New(), Procs: &s.procs}
	b.Terminals[0], b.Terminals[1] = call.Stdout, call.Stderr
	return b
}

// Run runs make and returns its exit status.
func (s *Session) Run(call Call) int {
	status, _ := s.run(s.newBuild(call), call)
	return status
}

// run runs the first make of a build.
func (s *Session) run(b *Build, call Call) (status int, inv *Invocation) {
	defer b.link.Close()
	inv = b.invocation(call, nil)
	status = inv.run()
	b.scout.Stop()
	b.guessing.end()
	s.idle = inv.known
	b.settle(inv, status)
	b.backends.Close()
	b.Events.Send(event.BuildEnded{Status: status})
	if b.reporters != nil {
		b.closeReporters(inv)
	}
	inv.sayAsked()
	if inv.Flags.Stats {
		inv.printStats()
	}
	return status, inv
}

// printStats prints what --stats asks for, at the end of a build.
func (inv *Invocation) printStats() {
	b := inv.build
	for _, why := range b.stats.Unproved {
		inv.printer.Errorf("not remembered: %s", why)
	}
	inv.printer.Errorf("%s", b.stats)
	for _, line := range b.backends.Summary() {
		inv.printer.Errorf("%s", line)
	}
}
