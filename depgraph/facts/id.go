package facts

// This file knows the status of a file, and when a status can be trusted.

import (
	"syscall"
	"time"
)

// Stat is the part of a file's status by which a change is suspected. It is also the identity of a file and its state:
// the same inode with the same size and times holds what it held, if it was settled. Times are as Nanoseconds
// counts them. A file that could not be looked at has only Errno. The zero Stat is that of no file.
type Stat struct {
	Dev, Ino           uint64
	Size, Mtime, Ctime int64
	// Mode is the type and the permissions; UID and GID are the owner, who decides what the permissions mean.
	Mode, UID, GID uint32
	Errno          syscall.Errno
}

// Of returns the identity of a file with the status st.
func Of(st *syscall.Stat_t) Stat {
	return Stat{Dev: uint64(st.Dev), Ino: st.Ino, Size: st.Size, Mtime: Nanoseconds(st.Mtim), Ctime: Nanoseconds(st.Ctim),
		Mode: st.Mode, UID: st.Uid, GID: st.Gid}
}

// firstSecond and lastSecond bound what 64 bits hold of the dates that file systems have: from 1930 on to what make can tell, 2514.
const firstSecond, lastSecond = lastSecond - (1<<64)/1_000_000_000 + 2, 1<<34 - 1

// Nanoseconds is a time in nanoseconds since 1970, modulo 2^64: taken as an unsigned number it is right up to 2514, and what is
// before 1970 or after that is greater. What lies further away becomes some time between 1930 and 1970.
func Nanoseconds(t syscall.Timespec) int64 {
	if t.Sec < firstSecond || t.Sec > lastSecond {
		t.Sec = t.Sec % -firstSecond
		if t.Sec >= 0 {
			t.Sec += firstSecond
		}
	}
	return t.Nano()
}

// Format is the type of the file, as in the mode of stat(2).
func (s *Stat) Format() uint32 { return s.Mode & syscall.S_IFMT }

// Owner is user and group in one number.
func (s *Stat) Owner() uint64 { return uint64(s.UID)<<32 | uint64(s.GID) }

// Settled reports whether whatever changes the file from now on gives it another identity. Who wants to keep what a
// file holds asks before reading it: a change between that and a later answer would not show.
func (s Stat) Settled() bool { return !Young(s.Mtime, s.Ctime, time.Now().UnixNano()) }

// Settles returns the time from which the file is settled.
func (s Stat) Settles() time.Time { return time.Unix(0, settles(s.Mtime, s.Ctime)) }

// young reports whether a file could still change at now without a change of its status.
func (s *Stat) young(now int64) bool { return s.Errno == 0 && Young(s.Mtime, s.Ctime, now) }

// tick is how far apart two changes of a file must be to be sure to show in its times. Linux moves file times by the
// timer interrupt, at most 10 ms apart; file systems without nanoseconds are recognised by their round times.
const tick = int64(20 * time.Millisecond)

// Young reports whether a file that was last changed at these times could change at now and keep them. All are in
// nanoseconds.
func Young(mtime, ctime, now int64) bool { return now < settles(mtime, ctime) }

// settles returns the time from which a file with these times is not young.
func settles(mtime, ctime int64) int64 {
	latest := max(mtime, ctime)
	if latest%int64(time.Second) == 0 {
		return latest + 2*int64(time.Second)
	}
	return latest + tick
}
