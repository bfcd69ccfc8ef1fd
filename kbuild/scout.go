package kbuild

import (
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"gokbuild/depgraph"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
)

// A scout is a second evaluation of the top invocation that runs ahead of the first. It runs no recipe, writes nothing and
// prints nothing: it takes recipes for done and goes on to the makes that they call, until it comes to a program with an
// in-process replacement that can begin before it is wanted (Natives.Unbuilt). Compiler probes on its way are run
// ahead, side by side. Whether it guesses right only decides how long things take.
//
// Where there is little to do between the start and that program, as for the goals of Kconfig, one processor would wait
// while the other reads makefiles, asks the compiler and builds small tools.
type scout struct {
	of *Session // whose work it does ahead
	// auth is how processes join the job server, as MAKEFLAGS has it.
	auth string

	done chan struct{}
	over chan struct{} // closed when the scout is to stop
	once sync.Once
	// makes counts the invocations.
	makes atomic.Int32

	mu sync.Mutex
	// heard is what $(shell) answered those that are scouted for, by directory and command. fresh is closed when there is more.
	heard map[[2]string]answer
	fresh chan struct{}
	drop  []func()
}

// scoutMakes is how many invocations a scout goes through before it gives up.
const scoutMakes = 12

// sendScout starts a scout if it may be worth it: for goals that make a configuration.
func (inv *Invocation) sendScout() {
	s, f := inv.session, inv.flags
	if inv.parent != nil || inv.onlyLooks() || s.scout != nil || s.Natives == nil || s.Probes == nil || !inv.memorable() ||
		!inv.native("submake") || !inv.native("kconfig") || !inv.native("probe") || runtime.GOMAXPROCS(0) < 2 {
		return
	}
	wanted := false
	for _, g := range f.Goals {
		wanted = wanted || strings.HasSuffix(g, "config")
	}
	if !wanted {
		return
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return
	}
	sc := &scout{of: s, auth: inv.serverAuth, done: make(chan struct{}), over: make(chan struct{}), heard: make(map[[2]string]answer), fresh: make(chan struct{})}
	s.scout = sc
	ahead := NewSession(s.Profile)
	ahead.Executable, ahead.Probes, ahead.ProbeRunner, ahead.Natives, ahead.terminals = s.Executable, s.Probes, s.ProbeRunner, s.Natives, s.terminals
	if ahead.ProbeRunner == nil {
		ahead.ProbeRunner = probe.SystemShell
	}
	ahead.scouting = sc
	call := inv.call
	call.Stdin, call.Stdout, call.Stderr = nil, null, null
	go func() {
		defer close(sc.done)
		defer null.Close()
		ahead.invocation(call, nil).run()
		ahead.cancel(nil)
	}()
}

// onlyLooks reports whether the invocation may have no effects: it runs ahead, or again to learn what another run would do.
func (inv *Invocation) onlyLooks() bool { return inv.settling() || inv.session.scouting != nil }

// mayRead reports whether a file may be read. What is taken out of a pipe is gone, so that only one may do that who needs it.
func (inv *Invocation) mayRead(name string) bool {
	if !inv.onlyLooks() || name == os.DevNull {
		return true
	}
	switch inv.view.Stat(name).Mode & syscall.S_IFMT {
	case syscall.S_IFIFO, syscall.S_IFCHR:
		return false
	}
	return true
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

func (sc *scout) stopped() bool {
	select {
	case <-sc.over:
		return true
	default:
		return false
	}
}

// hear takes note of what $(shell) answered to an invocation that is scouted for.
func (sc *scout) hear(dir, cmd string, a answer) {
	if sc == nil {
		return
	}
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.heard[[2]string{dir, cmd}] = a
	close(sc.fresh)
	sc.fresh = make(chan struct{})
}

// answer is what $(shell) answers the scout. Commands that may have effects are not run: the scout waits until their answer
// is known.
func (sc *scout) answer(inv *Invocation, cmd string, env []string) ([]byte, int) {
	if words, ok := plainWords(cmd); ok && len(words) > 2 && words[0] == "mkdir" && words[1] == "-p" {
		return nil, 0
	}
	if _, _, simple := inv.shellSettings(); simple && !strings.Contains(cmd, "\n") {
		if out, status, ok := inv.session.Probes.Shell(inv.session.ProbeRunner).Foresee(cmd, inv.dir, env); ok {
			return out, status
		}
	}
	for {
		sc.mu.Lock()
		a, ok := sc.heard[[2]string{inv.dir, cmd}]
		fresh := sc.fresh
		sc.mu.Unlock()
		if ok {
			return a.out, a.status
		}
		select {
		case <-fresh:
		case <-sc.over:
			return nil, 0
		}
	}
}

// scouted is what the scout does for a command of a recipe.
func (j *job) scouted(sc *scout, cmd string, simple, recursive bool) shell.Status {
	inv := j.inv
	if sc.stopped() || !simple {
		return shell.Status{}
	}
	if recursive {
		if sc.makes.Add(1) > scoutMakes {
			sc.enough()
			return shell.Status{}
		}
		_, _ = j.submakeLine(cmd)
		return shell.Status{}
	}
	argv, ok := inv.direct(cmd)
	if !ok || len(argv) == 0 {
		return shell.Status{}
	}
	inv.unbuiltMu.Lock()
	u := inv.unbuilt[argv[0]]
	inv.unbuiltMu.Unlock()
	if u == nil || u.program.Begin == nil {
		return shell.Status{}
	}
	if drop := u.program.Begin(argv, inv.dir, j.environ()); drop != nil {
		sc.drop = append(sc.drop, drop)
	}
	sc.enough()
	return shell.Status{}
}

// scoutSlots gives a scout what looks like the job slots of the invocation that it scouts for.
func (inv *Invocation) scoutSlots(sc *scout) {
	inv.slots, inv.serial, inv.serverAuth = depgraph.NewSlots(1, 0), true, sc.auth
	inv.ownSlots = true
	inv.held = inv.slots.TryAcquire()
}
