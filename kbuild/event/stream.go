package event

// This file passes events on.

import "sync"

// Event is one of the types of this package.
type Event interface{ event() }

// Stream passes events on to listeners, one at a time, in the order in which they were sent. It is safe for concurrent
// use; nil is a stream without listeners.
type Stream struct {
	mu        sync.Mutex
	listeners []func(Event)
}

// NewStream returns a stream with the given listeners; nil if there are none. A listener must not send events itself.
func NewStream(listeners ...func(Event)) *Stream {
	if len(listeners) == 0 {
		return nil
	}
	return &Stream{listeners: listeners}
}

// On reports whether anybody listens.
func (s *Stream) On() bool { return s != nil }

// Send passes an event on to the listeners.
func (s *Stream) Send(e Event) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, listen := range s.listeners {
		listen(e)
	}
}
