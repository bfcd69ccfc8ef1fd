package main

// This file ends the build, and then this process, by the signals that make handles.

import (
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"gokbuild/depgraph/inherited"
)

// signals remembers the signal that ended the build.
type signals struct{ got atomic.Int32 }

// stoppable is what signals end: a build, or a row of them.
type stoppable interface {
	Interrupt(syscall.Signal)
	Processes() int
	Close()
	Leave()
}

// handleSignals stops the build on the signals that make handles.
func handleSignals(s stoppable) *signals {
	h := &signals{}
	c := make(chan os.Signal, 8)
	stopping := []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGXCPU, syscall.SIGXFSZ}
	if inherited.SizesLimited() {
		// What is remembered may be larger than files may be: that is no reason to stop. The write fails.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGXFSZ)
		stopping = stopping[:len(stopping)-1]
	}
	for _, sig := range stopping {
		// What the parent ignores stays ignored, as under nohup.
		if !signal.Ignored(sig) {
			signal.Notify(c, sig)
		}
	}
	var once sync.Once
	go func() {
		for sig := range c {
			n := sig.(syscall.Signal)
			h.got.CompareAndSwap(0, int32(n))
			s.Interrupt(n)
			once.Do(func() { go h.watch(s) })
		}
	}()
	return h
}

// patience is how long a build that was told to end may take for it when no process of it is left.
const patience = time.Second

// watch ends the process if the build does not: it may wait for somebody to read what it writes, or for a pipe that a
// process left behind holds open. Nothing it waits for is worth more than the signal.
func (h *signals) watch(s stoppable) {
	// The watch asks again and again: the build may be stuck in just the place that would tell it of a last process.
	for quiet := time.Now(); time.Since(quiet) < patience; time.Sleep(patience / 30) {
		if s.Processes() > 0 {
			quiet = time.Now()
		}
	}
	closed := make(chan struct{})
	go func() {
		s.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(patience / 3):
	}
	s.Leave()
	h.die()
}

// die ends the process by the signal that ended the build, so that the parent
// sees what happened.
func (h *signals) die() {
	n := syscall.Signal(h.got.Load())
	if n == 0 {
		return
	}
	if n == syscall.SIGQUIT {
		// It would leave a core dump; make just exits.
		os.Exit(1)
	}
	signal.Reset(n)
	defaultAction(n)
	syscall.Kill(os.Getpid(), n)
	// Nothing tells when another thread takes the signal; one that is blocked is never taken, and then make's status has to do.
	time.Sleep(patience)
	os.Exit(2)
}

// defaultAction has the system end the process by a signal. Package signal gives them back to Go's runtime only, which passes over
// SIGXCPU and SIGXFSZ.
func defaultAction(sig syscall.Signal) {
	var action struct {
		handler, flags, restorer uintptr
		mask                     uint64
	}
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, unsafe.Sizeof(action.mask), 0, 0)
}
