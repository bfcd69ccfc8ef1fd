package watch

// This file keeps the folders in which paths lie under watch, and collects what the kernel says of them.

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// Watcher watches the folders of paths. It is safe for concurrent use, but for Cover.
type Watcher struct {
	kernel *fsnotify.Watcher
	woken  chan struct{}
	marker string

	mu sync.Mutex
	// pending is what was seen and not taken yet.
	pending Change
	// folders has the folders that are watched, without links, and the names under which they were named. links has the files
	// that links lead to. above has the folders of which a change is one of all that is below.
	folders, links map[string][]string
	above          map[string]bool
	// blind says that some folder cannot be watched.
	blind bool
	ended chan struct{}
	// synced gets one value for each marker that was met.
	synced chan struct{}

	covered map[string]bool
	real    map[string]string
}

// Change is what may have changed.
type Change struct {
	// Paths are files and folders, by the names that Cover was given, and what is beside them.
	Paths map[string]bool
	// Lost says that more may have: everything is to be looked at, and covered by a new Watcher. Unsure says that everything is to be
	// looked at, as the kernel does not tell of all changes here.
	Lost, Unsure bool
}

// List are the paths, in no order.
func (c Change) List() (all []string) {
	for path := range c.Paths {
		all = append(all, path)
	}
	return all
}

// New returns a watcher that watches nothing yet, and has a folder of its own in scratch. The error says why the kernel cannot be asked.
func New(scratch string) (*Watcher, error) {
	k, err := fsnotify.NewBufferedWatcher(4096)
	if err != nil {
		return nil, err
	}
	w := &Watcher{kernel: k, woken: make(chan struct{}, 1), synced: make(chan struct{}, 1), ended: make(chan struct{}),
		folders: make(map[string][]string), links: make(map[string][]string), above: make(map[string]bool),
		covered: make(map[string]bool), real: make(map[string]string)}
	w.pending.Paths = make(map[string]bool)
	if w.marker, err = os.MkdirTemp(scratch, "marker"); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	if w.marker, err = filepath.EvalSymlinks(w.marker); err == nil {
		err = k.Add(w.marker)
	}
	go w.collect()
	if err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Close ends the watch.
func (w *Watcher) Close() {
	_ = w.kernel.Close()
	<-w.ended
	_ = os.RemoveAll(w.marker)
}

// Folders is how many folders are watched.
func (w *Watcher) Folders() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.folders)
}

// Blind reports whether some of the paths lie where the kernel does not tell of changes.
func (w *Watcher) Blind() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.blind
}

// Cover watches the folders of absolute paths, besides those that are watched, and folders of which the names count. A path that is
// not there, and its folder neither, is looked for where the first of its folders would appear.
func (w *Watcher) Cover(paths, folders []string) {
	for _, path := range paths {
		if w.covered[path] {
			continue
		}
		path = strings.Clone(path) // it may be a part of a large text
		w.covered[path] = true
		w.cover(path)
	}
	for _, dir := range folders {
		w.folder(strings.Clone(strings.TrimSuffix(dir, "/")))
	}
}

// cover watches for a path, and where links lead that it is or goes through.
func (w *Watcher) cover(path string) {
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 {
		return
	}
	dir, name := path[:slash], path[slash+1:]
	if name == "" || name == "." || name == ".." {
		w.follow(path, path)
		return
	}
	if !w.folder(dir) {
		return
	}
	if st, err := os.Lstat(path); err == nil && st.Mode()&fs.ModeSymlink != 0 {
		w.follow(path, path)
	}
}

// follow watches what a path leads to through links. A change there is one of the path called as.
func (w *Watcher) follow(path, as string) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return // a link that leads nowhere: its own folder is watched
	}
	w.mu.Lock()
	w.links[real] = append(w.links[real], as)
	w.mu.Unlock()
	w.folder(filepath.Dir(real))
}

// folder watches a folder, of which the last slash is left out. ok is false if there is none: then the nearest one above it is watched.
func (w *Watcher) folder(dir string) (ok bool) {
	if real, met := w.real[dir]; met {
		return real != ""
	}
	real, err := filepath.EvalSymlinks(dir + "/")
	if err != nil {
		w.real[dir] = ""
		w.awaited(dir)
		return false
	}
	w.real[dir] = real
	w.mu.Lock()
	first := w.folders[real] == nil
	w.folders[real] = append(w.folders[real], dir)
	w.mu.Unlock()
	if first {
		w.add(real)
	}
	return true
}

// awaited watches for a folder that is not there.
func (w *Watcher) awaited(dir string) {
	for above := filepath.Dir(dir); ; dir, above = above, filepath.Dir(above) {
		if real, err := filepath.EvalSymlinks(above); err == nil {
			w.mu.Lock()
			w.above[filepath.Join(real, filepath.Base(dir))] = true
			w.mu.Unlock()
			w.folder(above)
			return
		}
		if above == dir {
			return
		}
	}
}

// add has the kernel watch a folder.
func (w *Watcher) add(real string) {
	err := w.kernel.Add(real)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		w.pending.Lost = true // it was there a moment ago
	case err != nil || isRemote(real):
		w.blind = true
	}
}

// collect takes what the kernel says until the watch ends.
func (w *Watcher) collect() {
	defer close(w.ended)
	for {
		select {
		case e, ok := <-w.kernel.Events:
			if !ok {
				return
			}
			w.note(e)
		case _, ok := <-w.kernel.Errors:
			if !ok {
				return
			}
			// The queue overflowed, or an event cannot be read: all that is known is that something has changed.
			w.mu.Lock()
			w.pending.Lost = true
			w.mu.Unlock()
			w.wake()
		}
	}
}

// note notes an event.
func (w *Watcher) note(e fsnotify.Event) {
	dir, name := filepath.Dir(e.Name), filepath.Base(e.Name)
	if dir == w.marker {
		if e.Has(fsnotify.Remove) {
			select {
			case w.synced <- struct{}{}:
			default:
			}
		}
		return
	}
	const moved = fsnotify.Create | fsnotify.Remove | fsnotify.Rename
	w.mu.Lock()
	for _, as := range w.folders[dir] {
		w.pending.Paths[as+"/"+name] = true
	}
	for _, as := range w.links[e.Name] {
		w.pending.Paths[as] = true
	}
	if e.Op&moved != 0 && (w.folders[e.Name] != nil || w.above[e.Name]) {
		w.pending.Lost = true
	}
	w.mu.Unlock()
	w.wake()
}

func (w *Watcher) wake() {
	select {
	case w.woken <- struct{}{}:
	default:
	}
}
