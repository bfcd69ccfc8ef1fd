// Package syntax turns makefile text into an immutable tree of logical lines,
// statements and compiled expressions. It answers one question: what does this
// text say? It performs no input or output and knows no variable's value.
//
// A makefile cannot be parsed into a nested tree before it is evaluated: whether
// a line that starts with a TAB is a recipe line depends on whether a rule is
// open when it is reached, and rules may come out of expansions. So a [File] is
// a flat list of [Line] values, each with the statement it would be outside a
// recipe; package eval walks the list. Because a File never changes after
// [Parse], one File serves every invocation that reads the same text.
//
// Reading order: line.go (logical lines), stmt.go (statements), expr.go
// ($-expressions), funcs.go (the functions that exist).
package syntax
