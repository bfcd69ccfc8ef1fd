package watch

// This file makes folders that last as long as the process.

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// scratchPattern is what folders are called that are removed with the process, or by a later one if it was killed.
const scratchPattern = "gokbuild-watch-*"

// Scratch is a folder for what lasts as long as the process.
type Scratch struct {
	// Dir is the folder, without links.
	Dir string
	// held is the folder, with a lock that ends with the process.
	held *os.File
}

// NewScratch makes a folder, and removes those of processes of the same user that were killed.
func NewScratch() (*Scratch, error) {
	top, err := filepath.EvalSymlinks(os.TempDir())
	if err != nil {
		return nil, err
	}
	old, _ := filepath.Glob(filepath.Join(top, scratchPattern))
	for _, dir := range old {
		if st, err := os.Lstat(dir); err != nil || !st.IsDir() || int(st.Sys().(*syscall.Stat_t).Uid) != os.Getuid() {
			continue
		}
		if s, err := hold(dir); err == nil {
			s.Remove()
		}
	}
	for {
		dir, err := os.MkdirTemp(top, scratchPattern)
		if err != nil {
			return nil, err
		}
		// Between these two another process may take it for one of a process that was killed.
		s, err := hold(dir)
		if err == nil {
			if _, err = os.Stat(dir); err == nil {
				return s, nil
			}
			s.Remove()
		}
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, err
		}
	}
}

// hold takes the lock of a folder.
func hold(dir string) (*Scratch, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return &Scratch{dir, f}, nil
}

// Remove removes the folder.
func (s *Scratch) Remove() {
	_ = os.RemoveAll(s.Dir)
	_ = s.held.Close()
}
