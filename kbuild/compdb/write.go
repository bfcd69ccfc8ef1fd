package compdb

// This file writes data bases.

import (
	"bytes"
	"os"
	"path/filepath"
)

// Name is what programs look for.
const Name = "compile_commands.json"

// Write makes text the content of a file that all may read, in one step (package onestep does so for private files). One that holds it
// already is left alone, with its date.
func Write(name string, text []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, text) {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
