// Package makefiles reads the makefiles of one make. It answers one question: what do the makefiles say once all are read?
//
// A [Reader] belongs to a make. Each time that the makefiles are read, a [Reading] has a fresh evaluator and a fresh data
// base of rules: make reads everything again when a makefile was remade. Remaking them is package kbuild's.
//
// Reading order: reader.go (one reading from beginning to end), variables.go (what exists before the first line), read.go
// (which files), snap.go (what make does after the last line), stdin.go, then cache.go and ahead.go (files are parsed once
// for all makes of a process).
package makefiles
