// Leaving early: the C tool calls exit in many places.

package host

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// An ExitError says that the C tool would have ended with this exit status here. What it would have printed has been
// written to the streams of the options.
type ExitError struct {
	Code int
	// Message is the last complaint, for callers that do not watch the streams.
	Message string
}

// Error returns the last complaint, or the status if there was none.
func (e *ExitError) Error() string {
	if e.Message != "" {
		return strings.TrimSpace(e.Message)
	}
	return fmt.Sprintf("kconfig: exit status %d", e.Code)
}

// bail unwinds to the boundary of the library, where Catch receives it.
type bail struct{ code int }

// Exit leaves the run with a status, as exit does in the C tool: the function that called Catch returns.
func (w *World) Exit(code int) { Quit(code) }

// Quit is Exit for those who have no world at hand.
func Quit(code int) { panic(bail{code}) }

// Catch is deferred at the boundary of the library. It sends out what was printed, and turns an Exit into an
// *ExitError.
func (w *World) Catch(err *error) {
	r := recover()
	if r == nil {
		w.Flush()
		return
	}
	b, ok := r.(bail)
	if !ok {
		panic(r)
	}
	w.Flush()
	*err = &ExitError{Code: b.code, Message: string(w.err.line)}
}

// lastLine passes text on and keeps the last line for ExitError.
type lastLine struct {
	w    io.Writer
	line []byte
}

// Write implements io.Writer.
func (l *lastLine) Write(p []byte) (int, error) {
	t := bytes.TrimRight(p, "\n")
	if i := bytes.LastIndexByte(t, '\n'); i >= 0 {
		t = t[i+1:]
	}
	if len(t) > 0 {
		l.line = append(l.line[:0], t...)
	}
	if l.w == nil {
		return len(p), nil
	}
	return l.w.Write(p)
}
