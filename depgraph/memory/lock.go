package memory

// This file keeps two builds out of one output directory.

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/libc"
)

// Lock keeps two builds out of one output directory.
type Lock struct {
	f *os.File
	// first is what the file begins with, a digit.
	first byte
	// below is the file by which builds below this one say that they ran.
	below string
}

// ErrHeldAbove says that a process above this one builds in the same directory: this one is part of that build.
var ErrHeldAbove = errors.New("the build that started this one holds the lock")

// Acquire locks an output directory for this process. If another build is at work there, busy is called with the number
// of its process: it returns nil to have Acquire wait for the end of that build or of ctx, or the error that Acquire is
// to return.
func Acquire(ctx context.Context, dir string, busy func(pid int) error) (*Lock, error) {
	if err := os.MkdirAll(filepath.Join(dir, Dir), 0o777); err != nil {
		return nil, err
	}
	if ignore := filepath.Join(dir, Dir, ".gitignore"); !exists(ignore) {
		// The folder is nobody's business but ours.
		_ = os.WriteFile(ignore, []byte("*\n"), 0o666)
	}
	name := filepath.Join(dir, Dir, "lock")
	makeRoom(name)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == unix.EWOULDBLOCK {
		pid := holder(f)
		if isAncestor(pid) {
			f.Close()
			_ = os.WriteFile(belowName(dir), nil, 0o666)
			return nil, ErrHeldAbove
		}
		if err = busy(pid); err == nil {
			locked := make(chan error)
			go func() {
				err := libc.Retry(func() error { return unix.Flock(int(f.Fd()), unix.LOCK_EX) })
				select {
				case locked <- err:
				case <-ctx.Done():
					f.Close() // nobody waits any more
				}
			}()
			select {
			case err = <-locked:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	// What a killed run was writing is worth nothing.
	if parts, err := filepath.Glob(filepath.Join(dir, Dir, fileName+".*")); err == nil {
		for _, p := range parts {
			_ = os.Remove(p)
		}
	}
	// For those who wait. The number is worth nothing without the lock, so that a stale one does no harm.
	pid := []byte(strconv.Itoa(os.Getpid()) + "\n")
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt(pid, 0)
	}
	l := &Lock{f, pid[0], belowName(dir)}
	_ = l.Below() // of a build that was killed
	return l, nil
}

func belowName(dir string) string { return filepath.Join(dir, Dir, "below") }

// Below reports whether a build that a process of this one started has asked for the lock since the last call.
func (l *Lock) Below() bool { return unix.Unlink(l.below) == nil }

// Now returns the time by the clock of the directory's file system, in nanoseconds since 1970: files written before
// have no later date. That clock may be ticks behind the system's, or run on another machine, so it is asked by writing
// a file, the lock's.
func (l *Lock) Now() int64 {
	var st unix.Stat_t
	if _, err := l.f.WriteAt([]byte{l.first}, 0); err != nil || unix.Fstat(int(l.f.Fd()), &st) != nil {
		return time.Now().UnixNano()
	}
	return st.Mtim.Nano()
}

// makeRoom removes what stands in the way of a file of ours: a folder, a link.
func makeRoom(name string) {
	if st, err := os.Lstat(name); err == nil && !st.Mode().IsRegular() {
		_ = os.RemoveAll(name)
	}
}

// Release gives the directory free.
func (l *Lock) Release() {
	if l != nil {
		l.f.Close()
	}
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func holder(f *os.File) int {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	return pid
}

// isAncestor reports whether pid is this process or one above it.
func isAncestor(pid int) bool {
	for p := os.Getpid(); p > 1; {
		if p == pid {
			return true
		}
		data, err := os.ReadFile("/proc/" + strconv.Itoa(p) + "/stat")
		if err != nil {
			return false
		}
		// The name in brackets may hold anything; state and parent follow it.
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		if len(fields) < 2 {
			return false
		}
		if p, err = strconv.Atoi(fields[1]); err != nil {
			return false
		}
	}
	return false
}
