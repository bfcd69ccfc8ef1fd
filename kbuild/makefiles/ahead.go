package makefiles

// One include directive may name hundreds of files, as Kbuild's for saved commands does. They are parsed on another
// processor while the evaluator is still busy with those before them: where one file was edited, this is most of the time
// until its compiler starts.

import (
	"os"
	"runtime"
	"sync/atomic"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/syntax"
)

// manyFiles is the number of files in one directive that are worth it.
const manyFiles = 8

// mostAhead bounds the number of parsed files that wait to be used.
const mostAhead = 16

// ahead is a makefile that is read before it is wanted. Whoever claims it first reads it.
type ahead struct {
	abs, name string
	// room has an element for each file that waits, of those that one directive names.
	room chan struct{}

	claimed atomic.Bool
	done    chan struct{}
	id      facts.Stat
	file    *syntax.File
}

// readAhead begins to read makefiles that will be loaded in this order. The caller calls stop when they were.
func (c *Cache) readAhead(view *fsys.View, names []string) (stop func()) {
	if len(names) < manyFiles || runtime.GOMAXPROCS(0) < 2 {
		return func() {}
	}
	files := make([]*ahead, 0, len(names))
	room, quit := make(chan struct{}, mostAhead), make(chan struct{})
	c.mu.Lock()
	if c.ahead == nil {
		c.ahead = make(map[string]*ahead)
	}
	for _, name := range names {
		abs := view.Abs(name)
		if c.ahead[abs] == nil && c.parsed[abs].file == nil {
			a := &ahead{abs: abs, name: name, room: room, done: make(chan struct{})}
			c.ahead[abs] = a
			files = append(files, a)
		}
	}
	c.mu.Unlock()
	go func() {
		for _, a := range files {
			select {
			case room <- struct{}{}:
			case <-quit:
				return
			}
			if a.claimed.CompareAndSwap(false, true) {
				a.read(c.dialect)
			} else {
				<-room
			}
		}
	}()
	return func() {
		close(quit)
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, a := range files {
			if c.ahead[a.abs] == a {
				delete(c.ahead, a.abs)
			}
		}
	}
}

func (a *ahead) read(d *syntax.Dialect) {
	defer close(a.done)
	info, err := os.Stat(a.abs)
	if err != nil || !info.Mode().IsRegular() || !idOf(info).Settled() {
		return
	}
	if data, err := os.ReadFile(a.abs); err == nil {
		a.id, a.file = idOf(info), syntax.Parse(a.name, string(data), 1, d)
	}
}

// takeAhead returns a makefile that was read ahead, if it is still the same.
func (c *Cache) takeAhead(abs, name string, id facts.Stat) *syntax.File {
	c.mu.Lock()
	a := c.ahead[abs]
	delete(c.ahead, abs)
	c.mu.Unlock()
	if a == nil || a.claimed.CompareAndSwap(false, true) {
		return nil
	}
	<-a.done
	<-a.room
	file := a.file
	a.file = nil // whoever stops the reading still knows a
	if a.name != name || a.id != id {
		return nil
	}
	return file
}
