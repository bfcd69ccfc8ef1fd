package cache

// This file works out what facts come to today.

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

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
	seen   map[*named]bool
	// err tells why it cannot be kept.
	err error
}

// decide begins a list of about so many facts.
func (v *view) decide(many int) decided {
	return decided{v: v, facts: make([]store.Fact, 0, many), values: make([]store.Digest, 0, many), seen: make(map[*named]bool, many)}
}

func (d *decided) fail(why string) {
	if d.err == nil {
		d.err = missing(why)
	}
}

// fact is one about an absolute name.
func (d *decided) fact(kind store.Kind, name string) *named {
	return d.v.named(store.Fact{Kind: kind, Name: d.v.roots.packPath(name)})
}

// add adds a fact about an absolute name, with what it comes to now.
func (d *decided) add(kind store.Kind, name string) {
	n := d.fact(kind, name)
	if d.err != nil || d.seen[n] {
		return
	}
	value, ok := d.v.valueOf(n, time.Now())
	if !ok {
		d.fail("cannot be read: " + name)
		return
	}
	d.put(n, value)
}

// put adds a fact with what it came to.
func (d *decided) put(n *named, value store.Digest) {
	if !d.seen[n] {
		d.seen[n] = true
		d.facts, d.values = append(d.facts, n.Fact), append(d.values, value)
	}
}

// value returns what a fact comes to; ok is false if that cannot be told. Its name has tokens.
func (v *view) value(f store.Fact) (d store.Digest, ok bool) {
	return v.valueOf(v.named(f), time.Now())
}

func (v *view) valueOf(n *named, now time.Time) (d store.Digest, ok bool) {
	switch {
	case !n.ok:
		return d, false
	case n.Kind == store.Content:
		d, st, ok := v.files.contentOf(n.file, now)
		switch {
		case ok:
			return contentValue(d, st), true
		case st.Errno == syscall.ENOENT || st.Errno == syscall.ENOTDIR:
			return absentValue, true
		}
		return d, ok
	case n.Kind == store.Symbol:
		c, ok := v.files.config(n.file, now)
		if !ok {
			return d, false
		}
		return c.sum(n.symbol), true
	case n.Kind == store.Presence:
		if n.folder == nil {
			return presence(facts.Look(facts.Exists, "", n.full).Errno == 0), true
		}
		return presence(v.files.has(n.folder, n.base, now)), true
	case n.Kind == store.Tool:
		return v.knownTool(n.full)
	case n.Kind == store.Roots:
		if n.full != "" {
			return store.Sum([]byte("root " + n.full)), true
		}
		return store.Sum([]byte(v.roots.key())), true
	}
	if k, ok := statusKinds[n.Kind]; ok {
		return statusValue(k, n.full)
	}
	return d, false
}

func presence(there bool) store.Digest {
	if there {
		return presentValue
	}
	return absentValue
}

// contentValue is the value of a content: another one if it may be executed.
func contentValue(d store.Digest, st facts.Stat) store.Digest {
	if st.Mode&0o111 == 0 {
		return d
	}
	h := store.NewHasher("executable")
	h.Digest(d)
	return h.Sum()
}

// values returns what all facts come to. The header of a configuration is looked at once.
func (v *view) values(list []store.Fact) ([]store.Digest, bool) {
	out := make([]store.Digest, len(list))
	now := time.Now()
	var header *file
	var c *config
	for i, f := range list {
		n, ok := v.named(f), false
		switch {
		case n.Kind != store.Symbol || !n.ok:
			out[i], ok = v.valueOf(n, now)
		case n.file == header:
			out[i], ok = c.sum(n.symbol), true
		default:
			if c, ok = v.files.config(n.file, now); ok {
				header = n.file
				out[i] = c.sum(n.symbol)
			}
		}
		if !ok {
			return nil, false
		}
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
