package command

// This file notes which files a command writes.

import (
	"strings"
	"sync"

	"gokbuild/kbuild/forms"
)

// Deeds notes what a command does to files. It is safe for concurrent use; nil notes nothing.
type Deeds struct {
	mu      sync.Mutex
	wrote   []string
	unknown string
}

// Wrote notes a file that was opened for writing, by its absolute name.
func (d *Deeds) Wrote(file string) {
	if d == nil || strings.HasPrefix(file, "/dev/") {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wrote = append(d.wrote, file)
}

// Ran notes a program that ran, or is about to.
func (d *Deeds) Ran(dir, path string, argv []string) {
	if d == nil {
		return
	}
	files, ok := forms.Outputs(&forms.Command{Path: path, Argv: argv, Dir: dir})
	if !ok {
		d.Unknown(path)
		return
	}
	for _, f := range files {
		d.Wrote(f)
	}
}

// Unknown notes that a program may have written other files than those that were noted.
func (d *Deeds) Unknown(program string) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unknown == "" {
		d.unknown = program
	}
}

// All returns the files that were written, in order, and the first program of which it is not known what it wrote, "" if
// that is all.
func (d *Deeds) All() (wrote []string, unknown string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wrote, d.unknown
}
