//go:build linux && (amd64 || arm64)

package trace

// What each system call means for the claim. A call that is not in the table, or a way of using one that is not known here,
// proves nothing: the table lists what is harmless, not what is harmful.

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

// enterFunc handles a call at its entry, and returns what is to be done when it returns.
type enterFunc func(t *tracer, k *task, a *[6]uint64) exitFunc

type callEntry struct {
	name  string
	enter enterFunc // nil: harmless
}

// callTable is filled by the first tracer; most processes are none.
var (
	callTable map[uint64]callEntry
	callsOnce sync.Once
)

func listCalls() {
	callTable = make(map[uint64]callEntry)
	add := func(number uint64, name string, enter enterFunc) {
		if _, double := callTable[number]; double {
			panic("system call listed twice: " + name)
		}
		callTable[number] = callEntry{name, enter}
	}
	addHarmless(add)
	addFiles(add)
	addOthers(add)
	addLegacy(add)
}

type addFunc func(number uint64, name string, enter enterFunc)

func callName(number uint64) string {
	if c, ok := callTable[number]; ok {
		return c.name
	}
	return fmt.Sprintf("system call %d", number)
}

// enter handles the entry of a system call.
func (t *tracer) enter(k *task, args [6]uint64) {
	c, known := callTable[k.number]
	switch {
	case !known:
		t.impure("%s used %s", k.proc.program.describe(), callName(k.number))
	case c.enter != nil:
		k.exit = c.enter(t, k, &args)
	}
}

