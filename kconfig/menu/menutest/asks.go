// This file plays what does and what does not make the end ask whether to save.

package menutest

import (
	"slices"
	"strings"
	"testing"

	"gokbuild/kconfig/menu/front"
)

// Words are the keys of a front end, as [Keys] reads them, and what it shows.
type Words struct {
	// Load and Save open the field with the name of a file, in the main menu; Undo takes an answer back. Out
	// leaves the message that a file is not there or cannot be written, and the field.
	Load, Save, Undo, Out string
	// End leaves the main menu, without saving if that is asked; Question is shown only then.
	End, Question string
}

// Asks fails if a front end asks at its end where there is nothing to save, or does not ask where there is.
func Asks(t *testing.T, main Main, name string, w Words) {
	t.Helper()
	missing := w.Load + "z<enter>" + w.Out // behind the name that is in the field
	written := w.Save + "<enter><enter>"
	for _, tt := range []struct {
		name, typed string
		asks        bool
	}{
		{"nothing", "", false},
		{"an answer", "<down>y", true},
		{"the value again", "<down>m", false},
		{"another value and back", "<down>ym", true},
		{"the text again", "<down><down><down><enter><enter>", false},
		{"another text", "<down><down><down><enter><bs>4<enter>", true},
		{"the member again", "<down><down><down><down><enter><enter>", false},
		{"another member", "<down><down><down><down><enter><down><enter>", true},
		{"a file is read", w.Load + "<enter>", true},
		{"no file", missing, false},
		{"an answer, no file", "<down>y" + missing, true},
		{"an answer, written", "<down>y" + written, false},
		{"an answer, written, no file", "<down>y" + written + missing, false},
		{"an answer, not written", "<down>y" + w.Save + "/x<enter>" + w.Out, true},
		{"an answer taken back", "<down>y" + w.Undo, false},
		{"no file, an answer taken back", missing + "<down>y" + w.Undo, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := (&Play{Main: main}).Keys(t, front.Invocation{Name: name}, tt.typed+w.End)
			if asks := p.showed(w.Question); asks != tt.asks || p.Status != 0 {
				t.Errorf("asks: %v, status %d; the last screen:\n%s", asks, p.Status, p.Screens[len(p.Screens)-1])
			}
			if told := p.showed("File does not exist!"); told != strings.Contains(tt.typed, missing) {
				t.Errorf("told that there is no file: %v", told)
			}
		})
	}
}

// showed reports whether any screen held a text.
func (p *Play) showed(text string) bool {
	return slices.ContainsFunc(p.Screens, func(s string) bool { return strings.Contains(s, text) })
}
