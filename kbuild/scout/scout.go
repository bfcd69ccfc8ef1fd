package scout

// This file holds what both sides share: answers of $(shell), and when the scout is to stop.

import (
	"sync"
	"sync/atomic"

	"gokbuild/kbuild/command"
)

// mostMakes is how many makes a scout goes through before it gives up.
const mostMakes = 12

// Scout is one scout. A nil Scout is none: all methods do nothing then.
type Scout struct {
	// Auth is how processes join the job server of the make that is scouted for, as its MAKEFLAGS has it.
	Auth string

	done chan struct{} // closed when the scout has ended
	over chan struct{} // closed when it is to stop
	once sync.Once
	// makes counts the makes that it goes through.
	makes atomic.Int32

	mu sync.Mutex
	// heard is what $(shell) answered those that are scouted for. fresh is closed when there is more.
	heard map[question]command.Result
	fresh chan struct{}
	// drop undoes what was begun; see native.Unbuilt.
	drop []func()
}

// question is the text of a $(shell), and the directory in which it was asked.
type question struct{ dir, text string }

// Send starts a scout, which is what run does.
func Send(auth string, run func(*Scout)) *Scout {
	s := &Scout{Auth: auth, done: make(chan struct{}), over: make(chan struct{}), heard: make(map[question]command.Result),
		fresh: make(chan struct{})}
	go func() {
		defer close(s.done)
		run(s)
	}()
	return s
}

// Stop ends the scout, and what it began that nobody wanted.
func (s *Scout) Stop() {
	if s == nil {
		return
	}
	s.enough()
	<-s.done
	for _, drop := range s.drop {
		drop()
	}
}

// enough tells the scout to go no further.
func (s *Scout) enough() { s.once.Do(func() { close(s.over) }) }

// Stopped reports whether the scout is to go no further.
func (s *Scout) Stopped() bool {
	if s == nil {
		return false
	}
	select {
	case <-s.over:
		return true
	default:
		return false
	}
}

// Hear takes note of what $(shell) answered to a make that is scouted for.
func (s *Scout) Hear(dir, text string, r command.Result) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard[question{dir, text}] = r
	close(s.fresh)
	s.fresh = make(chan struct{})
}

// await waits until the answer to a question is known; ok is false if the scout is to stop.
func (s *Scout) await(q question) (r command.Result, ok bool) {
	for {
		s.mu.Lock()
		r, ok := s.heard[q]
		fresh := s.fresh
		s.mu.Unlock()
		if ok {
			return r, true
		}
		select {
		case <-fresh:
		case <-s.over:
			return command.Result{}, false
		}
	}
}
