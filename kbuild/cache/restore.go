package cache

// This file finds entries, restores them, and keeps new ones.

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/forms"
)

// restored is what was restored in this build, and by which key.
type restored struct {
	strong store.Digest
	facts  []store.Fact
	values []store.Digest
	view   *view
	names  []string
}

// find looks an entry up by its weak key. Without one, why says in words what differs from what is there.
func (v *view) find(weak store.Digest) (e *store.Entry, found restored, why string) {
	m, err := v.Store.Manifest(v.ctx, weak)
	if err != nil {
		return nil, found, firstSeen
	}
	if e, found, why = v.findIn(weak, m); e != nil {
		return e, found, why
	}
	// Another machine may know results that depended on other files.
	if deep, ok := v.Store.(deeper); ok {
		if m, err := deep.MoreManifest(v.ctx, weak); err == nil {
			if e, found, _ := v.findIn(weak, m); e != nil {
				return e, found, ""
			}
		}
	}
	return nil, found, why
}

// deeper is a store that may know more of a weak key than Manifest has returned; ErrMissing if not.
type deeper interface {
	MoreManifest(ctx context.Context, weak store.Digest) (*store.Manifest, error)
}

// findIn looks for an entry by the sets of a manifest.
func (v *view) findIn(weak store.Digest, m *store.Manifest) (e *store.Entry, found restored, why string) {
	var err error
	for i := range m.Sets {
		set := &m.Sets[i]
		values, ok := v.values(set.Facts)
		if !ok {
			if why == "" {
				why = v.difference(set)
			}
			continue
		}
		strong := store.Strong(weak, set.Facts, values)
		if e, err = v.Store.Entry(v.ctx, strong); err == nil {
			return e, restored{strong: strong, facts: set.Facts, values: values, view: v}, ""
		}
		if why == "" {
			why = v.difference(set)
		}
	}
	return nil, found, why
}

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

// toVerify reports whether a hit is one of those for which the work is done all the same.
func (v *view) toVerify() bool { return v.Verify > 0 && mathrand.IntN(100) < v.Verify }

