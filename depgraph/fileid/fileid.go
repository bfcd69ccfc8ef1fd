// Package fileid answers one question: is the file under this name still the one that was read?
package fileid

import (
	"syscall"
	"time"
)

// ID is the identity of a file and its state: the same inode with the same size and times. The zero ID is that of no file.
type ID struct {
	dev, ino uint64
	size     int64
	// Mtime and Ctime are in nanoseconds since 1970.
	Mtime, Ctime int64
}

// Of returns the identity of a file with the status st.
func Of(st *syscall.Stat_t) ID {
	return ID{uint64(st.Dev), st.Ino, st.Size, st.Mtim.Nano(), st.Ctim.Nano()}
}

// Settled reports whether whatever changes the file from now on gives it another identity. Who wants to keep what a file holds
// asks before reading it: a change between that and a later answer would not show.
func (id ID) Settled() bool { return !Young(id.Mtime, id.Ctime, time.Now().UnixNano()) }

// tick is how far apart two changes of a file must be to be sure to show in its times. Linux moves file times by the
// timer interrupt, at most 10 ms apart; file systems without nanoseconds are recognised by their round times.
const tick = int64(20 * time.Millisecond)

// Young reports whether a file that was last changed at these times could change at now and keep them. All are in nanoseconds.
func Young(mtime, ctime, now int64) bool { return now < settles(mtime, ctime) }

// settles returns the time from which a file with these times is not young.
func settles(mtime, ctime int64) int64 {
	latest := max(mtime, ctime)
	if latest%int64(time.Second) == 0 {
		return latest + 2*int64(time.Second)
	}
	return latest + tick
}
