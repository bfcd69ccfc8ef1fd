//go:build linux && (amd64 || arm64)

package trace

// This file keeps a rehearsal from changing anything. A command under trace stops before each system call; one that would
// change what was there before is never made, for the command is killed there.

import (
	"os"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// rehearsal is what is kept of a command that is only rehearsed.
type rehearsal struct {
	// left are the names of what the command may have made where nothing was, in order.
	left    []string
	timer   *time.Timer
	expired atomic.Bool
}

// rehearse has the command end as soon as nothing can be proved of it any more, or after the limit.
func (t *tracer) rehearse(limit time.Duration) {
	r := &rehearsal{}
	t.rehearsal = r
	r.timer = time.AfterFunc(limit, func() {
		r.expired.Store(true)
		t.signalRoot(syscall.SIGKILL)
	})
}

// condemned reports whether the command is to be killed.
func (t *tracer) condemned() bool {
	return t.rehearsal != nil && (t.why != "" || t.rehearsal.expired.Load())
}

// killAll ends all processes of the command. A process that is killed at the entry of a system call does not make it.
func (t *tracer) killAll() {
	for pid := range t.procs {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// forbid ends a rehearsal; it does nothing to a command that may do what it likes.
func (t *tracer) forbid(why string) {
	if t.rehearsal != nil {
		t.impure("%s", why)
	}
}

// taking is called before a call that changes what f is, if it is there.
func (t *tracer) taking(k *task, f *found) {
	k.changes = true
	if t.rehearsal == nil || f.err != nil {
		return
	}
	if f.magic || !t.rec.own(f) {
		t.forbid("it would change " + f.path + ", which was there before")
	}
}

// making is called before a call that makes f, if nothing is there.
func (t *tracer) making(k *task, f *found) {
	k.changes = true
	if t.rehearsal != nil && f.err != nil {
		k.makes = append(k.makes, f.path)
	}
}

// changing is called before a call that makes f, or changes it if it is there.
func (t *tracer) changing(k *task, f *found) {
	t.taking(k, f)
	t.making(k, f)
}

// enters is called before the opening of something that is no regular file. A pipe or a device may notice.
func (t *tracer) enters(f *found) {
	if t.rehearsal == nil || f.dir() || t.rec.own(f) {
		return
	}
	var st unix.Stat_t
	if unix.Stat(f.path, &st) == nil {
		key := keyOf(&st)
		if key.constant() || f.path == "/dev/tty" || key == t.files.stdin || key == t.files.stdout || key == t.files.stderr {
			return
		}
	}
	t.forbid("it would open " + f.path + ", which is no regular file")
}

// othersToo are system calls that can be aimed at other processes, by the argument that says at which.
var othersToo = map[uint64]int{
	unix.SYS_PRLIMIT64: 0, unix.SYS_SETPRIORITY: 1, unix.SYS_IOPRIO_SET: 1, unix.SYS_SCHED_SETAFFINITY: 0,
	unix.SYS_SCHED_SETSCHEDULER: 0, unix.SYS_SETPGID: 0,
}

// aims is called at the entry of each call of a rehearsal.
func (t *tracer) aims(k *task, a *[6]uint64) {
	if at, ok := othersToo[k.number]; ok && t.rehearsal != nil {
		if id := int(int32(a[at])); id != 0 && !t.relative(id) {
			t.forbid("it would change another process")
		}
	}
}

// made is called when a system call has returned, or will not any more: then the result is 0, for it may have been made.
func (r *rehearsal) made(k *task, result int64) {
	if r == nil {
		return
	}
	if result >= 0 {
		r.left = append(r.left, k.makes...)
	}
	k.makes = nil
}

// undo removes what a rehearsal has left where nothing was. Then it would have changed something.
func (t *tracer) undo() {
	r := t.rehearsal
	if r == nil {
		return
	}
	r.timer.Stop()
	if r.expired.Load() {
		t.impure("it took too long")
	}
	for _, path := range slices.Backward(r.left) {
		if _, err := os.Lstat(path); err == nil {
			t.impure("it would make %s", path)
			_ = os.Remove(path)
		}
	}
}
