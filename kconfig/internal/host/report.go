// Places in files, and messages about them. All messages leave through Report, so that an editor can have them as
// values.

package host

import (
	"fmt"
	"strconv"
	"strings"
)

// A Pos is a place in a Kconfig file. The file name is as it was written in the source statement.
type Pos struct {
	File string
	// Line counts from 1.
	Line int
	// Column counts bytes from 1; it is 0 where only the line is known.
	Column int
}

// String returns FILE:LINE, as messages name places.
func (p Pos) String() string { return p.File + ":" + strconv.Itoa(p.Line) }

// A Severity says how much a message matters.
type Severity uint8

// Severities, in ascending order. An Error ends the run once the tree is read, or at once.
const (
	Info Severity = iota
	Warning
	Error
)

// String returns the word for the severity.
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return "info"
}

// A Message is what the C tool says about a place in a file.
type Message struct {
	Pos
	Severity Severity
	// Text is the message without place, severity and newline.
	Text string
}

// Report writes a message as the C tool does, FILE:LINE, mark, text, and hands it to whoever listens. The mark stands
// between place and text: ":warning: ".
func (w *World) Report(m Message, mark string, stdout bool) {
	text := fmt.Sprintf("%s:%d%s%s\n", m.File, m.Line, mark, m.Text)
	if stdout {
		w.Puts(text)
	} else {
		w.Warnf("%s", text)
	}
	w.Notify(m)
}

// Notify hands a message that is printed in some other form to whoever listens.
func (w *World) Notify(m Message) {
	if w.messages != nil {
		w.messages(m)
	}
}

// WarnAt writes a warning about a place: FILE:LINE:warning: TEXT.
func (w *World) WarnAt(p Pos, format string, args ...any) {
	w.Report(Message{p, Warning, fmt.Sprintf(format, args...)}, ":warning: ", false)
}

// ErrorAt writes FILE:LINE: TEXT. A text that begins with "warning: " is one.
func (w *World) ErrorAt(p Pos, format string, args ...any) {
	text, mark, severity := fmt.Sprintf(format, args...), ": ", Error
	if rest, ok := strings.CutPrefix(text, "warning: "); ok {
		text, mark, severity = rest, ": warning: ", Warning
	} else if rest, ok := strings.CutPrefix(text, "error: "); ok {
		text, mark = rest, ": error: "
	}
	w.Report(Message{p, severity, text}, mark, false)
}
