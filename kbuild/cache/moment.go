package cache

// This file knows the clock that files are dated with: what is older than a process has read or written it.

import (
	"time"

	"golang.org/x/sys/unix"
)

// coarse is the time by the clock that files are dated with, in nanoseconds since 1970.
func coarse() int64 {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_REALTIME_COARSE, &ts) != nil {
		return 0
	}
	return ts.Nano()
}

// moment is a time by the clock that files are dated with, and by the exact one: some kernels date files by the latter, if somebody has
// looked at them (multigrain timestamps of Linux 6.13).
type moment struct{ coarse, exact int64 }

func now() moment { return moment{coarse(), time.Now().UnixNano()} }

// after reports whether a file of a date was changed before that moment; wrote says that a command that has ended has written it.
func (m moment) after(date int64, wrote func() bool) bool {
	return date < m.coarse || date <= m.exact && wrote()
}

// awaitTick waits until the clock of file dates tells what is written now from what was just written by the command of a process, or by one
// of which nothing is known.
func (v *view) awaitTick(p *process) {
	for range 20 {
		if tick := coarse(); tick != v.unknownAt.Load() && tick != p.wroteAt {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
