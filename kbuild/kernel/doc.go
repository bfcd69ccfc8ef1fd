// Package kernel knows the habits of Kbuild that help gokbuild to guess. It answers one question: what is this file, goal
// or directory likely to be in a kernel tree?
//
// Nothing here decides what is built: the tree's makefiles do (docs/architecture.md, law 1). A wrong guess costs time, or
// a less telling message. This package is the whole list of what the engine knows of Kbuild.
//
// Reading order: kernel.go (files, goals, directories), steps.go (lines such as "CC      a.o"), record.go (the variables of
// the last configuration).
package kernel
