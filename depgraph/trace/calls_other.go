//go:build linux && (amd64 || arm64)

package trace

// System calls about anything but files.

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

func addOthers(add addFunc) {
	add(unix.SYS_UNAME, "uname", func(t *tracer, _ *task, _ *[6]uint64) exitFunc { t.system(facts.SystemUname); return nil })
	add(unix.SYS_SYSINFO, "sysinfo", func(t *tracer, k *task, _ *[6]uint64) exitFunc {
		t.measures(k, "the state of the memory")
		t.system(facts.SystemMemory)
		return nil
	})
	for number, name := range map[uint64]string{unix.SYS_GETRUSAGE: "getrusage", unix.SYS_TIMES: "times"} {
		add(number, name, func(t *tracer, k *task, _ *[6]uint64) exitFunc {
			if p := &k.proc.program; shells.Has(p.name) && name == "times" {
				t.impure("%s asked for the time it has used", p.describe())
			}
			t.measures(k, "the time it has used")
			return nil
		})
	}
	for number, name := range map[uint64]string{unix.SYS_GETPID: "getpid", unix.SYS_GETPPID: "getppid", unix.SYS_GETTID: "gettid",
		unix.SYS_GETPGID: "getpgid", unix.SYS_GETSID: "getsid"} {
		add(number, name, func(t *tracer, k *task, _ *[6]uint64) exitFunc {
			t.measures(k, "the number of its process")
			return nil
		})
	}
	add(unix.SYS_SCHED_GETAFFINITY, "sched_getaffinity", func(t *tracer, _ *task, _ *[6]uint64) exitFunc {
		t.near.apart(false)
		t.system(facts.SystemCPUs)
		return nil
	})
	add(unix.SYS_SCHED_SETAFFINITY, "sched_setaffinity", func(t *tracer, _ *task, _ *[6]uint64) exitFunc {
		t.near.apart(true)
		return nil
	})
	clock := func(t *tracer, k *task, _ *[6]uint64) exitFunc { t.readClock(k); return nil }
	add(unix.SYS_GETTIMEOFDAY, "gettimeofday", clock)
	add(unix.SYS_CLOCK_GETTIME, "clock_gettime", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		switch int32(a[0]) {
		case unix.CLOCK_REALTIME, unix.CLOCK_REALTIME_COARSE, unix.CLOCK_REALTIME_ALARM, unix.CLOCK_TAI, unix.CLOCK_BOOTTIME:
			t.readClock(k)
		default:
			t.measures(k, "the time since some moment")
		}
		return nil
	})
	add(unix.SYS_GETRANDOM, "getrandom", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		t.draws(k, a[1], a[2])
		return nil
	})

	clone := func(t *tracer, k *task, flags uint64) {
		// CLONE_NEWTIME shares its bit with the exit signal of the old call, whose numbers stop at 64.
		const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
			unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWTIME
		if flags&(namespaces|unix.CLONE_UNTRACED) != 0 {
			t.impure("%s started a process in a world of its own", k.proc.program.describe())
		}
	}
	add(unix.SYS_CLONE, "clone", func(t *tracer, k *task, a *[6]uint64) exitFunc { clone(t, k, a[0]); return nil })
	add(unix.SYS_CLONE3, "clone3", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		var flags [1]uint64
		if k.readWords(a[0], flags[:]) {
			clone(t, k, flags[0])
		}
		return nil
	})
	signal := func(t *tracer, k *task, a *[6]uint64) exitFunc {
		return func(r int64) {
			if target := int(int32(a[0])); r == 0 && !t.relative(target) {
				t.impure("%s sent a signal to process %d, which is not its own", k.proc.program.describe(), target)
			}
		}
	}
	// The target may be gone when the call returns, so it is looked for before.
	before := func(next enterFunc) enterFunc {
		return func(t *tracer, k *task, a *[6]uint64) exitFunc {
			if t.relative(int(int32(a[0]))) {
				return nil
			}
			t.forbid("it would send a signal")
			return next(t, k, a)
		}
	}
	add(unix.SYS_KILL, "kill", before(signal))
	add(unix.SYS_TKILL, "tkill", before(signal))
	add(unix.SYS_TGKILL, "tgkill", before(signal))
	add(unix.SYS_PIDFD_OPEN, "pidfd_open", before(signal))

	add(unix.SYS_PRCTL, "prctl", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		switch a[0] {
		case unix.PR_SET_NAME, unix.PR_GET_NAME, unix.PR_SET_PDEATHSIG, unix.PR_GET_PDEATHSIG, unix.PR_GET_DUMPABLE,
			unix.PR_CAPBSET_READ, unix.PR_SET_NO_NEW_PRIVS, unix.PR_GET_NO_NEW_PRIVS, unix.PR_SET_VMA,
			unix.PR_SET_CHILD_SUBREAPER, unix.PR_GET_KEEPCAPS, unix.PR_CAP_AMBIENT, unix.PR_SET_THP_DISABLE, unix.PR_SET_SECCOMP:
		default:
			t.impure("%s used prctl %d", k.proc.program.describe(), a[0])
		}
		return nil
	})
	add(unix.SYS_IOCTL, "ioctl", func(t *tracer, k *task, a *[6]uint64) exitFunc {
		switch request := uint32(a[1]); request {
		case unix.TCGETS, tcgets2, unix.TIOCGWINSZ, unix.TIOCGPGRP, unix.TIOCGSID, unix.TCSETS, unix.TCSETSW, unix.TCSETSF,
			unix.TIOCSPGRP:
			return t.terminalCall(k, a[0], request)
		case unix.TIOCINQ, fioclex, fionclex, fionbio, unix.FICLONE, unix.FICLONERANGE, fiemap, unix.FS_IOC_GETFLAGS:
		default:
			t.impure("%s used ioctl %#x", k.proc.program.describe(), request)
		}
		return nil
	})

	add(unix.SYS_CONNECT, "connect", func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.connect(k, a[1], a[2]) })
	send := func(t *tracer, k *task, a *[6]uint64) exitFunc {
		if a[4] != 0 {
			t.impure("%s sent something to another process", k.proc.program.describe())
		}
		t.writes(k, a[0])
		return nil
	}
	add(unix.SYS_SENDTO, "sendto", send)
	message := func(t *tracer, k *task, a *[6]uint64) exitFunc {
		var name [1]uint64
		if k.readWords(a[1], name[:]) && name[0] != 0 {
			t.impure("%s sent something to another process", k.proc.program.describe())
		}
		t.writes(k, a[0])
		return nil
	}
	add(unix.SYS_SENDMSG, "sendmsg", message)
	receive := func(t *tracer, k *task, a *[6]uint64) exitFunc { return t.reads(k, a[0]) }
	add(unix.SYS_RECVFROM, "recvfrom", receive)
	add(unix.SYS_RECVMSG, "recvmsg", receive)
}

