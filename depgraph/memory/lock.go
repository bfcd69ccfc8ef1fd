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
	"gokbuild/depgraph/owner"
)

// Lock keeps two builds out of one output directory. It is the kernel's: it holds between containers and ends with the
// process. What the file says is for messages, and for builds that one build starts.
type Lock struct {
	f   *os.File
	dir *owner.Dir
	// first is what the file begins with, a digit.
	first byte
	// distrusted tells why nothing in the folder is believed.
	distrusted string
}

// ErrHeldAbove says that a process above this one builds in the same directory: this one is part of that build.
var ErrHeldAbove = errors.New("the build that started this one holds the lock")

const (
	lockName  = "lock"
	belowName = "below"
)

// Acquire locks an output directory for this process. If another build is at work there, busy is called with the number
// of its process, 0 if that is not known here: it returns nil to have Acquire wait for the end of that build or of ctx,
// or the error that Acquire is to return. Also a folder that is not believed ([Lock.Distrusted]) is locked, if that is
// allowed.
func Acquire(ctx context.Context, dir string, busy func(pid int) error) (*Lock, error) {
	asked := false
	for {
		d, err := owner.OpenDir(filepath.Join(dir, Dir), true)
		if errors.Is(err, owner.ErrLink) {
			return &Lock{distrusted: "is a symbolic link"}, nil
		}
		if err != nil {
			return nil, err
		}
		l := &Lock{dir: d, distrusted: d.Foreign()}
		if err = l.open(); err == nil {
			err = l.wait(ctx, func(pid int) error {
				if asked {
					return nil
				}
				asked = true
				return busy(pid)
			})
		} else if l.distrusted != "" {
			return l, nil
		}
		if err != nil {
			l.Release()
			return nil, err
		}
		// Who held it may have removed the folder, as mrproper does: then this is a lock of nothing.
		if d.Same(lockName, l.f) && sameFolder(d, dir) {
			l.begin()
			return l, nil
		}
		l.Release()
	}
}

func sameFolder(d *owner.Dir, dir string) bool {
	now, err := owner.OpenDir(filepath.Join(dir, Dir), false)
	if err != nil {
		return false
	}
	defer now.Close()
	dev, ino := d.Identity()
	nowDev, nowIno := now.Identity()
	return dev == nowDev && ino == nowIno
}

// open opens the file. In a folder of somebody else nothing is made or removed.
func (l *Lock) open() (err error) {
	if l.distrusted != "" {
		if l.f, err = l.dir.Open(lockName, os.O_RDWR, 0); err != nil {
			l.f, err = l.dir.Open(lockName, os.O_RDONLY, 0)
		}
		return err
	}
	if st, err := l.dir.Stat(".gitignore"); err != nil || st.Size == 0 {
		// The folder is nobody's business but ours.
		if f, err := l.dir.Open(".gitignore", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); err == nil {
			_, _ = f.WriteString("*\n")
			f.Close()
		}
	}
	l.dir.MakeRoom(lockName)
	l.f, err = l.dir.Open(lockName, os.O_RDWR|os.O_CREATE, 0o644)
	return err
}

// wait gets the lock.
func (l *Lock) wait(ctx context.Context, busy func(pid int) error) error {
	err := lockFile(l.f, false)
	if err != unix.EWOULDBLOCK && err != unix.EACCES {
		return err
	}
	by := holder(l.f)
	if by.isAbove() {
		if f, err := l.dir.Open(belowName, os.O_WRONLY|os.O_CREATE, 0o644); err == nil {
			f.Close()
		}
		return ErrHeldAbove
	}
	if err := busy(by.seen()); err != nil {
		return err
	}
	f, locked := l.f, make(chan error)
	go func() {
		err := lockFile(f, true)
		select {
		case locked <- err:
		case <-ctx.Done():
			unlockFile(f)
			f.Close() // nobody waits any more
		}
	}()
	select {
	case err := <-locked:
		return err
	case <-ctx.Done():
		l.f = nil
		return ctx.Err()
	}
}

// lockFile locks a file, with flock or, on a file system that has none, with a lock of the open file by fcntl. Neither
// ends while another descriptor of this process is closed, and both are known to all containers.
func lockFile(f *os.File, wait bool) error {
	how, cmd := unix.LOCK_EX|unix.LOCK_NB, unix.F_OFD_SETLK
	if wait {
		how, cmd = unix.LOCK_EX, unix.F_OFD_SETLKW
	}
	return libc.Retry(func() error {
		err := unix.Flock(int(f.Fd()), how)
		switch err {
		case unix.ENOSYS, unix.ENOLCK, unix.EOPNOTSUPP, unix.EINVAL:
			err = unix.FcntlFlock(f.Fd(), cmd, &unix.Flock_t{Type: unix.F_WRLCK})
		}
		return err
	})
}

