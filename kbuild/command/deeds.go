package command

// This file notes which files a command writes.

import (
	"sync"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/forms"
)

// Written is what is known of the files that a command has written, or a recipe.
type Written struct {
	// Wrote lists them by their absolute names, as far as Unknown is "": otherwise that is the first program of which it is not
	// known what it wrote.
	Wrote   []string
	Unknown string
	// Traced says that a trace has shown a part of that, and not the form of commands.
	Traced bool
}

// Add adds what is known of another command.
func (w *Written) Add(other Written) {
	w.Wrote = append(w.Wrote, other.Wrote...)
	if w.Unknown == "" {
		w.Unknown = other.Unknown
	}
	w.Traced = w.Traced || other.Traced
}

// Deeds notes what a command does to files. It is safe for concurrent use; nil notes nothing.
type Deeds struct {
	mu      sync.Mutex
	wrote   []string
	unknown string
}

// Wrote notes a file that was opened for writing, by its absolute name.
func (d *Deeds) Wrote(file string) {
	if d == nil || facts.OfDevices(file) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wrote = append(d.wrote, file)
}

// Ran notes a program that ran.
func (d *Deeds) Ran(dir, path string, argv []string) {
	if !d.Tell(dir, path, argv) {
		d.Unknown(path)
	}
}

// Tell notes what a program writes whose words tell that; ok is false if they do not.
func (d *Deeds) Tell(dir, path string, argv []string) (ok bool) {
	if d == nil {
		return true
	}
	files, ok := forms.Outputs(&forms.Command{Path: path, Argv: argv, Dir: dir})
	for _, f := range files {
		d.Wrote(f)
	}
	return ok
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
	if d == nil {
		return nil, ""
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wrote, d.unknown
}
