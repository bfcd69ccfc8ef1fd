package cache

// This file reads what a process has left, and puts it into the store.

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph/store"
	"gokbuild/kbuild/forms"
)

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

// entry returns an entry for what a process has left, that took so long.
func (v *view) entry(p *process, known string, took time.Duration) *store.Entry {
	return &store.Entry{Origin: store.Origin{What: p.command.Target(), Host: v.Host, Program: v.Program, At: time.Now().Unix(), Took: took, Known: known}}
}

// keep puts an entry into the store, and the words of its key.
func (v *view) keep(k *weakKey, d *decided, out outputs, e *store.Entry) error {
	err := v.put(v.Store, k.weak, d.facts, d.values, out, e)
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
