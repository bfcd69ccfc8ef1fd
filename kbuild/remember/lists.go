package remember

// This file finds files whose new date says more than their bytes. Equal bytes must not stop a change there.
//
// Lists only name others: a thin archive its members, modules.order the modules of a directory, an assembler source the image it
// includes. Whoever uses such a file reads what it names, too, but depends on the list alone: makefiles count on its new date to
// pass the change on. Markers say that something was done: "echo done >stamp". They hold the same text whatever was done.

import (
	"bytes"
	"io"
	"os"
	"strings"

	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/rules"
)

const (
	// longestList is how much of a file is searched for names, in bytes.
	longestList = 1 << 20
	// longestMarker is how long a text may be to be one that its recipe holds, in bytes.
	longestMarker = 4096
)

// dateTells reports whether a target that a recipe, expanded, just made is such a file: a thin archive; text that names a
// prerequisite or was made from a list itself; a marker.
func (c *Content) dateTells(f *rules.File, recipe string) bool {
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
	if isMarker(text, recipe) {
		return true
	}
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

// isMarker reports whether a text says nothing of what it was made of: all its words stand in its recipe. Those of one or two
// characters stand there by themselves: most are a part of some other word.
func isMarker(text []byte, recipe string) bool {
	if len(text) > longestMarker {
		return false
	}
	alone := func(word string) bool {
		words := strings.FieldsFuncSeq(recipe, func(r rune) bool { return strings.ContainsRune(" \t\n'\"\\;()", r) })
		for w := range words {
			if w == word {
				return true
			}
		}
		return false
	}
	for word := range bytes.FieldsSeq(text) {
		if w := string(word); !strings.Contains(recipe, w) || len(w) < 3 && !alone(w) {
			return false
		}
	}
	return true
}
