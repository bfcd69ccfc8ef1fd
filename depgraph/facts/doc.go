// Package facts answers one question: what is under this path, and is it what it was?
//
// A fact is what was found under a path: the content of a file, that there is none, the names in a directory. Its value
// is a hash. The status of the path ([Stat]) is only a shortcut to the value: a file that was touched, or written again
// with the same bytes, is unchanged. An empty file has nothing but its date, so its date is its value: kernel trees use
// such files as stamps. A status is not trusted while the file is so young that it could change again within one tick
// of the file system's clock.
//
// A [Table] holds the facts of one process: what it saw itself, and what it remembers of earlier runs. The table looks
// at a path once in a generation. Whoever lets something write files starts a new generation ([Generation.Changed]).
//
// Package memory keeps the facts of a table in a file. The rows of that file are written here (rows.go), and read (kept.go).
//
// Reading order: id.go (the status of a file), facts.go (kinds and values), system.go, generation.go, table.go, folder.go,
// settle.go, rows.go, kept.go; again.go for processes that last, supposed.go for those that run nothing, code.go (is this machine code?).
package facts
