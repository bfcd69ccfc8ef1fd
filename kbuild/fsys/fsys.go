package fsys

// This file asks for statuses and names, and remembers the answers for one generation.

import (
	"strings"
	"sync"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
)

// FS is the shared cache. The zero value is not usable; call New.
type FS struct {
	// gen is the generation of the table, once there is one.
	gen    *facts.Generation
	mu     sync.Mutex
	caches map[viewKey]*cache
	// table, if set, is told of all that is seen.
	table *facts.Table
	// source, if set, answers in place of the system.
	source Source
	// imagined, if set, are files that count as being there.
	imagined *imagined
}

type viewKey struct {
	dir          string
	symlinkTimes bool
}

// New returns an empty cache.
func New() *FS {
	fs := &FS{gen: new(facts.Generation), caches: make(map[viewKey]*cache)}
	fs.gen.Changed()
	return fs
}

// NewFrom returns an empty cache that is filled from a source in place of the system. It cannot be observed.
func NewFrom(source Source) *FS {
	fs := New()
	fs.source = source
	return fs
}

// Observe makes the table know all that observed views see from now on. No other goroutine may use the FS yet. Answers
// from before are forgotten: they name no facts.
func (fs *FS) Observe(t *facts.Table) {
	gen := t.Generation()
	gen.Follow(fs.gen)
	fs.table, fs.gen = t, gen
}

// Resume is Observe for a table whose present generation goes on: what was seen in it counts.
func (fs *FS) Resume(t *facts.Table) {
	if t.Generation().Number() <= fs.gen.Number() {
		fs.Observe(t)
		return
	}
	fs.table, fs.gen = t, t.Generation()
}

// Generation is the number of the present generation: it is another one once something may have written files.
func (fs *FS) Generation() uint64 { return fs.gen.Number() }

// Changed forgets every remembered answer.
func (fs *FS) Changed() { fs.gen.Changed() }

// View returns the view from the absolute directory dir.
func (fs *FS) View(dir string) *View { return &View{cache: fs.cache(viewKey{dir, false})} }

// WithSymlinkTimes returns the view in which a file counts as changed when a
// symbolic link to it changed (-L).
func (v *View) WithSymlinkTimes() *View { return &View{cache: v.fs.cache(viewKey{v.dir, true})} }

// Observed returns the view that also notes in seen which facts it was asked
// for. The FS must have a table.
func (v *View) Observed(seen *Facts) *View { return &View{cache: v.cache, seen: seen} }

func (fs *FS) cache(k viewKey) *cache {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	c := fs.caches[k]
	if c == nil {
		c = &cache{fs: fs, dir: k.dir, symlinkTimes: k.symlinkTimes, stats: make(map[string]stat), dirs: make(map[string]*listing),
			exists: make(map[string]facts.ID)}
		fs.caches[k] = c
	}
	return c
}

// View resolves relative names against one directory. It is safe for
// concurrent use.
type View struct {
	*cache
	seen *Facts
}

// cache is what all views of a directory share.
type cache struct {
	fs  *FS
	dir string
	// symlinkTimes is set if the time of a link counts too.
	symlinkTimes bool

	mu    sync.Mutex
	stats map[string]stat
	dirs  map[string]*listing
	// exists names the facts that Lexists was asked for.
	exists map[string]facts.ID
}

// Dir returns the directory of the view.
func (v *View) Dir() string { return v.dir }

// Abs makes name absolute without cleaning it.
func (v *View) Abs(name string) string { return absolute(v.dir, name) }

func absolute(dir, name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return dir + "/" + name
}

// Info is what is known of a file.
type Info struct {
	// Mtime is the modification time (facts.Nanoseconds); meaningful if Errno is 0.
	Mtime int64
	Mode  uint32
	// Errno is why the file could not be looked at; 0 if it exists.
	Errno syscall.Errno
}

// Exists reports whether the file is there.
func (i Info) Exists() bool { return i.Errno == 0 }

// IsDir reports whether it is a directory.
func (i Info) IsDir() bool { return i.Errno == 0 && i.Mode&syscall.S_IFMT == syscall.S_IFDIR }

type stat struct {
	Info
	gen uint64
	id  facts.ID
}

// Stat returns what is known of name, following symbolic links.
func (v *View) Stat(name string) Info {
	gen := v.fs.gen.Number()
	v.mu.Lock()
	s, ok := v.stats[name]
	v.mu.Unlock()
	if !ok || s.gen != gen {
		s = v.look(name, gen)
		v.mu.Lock()
		v.stats[name] = s
		v.mu.Unlock()
	}
	if v.seen != nil && name != "" {
		v.seen.saw(s.id, s.Errno == syscall.ENOENT)
	}
	return v.pretend(name, s.Info)
}

func (c *cache) look(name string, gen uint64) stat {
	s := stat{gen: gen}
	switch {
	case c.fs.table == nil || name == "":
		s.Info = c.statAt(name, true)
	default:
		s.id = c.fs.table.Intern(facts.Content, factPath(c.dir, name))
		s.Mtime, s.Mode, s.Errno = c.fs.table.Stat(s.id)
	}
	if c.symlinkTimes {
		s.Info = c.linkTimes(name, s.Info)
	}
	return s
}

func infoOf(st facts.Stat) Info { return Info{Mtime: st.Mtime, Mode: st.Mode, Errno: st.Errno} }

// statAt looks at a name, at a symbolic link itself unless follow is set.
func (c *cache) statAt(name string, follow bool) Info {
	if c.fs.source != nil {
		if name == "" {
			return Info{Errno: syscall.ENOENT}
		}
		return c.fs.source.Look(absolute(c.dir, name), follow)
	}
	kind := facts.Exists
	if follow {
		kind = facts.Content
	}
	return infoOf(lookAt(kind, c.dir, name))
}