// addHarmless lists calls whose outcome depends on nothing outside the process and its relatives, or on what the caller of Run
// keeps the same (user, limits, umask), and which change nothing outside.
func addHarmless(add addFunc) {
	for number, name := range map[uint64]string{
		// memory
		unix.SYS_BRK: "brk", unix.SYS_MUNMAP: "munmap", unix.SYS_MPROTECT: "mprotect", unix.SYS_MREMAP: "mremap",
		unix.SYS_MADVISE: "madvise", unix.SYS_MINCORE: "mincore", unix.SYS_MSYNC: "msync", unix.SYS_MLOCK: "mlock",
		unix.SYS_MLOCK2: "mlock2", unix.SYS_MUNLOCK: "munlock", unix.SYS_MEMFD_CREATE: "memfd_create", unix.SYS_MEMBARRIER: "membarrier",
		unix.SYS_PKEY_ALLOC: "pkey_alloc", unix.SYS_PKEY_FREE: "pkey_free", unix.SYS_PKEY_MPROTECT: "pkey_mprotect",
		// descriptors
		unix.SYS_CLOSE: "close", unix.SYS_CLOSE_RANGE: "close_range",
		unix.SYS_FCNTL: "fcntl", unix.SYS_FLOCK: "flock", unix.SYS_FSYNC: "fsync", unix.SYS_FDATASYNC: "fdatasync", unix.SYS_SYNC: "sync",
		unix.SYS_SYNCFS: "syncfs", unix.SYS_SYNC_FILE_RANGE: "sync_file_range", unix.SYS_PIPE2: "pipe2",
		unix.SYS_FADVISE64: "fadvise64", unix.SYS_READAHEAD: "readahead", unix.SYS_GETCWD: "getcwd",
		unix.SYS_FCHDIR: "fchdir", unix.SYS_EPOLL_CREATE1: "epoll_create1",
		unix.SYS_EPOLL_PWAIT: "epoll_pwait", unix.SYS_EPOLL_PWAIT2: "epoll_pwait2", unix.SYS_EVENTFD2: "eventfd2",
		unix.SYS_SIGNALFD4: "signalfd4",
		// sockets between relatives; what leads elsewhere is in addOthers
		unix.SYS_SOCKET: "socket", unix.SYS_SOCKETPAIR: "socketpair", unix.SYS_GETSOCKNAME: "getsockname",
		unix.SYS_GETPEERNAME: "getpeername", unix.SYS_GETSOCKOPT: "getsockopt", unix.SYS_SETSOCKOPT: "setsockopt",
		unix.SYS_SHUTDOWN: "shutdown",
		// processes and threads
		unix.SYS_EXIT: "exit", unix.SYS_EXIT_GROUP: "exit_group", unix.SYS_EXECVE: "execve", unix.SYS_EXECVEAT: "execveat",
		unix.SYS_WAIT4: "wait4", unix.SYS_WAITID: "waitid", unix.SYS_FUTEX: "futex", unix.SYS_SET_TID_ADDRESS: "set_tid_address",
		unix.SYS_SET_ROBUST_LIST: "set_robust_list", unix.SYS_GET_ROBUST_LIST: "get_robust_list", unix.SYS_RSEQ: "rseq",
		unix.SYS_SCHED_YIELD:    "sched_yield",
		unix.SYS_SCHED_GETPARAM: "sched_getparam", unix.SYS_SCHED_GETSCHEDULER: "sched_getscheduler", unix.SYS_SCHED_SETSCHEDULER: "sched_setscheduler",
		unix.SYS_SCHED_GET_PRIORITY_MAX: "sched_get_priority_max", unix.SYS_SCHED_GET_PRIORITY_MIN: "sched_get_priority_min",
		unix.SYS_GETPRIORITY: "getpriority", unix.SYS_SETPRIORITY: "setpriority", unix.SYS_IOPRIO_SET: "ioprio_set", unix.SYS_IOPRIO_GET: "ioprio_get",
		unix.SYS_SETPGID: "setpgid", unix.SYS_SETSID: "setsid", unix.SYS_GETCPU: "getcpu",
		unix.SYS_PIDFD_SEND_SIGNAL: "pidfd_send_signal", unix.SYS_SET_MEMPOLICY: "set_mempolicy", unix.SYS_GET_MEMPOLICY: "get_mempolicy",
		unix.SYS_LANDLOCK_CREATE_RULESET: "landlock_create_ruleset", unix.SYS_LANDLOCK_ADD_RULE: "landlock_add_rule",
		unix.SYS_LANDLOCK_RESTRICT_SELF: "landlock_restrict_self", unix.SYS_SECCOMP: "seccomp",
		// signals and timers
		unix.SYS_RT_SIGACTION: "rt_sigaction", unix.SYS_RT_SIGPROCMASK: "rt_sigprocmask", unix.SYS_RT_SIGRETURN: "rt_sigreturn",
		unix.SYS_RT_SIGSUSPEND: "rt_sigsuspend", unix.SYS_RT_SIGPENDING: "rt_sigpending", unix.SYS_RT_SIGTIMEDWAIT: "rt_sigtimedwait",
		unix.SYS_SIGALTSTACK: "sigaltstack", unix.SYS_RESTART_SYSCALL: "restart_syscall", unix.SYS_NANOSLEEP: "nanosleep",
		unix.SYS_CLOCK_NANOSLEEP: "clock_nanosleep", unix.SYS_CLOCK_GETRES: "clock_getres", unix.SYS_GETITIMER: "getitimer", unix.SYS_SETITIMER: "setitimer",
		unix.SYS_TIMER_CREATE: "timer_create", unix.SYS_TIMER_SETTIME: "timer_settime", unix.SYS_TIMER_DELETE: "timer_delete",
		// who we are and may be
		unix.SYS_GETUID: "getuid", unix.SYS_GETEUID: "geteuid", unix.SYS_GETGID: "getgid", unix.SYS_GETEGID: "getegid", unix.SYS_GETGROUPS: "getgroups",
		unix.SYS_GETRESUID: "getresuid", unix.SYS_GETRESGID: "getresgid", unix.SYS_SETUID: "setuid", unix.SYS_SETGID: "setgid",
		unix.SYS_SETREUID: "setreuid", unix.SYS_SETREGID: "setregid", unix.SYS_SETRESUID: "setresuid", unix.SYS_SETRESGID: "setresgid",
		unix.SYS_SETGROUPS: "setgroups", unix.SYS_SETFSUID: "setfsuid", unix.SYS_SETFSGID: "setfsgid", unix.SYS_CAPGET: "capget",
		unix.SYS_CAPSET: "capset", unix.SYS_UMASK: "umask", unix.SYS_GETRLIMIT: "getrlimit", unix.SYS_SETRLIMIT: "setrlimit",
		unix.SYS_PRLIMIT64: "prlimit64", unix.SYS_PERSONALITY: "personality",
	} {
		add(number, name, nil)
	}
}

