// Package fsys answers what make asks of the file system: when was this file
// changed, is there a file of this name, which names match this pattern. It
// never uses the process's working directory: a [View] carries its own.
//
// Answers are remembered for one generation. [FS.Changed] starts a new one and
// must be called whenever a process or a native step that may have written
// files has ended. An invocation that starts after a recipe finished therefore
// sees everything that the recipe did, as a fresh make process would.
//
// Reading order: fsys.go (statuses and names), glob.go, facts.go (what somebody relied on), source.go and imagined.go (what
// stands for the file system: of a test, or of files that are not there yet).
package fsys
