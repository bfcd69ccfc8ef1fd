package facts

// This file knows facts about the machine.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/libc"
)

// What a command may ask of the machine: the words of System facts.
const (
	SystemUname  = "uname"  // the fields of uname(2)
	SystemCPUs   = "cpus"   // how many processors there are and may be used
	SystemMemory = "memory" // how much memory the machine has
	SystemDay    = "day"    // the date
	SystemCgroup = "cgroup" // the control groups of this process
	SystemGiven  = "given"  // the numbers of the descriptors that this process was given besides the first three

	// With a path behind it: whose it is, and who may do what with it.
	SystemOwner = "owner "

	// With a path behind it: all that stat tells of a file, whether it is a link or not; and that with the date of the
	// last access.
	SystemStatus     = "status "
	SystemStatusRead = "status+ "
)

// SystemValue returns a hash of what the machine says under a word, or of what is in a file that the kernel makes up.
// It is never 0.
func SystemValue(word string) (uint64, error) {
	var h xxhash.Digest
	h.Reset()
	if err := hashSystem(&h, word); err != nil {
		return 0, err
	}
	return max(h.Sum64(), 1), nil
}

func hashSystem(h *xxhash.Digest, word string) error {
	add := func(n uint64) {
		var num [8]byte
		binary.LittleEndian.PutUint64(num[:], n)
		h.Write(num[:])
	}
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
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
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
		return hashFile(h, "/proc/self/cgroup")
	case SystemGiven:
		for _, n := range inherited.Descriptors() {
			add(uint64(n))
		}
	case SystemDay:
		y, m, d := time.Now().Date()
		add(uint64(y)<<9 | uint64(m)<<5 | uint64(d))
	default:
		if path, ok := strings.CutPrefix(word, SystemOwner); ok {
			return hashStatus(add, path, ownerOnly)
		}
		if path, ok := strings.CutPrefix(word, SystemStatus); ok {
			return hashStatus(add, path, allButAccess)
		}
		if path, ok := strings.CutPrefix(word, SystemStatusRead); ok {
			return hashStatus(add, path, all)
		}
		if strings.HasPrefix(word, "/") {
			return hashFile(h, word)
		}
		return fmt.Errorf("%q is no property of the system that is known here", word)
	}
	return nil
}

// Parts of what stat tells.
const (
	ownerOnly = iota
	allButAccess
	all
)

// hashStatus adds the fields of stat.
func hashStatus(add func(uint64), path string, part int) error {
	var st unix.Stat_t
	if err := libc.Retry(func() error { return unix.Lstat(path, &st) }); err != nil {
		return &fs.PathError{Op: "lstat", Path: path, Err: err}
	}
	fields := []uint64{uint64(st.Mode), uint64(st.Uid), uint64(st.Gid)}
	if part >= allButAccess {
		fields = append(fields, uint64(st.Dev), st.Ino, uint64(st.Nlink), uint64(st.Rdev), uint64(st.Size), uint64(st.Blocks),
			uint64(st.Mtim.Nano()), uint64(st.Ctim.Nano()))
	}
	if part == all {
		fields = append(fields, uint64(st.Atim.Nano()))
	}
	for _, n := range fields {
		add(n)
	}
	return nil
}

// hashFile hashes a regular file, not a device or a FIFO, which might block.
func hashFile(h *xxhash.Digest, name string) error {
	f, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	_, err = io.Copy(h, f)
	return err
}
