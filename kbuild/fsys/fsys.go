// Package fsys answers what make asks of the file system: when was this file
// changed, is there a file of this name, which names match this pattern. It
// never uses the process's working directory: a [View] carries its own.
//
// Answers are remembered for one generation. [FS.Changed] starts a new one and
// must be called whenever a process or a native step that may have written
// files has ended. An invocation that starts after a recipe finished therefore
// sees everything that the recipe did, as a fresh make process would.
package fsys

import (
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// FS is the shared cache. The zero value is not usable; call New.
type FS struct {
	gen   atomic.Uint64
	mu    sync.Mutex
	views map[viewKey]*View
}

type viewKey struct {
	dir          string
	symlinkTimes bool
}

// New returns an empty cache.
func New() *FS {
	fs := &FS{views: make(map[viewKey]*View)}
	fs.gen.Store(1)
	return fs
}

// Changed forgets every remembered answer.
func (fs *FS) Changed() { fs.gen.Add(1) }

// View returns the view from the absolute directory dir.
func (fs *FS) View(dir string) *View { return fs.view(viewKey{dir, false}) }

// WithSymlinkTimes returns the view in which a file counts as changed when a
// symbolic link to it changed (-L).
func (v *View) WithSymlinkTimes() *View { return v.fs.view(viewKey{v.dir, true}) }

func (fs *FS) view(k viewKey) *View {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	v := fs.views[k]
	if v == nil {
		v = &View{fs: fs, dir: k.dir, symlinkTimes: k.symlinkTimes, stats: make(map[string]stat), dirs: make(map[string]*listing)}
		fs.views[k] = v
	}
	return v
}

// View resolves relative names against one directory. It is safe for
// concurrent use.
type View struct {
	fs  *FS
	dir string
	// symlinkTimes is set if the time of a link counts too.
	symlinkTimes bool

	mu    sync.Mutex
	stats map[string]stat
	dirs  map[string]*listing
}

// Dir returns the directory of the view.
func (v *View) Dir() string { return v.dir }

// Abs makes name absolute without cleaning it.
func (v *View) Abs(name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return v.dir + "/" + name
}

// Info is what is known of a file.
type Info struct {
	// Mtime is the modification time in nanoseconds since 1970; meaningful if
	// Errno is 0.
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
}

// Stat returns what is known of name, following symbolic links.
func (v *View) Stat(name string) Info {
	gen := v.fs.gen.Load()
	v.mu.Lock()
	s, ok := v.stats[name]
	v.mu.Unlock()
	if ok && s.gen == gen {
		return s.Info
	}
	info := v.look(name)
	v.mu.Lock()
	v.stats[name] = stat{info, gen}
	v.mu.Unlock()
	return info
}

func (v *View) look(name string) Info {
	info := statAt(v.dir, name, true)
	if v.symlinkTimes {
		return linkTimes(v.dir, name, info)
	}
	return info
}

// maxLinks bounds a chain of symbolic links, which may be a circle.
const maxLinks = 40

// linkTimes makes info as new as the newest of the symbolic links that lead to
// it; a link to nowhere counts as a file.
func linkTimes(dir, name string, info Info) Info {
	for range maxLinks {
		l := statAt(dir, name, false)
		if l.Errno != 0 || l.Mode&syscall.S_IFMT != syscall.S_IFLNK {
			return info
		}
		if info.Errno != 0 {
			info = l
		}
		info.Mtime = max(info.Mtime, l.Mtime)
		full := name
		if !strings.HasPrefix(name, "/") {
			full = dir + "/" + name
		}
		to, err := os.Readlink(full)
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

// pathBuffers keeps the stat of hundreds of thousands of names from allocating
// a C string for each.
var pathBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

func statAt(dir, name string, follow bool) Info {
	bp := pathBuffers.Get().(*[]byte)
	b := (*bp)[:0]
	if !strings.HasPrefix(name, "/") {
		b = append(append(b, dir...), '/')
	}
	b = append(append(b, name...), 0)
	var st syscall.Stat_t
	flags := 0
	if !follow {
		flags = 0x100 // AT_SYMLINK_NOFOLLOW
	}
	const atFdcwd = -100
	errno := syscall.Errno(syscall.EINTR)
	fdcwd := atFdcwd
	for errno == syscall.EINTR {
		_, _, errno = syscall.Syscall6(syscall.SYS_NEWFSTATAT, uintptr(fdcwd), uintptr(unsafe.Pointer(&b[0])),
			uintptr(unsafe.Pointer(&st)), uintptr(flags), 0, 0)
	}
	*bp = b
	pathBuffers.Put(bp)
	if name == "" || errno != 0 {
		if errno == 0 {
			errno = syscall.ENOENT
		}
		return Info{Errno: errno}
	}
	return Info{Mtime: st.Mtim.Nano(), Mode: st.Mode}
}

// listing is the content of one directory.
type listing struct {
	gen   uint64
	asked int
	mtime int64
	read  int64
	names map[string]bool
}

// listAfter is the number of questions about one directory in a generation
// after which it is listed: fixdep's output asks for hundreds of names in
// include/config, most of them absent.
const listAfter = 8

// Lexists reports whether there is a file or a symbolic link called name.
func (v *View) Lexists(name string) bool {
	slash := strings.LastIndexByte(name, '/')
	if slash < 0 || slash == len(name)-1 {
		return statAt(v.dir, name, false).Errno == 0
	}
	dir, base := name[:slash+1], name[slash+1:]
	gen := v.fs.gen.Load()
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
	l.asked++
	list := l.asked > listAfter
	old := *l
	v.mu.Unlock()
	if !list {
		return statAt(v.dir, name, false).Errno == 0
	}
	st := statAt(v.dir, dir, true)
	if st.Errno != 0 {
		return false
	}
	next := listing{gen: gen, asked: old.asked, mtime: st.Mtime, read: time.Now().UnixNano(), names: old.names}
	// An unchanged directory keeps its time; but times move in ticks, so that a
	// listing made right after a change proves nothing.
	const tick = int64(100 * time.Millisecond)
	if old.names == nil || old.mtime != st.Mtime || old.read-old.mtime < tick {
		names, err := v.ReadDir(dir)
		if err != nil {
			return statAt(v.dir, name, false).Errno == 0
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

// Changed forgets the remembered answers of all views; see [FS.Changed].
func (v *View) Changed() { v.fs.Changed() }
