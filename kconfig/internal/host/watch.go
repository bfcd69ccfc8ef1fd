// Which files a run has read that was begun before it was wanted, and whether they are still the same.

package host

import (
	"sync"
	"syscall"

	"gokbuild/depgraph/facts"
)

// A Watch notes what was found under each name that was read.
type Watch struct {
	// Await returns when what cannot be taken back may be done.
	Await func()
	// Go, if set, is called for each file, and ends a run that is not wanted.
	Go func()

	mu    sync.Mutex
	files []watched
}

type watched struct {
	path    string
	id      facts.Stat // zero where there is no file
	settled bool
}

// note is called before a file is read.
func (w *Watch) note(path string, id facts.Stat) {
	if w == nil {
		return
	}
	if w.Go != nil {
		w.Go()
	}
	settled := id == (facts.Stat{}) || id.Settled()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files = append(w.files, watched{path, id, settled})
}

func (w *Watch) all() []watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.files
}

// Unchanged reports whether everything noted so far is still so.
func (w *Watch) Unchanged() bool {
	for _, f := range w.all() {
		var st syscall.Stat_t
		var id facts.Stat
		if syscall.Stat(f.path, &st) == nil {
			id = facts.Of(&st)
		}
		if !f.settled || id != f.id {
			return false
		}
	}
	return true
}
