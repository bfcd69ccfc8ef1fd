// Package onestep answers one question: how is a file replaced, such that nobody ever sees half of it?
package onestep

import (
	"os"
	"path/filepath"
)

// Write makes data the content of a file. A crash leaves the old file or the new one, and perhaps one beside it whose name
// is that of the file, a dot and something random. The permissions are those of a private file.
func Write(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
