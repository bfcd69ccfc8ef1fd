package fsys

// This file holds files that are not there: those that recipes would make, for whoever goes through recipes and runs none.

import (
	"os"
	"path"
	"sync"
	"time"
)

// imagined are files that count as being there, by cleaned absolute name.
type imagined struct {
	mu    sync.RWMutex
	files map[string]imaginedFile
	since int64
}

// imaginedFile is one of them: its text, if that is known.
type imaginedFile struct {
	text  []byte
	known bool
}

// Imagine has the FS answer as if there were a file of that absolute name, now. If text is not nil that is what it holds,
// whatever a real file of the name does. The FS comes from [NewImagining].
func (fs *FS) Imagine(name string, text []byte) {
	im := fs.imagined
	im.mu.Lock()
	im.files[path.Clean(name)] = imaginedFile{text, text != nil}
	im.mu.Unlock()
}

// NewImagining returns an empty cache that can imagine files.
func NewImagining() *FS {
	fs := New()
	fs.imagined = &imagined{files: make(map[string]imaginedFile), since: time.Now().UnixNano()}
	return fs
}

// Imagined returns the text of an imagined file; known is false if the name is none, or its text is not known.
func (fs *FS) Imagined(name string) (text []byte, known bool) {
	f, ok := fs.imaginedFile(name)
	return f.text, ok && f.known
}

// IsImagined reports whether a name was given to [FS.Imagine].
func (fs *FS) IsImagined(name string) bool {
	_, ok := fs.imaginedFile(name)
	return ok
}

func (fs *FS) imaginedFile(name string) (imaginedFile, bool) {
	im := fs.imagined
	if im == nil || name == "" {
		return imaginedFile{}, false
	}
	im.mu.RLock()
	defer im.mu.RUnlock()
	f, ok := im.files[path.Clean(name)]
	return f, ok
}

// pretend is what is known of a file that may be imagined.
func (c *cache) pretend(name string, real Info) Info {
	if c.fs.imagined == nil || !c.fs.IsImagined(absolute(c.dir, name)) {
		return real
	}
	return Info{Mtime: c.fs.imagined.since, Mode: 0o100644}
}

// ReadFile returns the content of a file.
func (v *View) ReadFile(name string) ([]byte, error) {
	if text, known := v.fs.Imagined(v.Abs(name)); known {
		return text, nil
	}
	return os.ReadFile(v.Abs(name))
}
