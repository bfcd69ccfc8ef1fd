package main

// This file compares two output directories byte by byte.

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stateDir is gokbuild's own folder, the one thing it may leave beyond what make leaves.
const stateDir = ".gokbuild"

// entry is what a tree holds under one name.
type entry struct {
	mode fs.FileMode
	size int64
	link string // target of a symbolic link
}

// difference is one finding of a comparison.
type difference struct {
	path string
	what string
}

// comparison is the outcome of comparing two trees.
type comparison struct {
	files, links, dirs int // names found in both trees
	bytes              int64
	differs            []difference
	missing, extra     []string
	excused            []string // missing, but below a folder where that is allowed
}

func (c *comparison) equal() bool {
	return len(c.differs)+len(c.missing)+len(c.extra) == 0
}

func (c *comparison) report(w io.Writer) {
	for _, d := range c.differs {
		fmt.Fprintf(w, "  differs: %s: %s\n", d.path, d.what)
	}
	for _, p := range c.missing {
		fmt.Fprintf(w, "  missing: %s\n", p)
	}
	for _, p := range c.extra {
		fmt.Fprintf(w, "  extra:   %s\n", p)
	}
	fmt.Fprintf(w, "  compared %d files (%d bytes), %d symbolic links, %d folders: %d differ, %d missing, %d extra",
		c.files, c.bytes, c.links, c.dirs, len(c.differs), len(c.missing), len(c.extra))
	if len(c.excused) > 0 {
		fmt.Fprintf(w, ", %d not needed", len(c.excused))
	}
	fmt.Fprintln(w)
}

// compareTrees compares the tree got with the reference want. Files missing from got below one of the
// excuse folders are counted apart.
func compareTrees(want, got string, excuse []string) (*comparison, error) {
	return pairs{}.compare(want, got, excuse)
}

// compare is compareTrees, but does not read again what it found equal before and has not changed since.
func (p pairs) compare(want, got string, excuse []string) (*comparison, error) {
	w, err := list(want)
	if err != nil {
		return nil, err
	}
	g, err := list(got)
	if err != nil {
		return nil, err
	}
	var c comparison
	for _, path := range sortedKeys(w) {
		we := w[path]
		ge, ok := g[path]
		if !ok {
			if below(path, excuse) {
				c.excused = append(c.excused, path)
			} else {
				c.missing = append(c.missing, path)
			}
			continue
		}
		wantPath, gotPath := filepath.Join(want, path), filepath.Join(got, path)
		now, known, err := p.known(path, wantPath, gotPath)
		if err != nil {
			return nil, err
		}
		if known && we.mode == ge.mode && we.mode.IsRegular() {
			c.files++
			c.bytes += we.size
			continue
		}
		what, err := c.pair(wantPath, gotPath, we, ge)
		if err != nil {
			return nil, err
		}
		if what != "" {
			c.differs = append(c.differs, difference{path, what})
			continue
		}
		p[path] = now
	}
	for _, path := range sortedKeys(g) {
		if _, ok := w[path]; !ok {
			c.extra = append(c.extra, path)
		}
	}
	return &c, nil
}

// known tells whether both files are still those that were found equal, and their present stamps.
func (p pairs) known(path, want, got string) (now [2]stamp, same bool, err error) {
	for i, file := range []string{want, got} {
		if now[i], err = stampOf(file); err != nil {
			return now, false, err
		}
	}
	before, ok := p[path]
	return now, ok && before == now, nil
}

// paths returns the names that are not alike.
func (c *comparison) paths() []string {
	l := slices.Concat(c.missing, c.extra)
	for _, d := range c.differs {
		l = append(l, d.path)
	}
	slices.Sort(l)
	return l
}

// pair says how the two files differ, or returns an empty text.
func (c *comparison) pair(wantPath, gotPath string, w, g entry) (string, error) {
	switch {
	case w.mode.Type() != g.mode.Type():
		return fmt.Sprintf("kind %v, want %v", g.mode.Type(), w.mode.Type()), nil
	case w.mode.Perm() != g.mode.Perm() && w.mode.Type() != fs.ModeSymlink:
		return fmt.Sprintf("mode %v, want %v", g.mode.Perm(), w.mode.Perm()), nil
	}
	switch {
	case w.mode.IsDir():
		c.dirs++
	case w.mode.Type() == fs.ModeSymlink:
		c.links++
		if w.link != g.link {
			return fmt.Sprintf("link to %s, want %s", g.link, w.link), nil
		}
	case w.mode.IsRegular():
		c.files++
		c.bytes += w.size
		at, err := firstDifference(wantPath, gotPath)
		if err != nil || at < 0 {
			return "", err
		}
		return fmt.Sprintf("%d bytes, want %d; first difference at byte %d", g.size, w.size, at), nil
	}
	return "", nil
}

// firstDifference returns the offset of the first byte that differs, or -1.
func firstDifference(a, b string) (int64, error) {
	fa, err := os.Open(a)
	if err != nil {
		return 0, err
	}
	defer fa.Close()
	fb, err := os.Open(b)
	if err != nil {
		return 0, err
	}
	defer fb.Close()
	bufA, bufB := make([]byte, 1<<16), make([]byte, 1<<16)
	for off := int64(0); ; {
		na, errA := io.ReadFull(fa, bufA)
		nb, errB := io.ReadFull(fb, bufB)
		if !bytes.Equal(bufA[:na], bufB[:nb]) {
			n := min(na, nb)
			for i := range n {
				if bufA[i] != bufB[i] {
					return off + int64(i), nil
				}
			}
			return off + int64(n), nil
		}
		off += int64(na)
		for _, err := range []error{errA, errB} {
			if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
				return 0, err
			}
		}
		if errA != nil {
			return -1, nil
		}
	}
}

func list(root string) (map[string]entry, error) {
	entries := map[string]entry{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || rel == "." {
			return err
		}
		if d.IsDir() && d.Name() == stateDir {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		e := entry{mode: info.Mode(), size: info.Size()}
		if e.mode.Type() == fs.ModeSymlink {
			if e.link, err = os.Readlink(path); err != nil {
				return err
			}
		}
		entries[rel] = e
		return nil
	})
	return entries, err
}

func below(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return strings.HasPrefix(path, strings.TrimSuffix(f, "/")+"/") })
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
