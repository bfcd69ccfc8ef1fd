// Package onestep answers one question: how is a file replaced, such that nobody ever sees half of it?
package onestep

import (
	"crypto/rand"
	"os"
	"path/filepath"

	"gokbuild/depgraph/owner"
)

// Write makes data the content of a file. A crash leaves the old file or the new one, and perhaps one beside it whose name
// is that of the file, a dot and something random. The permissions are those of a private file.
func Write(name string, data []byte) error {
	dir, err := owner.OpenDir(filepath.Dir(name), false)
	if err != nil {
		return err
	}
	defer dir.Close()
	return In(dir, filepath.Base(name), data)
}

// In is Write of parts into a file of an opened folder. A link under that name is replaced, not followed.
func In(dir *owner.Dir, name string, parts ...[]byte) error {
	tmp := name + "." + rand.Text()
	f, err := dir.Open(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err == nil {
			_, err = f.Write(p)
		}
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = dir.Rename(tmp, name)
	}
	if err != nil {
		_ = dir.Remove(tmp)
	}
	return err
}
