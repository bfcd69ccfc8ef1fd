package facts

// This file is for processes that last: they know what was looked at, and are told what may have changed since.

import (
	"strings"
	"syscall"
)

// Touched has paths looked at again, and what is known of the names beside them, also in the present generation. Of all
// other paths somebody else vouches for what was seen of them.
func (t *Table) Touched(paths []string) {
	for _, path := range paths {
		t.forget(path)
		dir := folderOf(path)
		t.forget(dir)
		t.forget(dir + "/")
		t.folders.mu.Lock()
		if d := t.folders.known[dir]; d != nil {
			d.asked.Store(0)
		}
		t.folders.mu.Unlock()
	}
}

// folderOf is the name under which a path is in a folder. Facts may have a slash behind it.
func folderOf(path string) string { return path[:max(strings.LastIndexByte(path, '/'), 0)] }

// forget forgets when a path was looked at.
func (t *Table) forget(path string) {
	for kind := range kinds {
		t.mu.RLock()
		id, ok := t.indexed()[factKey{kind, path}]
		t.mu.RUnlock()
		if !ok {
			continue
		}
		f := t.fact(id)
		f.mu.Lock()
		f.looked = 0
		f.held.Store(0)
		f.mu.Unlock()
	}
}

// Has reports whether anything is known of a path.
func (t *Table) Has(path string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	index := t.indexed()
	for kind := range kinds {
		if _, ok := index[factKey{kind, path}]; ok {
			return true
		}
	}
	return false
}

// NamesCount reports whether it counts which names are beside a path.
func (t *Table) NamesCount(path string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	index := t.indexed()
	dir := folderOf(path)
	for _, dir := range []string{dir, dir + "/"} {
		_, list := index[factKey{List, dir}]
		_, dated := index[factKey{Dated, dir}]
		if list || dated {
			return true
		}
	}
	return false
}

// ChangedAfter reports whether what is known of a path, or of the names beside it, was seen to change after a point in the process's
// own order of changes.
func (t *Table) ChangedAfter(path string, clock uint64) bool {
	dir := folderOf(path)
	for _, k := range []factKey{{Content, path}, {Exists, path}, {Link, path}, {List, path}, {Dated, path}, {List, dir}, {List, dir + "/"}, {Dated, dir}, {Dated, dir + "/"}} {
		t.mu.RLock()
		id, ok := t.indexed()[k]
		t.mu.RUnlock()
		if ok && t.ChangedSince(id, clock) {
			return true
		}
	}
	return false
}

// AllChanged are the paths of which something was seen to change after a point in the process's own order of changes; names in
// folders do not count.
func (t *Table) AllChanged(clock uint64) (paths []string) {
	for i, f := range t.All() {
		if !f.OfNames() && t.ChangedSince(ID(i), clock) {
			paths = append(paths, f.path)
		}
	}
	return paths
}

// OfNames reports whether a fact is of the names in a folder.
func (f *Fact) OfNames() bool {
	return f.kind == List || f.kind == Dated && f.stat.Format() == syscall.S_IFDIR
}

// Look looks at all paths in a new generation, and returns those that are not as remembered, by their dates either, in no order.
func (t *Table) Look() (changed []string) {
	t.gen.Changed()
	generation := t.gen.Number()
	found := make(chan string, 64)
	go func() {
		Parallel(t.All(), func(f *Fact) {
			if f.known && !f.holds(t, generation, true) {
				found <- f.path
			}
		})
		close(found)
	}()
	for path := range found {
		changed = append(changed, path)
	}
	return changed
}

// Stale reports whether what is under one of the paths is not as remembered, by its date either.
func (t *Table) Stale(paths []string) bool {
	generation := t.gen.Number()
	for _, path := range paths {
		for _, path := range []string{path, folderOf(path), folderOf(path) + "/"} {
			for kind := range kinds {
				t.mu.RLock()
				id, ok := t.indexed()[factKey{kind, path}]
				t.mu.RUnlock()
				if ok && !t.Holds(id, generation, true) {
					return true
				}
			}
		}
	}
	return false
}

// MadeUp reports whether the kernel makes up what is under the path of a fact, or the fact is about no path at all.
func (f *Fact) MadeUp() bool { return f.madeUp() }
