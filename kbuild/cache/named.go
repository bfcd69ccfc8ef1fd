package cache

// This file finds out, once for each fact, what its name means: results name thousands of facts, most of them as the one before.

import (
	"path"
	"strings"
	"sync"

	"gokbuild/depgraph/store"
)

// named is a fact of which it is known what its name means.
type named struct {
	store.Fact
	// full is the name without tokens; of a symbol, that of the header of its configuration. ok is false if it has unknown tokens.
	full string
	ok   bool
	// file is what is known of it, if its content counts; folder and base are where a name is looked for, symbol is in the header.
	file   *file
	folder *folder
	base   string
	symbol string
}

// names are the facts of a view. They are safe for concurrent use.
type names struct {
	mu    sync.RWMutex
	known map[store.Fact]*named
}

// named returns what is known of a fact.
func (v *view) named(f store.Fact) *named {
	v.names.mu.RLock()
	n := v.names.known[f]
	v.names.mu.RUnlock()
	if n != nil {
		return n
	}
	n = v.meaning(f)
	v.names.mu.Lock()
	defer v.names.mu.Unlock()
	if known := v.names.known[f]; known != nil {
		return known
	}
	v.names.known[f] = n
	return n
}

func (v *view) meaning(f store.Fact) *named {
	n := &named{Fact: f}
	if n.full, n.ok = v.roots.unpack(f.Name); !n.ok {
		return n
	}
	switch f.Kind {
	case store.Content:
		n.file = v.files.file(n.full)
	case store.Symbol:
		n.full, n.symbol, _ = strings.Cut(n.full, symbolMark)
		n.file = v.files.file(n.full)
	case store.Presence:
		if dir, ok := strings.CutSuffix(n.full, "/*"+precompiled); ok {
			n.folder = v.files.folder(dir)
			break
		}
		dir, base := path.Split(n.full)
		if dir = strings.TrimRight(dir, "/"); base != "" && base != "." && base != ".." && dir != "" {
			n.folder, n.base = v.files.folder(dir), base
		}
	}
	return n
}
