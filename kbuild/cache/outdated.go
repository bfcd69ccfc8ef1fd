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
	c.files.lookAgain()
	// Of a fact that several results depend on each has seen the same value, or one of them does not hold.
	now := make(map[*named]store.Digest)
	for _, r := range list {
		for i, f := range r.facts {
			n := r.view.named(f)
			value, known := now[n]
			if !known {
				if value = r.values[i]; !r.view.ownDoing(f) {
					value, _ = r.view.value(f)
				}
				now[n] = value
			}
			ok := value == r.values[i] || r.view.ownDoing(f)
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
