package remember

// This file finds files that only name others: a thin archive its members, modules.order the modules of a directory, an
// assembler source the image it includes. Whoever uses such a file reads what it names, too, but depends on the list alone:
// makefiles count on its new date to pass the change on. Equal bytes must not stop it there.

import (
	"bytes"
	"io"
	"os"

	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/rules"
)

// longestList is how much of a file is searched for names, in bytes.
const longestList = 1 << 20

// lists reports whether a target that was just made is such a file: a thin archive, or text that names a prerequisite or
// was made from a list itself.
func (c *Content) lists(f *rules.File) bool {
	file, err := os.Open(c.r.mk.View.Abs(f.Name))
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if head = head[:n]; err != nil && err != io.ErrUnexpectedEOF {
		return false
	}
	if kernel.IsThinArchive(head) {
		return true
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return false
	}
	rest, err := io.ReadAll(io.LimitReader(file, longestList))
	if err != nil {
		return false
	}
	text := append(head, rest...)
	for i := range f.Deps {
		d := f.Deps[i].File
		if d == nil || f.Deps[i].OrderOnly || d.Phony {
			continue
		}
		if c.r.m.DateCounts(c.fact(d)) || kernel.Lists(text, d.Name) {
			return true
		}
	}
	return false
}
