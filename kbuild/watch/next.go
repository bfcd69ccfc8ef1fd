package watch

// This file waits for changes, and for the moment in which they are over.

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// How long nothing must have changed until it is quiet.
const (
	// quietOne is for one file that was written, quietMany for more of them: somebody saves all, or goes to another branch.
	quietOne, quietMany = 8 * time.Millisecond, 60 * time.Millisecond
	// quietGone is for a file that is not there any more, or is empty: some programs remove what they are about to write.
	quietGone = 150 * time.Millisecond
	// mostQuiet bounds the wait: some change without end.
	mostQuiet = 3 * time.Second
	// many is how many files are more than one save writes.
	many = 3
)

// blindly is how often all is looked at where the kernel does not tell of changes.
const blindly = 2 * time.Second

// Take returns what has changed up to now.
func (w *Watcher) Take() Change {
	w.sync()
	return w.take()
}

func (w *Watcher) take() Change {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.pending
	w.pending = Change{Paths: make(map[string]bool)}
	return c
}

// sync waits until everything is noted that had happened before: the kernel keeps the order of what it says.
func (w *Watcher) sync() {
	for {
		select {
		case <-w.synced:
			continue
		default:
		}
		break
	}
	name := filepath.Join(w.marker, "now")
	if os.WriteFile(name, nil, 0o600) != nil || os.Remove(name) != nil {
		return
	}
	select {
	case <-w.synced:
	case <-w.ended:
	case <-time.After(time.Second): // the queue overflowed
		w.mu.Lock()
		w.pending.Lost = true
		w.mu.Unlock()
	}
}

// Next waits until something has changed that matters and it is quiet again, and returns what has changed since Take or Next was
// called last. ok is false if the context has ended.
func (w *Watcher) Next(ctx context.Context, matters func(path string) bool) (c Change, ok bool) {
	c.Paths = make(map[string]bool)
	var poll <-chan time.Time
	if w.Blind() {
		poll = time.After(blindly)
	}
	var quiet <-chan time.Time
	var began time.Time
	for {
		select {
		case <-ctx.Done():
			return c, false
		case <-poll:
			c.Unsure = true
			return c, true
		case <-quiet:
			return c, true
		case <-w.woken:
		}
		more := w.take()
		c.Lost = c.Lost || more.Lost
		met := more.Lost
		for path := range more.Paths {
			if matters(path) {
				met = true
			}
			c.Paths[path] = true
		}
		if !met {
			continue
		}
		if began.IsZero() {
			began = time.Now()
		}
		quiet = time.After(min(w.howLong(c, matters), max(0, mostQuiet-time.Since(began))))
	}
}

// howLong is how long it must be quiet after such a change.
func (w *Watcher) howLong(c Change, matters func(path string) bool) time.Duration {
	long, files := quietOne, 0
	for path := range c.Paths {
		if !matters(path) {
			continue
		}
		files++
		if st, err := os.Lstat(path); err != nil || st.Mode().IsRegular() && st.Size() == 0 {
			return quietGone
		}
	}
	if c.Lost || files >= many {
		long = quietMany
	}
	return long
}

// isRemote reports whether files of a folder may be changed by another machine, or by a program, without the kernel's knowing.
func isRemote(dir string) bool {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return true
	}
	switch int64(st.Type) {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.FUSE_SUPER_MAGIC, unix.V9FS_MAGIC,
		unix.AFS_SUPER_MAGIC, unix.CEPH_SUPER_MAGIC, unix.CODA_SUPER_MAGIC:
		return true
	}
	return false
}
