// Printing: the two streams of the C tool, and messages about places in files.

package host

import (
	"fmt"
	"io"
)

// Printf prints to standard output, through a buffer.
func (w *World) Printf(format string, args ...any) { fmt.Fprintf(w.out, format, args...) }

// Puts prints a text to standard output, through a buffer.
func (w *World) Puts(s string) { _, _ = w.out.WriteString(s) }

// Flush sends out what the buffer of standard output holds.
func (w *World) Flush() { _ = w.out.Flush() }

// Warnf writes to standard error, which the C tool does not buffer; each call is one write.
func (w *World) Warnf(format string, args ...any) {
	_, _ = io.WriteString(w.err, fmt.Sprintf(format, args...))
}

// WarnAt writes a warning about a place in a Kconfig file.
func (w *World) WarnAt(p Pos, format string, args ...any) {
	w.Warnf("%s:%d:warning: "+format+"\n", append([]any{p.File, p.Line}, args...)...)
}

// ErrorAt writes an error about a place in a Kconfig file.
func (w *World) ErrorAt(p Pos, format string, args ...any) {
	w.Warnf("%s:%d: "+format+"\n", append([]any{p.File, p.Line}, args...)...)
}
