package store

// This file packs a store into one file and takes it in elsewhere: a tar archive of the files of its folder. What is taken in is
// read and checked like anything else.

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Export writes all that is in the store. What vanishes meanwhile is left out.
func (d *Disk) Export(w io.Writer) (files int, err error) {
	t := tar.NewWriter(w)
	for _, kind := range []string{blobs, entries, manifests} {
		d.each(kind, func(i item) {
			if err != nil || strings.HasPrefix(filepath.Base(i.name), "tmp.") {
				return
			}
			data, e := os.ReadFile(i.name)
			if e != nil {
				return
			}
			name, _ := filepath.Rel(d.dir, i.name)
			if err = t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data)), ModTime: i.used, Format: tar.FormatPAX}); err == nil {
				_, err = t.Write(data)
			}
			files++
		})
	}
	return files, errors.Join(err, t.Close())
}

// Import adds what Export wrote. What is damaged, or of another form, is left out: skipped counts it. An error tells that the
// archive cannot be read, or the store not be written.
func (d *Disk) Import(r io.Reader) (files, skipped int, err error) {
	t := tar.NewReader(r)
	for {
		head, err := t.Next()
		if err == io.EOF {
			return files, skipped, nil
		}
		if err != nil {
			return files, skipped, fmt.Errorf("it is no exported cache: %w", err)
		}
		kind, key, ok := fileKey(head.Name)
		if !ok || head.Typeflag != tar.TypeReg || head.Size > MaxBlob+1024 {
			skipped++
			continue
		}
		data, err := io.ReadAll(io.LimitReader(t, head.Size))
		if err != nil {
			return files, skipped, fmt.Errorf("it is damaged: %w", err)
		}
		if !sound(kind, key, data) {
			skipped++
			continue
		}
		if err := d.write(kind, key, data); err != nil {
			return files, skipped, err
		}
		files++
	}
}

// fileKey takes the name of a file in the store apart: e/ab/cdef….
func fileKey(name string) (kind string, key Digest, ok bool) {
	parts := strings.Split(name, "/")
	if len(parts) != 3 || len(parts[1]) != 2 {
		return "", key, false
	}
	switch kind = parts[0]; kind {
	case manifests, entries, blobs:
		key, ok = ParseDigest(parts[1] + parts[2])
	}
	return kind, key, ok
}

// sound reports whether a file holds what its name says.
func sound(kind string, key Digest, data []byte) bool {
	var err error
	switch kind {
	case manifests:
		_, err = DecodeManifest(data)
	case entries:
		_, err = DecodeEntry(data)
	default:
		var content []byte
		content, err = open(blobMark, data, MaxBlob)
		if err == nil && Sum(content) != key {
			return false
		}
	}
	return err == nil
}
