// Package output prints. It answers one question: what is printed, when, and in whose piece?
//
// Each make has a [Printer]. What make itself says and what jobs write goes to a [Sink]: the real output, or under -O a
// piece of output that is held back and printed as a whole (manual, "Output During Parallel Execution"). The printer adds
// the "Entering directory" lines, and tells its [Printer.Heard] hook of all that make itself says.
//
// A [Listener] hears what the commands of a job write to standard error, and passes it on at once.
//
// printer.go has the words, hold.go what is held back, piece.go the temporary files, listen.go and pty.go the listener,
// colour.go the colours of what gokbuild says itself.
package output
