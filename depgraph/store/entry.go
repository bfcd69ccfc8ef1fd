package store

// This file holds the entry: what a piece of work left.

import "time"

// Output is a file that the work left.
type Output struct {
	// Name is its path; roots are written as tokens.
	Name string
	// Mode holds the permissions.
	Mode uint32
	Size int64
	// Digest is that of the content.
	Digest Digest
	// Inline is the content itself, if that is short and not empty; otherwise it is a blob.
	Inline []byte
	// Form tells how the content is kept.
	Form Form
	// Gone says that the work removed the file, or left none.
	Gone bool
	// Rank orders outputs by their dates: those of a lower rank are older, those of one rank of the same date. It counts for makes.
	Rank uint32
}

// Form tells how the content of an output is kept. Size and Digest are those of what is kept.
type Form uint8

const (
	// Plain is the content itself.
	Plain Form = iota
	// Dependencies is a list of dependencies, as compilers write it: a target and names in lines of their own, with tokens for
	// roots.
	Dependencies
	// Folder is a directory, whatever is in it.
	Folder

	forms
)

// MaxInline is the size from which on a content is a blob, in bytes.
const MaxInline = 4096

// Piece is what was printed in one piece.
type Piece struct {
	Err  bool // to standard error
	Text string
}

// Entry is what a piece of work left that ended with status 0.
type Entry struct {
	Outputs []Output
	// Printed is what it wrote to its standard output and error, in order.
	Printed []Piece
	Origin  Origin
}

// Origin tells where an entry comes from. It decides nothing.
type Origin struct {
	// What is the work in words, such as the command; Host and Program where and by what it was done.
	What, Host, Program string
	// At is when it ended, in seconds since 1970.
	At int64
	// Took is how long it took.
	Took time.Duration
	// Known tells how it is known what decided it: "form" or "trace".
	Known string
}

// Size is how much the entry's outputs hold, in bytes.
func (e *Entry) Size() (n int64) {
	for i := range e.Outputs {
		n += e.Outputs[i].Size
	}
	return n
}
