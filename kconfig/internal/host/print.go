// Printing: the two streams of the C tool.

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
