package update

// This file is what a walk does to files itself, without a recipe.

import (
	"io/fs"
	"os"
	"time"
)

// Files deletes files and dates them, by absolute names. A walk asks for a date here only before it deletes a file;
// everywhere else it asks the make's view.
type Files interface {
	// Dated returns the date of a file; ok is false if there is no regular file of that name.
	Dated(name string) (when time.Time, ok bool)
	Remove(name string) error
	// Touch gives a file the date of now. It makes the file if there is none. On an error, step is what failed; "" is
	// the dating itself.
	Touch(name string) (step string, err error)
}

// onDisk are the files of the system.
type onDisk struct{}

func (onDisk) Dated(name string) (time.Time, bool) {
	st, err := os.Stat(name)
	if err != nil || !st.Mode().IsRegular() {
		return time.Time{}, false
	}
	return st.ModTime(), true
}

func (onDisk) Remove(name string) error { return os.Remove(name) }

func (onDisk) Touch(name string) (string, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return "open", err
	}
	file.Close()
	now := time.Now()
	if err := os.Chtimes(name, now, now); err != nil && !isPermission(err) {
		return "", err
	}
	return "", nil
}

func isPermission(err error) bool { return os.IsPermission(err) || err == fs.ErrPermission }
