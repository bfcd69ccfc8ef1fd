package main

// This file ends the build, and then this process, by the signals that make handles.

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"gokbuild/kbuild"
)

// signals remembers the signal that ended the build.
type signals struct{ got atomic.Int32 }

// handleSignals stops the build on the signals that make handles.
func handleSignals(s *kbuild.Session) *signals {
	h := &signals{}
	c := make(chan os.Signal, 8)
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGXCPU, syscall.SIGXFSZ} {
		// What the parent ignores stays ignored, as under nohup.
		if !signal.Ignored(sig) {
			signal.Notify(c, sig)
		}
	}
	go func() {
		for sig := range c {
			n := sig.(syscall.Signal)
			h.got.CompareAndSwap(0, int32(n))
			s.Interrupt(n)
		}
	}()
	return h
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
	syscall.Kill(os.Getpid(), n)
	// The signal is delivered before long; if it is blocked, exit as make would.
	select {}
}
