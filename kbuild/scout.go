package kbuild

// This file runs ahead. A scout is a second evaluation of the first make. It runs no recipe, writes nothing and prints
// nothing: it takes recipes for done and goes on to the makes that they call, until it comes to a program with an in-process
// replacement that can begin before it is wanted (native.Unbuilt). Compiler probes on its way are run ahead, side by side.
// Whether it guesses right only decides how long things take.
//
// Where there is little to do between the start and that program, as for the goals of Kconfig, one processor would wait while
// the other reads makefiles, asks the compiler and builds small tools.

import (
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gokbuild/depgraph"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/setting"
)

// scout is the scout of a build.
type scout struct {
	// auth is how processes join the job server, as MAKEFLAGS has it.
	auth string

	done chan struct{}
	over chan struct{} // closed when the scout is to stop
	once sync.Once
	// makes counts the makes that it goes through.
	makes atomic.Int32

	mu sync.Mutex
	// heard is what $(shell) answered those that are scouted for, by directory and command. fresh is closed when there is more.
	heard map[[2]string]command.Result
	fresh chan struct{}
	drop  []func()
}

// scoutMakes is how many makes a scout goes through before it gives up.
const scoutMakes = 12

// sendScout starts a scout if it may be worth it: for goals that make a configuration.
func (inv *Invocation) sendScout() {
	b, s := inv.build, inv.build.session
	if inv.above != nil || inv.Effects != setting.Real || b.scout != nil || s.Natives == nil || s.Probes == nil ||
		!remember.Memorable(&inv.Make) || !inv.Native("submake") || !inv.Native("kconfig") || !inv.Native("probe") ||
		runtime.GOMAXPROCS(0) < 2 || !slices.ContainsFunc(inv.Flags.Goals, kernel.ConfigGoal) {
		return
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return
	}
	sc := &scout{auth: inv.slots.auth, done: make(chan struct{}), over: make(chan struct{}), heard: make(map[[2]string]command.Result),
		fresh: make(chan struct{})}
	b.scout = sc
	ahead := NewSession(s.Profile)
	ahead.Executable, ahead.Probes, ahead.ProbeRunner, ahead.Natives = s.Executable, s.Probes, s.ProbeRunner, s.Natives
	if ahead.ProbeRunner == nil {
		ahead.ProbeRunner = probe.SystemShell
	}
	call := inv.Call
	scouting := ahead.newBuild(call)
	scouting.Effects, scouting.scouting = setting.Scouting, sc
	call.Stdin, call.Stdout, call.Stderr = nil, null, null
	go func() {
		defer close(sc.done)
		defer null.Close()
		defer scouting.link.Close()
		scouting.invocation(call, nil).run()
		ahead.cancel(nil)
	}()
}

// stop ends the scout, and what it began that nobody wanted.
func (sc *scout) stop() {
	if sc == nil {
		return
	}
	sc.enough()
	<-sc.done
	for _, drop := range sc.drop {
		drop()
	}
}

// enough tells the scout to go no further.
func (sc *scout) enough() { sc.once.Do(func() { close(sc.over) }) }

// stopped reports whether the scout is to stop; nil is no scout.
func (sc *scout) stopped() bool {
	if sc == nil {
		return false
	}
	select {
	case <-sc.over:
		return true
	default:
		return false
	}
}

// hear takes note of what $(shell) answered to a make that is scouted for.
func (sc *scout) hear(dir, text string, r command.Result) {
	if sc == nil {
		return
	}
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.heard[[2]string{dir, text}] = r
	close(sc.fresh)
	sc.fresh = make(chan struct{})
}

// scoutLink is the link of the chain by which the makes of a scout run nothing.
type scoutLink struct {
	*scout
	inv   *Invocation
	local *command.Local
}

func (l *scoutLink) Run(c *command.Command) (command.Result, bool) {
	if c.For == event.ShellFunc {
		return l.answer(c), true
	}
	l.line(c)
	return command.Result{By: event.ByNothing}, true
}

// answer is what $(shell) answers the scout. Commands that may have effects are not run: the scout waits until their answer
// is known.
func (l *scoutLink) answer(c *command.Command) command.Result {
	if words, ok := command.PlainWords(c.Text); ok && len(words) > 2 && words[0] == "mkdir" && words[1] == "-p" {
		return command.Result{}
	}
	s := l.inv.build.session
	if c.Shell.Usual && !slices.Contains([]byte(c.Text), '\n') {
		if out, status, ok := s.Probes.Shell(s.ProbeRunner).Foresee(c.Text, l.inv.Dir, c.Environ()); ok {
			return command.Result{Status: depgraph.Status{Code: status}, Out: out}
		}
	}
	for {
		l.mu.Lock()
		r, ok := l.heard[[2]string{l.inv.Dir, c.Text}]
		fresh := l.fresh
		l.mu.Unlock()
		if ok {
			return command.Result{Status: r.Status, Out: r.Out}
		}
		select {
		case <-fresh:
		case <-l.over:
			return command.Result{}
		}
	}
}

// line follows the call of a make, and begins a program that can begin early.
func (l *scoutLink) line(c *command.Command) {
	if l.stopped() || !c.Shell.Usual {
		return
	}
	if c.Recursive {
		if l.makes.Add(1) > scoutMakes {
			l.enough()
		} else if call, ok := l.local.Submake(c); ok {
			l.inv.runBelow(c, call)
		}
		return
	}
	argv, ok := l.local.Words(c)
	if !ok {
		return
	}
	p := l.inv.leftOut.Program(argv[0])
	if p == nil || p.Begin == nil {
		return
	}
	if drop := p.Begin(argv, l.inv.Dir, c.Environ()); drop != nil {
		l.drop = append(l.drop, drop)
	}
	l.enough()
}
