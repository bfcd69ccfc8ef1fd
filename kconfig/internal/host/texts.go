// Files that are handed from one reader of a tree to another, so that each is read once.

package host

import (
	"sync"
	"syscall"

	"gokbuild/depgraph/facts"
)

// Texts are files that one of two parses of the same tree has read.
type Texts struct {
	mu    sync.Mutex
	files map[string]text
}

type text struct {
	id  facts.Stat
	buf []byte
}

func (t *Texts) put(path string, id facts.Stat, buf []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.files == nil {
		t.files = make(map[string]text)
	}
	t.files[path] = text{id, buf}
}

// take returns a file that has not changed since it was read.
func (t *Texts) take(path string) (text, bool) {
	t.mu.Lock()
	f, ok := t.files[path]
	delete(t.files, path) // read once
	t.mu.Unlock()
	var st syscall.Stat_t
	if !ok || syscall.Stat(path, &st) != nil || facts.Of(&st) != f.id {
		return text{}, false
	}
	return f, true
}
