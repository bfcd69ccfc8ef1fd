// Package memory answers one question: is everything that decided this result the last time still as it was?
//
// It keeps facts (package facts) and records in one file of an output directory. A record names a result (a run of
// make, a command) by a key, and the facts that the result depends on. While these facts hold, doing the work again
// would change nothing and print what the record holds.
//
// All facts of a file belong to one moment, the end of the run that saved it. A record made in an earlier run stays
// good as long as none of its facts has changed its value since ([Store.Save] keeps track by run numbers).
//
// A [Lock] keeps two builds out of one directory. A [Journal] tells the next run what this one left half made.
//
// Reading order: record.go, environ.go (what a record found of the environment), store.go (the file), save.go, secret.go (who
// wrote it?), lock.go, journal.go.
package memory
