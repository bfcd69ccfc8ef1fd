// Package fixdep does in this process what the host program fixdep of a kernel
// tree does: it turns the dependency file a compiler wrote into the .cmd file
// that make reads back, adding one line for each CONFIG_ symbol that any of the
// listed files mentions.
//
// The program is small and part of the tree, and it has changed over the years.
// Detect reads its source and recognises what it does function by function; the
// slightest unknown in it means that the tree's own program must be run. Try
// does the successful case only, byte for byte; when anything is unusual it
// declines, so that the tree's program reports the error in its own words.
//
// The names found in a file are remembered by Cache, since thousands of objects
// list the same headers.
//
// Reading order: dialect.go, detect.go (and known.go, its table), depfile.go,
// scan.go, cache.go, run.go; program.go joins it to package shell. It knows nothing of make.
package fixdep
