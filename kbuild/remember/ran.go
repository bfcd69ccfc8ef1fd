package remember

// This file notes what a build has seen of the commands that it ran.

import (
	"sync"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/memory"
)

// ran is what the build has seen of commands, by their cheap keys.
type ran struct {
	mu sync.Mutex
	// took tells how long they ran, answers what those of $(shell) answered.
	took    map[memory.Key]time.Duration
	answers map[memory.Key]answer
	// rewriting are those that are not worth a rehearsal.
	rewriting map[memory.Key]bool
	// failed are the lines of recipes that failed.
	failed map[memory.Key]depgraph.Status
}

func newRan() ran {
	return ran{took: make(map[memory.Key]time.Duration), answers: make(map[memory.Key]answer), rewriting: make(map[memory.Key]bool),
		failed: make(map[memory.Key]depgraph.Status)}
}

func (r *ran) timeOf(cheap memory.Key) (took time.Duration, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	took, known = r.took[cheap]
	return took, known
}

func (r *ran) setTime(cheap memory.Key, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took[cheap] = took
}

func (r *ran) answerTo(cheap memory.Key) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answers[cheap]
}

func (r *ran) setAnswer(cheap memory.Key, a answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[cheap] = a
}

// failure is the status of a line of a recipe that failed in this build.
func (r *ran) failure(cheap memory.Key) (st depgraph.Status, failed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	st, failed = r.failed[cheap]
	return st, failed
}

// setStatus notes how a line of a recipe has ended.
func (r *ran) setStatus(cheap memory.Key, st depgraph.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if st.Success() {
		delete(r.failed, cheap)
	} else {
		r.failed[cheap] = st
	}
}

// noRehearsal notes that a rehearsal of a command would prove nothing: it writes its files again.
func (r *ran) noRehearsal(cheap memory.Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rewriting[cheap] = true
}

// worthRehearsing reports whether a rehearsal of a command may prove something.
func (r *ran) worthRehearsing(cheap memory.Key) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.rewriting[cheap]
}
