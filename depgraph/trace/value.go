package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sys/unix"
)

// Words of System facts.
const (
	SystemUname  = "uname"  // the fields of uname(2)
	SystemCPUs   = "cpus"   // how many processors there are and may be used
	SystemMemory = "memory" // how much memory the machine has
	SystemDay    = "day"    // the date
	SystemCgroup = "cgroup" // the control groups of this process
)

// Value is the fingerprint of what a fact of this kind says about path at this moment: if it is the same as at the end of
// a command, so is the answer the command got. It is never 0. An error means that the fact does not hold in any form: there
// is no such file, or it cannot be read, or (for Absent) it is there.
func Value(kind Kind, path string) (uint64, error) {
	var (
		h   xxhash.Digest
		num [8]byte
	)
	h.Reset()
	add := func(n uint64) {
		binary.LittleEndian.PutUint64(num[:], n)
		h.Write(num[:])
	}
	add(uint64(kind))
	switch kind {
	case Content:
		if err := hashContent(&h, add, path); err != nil {
			return 0, err
		}
	case Stat:
		id, err := identify(path)
		if err != nil {
			return 0, err
		}
		add(id.rights())
		add(uint64(id.Mode))
		add(uint64(id.Size))
		add(uint64(id.Mtime))
	case Exists:
		id, err := identify(path)
		if err != nil {
			return 0, err
		}
		add(id.rights())
		add(uint64(id.Mode))
	case Absent:
		if _, err := identify(path); err == nil {
			return 0, &os.PathError{Op: "lstat", Path: path, Err: unix.EEXIST}
		} else if !isAbsent(err) {
			return 0, err
		}
	case List:
		names, err := listing(path)
		if err != nil {
			return 0, err
		}
		for _, name := range names {
			h.WriteString(name)
			h.Write([]byte{0})
		}
	case Link:
		target, err := os.Readlink(path)
		if err != nil {
			return 0, err
		}
		h.WriteString(target)
	case System:
		if err := hashSystem(&h, add, path); err != nil {
			return 0, err
		}
	default:
		return 0, fmt.Errorf("%v is no kind of fact", kind)
	}
	return max(h.Sum64(), 1), nil
}

// identify is lstat.
func identify(path string) (Identity, error) {
	var st unix.Stat_t
	if err := ignoringEINTR(func() error { return unix.Lstat(path, &st) }); err != nil {
		return Identity{}, &os.PathError{Op: "lstat", Path: path, Err: err}
	}
	return identity(&st), nil
}

func identity(st *unix.Stat_t) Identity {
	return Identity{
		Dev: uint64(st.Dev), Ino: st.Ino, Mode: st.Mode, UID: st.Uid, GID: st.Gid, Size: st.Size,
		Mtime: st.Mtim.Nano(), Ctime: st.Ctim.Nano(),
	}
}

// rights is the owner, which decides what the permission bits mean.
func (id *Identity) rights() uint64 { return uint64(id.UID)<<32 | uint64(id.GID) }

func isAbsent(err error) bool { return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) }

func hashContent(h *xxhash.Digest, add func(uint64), path string) error {
	// Not a device or a FIFO, which might block: facts of this kind are about regular files.
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return &os.PathError{Op: "stat", Path: path, Err: err}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return &os.PathError{Op: "read", Path: path, Err: errors.New("not a regular file")}
	}
	add(uint64(st.Mode))
	_, err = io.Copy(h, f)
	return err
}

// listing returns the entries of a directory, each as a letter for its type and its name, sorted.
func listing(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = typeLetter(e.Type()) + e.Name()
	}
	slices.Sort(names)
	return names, nil
}

func typeLetter(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "-"
	case mode.IsDir():
		return "d"
	case mode&fs.ModeSymlink != 0:
		return "l"
	}
	return "?"
}

func hashSystem(h *xxhash.Digest, add func(uint64), word string) error {
	switch word {
	case SystemUname:
		var u unix.Utsname
		if err := unix.Uname(&u); err != nil {
			return os.NewSyscallError("uname", err)
		}
		for _, field := range [][65]byte{u.Sysname, u.Nodename, u.Release, u.Version, u.Machine, u.Domainname} {
			h.Write(field[:])
		}
	case SystemCPUs:
		var set unix.CPUSet
		if err := unix.SchedGetaffinity(0, &set); err != nil {
			return os.NewSyscallError("sched_getaffinity", err)
		}
		for _, bits := range set {
			add(uint64(bits))
		}
		online, err := os.ReadFile("/sys/devices/system/cpu/online")
		if err != nil && !isAbsent(err) {
			return err
		}
		h.Write(online)
	case SystemMemory:
		var info unix.Sysinfo_t
		if err := unix.Sysinfo(&info); err != nil {
			return os.NewSyscallError("sysinfo", err)
		}
		add(uint64(info.Totalram) * uint64(info.Unit))
	case SystemCgroup:
		return hashContent(h, add, "/proc/self/cgroup")
	case SystemDay:
		y, m, d := time.Now().Date()
		add(uint64(y)<<9 | uint64(m)<<5 | uint64(d))
	default:
		if strings.HasPrefix(word, "/") {
			return hashContent(h, add, word)
		}
		return fmt.Errorf("%q is no property of the system that is known here", word)
	}
	return nil
}

func ignoringEINTR(f func() error) error {
	for {
		if err := f(); err != unix.EINTR {
			return err
		}
	}
}
