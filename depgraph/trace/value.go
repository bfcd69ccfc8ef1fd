package trace

// This file tells whether what is under a path has changed during the command.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/libc"
)

// absent is asked of a path under which nothing was found. A report says facts.Exists, with no identity.
const absent = facts.Kind(15)

// valueOf is the fingerprint of what is under a path at this moment. If it is the same at the end of a command as at the first
// question, so is the answer that the command got. Other than with [facts.Stat], which decides for the other kinds, dates do
// not count. It is never 0. An error means that there is no such file, or that it cannot be read.
func valueOf(kind facts.Kind, path string) (uint64, error) {
	var (
		h   xxhash.Digest
		num [8]byte
	)
	h.Reset()
	add := func(n uint64) {
		binary.LittleEndian.PutUint64(num[:], n)
		h.Write(num[:])
	}
	switch kind {
	case facts.Content:
		if err := hashContent(&h, add, path); err != nil {
			return 0, err
		}
	case facts.List:
		names, err := listing(path)
		if err != nil {
			return 0, err
		}
		for _, name := range names {
			h.WriteString(name)
			h.Write([]byte{0})
		}
	case facts.Link:
		target, err := os.Readlink(path)
		if err != nil {
			return 0, err
		}
		h.WriteString(target)
	case facts.System:
		return facts.SystemValue(path)
	default:
		return 0, fmt.Errorf("%v has no value", kind)
	}
	return max(h.Sum64(), 1), nil
}

// identify is lstat.
func identify(path string) (facts.Stat, error) {
	var st syscall.Stat_t
	if err := libc.Retry(func() error { return syscall.Lstat(path, &st) }); err != nil {
		return facts.Stat{}, &os.PathError{Op: "lstat", Path: path, Err: err}
	}
	return facts.Of(&st), nil
}

func isAbsent(err error) bool { return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) }

func hashContent(h *xxhash.Digest, add func(uint64), path string) error {
	// Not a device or a FIFO, which might block: facts of this kind are about regular files.
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
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
