//go:build linux

package trace

// This file lists the system calls that only x86-64 has.

import (
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

const nativeArch = unix.AUDIT_ARCH_X86_64

// addLegacy lists the calls that newer architectures do without.
func addLegacy(add addFunc) {
	for number, name := range map[uint64]string{
		unix.SYS_PIPE:         "pipe",
		unix.SYS_EPOLL_CREATE: "epoll_create", unix.SYS_EPOLL_WAIT: "epoll_wait", unix.SYS_EVENTFD: "eventfd", unix.SYS_SIGNALFD: "signalfd",
		unix.SYS_FORK: "fork", unix.SYS_VFORK: "vfork", unix.SYS_ALARM: "alarm", unix.SYS_PAUSE: "pause",
		unix.SYS_ARCH_PRCTL: "arch_prctl",
	} {
		add(number, name, nil)
	}
	add(unix.SYS_GETPGRP, "getpgrp", func(t *tracer, k *task, _ *[6]uint64) exitFunc {
		t.measures(k, "the number of its process")
		return nil
	})
	add(unix.SYS_DUP2, "dup2", func(t *tracer, k *task, a *[6]uint64) exitFunc { t.copies(k, a[0]); return nil })
	add(unix.SYS_POLL, "poll", (*tracer).poll)
	add(unix.SYS_SELECT, "select", (*tracer).selects)
	add(unix.SYS_TIME, "time", func(t *tracer, k *task, _ *[6]uint64) exitFunc { t.readClock(k); return nil })
	add(unix.SYS_OPEN, "open", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.open(k, atFDCWD, a[0], a[1]) })
	add(unix.SYS_CREAT, "creat", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		return t.open(k, atFDCWD, a[0], unix.O_CREAT|unix.O_WRONLY|unix.O_TRUNC)
	})
	add(unix.SYS_STAT, "stat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.stat(k, atFDCWD, a[0], true) })
	add(unix.SYS_LSTAT, "lstat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.stat(k, atFDCWD, a[0], false) })
	add(unix.SYS_ACCESS, "access", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.access(k, atFDCWD, a[0], true, a[1]) })
	add(unix.SYS_READLINK, "readlink", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.ask(k, atFDCWD, a[0], false, facts.Link) })
	add(unix.SYS_GETDENTS, "getdents", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.list(k, a[0]) })
	add(unix.SYS_MKDIR, "mkdir", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.create(k, atFDCWD, a[0]) })
	add(unix.SYS_SYMLINK, "symlink", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.create(k, atFDCWD, a[1]) })
	add(unix.SYS_MKNOD, "mknod", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.mknod(k, atFDCWD, a[0], a[1]) })
	add(unix.SYS_UNLINK, "unlink", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.remove(k, atFDCWD, a[0], false) })
	add(unix.SYS_RMDIR, "rmdir", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.remove(k, atFDCWD, a[0], true) })
	add(unix.SYS_RENAME, "rename", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.rename(k, atFDCWD, a[0], atFDCWD, a[1], 0) })
	add(unix.SYS_LINK, "link", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.link(k, atFDCWD, a[0], atFDCWD, a[1], 0) })
	add(unix.SYS_CHMOD, "chmod", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onPath(k, atFDCWD, a[0], true, t.chmod) })
	add(unix.SYS_CHOWN, "chown", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onPath(k, atFDCWD, a[0], true, t.modify) })
	add(unix.SYS_LCHOWN, "lchown", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onPath(k, atFDCWD, a[0], false, t.modify) })
	add(unix.SYS_UTIME, "utime", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onPath(k, atFDCWD, a[0], true, t.modify) })
	add(unix.SYS_UTIMES, "utimes", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onPath(k, atFDCWD, a[0], true, t.modify) })
	add(unix.SYS_FUTIMESAT, "futimesat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onEither(k, a[0], a[1], true, t.modify) })
}
