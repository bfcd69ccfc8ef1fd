package store

// This file keeps a store in a folder:
//
//	m/ab/…  manifests, by weak key        e/ab/…  entries, by strong key        b/ab/…  blobs, by digest
//
// Nothing is locked to read or write: names are hashes, and a file appears under its name when it is complete. The date of a
// file is when it was used last, to the hour.

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gokbuild/depgraph/owner"
)

// Disk is a store in a folder.
type Disk struct {
	dir      string
	readOnly bool
	limit    int64
	// written is how much was written, in bytes.
	written atomic.Int64
	// broken is set once nothing can be written any more.
	broken atomic.Bool
	made   sync.Map // folders that are there
}

// OpenDisk opens the store in a folder, which is made if it is not there. limit is how many bytes it may hold. An error tells
// why the folder cannot be used: it is somebody else's, or others may write to it.
func OpenDisk(dir string, limit int64, readOnly bool) (*Disk, error) {
	if !readOnly {
		if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
			return nil, err
		}
		if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, err
		}
	}
	d, err := owner.OpenDir(dir, false)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if why := d.Foreign(); why != "" {
		return nil, fmt.Errorf("%s %s", dir, why)
	}
	return &Disk{dir: dir, readOnly: readOnly, limit: limit}, nil
}

// Dir is the folder.
func (d *Disk) Dir() string { return d.dir }

// The folders of a store.
const (
	manifests = "m"
	entries   = "e"
	blobs     = "b"
)

func (d *Disk) name(kind string, key Digest) string {
	text := key.String()
	return d.dir + "/" + kind + "/" + text[:2] + "/" + text[2:]
}

// read reads a file whole, and notes that it was used.
func (d *Disk) read(kind string, key Digest, limit int64) ([]byte, error) {
	f, err := os.OpenFile(d.name(kind, key), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() || st.Size() > limit {
		return nil, fmt.Errorf("%w: damaged", ErrMissing)
	}
	data := make([]byte, st.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMissing, err)
	}
	if now := time.Now(); !d.readOnly && now.Sub(st.ModTime()).Abs() > time.Hour {
		_ = os.Chtimes(f.Name(), now, now)
	}
	return data, nil
}

// write makes a file whole. After an error nothing more is written: the disk is full, or not ours.
func (d *Disk) write(kind string, key Digest, data []byte) error {
	if d.readOnly || d.broken.Load() {
		return nil
	}
	err := d.tryWrite(d.name(kind, key), data)
	if err != nil {
		d.broken.Store(true)
		return err
	}
	d.written.Add(int64(len(data)))
	return nil
}

func (d *Disk) tryWrite(name string, data []byte) error {
	folder := filepath.Dir(name)
	if _, ok := d.made.Load(folder); !ok {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		d.made.Store(folder, true)
	}
	tmp := folder + "/tmp." + rand.Text()
	err := os.WriteFile(tmp, data, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		// Somebody has deleted the folder.
		if err = os.MkdirAll(folder, 0o700); err == nil {
			err = os.WriteFile(tmp, data, 0o600)
		}
	}
	if err == nil {
		err = os.Rename(tmp, name)
	}
	if err != nil {
		_ = os.Remove(tmp)
	}
	return err
}

// removeDamaged removes a file that was read with an error: a blob that is there is not written again.
func (d *Disk) removeDamaged(kind string, key Digest, err error) {
	if err != nil && !d.readOnly {
		_ = os.Remove(d.name(kind, key))
	}
}

// Manifest implements [Store].
func (d *Disk) Manifest(_ context.Context, weak Digest) (*Manifest, error) {
	data, err := d.read(manifests, weak, MaxSize)
	if err != nil {
		return nil, err
	}
	m, err := DecodeManifest(data)
	d.removeDamaged(manifests, weak, err)
	return m, err
}

// PutManifest implements [Store].
func (d *Disk) PutManifest(_ context.Context, weak Digest, m *Manifest) error {
	return d.write(manifests, weak, m.Encode())
}

// Entry implements [Store].
func (d *Disk) Entry(_ context.Context, strong Digest) (*Entry, error) {
	data, err := d.read(entries, strong, MaxSize)
	if err != nil {
		return nil, err
	}
	e, err := DecodeEntry(data)
	d.removeDamaged(entries, strong, err)
	return e, err
}

// PutEntry implements [Store].
func (d *Disk) PutEntry(_ context.Context, strong Digest, e *Entry) error {
	return d.write(entries, strong, e.Encode())
}

// blobFrom is the size from which on blobs are compressed, in bytes.
const blobFrom = 64 << 10

// Blob implements [Store].
func (d *Disk) Blob(_ context.Context, digest Digest) ([]byte, error) {
	data, err := d.read(blobs, digest, MaxBlob+1024)
	if err != nil {
		return nil, err
	}
	if data, err = open(blobMark, data, MaxBlob); err == nil && Sum(data) != digest {
		err = fmt.Errorf("%w: damaged", ErrMissing)
	}
	d.removeDamaged(blobs, digest, err)
	return data, err
}

// PutBlob implements [Store].
func (d *Disk) PutBlob(_ context.Context, digest Digest, data []byte) error {
	if d.readOnly || len(data) > MaxBlob {
		return nil
	}
	if _, err := os.Lstat(d.name(blobs, digest)); err == nil {
		return nil
	}
	return d.write(blobs, digest, seal(blobMark, data, blobFrom))
}

// Drop implements [Store].
func (d *Disk) Drop(_ context.Context, strong Digest) {
	if !d.readOnly {
		_ = os.Remove(d.name(entries, strong))
	}
}
