package diff

// This file looks at the files that a tool leaves.

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// File is one entry of a folder before or after a step.
type File struct {
	Mode    fs.FileMode // type and permission bits
	Data    []byte      // content, or target of a symbolic link
	Touched bool        // after a step: written or created by it
}

// State is the content of a folder by slash-separated relative path.
// Folders are listed too.
type State map[string]File

// Text makes a State entry of a plain file.
func Text(s string) File { return File{Mode: 0o644, Data: []byte(s)} }

// Only returns the entries of s with the given names.
func (s State) Only(names ...string) State {
	out := State{}
	for _, n := range names {
		if f, ok := s[n]; ok {
			f.Touched = false
			out[n] = f
		}
	}
	return out
}

// With returns s with the entries of more added or replaced.
func (s State) With(more State) State {
	out := make(State, len(s)+len(more))
	for n, f := range s {
		out[n] = f
	}
	for n, f := range more {
		out[n] = f
	}
	return out
}

// Names lists the entries in order.
func (s State) Names() []string {
	names := make([]string, 0, len(s))
	for n := range s {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Hash identifies the state as the start of a step, so without touch marks.
func (s State) Hash() string {
	h := sha256.New()
	for _, n := range s.Names() {
		f := s[n]
		fmt.Fprintf(h, "%q %o %d ", n, f.Mode, len(f.Data))
		h.Write(f.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Restore makes the folder dir hold exactly s, with every mtime set to
// startTime.
func (s State) Restore(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, n := range s.Names() { // a folder sorts before what it holds
		f := s[n]
		path := filepath.Join(dir, n)
		if f.Mode.IsDir() {
			if err := os.MkdirAll(path, f.Mode.Perm()); err != nil {
				return err
			}
			continue
		}
		if err := s.restoreFile(path, f); err != nil {
			return err
		}
	}
	return nil
}

func (s State) restoreFile(path string, f File) error {
	if f.Mode&fs.ModeSymlink != 0 {
		return os.Symlink(string(f.Data), path)
	}
	err := os.WriteFile(path, f.Data, f.Mode.Perm())
	if os.IsNotExist(err) {
		if err = os.MkdirAll(filepath.Dir(path), 0o777); err == nil {
			err = os.WriteFile(path, f.Data, f.Mode.Perm())
		}
	}
	if err != nil {
		return err
	}
	return os.Chtimes(path, startTime, startTime)
}

// TakeState reads the folder dir after a step.
func TakeState(dir string) (State, error) {
	s := State{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == dir {
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f := File{Mode: info.Mode() & (fs.ModeType | fs.ModePerm)}
		switch {
		case d.IsDir():
		case f.Mode&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			f.Data = []byte(target)
		default:
			f.Touched = !info.ModTime().Equal(startTime)
			if info.Size() > 0 {
				if f.Data, err = os.ReadFile(path); err != nil {
					return err
				}
			}
		}
		s[rel] = f
		return nil
	})
	return s, err
}
