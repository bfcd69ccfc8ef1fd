package cache

// This file finds entries.

import (
	"context"

	"gokbuild/depgraph/store"
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
