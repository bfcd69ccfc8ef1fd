package command

// This file notes which files a command writes, and at which it looks.

import (
	"slices"
	"strings"
	"sync"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/native/shell"
)

// Written is what is known of the files that a command has written, or a recipe, and of what it has looked at.
type Written struct {
	// Wrote lists them by their absolute names, as far as Unknown is "": otherwise that is the first program of which it is not
	// known what it wrote.
	Wrote   []string
	Unknown string
	// Traced says that a trace has shown a part of that, and not the form of commands.
	Traced bool
	// Saw lists what it has looked at, as far as Unseen is "": otherwise that is what may have looked at something else.
	Saw    []Sight
	Unseen string
	// Began lists files that it read, or added to, before it wrote anything there.
	Began []string
}

// Sight is something that a command has looked at.
type Sight struct {
	Kind facts.Kind
	Path string
}

// Add adds what is known of another command.
func (w *Written) Add(other Written) {
	for _, file := range other.Began {
		if !slices.Contains(w.Wrote, file) {
			w.Began = append(w.Began, file)
		}
	}
	w.Wrote = append(w.Wrote, other.Wrote...)
	if w.Unknown == "" {
		w.Unknown = other.Unknown
	}
	w.Traced = w.Traced || other.Traced
	w.Saw = append(w.Saw, other.Saw...)
	if w.Unseen == "" {
		w.Unseen = other.Unseen
	}
}

// Deeds notes what a command does to files. It is safe for concurrent use; nil notes nothing.
type Deeds struct {
	mu      sync.Mutex
	wrote   []string
	unknown string
	saw     []Sight
	unseen  string
	began   []string
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

// Named notes a name by which a file was looked at; "dir/*" stands for the names in a directory.
func (d *Deeds) Named(file string) {
	if d == nil {
		return
	}
	s := Sight{facts.Content, file}
	if dir, ok := strings.CutSuffix(file, "/*"); ok {
		s = Sight{facts.List, dir}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.saw = append(d.saw, s)
}

// Reads notes a file whose content decides what is written, as far as it was not written before.
func (d *Deeds) Reads(file string) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Contains(d.wrote, file) {
		d.began = append(d.began, file)
	}
}

// Unseen notes that something may have been decided by what was not noted.
func (d *Deeds) Unseen(by string) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unseen == "" {
		d.unseen = by
	}
}

// Ran notes a program that ran.
func (d *Deeds) Ran(dir, path string, argv []string) {
	if !d.Tell(dir, path, argv) {
		d.Unknown(path)
	}
}

// Tell notes what a program writes whose words tell that, and what it reads; ok is false if they do not tell what it
// writes.
func (d *Deeds) Tell(dir, path string, argv []string) (ok bool) {
	if d == nil {
		return true
	}
	c := &forms.Command{Path: path, Argv: argv, Dir: dir}
	files, ok := forms.Outputs(c)
	inputs, told := forms.Inputs(c)
	if !ok || !told {
		d.Unseen(path)
	}
	for _, f := range inputs {
		d.Named(f)
		if !slices.Contains(files, f) {
			d.Reads(f)
		}
	}
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

// Told returns all that was noted.
func (d *Deeds) Told() Written {
	if d == nil {
		return Written{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return Written{Wrote: d.wrote, Unknown: d.unknown, Saw: d.saw, Unseen: d.unseen, Began: d.began}
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

// watch has the environment of a program tell what it does, besides whom it tells already.
func (d *Deeds) watch(env *shell.Env) {
	if d == nil {
		return
	}
	env.Ran, env.Wrote, env.Read = d.Ran, d.Wrote, d.Reads
	named, odd := env.Named, env.Odd
	env.Named = func(file string) {
		d.Named(file)
		if named != nil {
			named(file)
		}
	}
	env.Odd = func(what string) {
		d.Unseen(what)
		if odd != nil {
			odd(what)
		}
	}
}
