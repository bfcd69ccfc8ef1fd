package mentions

// This file goes through a tree. Folders and files that are as they were when they were read are not read again.

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/libc"
)

// folder is what is known of a folder: its folders and its files of known kinds.
type folder struct {
	state facts.Stat
	below []string
	files []file
}

// file is what is known of a file of a folder.
type file struct {
	name  string
	state facts.Stat
	text
}

// forest are folders by their absolute names.
type forest map[string]*folder

// Fill takes in every file of a known kind below a folder, another one left out, until stop is closed.
func (x *Index) Fill(root, without string, stop <-chan struct{}) {
	before := load(x.Keep, root, without)
	now, fresh := grow(root, without, before, stop)
	select {
	case <-stop:
		return
	default:
	}
	files := 0
	for _, f := range now {
		files += len(f.files)
	}
	x.mu.Lock()
	if len(x.texts) == 0 {
		x.texts = make(map[string]*text, files)
	}
	for dir, f := range now {
		for i := range f.files {
			if t := f.files[i].text; len(t.symbols)+len(t.defined) > 0 {
				x.put(dir+"/"+f.files[i].name, &t)
			}
		}
	}
	x.mu.Unlock()
	if fresh {
		save(x.Keep, root, without, now)
	}
}

// statusOf is the status of a file in an open folder, of the folder itself if name is "". It is zero for what can't be looked at.
func statusOf(dir int, name string) facts.Stat {
	var st unix.Stat_t
	err := error(unix.EINTR)
	for err == unix.EINTR {
		err = unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW|unix.AT_EMPTY_PATH)
	}
	if err != nil {
		return facts.Stat{}
	}
	return facts.Stat{Dev: st.Dev, Ino: st.Ino, Size: st.Size, Mtime: facts.Nanoseconds(syscall.Timespec(st.Mtim)),
		Ctime: facts.Nanoseconds(syscall.Timespec(st.Ctim)), Mode: st.Mode, UID: st.Uid, GID: st.Gid}
}

// grow goes through the tree. fresh says that something is not what it was before.
func grow(root, without string, before forest, stop <-chan struct{}) (now forest, fresh bool) {
	g := &grower{before: before, now: make(forest, len(before)), without: without, todo: []string{root}}
	g.more.L = &g.mu
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			var buf []byte
			for {
				dir, ok := g.next(stop)
				if !ok {
					return
				}
				g.done(dir, g.look(dir, &buf))
			}
		})
	}
	wg.Wait()
	return g.now, g.fresh.Load() || len(g.now) != len(before)
}

// grower hands out the folders that are to be looked at.
type grower struct {
	before  forest
	without string
	fresh   atomic.Bool

	mu   sync.Mutex
	more sync.Cond
	now  forest
	todo []string
	// busy counts the folders that are being looked at.
	busy int
}

func (g *grower) next(stop <-chan struct{}) (dir string, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for {
		select {
		case <-stop:
			g.todo = nil
			g.more.Broadcast()
			return "", false
		default:
		}
		if n := len(g.todo); n > 0 {
			dir, g.todo = g.todo[n-1], g.todo[:n-1]
			g.busy++
			return dir, true
		}
		if g.busy == 0 {
			return "", false
		}
		g.more.Wait()
	}
}

func (g *grower) done(dir string, f *folder) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	g.now[dir] = f
	for _, name := range f.below {
		g.todo = append(g.todo, dir+"/"+name)
	}
	g.more.Broadcast()
}

// look brings what is known of a folder up to date. What can't be read is left out. Texts are read into buf, one after the other.
func (g *grower) look(dir string, buf *[]byte) *folder {
	old := g.before[dir]
	if old == nil {
		old = &folder{}
	}
	f := &folder{}
	// Files are looked at from their folder: names are short then, which is most of what a look costs.
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err == nil {
		defer unix.Close(fd)
		f.state = statusOf(fd, "")
	}
	same := f.state == old.state && f.state != (facts.Stat{})
	if same {
		f.below, f.files = old.below, old.files
	} else {
		g.fresh.Store(true)
		settled := f.state != (facts.Stat{}) && f.state.Settled()
		f.list(dir, g.without)
		if !settled {
			f.state = facts.Stat{} // a change that follows might not show
		}
	}
	known := make(map[string]*file, len(old.files))
	if !same {
		for i := range old.files {
			known[old.files[i].name] = &old.files[i]
		}
	}
	for i := range f.files {
		was := &f.files[i]
		if !same {
			was = known[f.files[i].name]
		}
		g.file(fd, dir, &f.files[i], was, buf)
	}
	return f
}

// list lists a folder.
func (f *folder) list(dir, without string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, d := range entries {
		name := d.Name()
		switch {
		case d.IsDir():
			if !strings.HasPrefix(name, ".") && dir+"/"+name != without {
				f.below = append(f.below, name)
			}
		case d.Type() == fs.FileMode(0) && KindOf(filepath.Join(dir, name)) != "":
			f.files = append(f.files, file{name: name})
		}
	}
}

// file brings what is known of a file up to date; was is what was known of it, nil if nothing.
func (g *grower) file(fd int, dir string, f, was *file, buf *[]byte) {
	state := statusOf(fd, f.name)
	if was != nil && was.state == state && state != (facts.Stat{}) {
		f.state, f.text = was.state, was.text
		return
	}
	g.fresh.Store(true)
	settled := state != (facts.Stat{}) && state.Settled()
	f.state, f.text = facts.Stat{}, text{}
	if state.Mode&unix.S_IFMT != unix.S_IFREG {
		return // it was when the folder was listed
	}
	data, err := readIn(fd, f.name, state.Size, buf)
	if err != nil {
		return
	}
	path := dir + "/" + f.name
	f.text = read(path, KindOf(path), data)
	if settled && statusOf(fd, f.name) == state {
		f.state = state
	}
}

// readIn reads a regular file of an open folder, about size bytes, into *buf, which grows. With os.ReadFile, which makes a file and a
// buffer for each, a tree of 66,000 files took half as long again.
func readIn(dir int, name string, size int64, buf *[]byte) (data []byte, err error) {
	fd, err := libc.RetryN(func() (int, error) {
		return unix.Openat(dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	const most = 64 << 20 // that a status is believed
	if need := int(min(max(size, 0), most) + 1); cap(*buf) < need {
		*buf = make([]byte, 0, 2*need)
	}
	for data = (*buf)[:0]; ; {
		n, err := libc.RetryN(func() (int, error) { return unix.Read(fd, data[len(data):cap(data)]) })
		data = data[:len(data)+max(n, 0)]
		if n <= 0 || err != nil || len(data) < cap(data) && int64(len(data)) >= size {
			*buf = data
			return data, err
		}
		if len(data) == cap(data) {
			data = slices.Grow(data, len(data))
		}
	}
}
