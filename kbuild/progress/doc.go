// Package progress shows people how far a build is. It answers one question: what does somebody see who looks at the terminal now?
//
// A [Line] hears the events and makes one line of them: finished of about so many, failed, jobs, time, time left, and what runs
// longest. A [Screen] stands between the build and the terminal: all that is written goes through it, so that the line is gone
// before anything else appears, and make's own lines scroll above it as they are. A timer draws, never an event.
//
// How much is left is told from how long things took in this folder before.
//
// choose.go says whether a line is shown at all, line.go makes it, estimate.go has what is left, screen.go the terminal,
// history.go the file.
package progress