func lookAt(kind facts.Kind, dir, name string) facts.Stat {
	if name == "" {
		return facts.Stat{Errno: syscall.ENOENT}
	}
	if name[0] == '/' {
		return facts.Look(kind, "", name)
	}
	return facts.Look(kind, dir, name)
}

// factPath is the name under which facts about a file are kept. "./" is left
// out where it says nothing; ".." may lead through a link and stays.
func factPath(dir, name string) string {
	for strings.HasPrefix(name, "./") {
		name = strings.TrimLeft(name[2:], "/")
	}
	if strings.HasPrefix(name, "/") {
		return name
	}
	return dir + "/" + name
}

// maxLinks bounds a chain of symbolic links, which may be a circle.
const maxLinks = 40

// linkTimes makes info as new as the newest of the symbolic links that lead to
// it; a link to nowhere counts as a file.
func (c *cache) linkTimes(name string, info Info) Info {
	for range maxLinks {
		l := c.statAt(name, false)
		if l.Errno != 0 || l.Mode&syscall.S_IFMT != syscall.S_IFLNK {
			return info
		}
		if info.Errno != 0 {
			info = l
		}
		info.Mtime = int64(max(uint64(info.Mtime), uint64(l.Mtime)))
		full := absolute(c.dir, name)
		to, err := c.readlink(full)
		if err != nil {
			return info
		}
		if !strings.HasPrefix(to, "/") {
			to = full[:strings.LastIndexByte(full, '/')+1] + to
		}
		name = to
	}
	return info
}

// listing is the content of one directory.
type listing struct {
	gen uint64
	// asked counts the questions of the generation askedIn.
	asked   int
	askedIn uint64
	mtime   int64
	read    int64
	names   map[string]bool
	// least is how many questions it takes.
	least int
}

// listAfter is the number of questions about one directory in a generation
// after which it is listed: fixdep's output asks for hundreds of names in
// include/config, most of them absent, and so do implicit rules for the names of
// sources. A directory of thousands of names, in which a build makes one after
// the other, takes more questions: one for listShare names. How many there are is
// guessed by its size before it was listed.
const (
	listAfter    = 8
	listShare    = 16
	bytesPerName = 24
)

// Lexists reports whether there is a file or a symbolic link called name.
func (v *View) Lexists(name string) bool {
	if found := v.lexistsReally(name); found || name == "" {
		return found
	}
	_, ok := v.fs.imaginedFile(v.Abs(name))
	return ok
}

func (v *View) lexistsReally(name string) bool {
	if v.seen == nil || name == "" {
		return v.lexists(name)
	}
	gen := v.fs.gen.Number()
	v.mu.Lock()
	id, ok := v.exists[name]
	v.mu.Unlock()
	if !ok {
		id = v.fs.table.Intern(facts.Exists, factPath(v.dir, name))
		v.mu.Lock()
		v.exists[name] = id
		v.mu.Unlock()
	}
	found, known := v.fs.table.Known(id)
	if !known {
		found = v.lexists(name)
	}
	v.seen.saw(id, !found)
	if known {
		return found
	}
	st := facts.Stat{Errno: syscall.ENOENT}
	if found {
		st = lookAt(facts.Exists, v.dir, name)
	}
	v.fs.table.SawIn(id, st, gen)
	return found
}

func (v *View) lexists(name string) bool {
	slash := strings.LastIndexByte(name, '/')
	if name == "" || slash == len(name)-1 {
		return v.statAt(name, false).Errno == 0
	}
	dir, base := name[:slash+1], name[slash+1:]
	if dir == "" {
		dir = "."
	}
	gen := v.fs.gen.Number()
	v.mu.Lock()
	l := v.dirs[dir]
	if l == nil {
		l = &listing{}
		v.dirs[dir] = l
	}
	if l.gen == gen && l.names != nil {
		found := l.names[base]
		v.mu.Unlock()
		return found
	}
	if l.askedIn != gen {
		l.asked, l.askedIn = 0, gen
	}
	l.asked++
	if l.asked == listAfter+1 {
		l.least = v.namesIn(l, dir) / listShare
	}
	list := l.asked > max(listAfter, l.least)
	old := *l
	v.mu.Unlock()
	if !list {
		return v.statAt(name, false).Errno == 0
	}
	st := v.statAt(dir, true)
	if st.Errno != 0 {
		return false
	}
	next := listing{gen: gen, asked: old.asked, askedIn: gen, least: old.least, mtime: st.Mtime, read: time.Now().UnixNano(), names: old.names}
	// An unchanged directory keeps its time; but times move in ticks, so that a
	// listing made right after a change proves nothing.
	const tick = int64(100 * time.Millisecond)
	if old.names == nil || old.mtime != st.Mtime || old.read-old.mtime < tick {
		names, err := v.readDir(dir)
		if err != nil {
			return v.statAt(name, false).Errno == 0
		}
		next.names = make(map[string]bool, len(names)+2)
		next.names["."], next.names[".."] = true, true
		for _, n := range names {
			next.names[n] = true
		}
	} else {
		next.read = old.read
	}
	v.mu.Lock()
	*l = next
	v.mu.Unlock()
	return next.names[base]
}

// namesIn guesses how many names there are in a directory.
func (v *View) namesIn(l *listing, dir string) int {
	if l.names != nil || v.fs.source != nil {
		return len(l.names)
	}
	return int(lookAt(facts.Content, v.dir, dir).Size / bytesPerName)
}

// Changed forgets the remembered answers of all views; see [FS.Changed].
func (v *View) Changed() { v.fs.Changed() }
