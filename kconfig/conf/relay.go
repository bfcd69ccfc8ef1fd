// What a run prints that was begun ahead, kept until it is known where to.

package conf

import (
	"io"
	"slices"
	"sync"
)

// relay keeps what is printed, in order, until it is known where to.
type relay struct {
	mu     sync.Mutex
	kept   []piece
	target *[2]io.Writer
}

type piece struct {
	stream int
	text   []byte
}

type relayWriter struct {
	r      *relay
	stream int
}

// Write keeps a text, or passes it on once it is known where to.
func (w relayWriter) Write(p []byte) (int, error) {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	if w.r.target == nil {
		w.r.kept = append(w.r.kept, piece{w.stream, slices.Clone(p)})
		return len(p), nil
	}
	if t := w.r.target[w.stream]; t != nil {
		return t.Write(p)
	}
	return len(p), nil
}

// pass prints what was kept, and from now on everything at once.
func (r *relay) pass(stdout, stderr io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.target = &[2]io.Writer{stdout, stderr}
	for _, p := range r.kept {
		if t := r.target[p.stream]; t != nil {
			_, _ = t.Write(p.text)
		}
	}
	r.kept = nil
}
