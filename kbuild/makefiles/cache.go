package makefiles

// This file shares parsed makefiles between the makes of a process.

import (
	"context"
	"os"
	"sync"
	"syscall"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/syntax"
)

// Cache holds parsed makefiles. It is safe for concurrent use.
type Cache struct {
	dialect *syntax.Dialect

	mu     sync.Mutex
	parsed map[string]parsed
	ahead  map[string]*ahead
}

// parsed is a makefile as it was when it was read.
type parsed struct {
	id   facts.Stat
	file *syntax.File
}

// NewCache returns an empty cache for makefiles of a dialect.
func NewCache(d *syntax.Dialect) *Cache { return &Cache{dialect: d, parsed: make(map[string]parsed)} }

// Load reads and parses a makefile. Every directory's make reads the same few
// scripts, so that a parse is shared as long as the file stays the same.
func (c *Cache) Load(view *fsys.View, name string) (*syntax.File, error) {
	abs := view.Abs(name)
	st, err := os.Stat(abs)
	if err != nil {
		view.Stat(name)
		return nil, err
	}
	if st.IsDir() {
		return nil, &os.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	view.Stat(name) // a fact for those who remember
	id := idOf(st)
	c.mu.Lock()
	p, ok := c.parsed[abs]
	c.mu.Unlock()
	if ok && p.id == id {
		return p.file, nil
	}
	settled := id.Settled()
	f := c.takeAhead(abs, name, id)
	if f == nil {
		var data []byte
		err := descriptors.Patiently(context.Background(), func() (err error) {
			data, err = os.ReadFile(abs)
			return err
		})
		if err != nil {
			view.NoteLinks(name)
			return nil, err
		}
		f = syntax.Parse(name, string(data), 1, c.dialect)
	}
	if f.Once = kernel.ReadOnce(name); settled && st.Mode().IsRegular() && !f.Once {
		c.mu.Lock()
		c.parsed[abs] = parsed{id, f}
		c.mu.Unlock()
	}
	return f, nil
}

func idOf(st os.FileInfo) facts.Stat { return facts.Of(st.Sys().(*syscall.Stat_t)) }

// Holds reports whether the parse of a file is kept for whoever reads it next, and whether one was made ahead of a directive
// that has not come to it yet.
func (c *Cache) Holds(abs string) (parsed, ahead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.parsed[abs].file != nil, c.ahead[abs] != nil
}
