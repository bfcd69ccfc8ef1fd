//go:build linux && (amd64 || arm64)

package trace

// This file keeps the tracer and what it traces on one processor while they talk much. At each system call the command stops, the
// tracer wakes, and the other way round. Between two processors that takes several times as long as on one (on a virtual
// machine of two processors 80 µs in place of 15: strace -f of scripts/checksyscalls.sh, with and without taskset).

import (
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// Stops are looked at in groups of so many. They talk much if one group takes less than busy; and no longer if no stop
	// comes for idle, for then the command works by itself, and may do so wherever there is room.
	group = 32
	busy  = group * 200 * time.Microsecond
	idle  = 2 * time.Millisecond
	// After stay they may all go where there is room; where the tracer wakes then, they meet again.
	stay = 20 * time.Millisecond
)

// together keeps them on one processor. The command cannot see that: whoever asks where it may run (sched_getaffinity) is asked
// when all may run where they might before; so may who is no longer traced.
type together struct {
	// stops counts since began.
	stops int
	began time.Time

	mu sync.Mutex
	// anywhere is where the command may run by right, never is set if it has changed that itself.
	anywhere unix.CPUSet
	never    bool
	// on is set while they are kept together at here, since met.
	on   bool
	here unix.CPUSet
	met  time.Time
	// tasks are the threads of the command, tracer is our own.
	tasks  map[int]bool
	tracer int
	// seen is set at each stop, and cleared by the watch.
	seen bool
}

func (g *together) init() {
	g.tasks = map[int]bool{}
	g.tracer = unix.Gettid()
	g.never = unix.SchedGetaffinity(0, &g.anywhere) != nil || g.anywhere.Count() < 2
	g.began = time.Now()
}

// stopped is told of each stop at a system call.
func (g *together) stopped() {
	if g.stops++; g.stops < group {
		g.mu.Lock()
		g.seen = true
		g.mu.Unlock()
		return
	}
	now := time.Now()
	took := now.Sub(g.began)
	g.stops, g.began = 0, now
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen = true
	switch {
	case g.never:
	case g.on && (took >= busy || now.Sub(g.met) > stay):
		g.part()
	case !g.on && took < busy:
		g.meet(now)
	}
}

// meet has all of them run where the tracer is now.
func (g *together) meet(now time.Time) {
	var cpu uint32
	if _, _, errno := syscall.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0); errno != 0 {
		g.never = true
		return
	}
	g.here.Zero()
	g.here.Set(int(cpu))
	if unix.SchedSetaffinity(g.tracer, &g.here) != nil {
		g.never = true
		return
	}
	g.on, g.met = true, now
	for tid := range g.tasks {
		_ = unix.SchedSetaffinity(tid, &g.here)
	}
	time.AfterFunc(idle, g.watch)
}

// watch ends it when the command has become silent.
func (g *together) watch() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.on {
		return
	}
	if !g.seen {
		g.part()
		return
	}
	g.seen = false
	time.AfterFunc(idle, g.watch)
}

// part has all of them run where they may.
func (g *together) part() {
	if !g.on {
		return
	}
	g.on = false
	_ = unix.SchedSetaffinity(g.tracer, &g.anywhere)
	for tid := range g.tasks {
		_ = unix.SchedSetaffinity(tid, &g.anywhere)
	}
}

// apart has all of them run where they may, until they talk much again; for ever if the command is about to say where it
// runs.
func (g *together) apart(forever bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.part()
	g.never = g.never || forever
}

// add tells of a new thread of the command. It may run where its maker might.
func (g *together) add(tid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tasks[tid] = true
	switch {
	case g.on:
		_ = unix.SchedSetaffinity(tid, &g.here)
	case !g.never:
		_ = unix.SchedSetaffinity(tid, &g.anywhere)
	}
}

// letGo is called before a thread is let go.
func (g *together) letGo(tid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.on {
		_ = unix.SchedSetaffinity(tid, &g.anywhere)
	}
	delete(g.tasks, tid)
}

// ended is called when a thread has ended. Its number may be somebody else's now.
func (g *together) ended(tid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.tasks, tid)
}
