package cache

// This file works out what facts come to today.

import (
	"os"
	"slices"
	"strconv"
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

// decided are the facts that decided what a process has left, and what they came to.
type decided struct {
	v      *view
	facts  []store.Fact
	values []store.Digest
	seen   map[store.Fact]bool
	// err tells why it cannot be kept.
	err error
}

// decide begins a list of about so many facts.
func (v *view) decide(many int) decided {
	return decided{v: v, facts: make([]store.Fact, 0, many), values: make([]store.Digest, 0, many), seen: make(map[store.Fact]bool, many)}
}

func (d *decided) fail(why string) {
	if d.err == nil {
		d.err = missing(why)
	}
}

// add adds a fact about an absolute name, with what it comes to now.
func (d *decided) add(kind store.Kind, name string) {
	f := store.Fact{Kind: kind, Name: d.v.roots.packPath(name)}
	if d.err != nil || d.seen[f] {
		return
	}
	d.seen[f] = true
	v, ok := d.v.valueOf(kind, name)
	if !ok {
		d.fail("cannot be read: " + name)
		return
	}
	d.facts, d.values = append(d.facts, f), append(d.values, v)
}

// wasAbsent adds that there was nothing under an absolute name, whatever is there now.
func (d *decided) wasAbsent(name string) {
	f := store.Fact{Kind: store.Presence, Name: d.v.roots.packPath(name)}
	if !d.seen[f] {
		d.seen[f] = true
		d.facts, d.values = append(d.facts, f), append(d.values, absentValue)
	}
}

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
	if k, ok := statusKinds[kind]; ok {
		return statusValue(k, name)
	}
	return v, false
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

// kindsOf are the kinds of the store for what a tracer or a make sees.
var kindsOf = map[facts.Kind]store.Kind{facts.Content: store.Content, facts.Exists: store.Status, facts.List: store.List, facts.Link: store.Link,
	facts.Dated: store.Dated, facts.System: store.System}

// statusKinds are those of which the status of a file, a directory or a link tells the value.
var statusKinds = map[store.Kind]facts.Kind{store.Status: facts.Exists, store.List: facts.List, store.Link: facts.Link, store.Dated: facts.Dated, store.System: facts.System}

// statusValue works out a fact about an absolute name.
func statusValue(kind facts.Kind, name string) (v store.Digest, ok bool) {
	if kind == facts.System {
		n, err := facts.SystemValue(name)
		return store.Sum(strconv.AppendUint([]byte("system "), n, 16)), err == nil
	}
	st := facts.Look(kind, "", name)
	switch {
	case st.Errno == syscall.ENOENT || st.Errno == syscall.ENOTDIR:
		return absentValue, true
	case st.Errno != 0:
		return v, false
	}
	text := strconv.FormatUint(uint64(st.Mode), 8) + " " + strconv.FormatUint(st.Owner(), 16)
	switch kind {
	case facts.Exists:
	case facts.Dated:
		text += " " + strconv.FormatInt(st.Mtime, 10)
		if st.Format() == syscall.S_IFREG {
			text += " " + strconv.FormatInt(st.Size, 10)
		}
	case facts.Link:
		to, err := os.Readlink(name)
		if err != nil {
			return v, false
		}
		text = "link " + to
	case facts.List:
		entries, err := os.ReadDir(name)
		if err != nil {
			return v, false
		}
		var names []string
		for _, e := range entries {
			if e.Name() != facts.OwnDir {
				names = append(names, e.Name()+"\x00"+e.Type().String())
			}
		}
		slices.Sort(names)
		text = "list " + strings.Join(names, "\x00")
	default:
		return v, false
	}
	return store.Sum([]byte(text)), true
}
