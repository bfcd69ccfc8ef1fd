package facts

// This file knows the kinds of facts, looks at paths, and works out values.

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sys/unix"
)

// Kind says what of a path matters.
type Kind uint8

const (
	// Content is what a file holds; of a directory, that it is one.
	Content Kind = iota
	// Exists is whether there is something under that name, its type, permissions and owner; links are not followed.
	Exists
	// List is the names in a directory, with their types.
	List
	// Link is where a symbolic link leads.
	Link
	// Dated is the size, the date, the permissions and the owner of a file; of a directory, its date.
	Dated
	// System is something about the machine. The path is one of the words of system.go, or a file that the kernel makes
	// up on each reading.
	System

	kinds
)

var kindNames = [kinds]string{"content", "exists", "list", "link", "dated", "system"}

// Known reports whether k is one of the kinds above.
func (k Kind) Known() bool { return k < kinds }

func (k Kind) String() string {
	if k.Known() {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// As keeps what matters of a status for a kind of fact: two are the same fact if this is the same.
// Dates and sizes of what is only asked whether it exists, and of directories whose names do not matter, change all the time.
func (s Stat) As(kind Kind) Stat {
	if s.Errno == 0 && (kind == Exists || kind == Content && s.Format() == syscall.S_IFDIR) {
		return Stat{Mode: s.Mode, UID: s.UID, GID: s.GID}
	}
	return s
}

var pathBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

// Look returns the status of a name below an absolute directory as a fact of the kind sees it; an empty directory
// stands for an absolute name.
func Look(kind Kind, dir, name string) Stat {
	if kind == System {
		return Stat{}
	}
	bp := pathBuffers.Get().(*[]byte)
	b := (*bp)[:0]
	if dir != "" {
		b = append(append(b, dir...), '/')
	}
	b = append(append(b, name...), 0)
	flags := 0
	if kind == Exists || kind == Link || kind == Dated {
		flags = unix.AT_SYMLINK_NOFOLLOW
	}
	var st syscall.Stat_t
	at := unix.AT_FDCWD
	errno := syscall.EINTR
	for errno == syscall.EINTR {
		_, _, errno = syscall.Syscall6(unix.SYS_NEWFSTATAT, uintptr(at), uintptr(unsafe.Pointer(&b[0])),
			uintptr(unsafe.Pointer(&st)), uintptr(flags), 0, 0)
	}
	*bp = b
	pathBuffers.Put(bp)
	if errno != 0 {
		return Stat{Errno: errno}
	}
	return Of(&st)
}

// Values of facts that need no hashing. They are as improbable as hashes as any other number.
const (
	absentValue = uint64(0x9e3779b97f4a7c15)
	dirValue    = uint64(0xc2b2ae3d27d4eb4f)
)

// valueOf works out the value of a fact whose path has the status st. ok is false if that is not possible, for instance
// because the file changed meanwhile.
func (t *Table) valueOf(kind Kind, path string, st *Stat) (v uint64, ok bool) {
	if kind == System {
		v, err := SystemValue(path)
		return v, err == nil
	}
	if st.Errno != 0 {
		return absentValue + uint64(st.Errno), true
	}
	switch kind {
	case Exists:
		return mix(dirValue+uint64(st.Mode), st.Owner()), true
	case List:
		return t.listValue(path)
	case Link:
		to, err := os.Readlink(path)
		return t.sums.Text(to), err == nil
	}
	switch st.Format() {
	case syscall.S_IFDIR:
		if kind == Dated {
			return mix(dirValue, uint64(st.Mtime)), true
		}
		return dirValue, true
	case syscall.S_IFREG:
		if st.Size == 0 && st.Ino != 0 {
			return mix(mix(absentValue, uint64(st.Mtime)), uint64(st.Mode)), true
		}
		if kind == Dated {
			return mix(mix(uint64(st.Size)<<16|uint64(st.Mode), uint64(st.Mtime)), st.Owner()), true
		}
		return t.contentValue(path, st)
	case syscall.S_IFIFO:
		// What will come out of it is not known.
		return 0, kind == Dated
	}
	return mix(st.Dev, uint64(st.Mode)), true
}

// ThinArchive begins an archive that names its members in place of holding them. Its value holds its date, which tells
// of changes of the members.
const ThinArchive = "!<thin>\n"

var buffers = sync.Pool{New: func() any { b := make([]byte, 256<<10); return &b }}

func (t *Table) contentValue(path string, st *Stat) (uint64, bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	bp := buffers.Get().(*[]byte)
	defer buffers.Put(bp)
	v, list, err := t.sums.Contents(f, *bp, ThinArchive)
	if err != nil {
		return 0, false
	}
	// The executable bits count: a script that may not be run does something else.
	v = mix(v, uint64(st.Mode&0o111))
	if list {
		v = mix(v, uint64(st.Mtime))
	}
	return v, true
}

// OwnDir is the folder that gokbuild keeps in an output directory. No list of names holds it: it may appear later.
const OwnDir = ".gokbuild"

func (t *Table) listValue(path string) (uint64, bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		return 0, false
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if e.Name() != OwnDir {
			names = append(names, e.Name()+"\x00"+e.Type().String())
		}
	}
	slices.Sort(names)
	return t.sums.Text(strings.Join(names, "\x00")), true
}

func mix(a, b uint64) uint64 {
	var buf [16]byte
	binary.LittleEndian.PutUint64(buf[:], a)
	binary.LittleEndian.PutUint64(buf[8:], b)
	return xxhash.Sum64(buf[:])
}

// OfDevices reports whether an absolute path is below /dev, where files are devices and do not hold what was written. Below /dev/shm
// they are files like others: people build there.
func OfDevices(path string) bool {
	return strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/dev/shm/")
}
