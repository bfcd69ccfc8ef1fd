// Package memory answers one question: is everything that decided this result the last time still as it was?
//
// It keeps facts and records in one file of an output directory. A fact is what was found under a path: the content of a
// file, that there is none, the names in a directory. A record names a result (a run of make, a command) by a key, and the
// facts it depends on; while they hold, doing the work again would change nothing and print what the record holds.
//
// The value of a fact is a hash; the stat of the path is only a shortcut to it. A file that was touched or rewritten with
// the same bytes is unchanged. An empty file has nothing but its date, so its date is its value: kernel trees use such
// files as stamps. A stat is not trusted while the file is so young that it could change again within one tick of the
// file system's clock.
//
// All facts of a file belong to one moment, the end of the run that saved it. A record made in an earlier run stays good
// as long as none of its facts has changed its value since ([Store.Save] keeps track by run numbers).
//
// Reading order: facts.go (values), table.go (facts of one process), record.go, store.go (the file), lock.go.
package memory
