package remember

// This file is for processes that build again and again: memory is read before it is needed, and all that it knows is looked at.
// What is then told of changes leaves little to be looked at when the next build begins.

import (
	"strings"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
)

// Signer says whose memory is believed: what the program itself has kept, signed with the user's secret.
type Signer struct {
	Identity uint64
	Secret   memory.Secret
}

// Ready is what the next build of a process that lasts begins with. It is good for one build.
type Ready struct {
	// elsewhere is a folder for what is remembered of builds that have no output directory.
	elsewhere string
	// m is nil before the first build.
	m      *Memory
	dir    string
	byDate bool
	base   memory.Key
	began  settings
	// changed are paths that are not as the last build left them, or may not be.
	changed []string
	taken   bool
}

// NewReady is what the first build begins with: nothing was read yet. elsewhere is a folder for what is remembered of builds that
// have no output directory.
func NewReady(elsewhere string) *Ready { return &Ready{elsewhere: elsewhere} }

// Ready reads again what a build has left, whose first make has the given recording. [Ready.Look] is to be called next.
func (m *Memory) Ready(first *Recording, s Signer, elsewhere string) *Ready {
	byDate := first.mk.Flags.ByDate
	kept := &Memory{Store: memory.Load(m.out.Dir, s.Identity, s.Secret, byDate), out: m.out}
	kept.Environ = m.Environ
	return &Ready{elsewhere: elsewhere, m: kept, dir: m.out.Dir, byDate: byDate, base: first.base, began: first.began}
}

// store returns the memory of an output directory for a build. resumed says that it was read before, and that what was seen of its
// facts counts. A nil Ready has the file mapped.
func (r *Ready) store(dir string, s Signer, byDate bool) (store *memory.Store, resumed bool) {
	if r == nil {
		return memory.Open(dir, s.Identity, s.Secret, byDate), false
	}
	if r.m != nil && !r.taken && r.dir == dir && r.byDate == byDate && r.m.Current() {
		r.taken = true
		return r.m.Store, true
	}
	return memory.Load(dir, s.Identity, s.Secret, byDate), false
}

// Look looks at all paths.
func (r *Ready) Look() { r.changed = r.m.Look() }

// Touched is told of paths that may have changed since.
func (r *Ready) Touched(paths []string) {
	r.m.Touched(paths)
	r.changed = append(r.changed, paths...)
}

// Below returns the record of the one make that has something to do, if all that those above it say still holds but for that: they
// would come to call it as before, without having done anything. It is the lowest of those that are known; nil if it is the first.
func (r *Ready) Below(known func(memory.Key) bool) (below *memory.Record) {
	for rec := r.m.findVariant(r.base, r.began); rec != nil; rec = below {
		next := r.m.Broken(rec)
		if next == nil || !known(next.Key) {
			break
		}
		below = next
	}
	return below
}

// AnyUnknown reports whether the first make calls one, or one of those, that is not known.
func (r *Ready) AnyUnknown(known func(memory.Key) bool) bool {
	met := make(map[memory.Key]bool)
	var search func(rec *memory.Record) bool
	search = func(rec *memory.Record) bool {
		for _, p := range rec.Pieces {
			if p.Stream != memory.Nested || met[p.Child] {
				continue
			}
			met[p.Child] = true
			if below := r.m.Find(p.Child); below != nil && !below.ByDate && (!known(p.Child) || search(below)) {
				return true
			}
		}
		return false
	}
	rec := r.m.findVariant(r.base, r.began)
	return rec != nil && search(rec)
}

// Aside reads the memory once more, for makes that only look: none is left out, and nothing is kept of what they learn.
func (r *Ready) Aside(s Signer) *Memory {
	m := newMemory(memory.Load(r.dir, s.Identity, s.Secret, r.byDate), r.m.out)
	m.Environ = r.m.Environ
	return m
}

// Paths are those of all facts; see [Memory.Paths].
func (r *Ready) Paths() (paths, folders []string) { return r.m.Paths() }

// Matters reports whether a change of a path may matter to the build; see [Memory.Matters].
func (r *Ready) Matters(path string) bool { return r.m.Matters(path) }

// Proved reports whether it can be known that the build has nothing to do.
func (r *Ready) Proved() bool {
	rec := r.m.findVariant(r.base, r.began)
	return rec != nil && !rec.Unproved
}

// Needed reports whether there is something to build: the record of the first make does not hold; or, if it never will, something is
// not as the last build left it.
func (r *Ready) Needed() bool {
	if rec := r.m.findVariant(r.base, r.began); rec != nil && !rec.Unproved {
		return !r.m.Holds(rec)
	}
	return r.m.Stale(r.changed)
}

// Paths are those of all facts, but for what the kernel makes up, and the folders of which the names may count. They are parts of the
// memory's text.
func (m *Memory) Paths() (paths, folders []string) {
	for _, f := range m.All() {
		path := f.Path()
		if f.MadeUp() || facts.OfDevices(path) {
			continue
		}
		if paths = append(paths, path); f.OfNames() {
			folders = append(folders, path)
		}
	}
	return paths, folders
}

// Matters reports whether a change of a path may matter to the build: something is known of it, or it counts which names are beside
// it. Where nothing is known at all, everything matters.
func (m *Memory) Matters(path string) bool {
	return len(m.All()) == 0 || m.Has(path) || m.NamesCount(path) && !strings.HasSuffix(path, "/"+facts.OwnDir)
}
