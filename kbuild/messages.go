package kbuild

// This file answers --messages.

import (
	"strings"
	"time"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/remember"
)

// Texts are what tools said of the targets below an output directory that are as they left them. Nothing is written or locked. at
// is when a build last left something there; if that is then, nothing is read.
func (s *Session) Texts(out string, then time.Time) (texts []remember.Kept, at time.Time) {
	return remember.Texts(out, s.Identity, s.Secret, then)
}

// messages prints what tools said of the targets that are as they left them, and makes nothing.
func (inv *Invocation) messages() int {
	m := inv.build.memory
	if m == nil {
		eval.Stop("--messages: nothing is remembered of this directory")
	}
	for _, k := range m.KeptTexts() {
		if k.Text != "" && !strings.HasSuffix(k.Text, "\n") {
			k.Text += "\n"
		}
		inv.printer.Bare(output.Stdout, k.Text)
		inv.Events.Send(event.TextKept{Target: k.Target, Text: k.Text})
	}
	return 0
}
