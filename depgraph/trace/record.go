//go:build linux && (amd64 || arm64)

package trace

// This file keeps what the command asked of each path, and decides at the end what is proved.

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

// record keeps, for every path, what the command asked of it before it changed it, and how it was at the first question.
//
// The claim to be proved is about a repetition from the state at the end. Such a repetition gets the same answers if
// whatever was asked has the same answer at the end as it had at first; and it leaves the same bytes if whatever the
// command made is made from scratch (replaced) or ended as it was. Questions about a path that the command itself had replaced are
// answered by its own doing, and need no fact.
type record struct {
	nodes map[string]*node
	err   error // the first failure to read what the command could read
}

// kinds is a set of facts.Kind, absent included.
type kinds uint16

func (s kinds) has(k facts.Kind) bool { return s&(1<<k) != 0 }

type node struct {
	path    string
	present bool // at the first look
	before  facts.Stat
	asked   kinds
	// values are what valueOf said at first, for kinds that the status cannot decide.
	list, link uint64
	system     uint64
	// content is taken (not 0) where the identity would not do: the command may have changed the file since.
	content uint64
	touched bool // the command changed it, but not all of it
	// replaced: what is there now, if anything, is all the command's own.
	replaced bool
	// fresh: there was nothing when it was asked for, and then the command made it.
	fresh bool
}

func (r *record) init() { r.nodes = map[string]*node{} }

func (r *record) drop() { r.nodes = map[string]*node{} }

// node returns what is known of a path whose present state is id, err.
func (r *record) node(f *found) *node {
	n := r.nodes[f.path]
	if n == nil {
		n = &node{path: f.path, present: f.err == nil, before: f.id}
		r.nodes[f.path] = n
	}
	return n
}

// ask notes that the command was told something about the path.
func (r *record) ask(f *found, kind facts.Kind) {
	if inProcess(f.path) {
		return // what may be looked at there is decided elsewhere, and its name is another next time
	}
	n := r.node(f)
	if n.replaced || n.asked.has(kind) {
		return
	}
	n.asked |= 1 << kind
	switch {
	case kind == facts.List:
		n.list = r.value(facts.List, n.path)
	case kind == facts.Link:
		n.link = r.value(facts.Link, n.path)
	case kind == facts.System:
		n.system = r.value(facts.System, n.path)
	}
}

func (r *record) value(kind facts.Kind, path string) uint64 {
	value, err := valueOf(kind, path)
	if err != nil && r.err == nil {
		r.err = err
	}
	return value
}

// touching is called before the bytes or permissions of a file may change while something of the old ones remains.
func (r *record) touching(f *found) {
	n := r.node(f)
	if n.replaced || f.err != nil {
		return
	}
	n.touched = true
	if n.content == 0 && f.regular() {
		n.content = r.value(facts.Content, n.path)
	}
}

// replacing is called before all of a path's bytes may be replaced: what was read of it must be remembered now.
func (r *record) replacing(f *found) {
	n := r.node(f)
	if !n.replaced && n.asked.has(facts.Content) && n.content == 0 && f.err == nil && f.regular() {
		n.content = r.value(facts.Content, n.path)
	}
}

// replaced notes that what is at the path now was made by the command, or was removed by it.
func (r *record) replaced(f *found) { r.node(f).replaced = true }

func (r *record) own(f *found) bool { return r.node(f).replaced }

// facts checks that every answer would be the same again, and returns them.
func (r *record) facts() ([]Fact, error) {
	if r.err != nil {
		return nil, r.err
	}
	list := make([]Fact, 0, len(r.nodes)+8)
	for _, n := range r.nodes {
		var err error
		if list, err = n.appendFacts(list); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b Fact) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind))
	})
	return list, nil
}

func (n *node) appendFacts(list []Fact) ([]Fact, error) {
	if n.asked.has(facts.System) {
		if now, err := valueOf(facts.System, n.path); err != nil || now != n.system {
			return nil, fmt.Errorf("%s changed", n.path)
		}
		list = append(list, Fact{Path: n.path, Kind: facts.System})
		if n.asked == 1<<facts.System {
			return list, nil
		}
	}
	if n.asked == 0 && !n.replaced && !n.touched {
		return list, nil
	}
	now, err := identify(n.path)
	if err != nil && !isAbsent(err) {
		return nil, err
	}
	present := err == nil
	if err := n.compare(present, now); err != nil {
		return nil, err
	}
	changed := n.replaced || n.touched && n.before != now
	add := func(kind facts.Kind) {
		list = append(list, Fact{Path: n.path, Kind: kind, Written: changed && kind != facts.List, Fresh: n.fresh, Asked: n.asked.has(kind), ID: now})
	}
	if !present {
		add(facts.Exists)
		list[len(list)-1].Written, list[len(list)-1].Asked = false, false
		return list, nil
	}
	for kind := facts.Content; kind < facts.System; kind++ {
		if n.asked.has(kind) {
			add(kind)
		}
	}
	if n.replaced {
		if made := typeKind(now.Mode); !n.asked.has(made) {
			add(made)
		}
	}
	return list, nil
}

// typeKind is the fact that describes all of what was made.
func typeKind(mode uint32) facts.Kind {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return facts.Content
	case unix.S_IFLNK:
		return facts.Link
	}
	return facts.Exists
}

// compare returns an error if something that was asked would be answered differently now.
func (n *node) compare(present bool, now facts.Stat) error {
	if n.asked.has(absent) && present {
		if n.replaced && n.asked == 1<<absent {
			n.fresh = true
			return nil
		}
		return fmt.Errorf("%s appeared", n.path)
	}
	if n.asked&^(1<<absent) == 0 && (n.replaced || !n.touched) {
		return nil
	}
	if !present {
		if n.replaced {
			return fmt.Errorf("it removed %s, which it had looked at", n.path)
		}
		return fmt.Errorf("%s disappeared", n.path)
	}
	same := true
	if n.asked.has(facts.Exists) {
		same = same && n.before.Mode == now.Mode && n.before.Owner() == now.Owner()
	}
	if n.asked.has(facts.Dated) {
		same = same && n.before.Dev == now.Dev && n.before.Ino == now.Ino && n.before.Mode == now.Mode &&
			n.before.Owner() == now.Owner() && n.before.Size == now.Size && n.before.Mtime == now.Mtime
	}
	if n.asked.has(facts.List) {
		value, err := valueOf(facts.List, n.path)
		same = same && err == nil && value == n.list
	}
	if n.asked.has(facts.Link) {
		value, err := valueOf(facts.Link, n.path)
		same = same && err == nil && value == n.link
	}
	if n.content != 0 && (n.asked.has(facts.Content) || !n.replaced) {
		value, err := valueOf(facts.Content, n.path)
		same = same && err == nil && value == n.content
	} else if n.asked.has(facts.Content) {
		same = same && n.before == now
	}
	if !same {
		return fmt.Errorf("it changed %s, which it had looked at, or somebody else did", n.path)
	}
	return nil
}