// addFiles lists calls about files.
func addFiles(add addFunc) {
	read := func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.reads(k, a[0]) }
	for number, name := range map[uint64]string{unix.SYS_READ: "read", unix.SYS_PREAD64: "pread64", unix.SYS_READV: "readv",
		unix.SYS_PREADV: "preadv", unix.SYS_PREADV2: "preadv2"} {
		add(number, name, read)
	}
	add(unix.SYS_WRITE, "write", (*tracer).write)
	add(unix.SYS_WRITEV, "writev", (*tracer).writev)
	write := func(t *tracer, k *task, a *[6]uint64) exitFunc { t.writeOther(k, a[0]); return nil }
	for number, name := range map[uint64]string{unix.SYS_PWRITE64: "pwrite64",
		unix.SYS_PWRITEV: "pwritev", unix.SYS_PWRITEV2: "pwritev2", unix.SYS_VMSPLICE: "vmsplice",
		unix.SYS_FTRUNCATE: "ftruncate", unix.SYS_FALLOCATE: "fallocate"} {
		add(number, name, write)
	}
	between := func(in, out int) enterFunc {
		return func(t *tracer, k *task, a *[6]uint64) exitFunc { t.writeOther(k, a[out]); return t.reads(k, a[in]) }
	}
	add(unix.SYS_SENDFILE, "sendfile", between(1, 0))
	add(unix.SYS_COPY_FILE_RANGE, "copy_file_range", between(0, 2))
	add(unix.SYS_SPLICE, "splice", between(0, 2))
	add(unix.SYS_TEE, "tee", between(0, 1))

	copies := func(t *tracer, k *task, a *[6]uint64) exitFunc { t.copies(k, a[0]); return nil }
	add(unix.SYS_DUP, "dup", copies)
	add(unix.SYS_DUP3, "dup3", copies)

	add(unix.SYS_PPOLL, "ppoll", (*tracer).poll)
	add(unix.SYS_PSELECT6, "pselect6", (*tracer).selects)
	add(unix.SYS_EPOLL_CTL, "epoll_ctl", func(t *tracer, k *task, a *[6]uint64) exitFunc { t.awaits(k, a[2]); return nil })
	add(unix.SYS_LSEEK, "lseek", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		// Who does not read standard input may ask where it stands before closing it.
		if !(k.proc.program.unprompted && a[0] == 0 && a[1] == 0 && a[2] == unix.SEEK_CUR) {
			t.asksStdin(k, a[0])
		}
		return nil
	})
	add(unix.SYS_MMAP, "mmap", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		// The opening of other files has told everything.
		if a[3]&unix.MAP_ANONYMOUS == 0 && t.given(k, a[4]) {
			t.impure("%s mapped a descriptor it was given", k.proc.program.describe())
		}
		return nil
	})

	add(unix.SYS_OPENAT, "openat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.open(k, a[0], a[1], a[2]) })
	add(unix.SYS_OPENAT2, "openat2", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		var how [3]uint64
		if !k.readWords(a[2], how[:]) {
			return nil
		}
		if how[2] != 0 {
			t.impure("%s opened a file in a special way", k.proc.program.describe())
			return nil
		}
		return t.open(k, a[0], a[1], how[0])
	})
	add(unix.SYS_NEWFSTATAT, "newfstatat", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		if a[3]&unix.AT_EMPTY_PATH != 0 && k.emptyPath(a[1]) {
			return t.fstat(k, a[0])
		}
		return t.stat(k, a[0], a[1], a[3]&unix.AT_SYMLINK_NOFOLLOW == 0)
	})
	add(unix.SYS_STATX, "statx", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.statx(k, a) })
	add(unix.SYS_FSTAT, "fstat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.fstat(k, a[0]) })
	add(unix.SYS_FACCESSAT, "faccessat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.access(k, a[0], a[1], true, a[2]) })
	add(unix.SYS_FACCESSAT2, "faccessat2", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		return t.access(k, a[0], a[1], a[3]&unix.AT_SYMLINK_NOFOLLOW == 0, a[2])
	})
	add(unix.SYS_READLINKAT, "readlinkat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.ask(k, a[0], a[1], false, facts.Link) })
	add(unix.SYS_CHDIR, "chdir", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.ask(k, atFDCWD, a[0], true, facts.Exists) })
	free := func(t *tracer, k *task) {
		if !room.Has(k.proc.program.name) {
			t.impure("%s asked how much room there is", k.proc.program.describe())
		}
	}
	add(unix.SYS_STATFS, "statfs", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		asked := t.ask(k, atFDCWD, a[0], true, facts.Exists)
		return func(r int64) {
			if r == 0 {
				free(t, k)
			}
			if asked != nil {
				asked(r)
			}
		}
	})
	add(unix.SYS_FSTATFS, "fstatfs", func(t *tracer, k *task, _ *[6]uint64) exitFunc { free(t, k); return nil })
	add(unix.SYS_GETDENTS64, "getdents64", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.list(k, a[0]) })

	add(unix.SYS_MKDIRAT, "mkdirat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.create(k, a[0], a[1]) })
	add(unix.SYS_SYMLINKAT, "symlinkat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.create(k, a[1], a[2]) })
	add(unix.SYS_MKNODAT, "mknodat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.mknod(k, a[0], a[1], a[2]) })
	add(unix.SYS_UNLINKAT, "unlinkat", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		return t.remove(k, a[0], a[1], a[2]&unix.AT_REMOVEDIR != 0)
	})
	add(unix.SYS_RENAMEAT, "renameat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.rename(k, a[0], a[1], a[2], a[3], 0) })
	add(unix.SYS_RENAMEAT2, "renameat2", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		return t.rename(k, a[0], a[1], a[2], a[3], a[4])
	})
	add(unix.SYS_LINKAT, "linkat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.link(k, a[0], a[1], a[2], a[3], a[4]) })
	add(unix.SYS_TRUNCATE, "truncate", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.truncate(k, a[0], a[1]) })

	add(unix.SYS_FCHMODAT, "fchmodat", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onPath(k, a[0], a[1], true, t.chmod) })
	add(unix.SYS_FCHMOD, "fchmod", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onFD(k, a[0], t.chmod) })
	add(unix.SYS_FCHOWN, "fchown", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onFD(k, a[0], t.modify) })
	add(unix.SYS_FCHOWNAT, "fchownat", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		return t.onEither(k, a[0], a[1], a[4]&unix.AT_SYMLINK_NOFOLLOW == 0, t.modify)
	})
	add(unix.SYS_UTIMENSAT, "utimensat", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		return t.onEither(k, a[0], a[1], a[3]&unix.AT_SYMLINK_NOFOLLOW == 0, t.modify)
	})
	for number, name := range map[uint64]string{unix.SYS_FSETXATTR: "fsetxattr", unix.SYS_FREMOVEXATTR: "fremovexattr"} {
		add(number, name, func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.onFD(k, a[0], t.modify) })
	}
	for number, name := range map[uint64]string{unix.SYS_SETXATTR: "setxattr", unix.SYS_REMOVEXATTR: "removexattr",
		unix.SYS_LSETXATTR: "lsetxattr", unix.SYS_LREMOVEXATTR: "lremovexattr"} {
		add(number, name, func(t *tracer, k *task, a *[6]uint64) exitFunc {
			return t.onPath(k, atFDCWD, a[0], name[0] != 'l', t.modify)
		})
	}
	for number, name := range map[uint64]string{unix.SYS_GETXATTR: "getxattr", unix.SYS_LISTXATTR: "listxattr",
		unix.SYS_LGETXATTR: "lgetxattr", unix.SYS_LLISTXATTR: "llistxattr"} {
		follow := !strings.HasPrefix(name, "lg") && !strings.HasPrefix(name, "ll")
		add(number, name, func(t *tracer, k *task, a *[6]uint64) exitFunc {
			return t.attribute(k, t.ask(k, atFDCWD, a[0], follow, facts.Exists))
		})
	}
	for number, name := range map[uint64]string{unix.SYS_FGETXATTR: "fgetxattr", unix.SYS_FLISTXATTR: "flistxattr"} {
		add(number, name, func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.attribute(k, nil) })
	}
}
