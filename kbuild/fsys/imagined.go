package fsys

// This file holds files and folders that are not there: those that commands would make, for whoever goes through recipes and runs none.

import (
	"os"
	"path"
	"sync"
	"syscall"
	"time"
)

// imagined are files that count as being there, by cleaned absolute name.
type imagined struct {
	mu    sync.RWMutex
	files map[string]imaginedFile
	since int64
}

// imaginedFile is one of them: its text, if that is known, or that it is a folder.
type imaginedFile struct {
	text       []byte
	known, dir bool
}

// Imagine has the FS answer as if there were a file of that absolute name, now. If text is not nil that is what it holds,
// whatever a real file of the name does. The FS comes from [NewImagining].
func (fs *FS) Imagine(name string, text []byte) {
	fs.imagined.add(name, imaginedFile{text: text, known: text != nil})
}

// ImagineDir is Imagine of a folder.
func (fs *FS) ImagineDir(name string) { fs.imagined.add(name, imaginedFile{dir: true}) }

func (im *imagined) add(name string, f imaginedFile) {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.files[path.Clean(name)] = f
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
	f, ok := c.fs.imaginedFile(absolute(c.dir, name))
	switch {
	case !ok:
		return real
	case f.dir:
		return Info{Mtime: c.fs.imagined.since, Mode: syscall.S_IFDIR | 0o755}
	}
	return Info{Mtime: c.fs.imagined.since, Mode: syscall.S_IFREG | 0o644}
}

// ReadFile returns the content of a file.
func (v *View) ReadFile(name string) ([]byte, error) {
	if text, known := v.fs.Imagined(v.Abs(name)); known {
		return text, nil
	}
	return os.ReadFile(v.Abs(name))
}
