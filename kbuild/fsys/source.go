package fsys

// This file is the seam at which something else than the system may answer: files that a test keeps in memory.

import "os"

// Source answers questions about files, by absolute names. It must be safe for concurrent use.
type Source interface {
	// Look returns what is known of a file, of a symbolic link itself unless follow is set.
	Look(name string, follow bool) Info
	// ReadDir returns the names in a directory, in any order.
	ReadDir(name string) ([]string, error)
	// Readlink returns where a symbolic link leads.
	Readlink(name string) (string, error)
}

func (c *cache) readlink(name string) (string, error) {
	if c.fs.source != nil {
		return c.fs.source.Readlink(name)
	}
	return os.Readlink(name)
}
