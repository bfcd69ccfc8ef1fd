package store

// This file keeps the folder within its bounds. What was used longest ago goes first, manifests, entries and blobs alike: an
// entry whose blob is gone is missing.

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Usage is what a store holds.
type Usage struct {
	Manifests, Entries, Blobs int
	// Bytes are those of the files, without what folders take.
	Bytes int64
}

// item is a file of the store.
type item struct {
	name string
	size int64
	used time.Time
}

// each calls do for every file that belongs to the store.
func (d *Disk) each(kind string, do func(item)) {
	_ = filepath.WalkDir(filepath.Join(d.dir, kind), func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // it is gone, or is none of ours
		}
		if st, err := e.Info(); err == nil {
			do(item{name, st.Size(), st.ModTime()})
		}
		return nil
	})
}

// Usage looks at all files.
func (d *Disk) Usage() (u Usage) {
	for kind, n := range map[string]*int{manifests: &u.Manifests, entries: &u.Entries, blobs: &u.Blobs} {
		d.each(kind, func(i item) {
			*n++
			u.Bytes += i.size
		})
	}
	return u
}

// Each calls do with every entry and its key, in no order; what cannot be read is left out.
func (d *Disk) Each(do func(strong Digest, e *Entry)) {
	d.each(entries, func(i item) {
		key, ok := ParseDigest(filepath.Base(filepath.Dir(i.name)) + filepath.Base(i.name))
		if !ok {
			return
		}
		if data, err := os.ReadFile(i.name); err == nil {
			if e, err := DecodeEntry(data); err == nil {
				do(key, e)
			}
		}
	})
}

// sizeName is the file that holds how many bytes the store is thought to hold, and when it was trimmed, in seconds since 1970.
const sizeName = "size"

// trimEvery is how often the store is trimmed if it does not grow.
const trimEvery = 24 * time.Hour

// Close adds what was written to the size of the store, and trims that if it is a tenth too large, or was not trimmed for a day.
// One process at a time does so; the others leave it to that one, or to the next.
func (d *Disk) Close() {
	written := d.written.Swap(0)
	if written == 0 || d.readOnly {
		return
	}
	f, ok := d.lock(false)
	if !ok {
		return
	}
	defer f.Close()
	size, trimmed := d.size()
	size += written
	if size > d.limit/10*11 || time.Since(trimmed) > trimEvery {
		d.trim()
		return
	}
	d.setSize(size, trimmed)
}

// Trim removes what was used longest ago until the store is within nine tenths of its bounds, if it is not within them. It
// waits for others that do the same.
func (d *Disk) Trim() {
	if f, ok := d.lock(true); ok {
		defer f.Close()
		d.trim()
	}
}

// lock keeps other processes from trimming until the file is closed.
func (d *Disk) lock(wait bool) (*os.File, bool) {
	f, err := os.OpenFile(d.dir+"/lock", os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, false
	}
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, false
	}
	return f, true
}

// leftover is how old a file must be that somebody began to write and did not end, to be removed.
const leftover = time.Hour

func (d *Disk) trim() {
	var all []item
	size := int64(0)
	for _, kind := range []string{manifests, entries, blobs} {
		d.each(kind, func(i item) {
			if strings.HasPrefix(filepath.Base(i.name), "tmp.") {
				if time.Since(i.used) > leftover {
					_ = os.Remove(i.name)
				}
				return
			}
			all = append(all, i)
			size += i.size
		})
	}
	if size > d.limit {
		slices.SortFunc(all, func(a, b item) int {
			return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.name, b.name))
		})
		for _, i := range all {
			if size <= d.limit/10*9 {
				break
			}
			if os.Remove(i.name) == nil {
				size -= i.size
			}
		}
	}
	d.setSize(size, time.Now())
}

func (d *Disk) size() (size int64, trimmed time.Time) {
	text, _ := os.ReadFile(d.dir + "/" + sizeName)
	words := strings.Fields(string(text))
	if len(words) != 2 {
		return 0, time.Time{}
	}
	size, _ = strconv.ParseInt(words[0], 10, 64)
	at, _ := strconv.ParseInt(words[1], 10, 64)
	return max(size, 0), time.Unix(at, 0)
}

func (d *Disk) setSize(size int64, trimmed time.Time) {
	text := strconv.FormatInt(size, 10) + " " + strconv.FormatInt(trimmed.Unix(), 10) + "\n"
	tmp := d.dir + "/" + sizeName + "." + strconv.Itoa(os.Getpid())
	if os.WriteFile(tmp, []byte(text), 0o600) == nil {
		_ = os.Rename(tmp, d.dir+"/"+sizeName)
	}
}
