package cache

// This file works out what facts come to today.

import (
	"strings"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
)

// values of facts that need no hashing.
var (
	absentValue  = store.Sum([]byte("absent"))
	presentValue = store.Sum([]byte("present"))
	unknownValue = store.Sum([]byte("unknown"))
)

// symbolMark parts the header of a configuration from the symbol in the name of a fact.
const symbolMark = "\x02"

// value returns what a fact comes to; ok is false if that cannot be told. Its name has tokens.
func (b *view) value(f store.Fact) (v store.Digest, ok bool) {
	name, ok := b.roots.unpack(f.Name)
	if !ok {
		return v, false
	}
	return b.valueOf(f.Kind, name)
}

// valueOf is value for a name without tokens.
func (b *view) valueOf(kind store.Kind, name string) (v store.Digest, ok bool) {
	switch kind {
	case store.Content:
		d, st, ok := b.files.content(name)
		switch {
		case ok && st.Mode&0o111 != 0:
			return executable(d), true
		case st.Errno == syscall.ENOENT || st.Errno == syscall.ENOTDIR:
			return absentValue, true
		}
		return d, ok
	case store.Symbol:
		header, symbol, _ := strings.Cut(name, symbolMark)
		c, _, ok := b.files.config(header)
		if !ok {
			return v, false
		}
		return c.sum(symbol), true
	case store.Presence:
		if dir, ok := strings.CutSuffix(name, "/*"+precompiled); ok {
			return presence(b.files.hasPrecompiled(dir)), true
		}
		return presence(b.files.present(name)), true
	case store.Tool:
		return b.knownTool(name)
	case store.Roots:
		if name != "" {
			return store.Sum([]byte("root " + name)), true
		}
		return store.Sum([]byte(b.roots.key())), true
	}
	return b.tracedValue(kind, name)
}

func presence(there bool) store.Digest {
	if there {
		return presentValue
	}
	return absentValue
}

// executable is the value of a content that may be executed.
func executable(d store.Digest) store.Digest {
	h := store.NewHasher("executable")
	h.Digest(d)
	return h.Sum()
}

// values returns what all facts come to. The header of a configuration is looked at once.
func (b *view) values(list []store.Fact) ([]store.Digest, bool) {
	out := make([]store.Digest, len(list))
	header, c := "", (*config)(nil)
	for i, f := range list {
		var ok bool
		if f.Kind != store.Symbol {
			if out[i], ok = b.value(f); !ok {
				return nil, false
			}
			continue
		}
		name, symbol, _ := strings.Cut(f.Name, symbolMark)
		if c == nil || name != header {
			full, ok := b.roots.unpack(name)
			if !ok {
				return nil, false
			}
			if c, _, ok = b.files.config(full); !ok {
				return nil, false
			}
			header = name
		}
		out[i] = c.sum(symbol)
	}
	return out, true
}

// sum is the value of the fact that a symbol has its value.
func (c *config) sum(symbol string) store.Digest {
	if !c.plain {
		return unknownValue // the whole header is a fact of its own
	}
	if v, ok := c.sums.Load(symbol); ok {
		return v.(store.Digest)
	}
	v := store.Sum([]byte(c.value(symbol)))
	c.sums.Store(symbol, v)
	return v
}

// tracedValue is value for what only the tracer sees.
func (b *view) tracedValue(kind store.Kind, name string) (v store.Digest, ok bool) {
	how := map[store.Kind]facts.Kind{store.Status: facts.Exists, store.List: facts.List, store.Link: facts.Link, store.Dated: facts.Dated, store.System: facts.System}
	k, ok := how[kind]
	if !ok {
		return v, false
	}
	return statusValue(k, name)
}
