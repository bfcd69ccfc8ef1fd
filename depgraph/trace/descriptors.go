//go:build linux && (amd64 || arm64)

package trace

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// inherited knows the descriptors the command was given. A process may have copied them to any number, or opened them
// again through /dev/stdout, so they are told by the file they lead to.
type inherited struct {
	stdin, stdout, stderr fileKey
	others                []fileKey
}

type fileKey struct {
	dev, ino uint64
	char     bool
	rdev     uint64
}

func (t *inherited) init(files []uintptr) {
	for i, fd := range files {
		var st unix.Stat_t
		if fd == ^uintptr(0) || unix.Fstat(int(fd), &st) != nil {
			continue
		}
		key := keyOf(&st)
		switch i {
		case 0:
			t.stdin = key
		case 1:
			t.stdout = key
		case 2:
			t.stderr = key
		default:
			t.others = append(t.others, key)
		}
	}
}

func keyOf(st *unix.Stat_t) fileKey {
	return fileKey{dev: uint64(st.Dev), ino: st.Ino, char: st.Mode&unix.S_IFMT == unix.S_IFCHR, rdev: uint64(st.Rdev)}
}

// Devices that behave the same always.
var (
	devNull  = unix.Mkdev(1, 3)
	devZero  = unix.Mkdev(1, 5)
	devFull  = unix.Mkdev(1, 7)
	devURand = unix.Mkdev(1, 9)
)

func (k fileKey) constant() bool {
	return k.char && (k.rdev == devNull || k.rdev == devZero || k.rdev == devFull)
}

// file returns the file behind a descriptor of a thread.
func (k *task) file(fd uint64) (fileKey, bool) {
	var st unix.Stat_t
	if err := unix.Stat(k.fdLink(fd), &st); err != nil {
		return fileKey{}, false // not open: the call fails by itself
	}
	return keyOf(&st), true
}

func (k *task) fdLink(fd uint64) string { return fmt.Sprintf("/proc/%d/fd/%d", k.tid, int32(fd)) }

// fdPath returns the path of the file a descriptor was opened by; "" if it has none.
func (k *task) fdPath(fd uint64) string {
	target, err := readlink(k.fdLink(fd))
	if err != nil || !strings.HasPrefix(target, "/") || strings.HasSuffix(target, " (deleted)") {
		return ""
	}
	return target
}

// reads returns what to do when the task has read from a descriptor: nil for files whose opening told everything.
func (t *tracer) reads(k *task, fd uint64) exitFunc {
	key, ok := k.file(fd)
	if !ok || key.constant() {
		return nil
	}
	switch {
	case key == t.files.stdin:
		return func(n int64) {
			if n > 0 {
				t.impure("%s read from standard input", k.proc.program.describe())
			}
		}
	case key == t.files.stdout, key == t.files.stderr, t.files.other(key):
		return func(int64) { t.impure("%s read from a descriptor it was given", k.proc.program.describe()) }
	case key.char && !seed(key, k):
		return func(int64) { t.impure("%s read from a device", k.proc.program.describe()) }
	}
	return nil
}

// writes is called when the task is about to write to a descriptor.
func (t *tracer) writes(k *task, fd uint64) {
	key, ok := k.file(fd)
	if !ok || key.constant() {
		return
	}
	out, errs := key == t.files.stdout, key == t.files.stderr
	t.wrote = t.wrote || out
	t.wroteErr = t.wroteErr || errs
	switch {
	case out, errs:
	case key == t.files.stdin, t.files.other(key):
		t.impure("%s wrote to a descriptor it was given", k.proc.program.describe())
	case key.char:
		t.impure("%s wrote to a device", k.proc.program.describe())
	}
}

func (t *inherited) other(key fileKey) bool {
	for _, o := range t.others {
		if key == o {
			return true
		}
	}
	return false
}

// given tells whether a descriptor is one of those the command was given.
func (t *tracer) given(k *task, fd uint64) bool {
	key, ok := k.file(fd)
	return ok && !key.constant() &&
		(key == t.files.stdin || key == t.files.stdout || key == t.files.stderr || t.files.other(key))
}

// link is the path of something in the task's directory in /proc.
func (k *task) link(name string) string { return fmt.Sprintf("/proc/%d/%s", k.tid, name) }
