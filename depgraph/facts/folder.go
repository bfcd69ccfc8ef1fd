package facts

// Most of what is looked at is not there: names that a search tried. As long as the directory they would be in has not
// changed, they are not, and one look at it answers for all of them.

import (
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// folder is a directory as it was when names were seen not to be in it.
type folder struct {
	path string
	stat Stat
	// asked is the generation in which it was looked at last, times two; the lowest bit is set if it is unchanged.
	asked atomic.Uint64
}

// same reports whether the directory is unchanged, looking at it once in a generation.
func (d *folder) same(generation uint64) bool {
	asked := d.asked.Load()
	if asked>>1 != generation {
		asked = generation << 1
		if lookFolder(d.path) == d.stat {
			asked |= 1
		}
		d.asked.Store(asked)
	}
	return asked&1 != 0
}

// lookFolder returns what changes when a name comes or goes.
func lookFolder(path string) Stat {
	st := Look(Content, "", path)
	return Stat{Dev: st.Dev, Ino: st.Ino, Mtime: st.Mtime, Ctime: st.Ctime, Errno: st.Errno}
}

// folders are the directories that facts of one table are in. The zero value is empty.
type folders struct {
	mu    sync.Mutex
	known map[string]*folder
}

// at returns the directory in the given state, one for all facts that ask for the same.
func (ds *folders) at(path string, stat Stat) *folder {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	if d := ds.known[path]; d != nil && d.stat == stat {
		return d
	}
	if ds.known == nil {
		ds.known = make(map[string]*folder)
	}
	d := &folder{path: path, stat: stat}
	ds.known[path] = d
	return d
}

// now returns the directory as it is now, looking at it once in a generation.
func (ds *folders) now(path string, generation uint64) *folder {
	ds.mu.Lock()
	d := ds.known[path]
	ds.mu.Unlock()
	if d == nil || !d.same(generation) {
		d = ds.at(path, lookFolder(path))
		d.asked.Store(generation<<1 | 1)
	}
	return d
}

// parent returns the directory that a path names something in; "" if its last part is no plain name.
func parent(path string) string {
	i := strings.LastIndexByte(path, '/')
	if name := path[i+1:]; i <= 0 || name == "" || name == "." || name == ".." {
		return ""
	}
	return path[:i]
}

// settleFolder notes which directory answers for a fact from now on, if the fact is that there is nothing under its
// name and was looked at in the generation, which began at the given time. The directory must not have changed since
// shortly before: then it has not since that look.
func (f *Fact) settleFolder(t *Table, generation uint64, began int64) {
	if f.seen.Errno != syscall.ENOENT || f.madeUp() {
		f.folder = nil
		return
	}
	if f.folder != nil && f.folder.same(generation) {
		return
	}
	f.folder = nil
	dir := parent(f.path)
	if dir == "" {
		return
	}
	d := t.folders.now(dir, generation)
	if d.stat.Errno != 0 || d.stat.young(began) {
		return
	}
	if f.kind != Exists && Look(Exists, "", f.path).Errno != syscall.ENOENT {
		return // a link that leads nowhere: what it leads to may come without a change of this directory
	}
	f.folder = d
}
