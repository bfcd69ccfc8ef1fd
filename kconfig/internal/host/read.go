// Reading files of the tree.

package host

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

// ReadFile reads a Kconfig or configuration file: as named, or else below srctree.
func (w *World) ReadFile(name string) ([]byte, error) {
	b, err := w.readPlain(name)
	if err != nil && !strings.HasPrefix(name, "/") {
		if src, ok := w.Getenv("srctree"); ok {
			if b2, err2 := w.readPlain(src + "/" + name); err2 == nil {
				return b2, nil
			}
		}
	}
	return b, err
}

// OpensDir reports whether a name that was read is a directory.
func (w *World) OpensDir(name string) bool {
	fi, err := os.Stat(w.Path(name))
	if err != nil && !strings.HasPrefix(name, "/") {
		if src, ok := w.Getenv("srctree"); ok {
			fi, err = os.Stat(w.Path(src + "/" + name))
		}
	}
	return err == nil && fi.IsDir()
}

// readPlain reads one file. As with fopen, a directory opens but yields nothing. A tree has some 1500 files: the system
// is called directly, since package os makes three times as many calls for each.
func (w *World) readPlain(name string) ([]byte, error) {
	if name == "" {
		return nil, os.ErrNotExist
	}
	if w.unsaved != nil {
		if text, ok := w.unsaved(filepath.Clean(w.Path(name))); ok {
			return slices.Clone(text), nil
		}
	}
	if w.Texts != nil && !w.First {
		if f, ok := w.Texts.take(w.Path(name)); ok {
			w.Watch.note(w.Path(name), f.id)
			return f.buf, nil
		}
	}
	if !w.mayRead(w.Path(name)) {
		return nil, os.ErrNotExist
	}
	fd, err := Retry(func() (int, error) { return unix.Open(w.Path(name), unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		w.Watch.note(w.Path(name), facts.Stat{})
		return nil, err
	}
	defer unix.Close(fd)
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return nil, err
	}
	id := facts.Of(&st)
	w.Watch.note(w.Path(name), id)
	keep := w.First && id.Settled()
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return nil, nil
	}
	buf := make([]byte, max(st.Size+1, 512)) // more than the size shows the end without another call
	for n := 0; ; {
		if n == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
		m, err := Retry(func() (int, error) { return unix.Read(fd, buf[n:]) })
		if err != nil {
			return nil, err
		}
		n += m
		if m == 0 || int64(n) == st.Size && n < len(buf) {
			if keep {
				w.Texts.put(w.Path(name), id, buf[:n])
			}
			return buf[:n], nil
		}
	}
}

// mayRead reports whether a file may be read now. What somebody who reads ahead took out of a pipe would be gone.
func (w *World) mayRead(path string) bool {
	if !w.First && w.Watch == nil {
		return true
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().IsRegular() || st.IsDir() {
		return true
	}
	if w.First {
		return false
	}
	w.Watch.Await()
	return true
}

// Retry repeats a call that a signal interrupted.
func Retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
