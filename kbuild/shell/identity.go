package shell

import (
	"syscall"
	"time"
)

// Identity tells whether the file under a name is still the one that was read: the same inode with the same size and
// times. That proves something of files that had Settled when they were read; a second change within a moment may leave the
// same times.
type Identity struct {
	dev, ino     uint64
	size         int64
	Mtime, Ctime syscall.Timespec
}

// settled is how long a file must have been unchanged for its identity to mean anything.
const settled = 2 * time.Second

// Identify returns the identity of a file with the given status.
func Identify(st *syscall.Stat_t) Identity {
	return Identity{dev: uint64(st.Dev), ino: st.Ino, size: st.Size, Mtime: st.Mtim, Ctime: st.Ctim}
}

// Settled reports whether the next change of the file will give it another identity.
func (id Identity) Settled(now time.Time) bool {
	limit := now.Add(-settled)
	return time.Unix(id.Mtime.Unix()).Before(limit) && time.Unix(id.Ctime.Unix()).Before(limit)
}

// Resolve makes a name usable by this process, whose own directory may be another than dir. The result is not cleaned:
// a/../b must be resolved by the kernel.
func Resolve(dir, name string) string {
	if name == "" || name[0] == '/' {
		return name
	}
	return dir + "/" + name
}
