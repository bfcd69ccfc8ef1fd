package main

// This file does and undoes one change of a file.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// opKind is one way to change a file.
type opKind int

const (
	opWrite   opKind = iota // in place: the inode stays
	opReplace               // by another file of that name, as editors and git do
	opRemove                // files and whole folders
	opTouch
	opRename // in place of what may be there
	opSymlink
)

// op changes one name of a world. Paths are relative to the world, so that the same op is played in both.
type op struct {
	kind  opKind
	path  string
	to    string // opRename: the new name; opSymlink: the target
	data  []byte
	mode  fs.FileMode // opWrite, opReplace; 0: that of the file, or 0644
	mtime time.Time   // zero: the time of the edit
}

// apply plays ops. Files get the time now unless the op says otherwise: the same in both worlds.
func (w *world) apply(ops []op, now time.Time) error {
	for _, o := range ops {
		if err := w.applyOne(o, now); err != nil {
			return fmt.Errorf("edit in the world of %s: %w", w.name, err)
		}
	}
	return nil
}

func (w *world) applyOne(o op, now time.Time) error {
	path, mtime := w.path(o.path), o.mtime
	if mtime.IsZero() {
		mtime = now
	}
	switch o.kind {
	case opRemove:
		return os.RemoveAll(path)
	case opRename:
		if err := os.RemoveAll(w.path(o.to)); err != nil {
			return err
		}
		// Not os.Rename: within a user namespace the folders of the tree can only be moved by copying them.
		if text, err := exec.Command("mv", "-T", path, w.path(o.to)).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
		return nil
	case opSymlink:
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return os.Symlink(o.to, path)
	case opTouch:
		return os.Chtimes(path, mtime, mtime)
	}
	mode := o.mode
	if mode == 0 {
		mode = 0o644
		if info, err := os.Stat(path); err == nil {
			mode = info.Mode().Perm()
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	target := path
	if o.kind == opReplace {
		target = path + ".e2e-new"
	}
	if err := os.WriteFile(target, o.data, mode); err != nil {
		return err
	}
	if err := os.Chmod(target, mode); err != nil {
		return err
	}
	if err := os.Chtimes(target, mtime, mtime); err != nil {
		return err
	}
	if o.kind == opReplace {
		return os.Rename(target, path)
	}
	return nil
}

// undo returns the ops that bring back what ops are about to change.
func (w *world) undo(ops []op) ([]op, error) {
	var back []op
	for _, o := range ops {
		if o.kind == opRename {
			back = append(back, op{kind: opRename, path: o.to, to: o.path})
			continue
		}
		info, err := os.Lstat(w.path(o.path))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			back = append(back, op{kind: opRemove, path: o.path})
		case err != nil:
			return nil, err
		case info.Mode().Type() == fs.ModeSymlink:
			to, err := os.Readlink(w.path(o.path))
			if err != nil {
				return nil, err
			}
			back = append(back, op{kind: opSymlink, path: o.path, to: to})
		case info.Mode().IsRegular():
			data, err := os.ReadFile(w.path(o.path))
			if err != nil {
				return nil, err
			}
			back = append(back, op{kind: opReplace, path: o.path, data: data, mode: info.Mode().Perm()})
		default:
			return nil, fmt.Errorf("edit of %s: no way back from %v", o.path, info.Mode().Type())
		}
	}
	slices.Reverse(back)
	return back, nil
}

// healed returns those ops of back that restore outputs which no build has made again since ops harmed them. An output
// that was made again may differ from what it was with good reason.
func (w *world) healed(ops, back []op) []op {
	harmed := map[string]bool{}
	for _, o := range ops {
		path := w.path(o.path)
		switch o.kind {
		case opRemove:
			_, err := os.Lstat(path)
			harmed[o.path] = err != nil
		case opRename:
			harmed[o.to] = true // what moves back takes the place of what has been made meanwhile
		case opSymlink:
			to, err := os.Readlink(path)
			harmed[o.path] = err == nil && to == o.to
		case opWrite, opReplace:
			data, err := os.ReadFile(path)
			harmed[o.path] = err == nil && string(data) == string(o.data)
		}
	}
	var heal []op
	for _, o := range back {
		if harmed[o.path] && (strings.HasPrefix(o.path, "out/") || o.kind == opRename) {
			heal = append(heal, o)
		}
	}
	return heal
}

// notice returns ops that make a builder who goes by dates see what ops changed: changed sources become
// new, changed outputs are removed and have to be made again.
func (w *world) notice(ops []op) []op {
	var more []op
	for _, o := range ops {
		path := o.path
		if o.kind == opRename {
			path = o.to
		}
		info, err := os.Stat(w.path(path))
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasPrefix(path, "out/") && path != "out/.config":
			more = append(more, op{kind: opRemove, path: path})
		default:
			more = append(more, op{kind: opTouch, path: path})
		}
	}
	return more
}
