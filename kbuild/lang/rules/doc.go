// Package rules holds the data base of one invocation: its targets, what they
// need, and the rules by which a target without a recipe finds one. It answers
// one question: how could this file be made? Whether it must be made, and the
// making, are package kbuild's.
//
// Reading order: file.go (targets and prerequisites), progress.go (how far the
// making of one is), table.go (targets by name), recipe.go, db.go (taking rules
// in), special.go (special targets), vpath.go (directory search), mtime.go
// (times), archive.go (members), pattern.go, implicit.go (implicit rule search),
// suffix.go (suffix rules), auto.go (automatic variables), print.go (-p).
package rules
