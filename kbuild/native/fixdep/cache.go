package fixdep

// This file remembers which CONFIG_ names a source mentions.

import (
	"os"
	"sync"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
)

// Cache remembers which symbols a file mentions. An entry holds as long as the
// file is the same inode with the same size and times. Files that changed within
// the last moments are not remembered: a second change could leave the same
// times. The zero value is ready; it may be used by many goroutines. Losing an
// entry costs time only.
type Cache struct {
	mu      sync.Mutex
	entries map[cacheKey]cacheEntry
	size    int // bytes, roughly
}

type cacheKey struct {
	path string
	kind scanKind
}

type cacheEntry struct {
	id    facts.Stat
	names []string
	// looked is when the file was looked at last.
	looked time.Time
}

// trusted is for how long a file is not looked at again that has not changed for so long as old says. The compiler has read it a moment
// ago, too: who changes it meanwhile has an object that is older than its source.
const (
	trusted = 20 * time.Millisecond
	old     = time.Minute
)

// fresh reports whether an entry need not be compared with its file.
func (e *cacheEntry) fresh(now time.Time) bool {
	return now.Sub(e.looked) < trusted && now.UnixNano()-max(e.id.Mtime, e.id.Ctime) > int64(old)
}

// maxCacheSize bounds the memory; the headers of a kernel need a tenth of it.
const maxCacheSize = 64 << 20

// symbols gives the symbols of a file; the error is that of opening or reading.
func (c *Cache) symbols(path string, kind scanKind) ([]string, error) {
	key := cacheKey{path, kind}
	now := time.Now()
	if c != nil {
		c.mu.Lock()
		e, ok := c.entries[key]
		c.mu.Unlock()
		if ok && e.fresh(now) {
			return e.names, nil
		}
		var st syscall.Stat_t
		if ok && syscall.Stat(path, &st) == nil && e.id == facts.Of(&st) {
			e.looked = now
			c.mu.Lock()
			c.entries[key] = e
			c.mu.Unlock()
			return e.names, nil
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, id, settled, err := readAll(f)
	if err != nil {
		return nil, err
	}
	names := scanFile(kind, data)
	if c != nil && settled {
		c.store(key, cacheEntry{id, names, now})
	}
	return names, nil
}

func (c *Cache) store(key cacheKey, e cacheEntry) {
	size := 200 + len(key.path)
	for _, n := range e.names {
		size += 16 + len(n)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil || c.size+size > maxCacheSize {
		c.entries, c.size = map[cacheKey]cacheEntry{}, 0
	}
	if _, replaced := c.entries[key]; !replaced {
		c.size += size // a replaced entry keeps its share: the bound is rough
	}
	c.entries[key] = e
}

// readAll reads a regular file as the program does: as many bytes as fstat says. settled is that of the identity.
func readAll(f *os.File) (data []byte, id facts.Stat, settled bool, err error) {
	var st syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &st); err != nil {
		return nil, id, false, err
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil, id, false, syscall.EINVAL
	}
	id = facts.Of(&st)
	settled = id.Settled()
	data = make([]byte, st.Size)
	n := 0
	for n < len(data) {
		k, err := f.Read(data[n:])
		n += k
		if err != nil {
			return nil, id, false, err
		}
	}
	return data, id, settled, nil
}