// unlockFile takes back what lockFile did.
func unlockFile(f *os.File) {
	_ = libc.Retry(func() error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) })
	_ = libc.Retry(func() error { return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_UNLCK}) })
}

// begin is done first by who has got the lock.
func (l *Lock) begin() {
	if l.distrusted != "" {
		return
	}
	// What a killed run was writing is worth nothing.
	names, _ := l.dir.Names()
	for _, name := range names {
		if strings.HasPrefix(name, fileName+".") {
			_ = l.dir.Remove(name)
		}
	}
	// Without the lock this is worth nothing, so that a stale one does no harm.
	text := thisProcess().text()
	if err := l.f.Truncate(0); err == nil {
		_, _ = l.f.WriteAt([]byte(text), 0)
	}
	l.first = text[0]
	_ = l.Below() // of a build that was killed
}

// Distrusted tells why nothing that is in the folder is believed, and nothing is to be kept there, in words that follow
// its name; "" if there is no reason.
func (l *Lock) Distrusted() string { return l.distrusted }

// Below reports whether a build that a process of this one started has asked for the lock since the last call.
func (l *Lock) Below() bool { return l.dir.Remove(belowName) == nil }

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

// Release gives the directory free.
func (l *Lock) Release() {
	if l == nil {
		return
	}
	if l.f != nil {
		// Closing alone would not do: a process that is just being started has the descriptor too, until it runs its program.
		unlockFile(l.f)
		l.f.Close()
	}
	if l.dir != nil {
		l.dir.Close()
	}
}

// process tells one process from all others that there are or were, on any machine.
type process struct {
	pid int
	// proc is its number in /proc, started when it was, in ticks; space is what numbers its processes, boot that of the
	// machine.
	proc                 int
	started, space, boot string
}

func thisProcess() process {
	p := process{pid: os.Getpid()}
	self, _ := os.Readlink("/proc/self")
	p.proc, _ = strconv.Atoi(self)
	p.started, _, _ = inProc(p.proc)
	p.space, p.boot = numbering()
	return p
}

// numbering returns what gives processes their numbers here: the namespace, and the run of the machine.
func numbering() (space, boot string) {
	space, _ = os.Readlink("/proc/self/ns/pid")
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return space, strings.TrimSpace(string(id))
}

func (p process) text() string {
	return strconv.Itoa(p.pid) + "\n" + strings.Join([]string{strconv.Itoa(p.proc), p.started, p.space, p.boot}, " ") + "\n"
}

func holder(f *os.File) process {
	b := make([]byte, 256)
	n, _ := f.ReadAt(b, 0)
	return parseProcess(string(b[:n]))
}

// parseProcess reads what text wrote. Anything else is no process.
func parseProcess(text string) (p process) {
	pid, rest, _ := strings.Cut(text, "\n")
	rest, whole := strings.CutSuffix(rest, "\n")
	fields := strings.Split(rest, " ")
	if !whole || len(fields) != 4 {
		return process{}
	}
	p = process{started: fields[1], space: fields[2], boot: fields[3]}
	var err1, err2 error
	p.pid, err1 = strconv.Atoi(pid)
	p.proc, err2 = strconv.Atoi(fields[0])
	if err1 != nil || err2 != nil || p.pid <= 0 || p.proc <= 0 || p.text() != text {
		return process{}
	}
	return p
}

// inProc looks a process up by number: when it was started, and its parent.
func inProc(pid int) (started string, parent int, ok bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", 0, false
	}
	// The name in brackets may hold anything; state and parent follow it.
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	const parentAt, startAt = 1, 19
	if len(fields) <= startAt {
		return "", 0, false
	}
	parent, err = strconv.Atoi(fields[parentAt])
	return fields[startAt], parent, err == nil
}

// here reports whether the number means something in this process's own /proc.
func (p process) here() bool {
	space, boot := numbering()
	return p.proc > 0 && p.started != "" && p.space == space && p.boot == boot
}

// seen is the number of the process if it is there and known under it here; 0 if not.
func (p process) seen() int {
	if started, _, ok := inProc(p.proc); !p.here() || !ok || started != p.started {
		return 0
	}
	return p.pid
}

// isAbove reports whether p is this process or one above it. The number alone would not tell: each container has its
// own.
func (p process) isAbove() bool {
	if !p.here() {
		return false
	}
	for n := thisProcess().proc; n > 0; {
		started, parent, ok := inProc(n)
		if !ok {
			return false
		}
		if n == p.proc {
			return started == p.started
		}
		n = parent
	}
	return false
}
