package diff

// This file keeps what the C tool answered.

import (
	"compress/gzip"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
)

// cache keeps results of the C tool, one compressed file each. A file that
// cannot be read counts as absent.
type cache struct{ dir string }

func (c cache) path(key string) string { return filepath.Join(c.dir, key[:2], key+".gob.gz") }

func (c cache) get(key string) (*Result, bool) {
	f, err := os.Open(c.path(key))
	if err != nil {
		return nil, false
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, false
	}
	r := &Result{}
	if err := gob.NewDecoder(z).Decode(r); err != nil {
		return nil, false
	}
	if r.Exit == -1 && !r.Flood {
		return nil, false // ended by a limit, perhaps of a busy machine
	}
	if r.Files == nil {
		r.Files = State{}
	}
	return r, true
}

func (c cache) put(key string, r *Result) error {
	path := c.path(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	tmp := fmt.Sprintf("%s.%d", path, os.Getpid())
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		f.Close()
		return err
	}
	err = gob.NewEncoder(z).Encode(r)
	if e := z.Close(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		os.Remove(tmp)
		return err
	}
	return os.Rename(tmp, path)
}