// Requests of ioctl that package unix does not have for all architectures; these have the same numbers on all that are
// traced.
const (
	tcgets2  = 0x802c542a
	fioclex  = 0x5451
	fionclex = 0x5450
	fionbio  = 0x5421
	fiemap   = 0xc020660b
)

// relative tells whether a number is that of a process or thread of the command.
func (t *tracer) relative(id int) bool {
	_, proc := t.procs[id]
	_, task := t.tasks[id]
	return proc || task
}

// attribute handles reading extended attributes. There being none is taken for granted from then on.
func (t *tracer) attribute(k *task, then exitFunc) exitFunc {
	return func(r int64) {
		if r > 0 {
			t.impure("%s read extended attributes", k.proc.program.describe())
		}
		if then != nil {
			then(r)
		}
	}
}

// connect fails harmlessly when there is no such socket; what comes out of a connection cannot be known.
func (t *tracer) connect(k *task, addr, size uint64) exitFunc {
	const familySize = 2
	buf := make([]byte, min(size, 256))
	n := k.read(addr, buf)
	talked := func(r int64) {
		switch -unix.Errno(r) {
		case unix.EBADF, unix.EFAULT, unix.EINVAL, unix.ENOTSOCK:
		default:
			t.impure("%s connected to another process or machine", k.proc.program.describe())
		}
	}
	if !(n > familySize && binary.LittleEndian.Uint16(buf) == unix.AF_UNIX && buf[familySize] != 0) {
		t.forbid("it would connect to another machine")
	}
	if n <= familySize || binary.LittleEndian.Uint16(buf) != unix.AF_UNIX || buf[familySize] == 0 {
		return talked
	}
	f, ok := t.at(k, atFDCWD, addr+familySize, true)
	if !ok {
		return talked
	}
	if !f.absent() {
		t.forbid("it would connect to another process")
	}
	return func(r int64) {
		if f.absent() && (r == -int64(unix.ENOENT) || r == -int64(unix.ENOTDIR)) {
			t.askAbsent(&f)
			return
		}
		talked(r)
	}
}

// mknod makes plain files and FIFOs; devices are another matter.
func (t *tracer) mknod(k *task, dirfd, addr, mode uint64) exitFunc {
	switch mode & unix.S_IFMT {
	case 0, unix.S_IFREG, unix.S_IFIFO:
		return t.create(k, dirfd, addr)
	}
	t.impure("%s made a device or a socket", k.proc.program.describe())
	return nil
}
