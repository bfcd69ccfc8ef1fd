package cache

// This file restores what whole makes left: see whole.go.

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/store"
)

// restore writes what the make left when all was as it is now, and prints what it printed. Without that it changes nothing; or, if
// that fails on the way, it leaves files that the make will find as if it had been interrupted.
func (w *Whole) restore(say func(errs bool, text string)) bool {
	e, found, ok := w.find()
	if !ok {
		return false
	}
	contents, ok := w.contents(e)
	if !ok {
		w.v.Wholes.Drop(w.v.ctx, found.strong)
		return false
	}
	names, err := w.v.placeAll(e, contents)
	w.v.Wrote(names, false)
	if err != nil {
		w.Unknown("it was restored in part")
		return false
	}
	for i := range e.Outputs {
		if name, _ := w.v.roots.unpack(e.Outputs[i].Name); e.Outputs[i].Form == store.Folder {
			w.makes(name, time.Now())
		}
	}
	for _, name := range names {
		w.writes(name)
	}
	for i, f := range found.facts {
		name, _ := w.v.roots.unpack(f.Name)
		if f.Kind == store.Presence && found.values[i] == absentValue {
			w.before[name] = false
			continue
		}
		w.looked[store.Fact{Kind: f.Kind, Name: name}] = true
		if file, _, _ := strings.Cut(name, symbolMark); f.Kind != store.Tool && f.Kind != store.System {
			w.before[file] = true
		}
	}
	for _, p := range e.Printed {
		say(p.Err, p.Text)
		w.Said(p.Err, p.Text)
	}
	w.v.hit(e, found)
	return true
}

// find looks for an entry of which all facts are as they were.
func (w *Whole) find() (e *store.Entry, found restored, ok bool) {
	v := w.v
	m, err := v.Wholes.Manifest(v.ctx, w.weak)
	if err != nil {
		return nil, found, false
	}
sets:
	for i := range m.Sets {
		set := &m.Sets[i]
		values := make([]store.Digest, len(set.Facts))
		for k, f := range set.Facts {
			var ok bool
			if values[k], ok = v.value(f); !ok {
				continue sets
			}
		}
		strong := store.Strong(w.weak, set.Facts, values)
		if e, err := v.Wholes.Entry(v.ctx, strong); err == nil {
			return e, restored{strong: strong, facts: set.Facts, values: values, view: v}, true
		}
	}
	return nil, found, false
}

// contents reads what is to be written.
func (w *Whole) contents(e *store.Entry) (list [][]byte, ok bool) {
	list = make([][]byte, len(e.Outputs))
	for i := range e.Outputs {
		var err error
		if list[i], err = w.v.contentOf(&e.Outputs[i]); err != nil {
			return nil, false
		}
	}
	return list, true
}

// placeAll writes outputs, none of which may be there. Their dates are in the order in which they were, later than all that was there
// before, and not later than what is written afterwards.
func (v *view) placeAll(e *store.Entry, contents [][]byte) (names []string, err error) {
	top, err := owner.OpenDir(v.Output, false)
	if err != nil {
		return nil, err
	}
	defer top.Close()
	dirs := make(map[string]*owner.Dir)
	defer func() {
		for _, d := range dirs {
			d.Close()
		}
	}()
	began := coarse()
	for i := range e.Outputs {
		o := &e.Outputs[i]
		rest, ok := strings.CutPrefix(o.Name, tokenO+"/")
		if !ok || !fs.ValidPath(rest) || rest == "." {
			return names, fs.ErrInvalid
		}
		if o.Form == store.Folder {
			if err := makeFolder(top, rest); err != nil {
				return names, err
			}
			continue
		}
		dir := dirs[path.Dir(rest)]
		if dir == nil {
			if dir, _, err = top.Below(rest); err != nil {
				return names, err
			}
			dirs[path.Dir(rest)] = dir
		}
		if _, err := dir.Stat(path.Base(rest)); !errors.Is(err, syscall.ENOENT) {
			return names, fs.ErrExist
		}
		if err := v.placeIn(dir, path.Base(rest), o, contents[i]); err != nil {
			return names, err
		}
		names = append(names, v.Output+"/"+rest)
	}
	last := uint32(0)
	for i := range e.Outputs {
		last = max(last, e.Outputs[i].Rank)
	}
	if last == 0 && len(names) < 2 {
		return names, nil
	}
	end := coarse()
	for end-int64(last) <= began {
		time.Sleep(time.Millisecond)
		end = coarse()
	}
	for i := range e.Outputs {
		if o := &e.Outputs[i]; o.Form != store.Folder {
			rest := o.Name[len(tokenO)+1:]
			if err := dirs[path.Dir(rest)].SetDate(path.Base(rest), end-int64(last-o.Rank)); err != nil {
				return names, err
			}
		}
	}
	return names, nil
}

// makeFolder sees to it that there is a directory below another, as mkdir -p does, but follows no link.
func makeFolder(top *owner.Dir, name string) error {
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		dir, base, err := top.Below(name[:i])
		if err != nil {
			return err
		}
		if err = dir.Mkdir(base, 0o777); errors.Is(err, syscall.EEXIST) {
			err = nil
		}
		dir.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
