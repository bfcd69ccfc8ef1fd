//go:build linux && (amd64 || arm64)

package trace

// What a command asks of terminals. Whether a descriptor is one, the caller can know the next time (Report.Terminal). The size
// of a window and the state of a line are other ones then, and nobody notices.

import "golang.org/x/sys/unix"

// terminalCall handles an ioctl that only terminals understand. isatty(3) is TCGETS.
func (t *tracer) terminalCall(k *task, fd uint64, request uint32) exitFunc {
	switch request {
	case unix.TCSETS, unix.TCSETSW, unix.TCSETSF, unix.TIOCSPGRP:
		t.forbid("it would set up a terminal")
	}
	if !(k.proc.program.unprompted && fd == 0 && request == unix.TCGETS) {
		t.asksStdin(k, fd)
	}
	if t.given(k, fd) {
		t.terminal = true
	}
	p := &k.proc.program
	return func(r int64) {
		switch {
		case r < 0: // no terminal
		case request == unix.TIOCGWINSZ && shells.Has(p.name):
			t.sized = true
		case request == unix.TIOCGWINSZ && speakers.Has(p.name):
			p.wide = true
		case request == unix.TIOCGWINSZ:
			t.impure("%s asked for the size of a terminal", p.describe())
		case request == unix.TIOCGPGRP || request == unix.TIOCGSID:
			t.measures(k, "the process that a terminal belongs to")
		case request == unix.TCGETS || request == tcgets2:
			if p.name == "stty" {
				t.impure("stty tells the state of a terminal")
			}
		default:
			t.impure("%s set up a terminal", p.describe())
		}
	}
}