// unequal tells in what an entry is not what a process has left and said; "" if it is equal.
func (v *view) unequal(e *store.Entry, out outputs, said string) string {
	if len(e.Outputs) != len(out) {
		return "the files that it writes"
	}
	for i := range out {
		if o := &e.Outputs[i]; o.Name != out[i].Name || o.Mode != out[i].Mode || o.Form != out[i].Form || o.Digest != out[i].Digest {
			return out[i].Name[len(tokenO)+1:]
		}
	}
	var kept strings.Builder
	for _, piece := range e.Printed {
		kept.WriteString(piece.Text)
	}
	if text, ok := v.roots.unpack(kept.String()); !ok || text != said {
		return "its messages"
	}
	return ""
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

// left is a file that a process has left.
type left struct {
	store.Output
	// text is what it holds, kept what is kept of it.
	text string
	kept []byte
}

type outputs []left

// outputs reads what a process has left; list is the list of dependencies, if it has left one.
func (v *view) outputs(names []string, list string) (outputs, error) {
	var out outputs
	for _, name := range names {
		data, st, err := readFile(name)
		if err != nil {
			return nil, missing("cannot be read: " + name)
		}
		packed := v.roots.packPath(name)
		switch {
		case !strings.HasPrefix(packed, tokenO+"/") || !fs.ValidPath(packed[len(tokenO)+1:]):
			return nil, missing("it writes outside the output directory: " + name)
		case len(data) > store.MaxBlob:
			return nil, missing("it is too large: " + name)
		case hasKey(data):
			return nil, missing("it holds a private key: " + name)
		}
		l := left{Output: store.Output{Name: packed, Mode: uint32(st.Mode().Perm())}, text: string(data)}
		if name == list {
			data = v.packDeps(&l, data)
		}
		l.Size, l.Digest, l.kept = int64(len(data)), store.Sum(data), data
		if len(data) > 0 && len(data) < store.MaxInline {
			l.Inline = data
		}
		out = append(out, l)
	}
	return out, nil
}

func readFile(name string) ([]byte, os.FileInfo, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() || st.Size() > store.MaxBlob {
		return nil, nil, fs.ErrInvalid
	}
	buf := bytes.NewBuffer(make([]byte, 0, st.Size()+bytes.MinRead))
	_, err = buf.ReadFrom(f)
	return buf.Bytes(), st, err
}

// packDeps packs a list of dependencies if it can be written again from its names, here at least.
func (v *view) packDeps(l *left, data []byte) []byte {
	d, ok := forms.ParseDeps(string(data))
	if !ok || d.String() != string(data) {
		return data
	}
	l.Form = store.Dependencies
	return []byte(v.roots.pack(d.Target + "\n" + strings.Join(d.Names, "\n") + "\n"))
}

// bound reports whether the name of a root stands in the bytes of an output.
func (o outputs) bound(r *roots) bool {
	for i := range o {
		if o[i].Form == store.Plain && r.in(o[i].text) {
			return true
		}
	}
	return false
}

// hasKey reports whether a file looks like one that holds a private key.
func hasKey(data []byte) bool {
	return bytes.Contains(data[:min(len(data), 4096)], []byte("PRIVATE KEY"))
}

// keep puts an entry into the store, and the words of its key.
func (v *view) keep(k *weakKey, facts []store.Fact, values []store.Digest, out outputs, e *store.Entry) error {
	err := v.put(v.Store, k.weak, facts, values, out, e)
	if err == nil {
		v.keepWords(k)
		v.stats.stored.Add(1)
	}
	return err
}

// put puts an entry into a store: blobs first, the manifest at last.
func (v *view) put(to store.Store, weak store.Digest, facts []store.Fact, values []store.Digest, out outputs, e *store.Entry) error {
	for i := range out {
		o := &out[i]
		if o.Size > 0 && o.Inline == nil {
			if err := to.PutBlob(v.ctx, o.Digest, o.kept); err != nil {
				return missing("it cannot be written: " + err.Error())
			}
		}
		e.Outputs = append(e.Outputs, o.Output)
	}
	strong := store.Strong(weak, facts, values)
	if err := to.PutEntry(v.ctx, strong, e); err != nil {
		return missing("it cannot be written: " + err.Error())
	}
	set := store.Set{Facts: facts, At: time.Now().Unix(), Origin: v.Host, Values: make([]store.Short, len(values))}
	for i, value := range values {
		set.Values[i] = value.Short()
	}
	m, _ := to.Manifest(v.ctx, weak)
	if err := to.PutManifest(v.ctx, weak, m.Add(set)); err != nil {
		return missing("it cannot be written: " + err.Error())
	}
	return nil
}

// removeOutdated looks once more at all that decided what was restored.
func (c *Cache) removeOutdated() {
	c.mu.Lock()
	list := c.restored
	c.restored = nil
	c.mu.Unlock()
	c.files.forgetAll()
	same := make(map[store.Fact]bool)
	for _, r := range list {
		for i, f := range r.facts {
			ok, known := same[f]
			switch {
			case known:
			case r.view.ownDoing(f):
				ok, same[f] = true, true
			default:
				v, can := r.view.value(f)
				ok = can && v == r.values[i]
				same[f] = ok
			}
			if !ok {
				for _, name := range r.names {
					_ = os.Remove(name)
				}
				break
			}
		}
	}
}

// ownDoing reports whether a fact is about what a build itself changes on its way: what is in the output directory, but for sources
// that lie there, too.
func (v *view) ownDoing(f store.Fact) bool {
	if !strings.HasPrefix(f.Name, tokenO) {
		return false
	}
	if len(v.roots.list) > 1 || f.Kind != store.Content {
		return true
	}
	name, _ := v.roots.unpack(f.Name)
	return v.wroteIt(name)
}
