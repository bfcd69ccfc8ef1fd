package cache

// This file looks once more, at the end of a build, at what decided what was restored.

import (
	"os"
	"strings"

	"gokbuild/depgraph/store"
)

// removeOutdated looks once more at all that decided what was restored.
func (c *Cache) removeOutdated() {
	c.mu.Lock()
	list := c.restored
	c.restored = nil
	c.mu.Unlock()
	c.files.forgetAll()
	same := make(map[store.Fact]bool)
	for _, r := range list {
		for i, f := range r.facts {
			ok, known := same[f]
			switch {
			case known:
			case r.view.ownDoing(f):
				ok, same[f] = true, true
			default:
				v, can := r.view.value(f)
				ok = can && v == r.values[i]
				same[f] = ok
			}
			if !ok {
				for _, name := range r.names {
					_ = os.Remove(name)
				}
				break
			}
		}
	}
}

// ownDoing reports whether a fact is about what a build itself changes on its way: what is in the output directory, but for sources
// that lie there, too.
func (v *view) ownDoing(f store.Fact) bool {
	if !strings.HasPrefix(f.Name, tokenO) {
		return false
	}
	if len(v.roots.list) > 1 || f.Kind != store.Content {
		return true
	}
	name, _ := v.roots.unpack(f.Name)
	return v.wroteIt(name)
}
