package store

// This file holds the interface.

import (
	"context"
	"errors"
)

// ErrMissing says that there is nothing under a key, or nothing that can be used.
var ErrMissing = errors.New("store: missing")

// Store keeps manifests and entries by their keys, and blobs by the digest of their content. It is safe for concurrent use.
//
// Get methods return an error that wraps ErrMissing if there is nothing, if what there is is damaged, or if it cannot be
// reached; the caller goes on without. What they return may be shared: it is not to be changed. Put methods may do their
// work later. Whoever puts an entry has put the blobs before that its outputs name.
type Store interface {
	// Manifest returns the manifest of a weak key.
	Manifest(ctx context.Context, weak Digest) (*Manifest, error)
	// PutManifest replaces the manifest of a weak key. What another process has added meanwhile may be lost, which costs a miss.
	PutManifest(ctx context.Context, weak Digest, m *Manifest) error
	// Entry returns the entry of a strong key.
	Entry(ctx context.Context, strong Digest) (*Entry, error)
	// PutEntry keeps an entry.
	PutEntry(ctx context.Context, strong Digest, e *Entry) error
	// Blob returns a content, of which it was checked that it has the digest.
	Blob(ctx context.Context, d Digest) ([]byte, error)
	// PutBlob keeps a content under its digest.
	PutBlob(ctx context.Context, d Digest, data []byte) error
	// Drop removes an entry that proved wrong or incomplete.
	Drop(ctx context.Context, strong Digest)
}
