// Package remote keeps results of work on another machine, behind those that are kept here. It answers one question: has
// somebody else done this before?
//
// A [Level] is a [store.Store] over another one. What is missing there is asked of a server, and kept there when it comes; what
// is kept there is sent to the server later, if that is allowed. Example, for an object that a CI job has built:
//
//	Manifest   not in the folder; one question to the server; now in the folder
//	Entry      not in the folder; one question, and one more for contents of 4 KB and above; now in the folder
//
// The server is a help, never a need. It is asked with little patience (budget.go), left alone once it fails (breaker.go), and
// written to behind the build (upload.go). Nothing it sends is believed: blobs have their digests, written forms their sums, and
// who wrote an entry can be asked for by a signature (trust.go).
//
// level.go is the store. How things are kept on the server (record.go): both manifests and entries are ActionResults, which
// is all that an action cache takes.
package remote
