package rules

// This file lists files in the order of make's hash table.

import (
	"slices"

	"gokbuild/kbuild/lang/hashorder"
)

// Any reports whether there is a file of that sort. It is cheaper than an order in which there is nothing to be done.
func (db *DB) Any(sort func(*File) bool) bool { return slices.ContainsFunc(db.order, sort) }

// TableOrder returns one file for each name in the order of make's table.
func (db *DB) TableOrder() []*File {
	files := make([]*File, 0, len(db.order))
	for _, f := range db.order {
		if f.renamed == nil && (f.DoubleColon == nil || f.DoubleColon == f) {
			files = append(files, f)
		}
	}
	order := hashorder.Order(len(files), hashorder.Global, hashorder.Files(db.Switches.ShiftHash), func(i int) string { return files[i].HName })
	out := make([]*File, len(order))
	for i, n := range order {
		out[i] = files[n]
	}
	return out
}
