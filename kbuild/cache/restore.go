package cache

// This file restores what an entry holds.

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/forms"
)

// restore writes what an entry holds: files first, then what was said. An error means that nothing was changed but perhaps files
// that the process will write, too.
func (v *view) restore(p *process, e *store.Entry) error {
	contents := make([][]byte, len(e.Outputs))
	for i := range e.Outputs {
		data, err := v.contentOf(&e.Outputs[i])
		if err != nil {
			return err
		}
		contents[i] = data
	}
	var names []string
	for i := range e.Outputs {
		o := &e.Outputs[i]
		name, err := v.place(o, contents[i])
		if err != nil {
			return err
		}
		names = append(names, name)
		p.command.Watch.Deeds.Wrote(name)
	}
	v.Wrote(names, false)
	for _, piece := range e.Printed {
		to := p.Stdout
		if piece.Err {
			to = p.Stderr
		}
		text, ok := v.roots.unpack(piece.Text)
		if !ok {
			return errors.New("an unknown root")
		}
		if to != nil {
			_, _ = to.WriteString(text)
			p.said(piece.Err, text)
		}
	}
	return nil
}

// contentOf returns what is to be written.
func (v *view) contentOf(o *store.Output) (data []byte, err error) {
	switch {
	case o.Gone || o.Size == 0:
	case o.Inline != nil:
		data = o.Inline
	default:
		if data, err = v.Store.Blob(v.ctx, o.Digest); err != nil {
			return nil, err
		}
	}
	if o.Form == store.Dependencies {
		return v.unpackDeps(data)
	}
	return data, nil
}

// unpackDeps writes a list of dependencies as the compiler does.
func (v *view) unpackDeps(data []byte) ([]byte, error) {
	text, ok := v.roots.unpack(string(data))
	names := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if !ok || len(names) < 2 {
		return nil, fmt.Errorf("%w: an unusual list of dependencies", store.ErrMissing)
	}
	return []byte(forms.Deps{Target: names[0], Names: names[1:]}.String()), nil
}

// place writes one output under its name, below the output directory, and returns the name. What is there already must be a
// file of the same permissions.
func (v *view) place(o *store.Output, data []byte) (string, error) {
	rest, ok := strings.CutPrefix(o.Name, tokenO+"/")
	if !ok || !fs.ValidPath(rest) {
		return "", fmt.Errorf("%w: it is elsewhere: %q", store.ErrMissing, o.Name)
	}
	top, err := owner.OpenDir(v.Output, false)
	if err != nil {
		return "", err
	}
	defer top.Close()
	dir, base, err := top.Below(rest)
	if err != nil {
		return "", err
	}
	defer dir.Close()
	full := v.Output + "/" + rest
	st, err := dir.Stat(base)
	switch {
	case err == nil && (st.Mode&syscall.S_IFMT != syscall.S_IFREG || st.Nlink != 1 || !o.Gone && st.Mode&0o7777 != o.Mode):
		return "", fmt.Errorf("%w: what is there is not to be replaced: %s", store.ErrMissing, full)
	case err != nil && !errors.Is(err, syscall.ENOENT):
		return "", err
	case o.Gone:
		if err == nil {
			return full, dir.Remove(base)
		}
		return full, nil
	}
	return full, v.placeIn(dir, base, o, data)
}

// placeIn writes one output into its folder, in one step.
func (v *view) placeIn(dir *owner.Dir, base string, o *store.Output, data []byte) error {
	tmp := base + "." + rand.Text()[:8]
	f, err := dir.Open(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if e := f.Chmod(os.FileMode(o.Mode)); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = dir.Rename(tmp, base)
	}
	if err != nil {
		_ = dir.Remove(tmp)
		return err
	}
	v.stats.bytes.Add(int64(len(data)))
	return nil
}

func (v *view) hit(e *store.Entry, r restored) {
	v.stats.hits.Add(1)
	v.stats.saved.Add(int64(e.Origin.Took))
	for i := range e.Outputs {
		name, _ := v.roots.unpack(e.Outputs[i].Name)
		r.names = append(r.names, name)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.restored = append(v.restored, r)
}
