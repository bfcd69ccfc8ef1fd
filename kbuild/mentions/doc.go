// Package mentions finds symbols in the text of a tree. It answers one question: which files name this symbol, and which define it?
//
// [In] finds the symbols that one text names: Kconfig files, makefiles, configurations, and the CONFIG_ words of sources. An [Index]
// knows the files of a whole tree. It is kept in a file from one process to the next, with the statuses of what it was made of:
// what has changed since is read again, so that the file can cost time only.
//
// scan.go reads texts, index.go answers, walk.go goes through a tree, keep.go writes the file and reads it.
package mentions
