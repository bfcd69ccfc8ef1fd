// Package inherited answers one question: what do the programs that this process starts get from it besides
// arguments, environment, directory and the first three descriptors?
//
// It is what whoever started this process set: the mask of permissions for new files, limits, niceness, ignored
// signals, user, groups, capabilities. All of it can decide what a program does: `umask 077` the mode of a file,
// `ulimit -v` whether a compiler ends well. It is read before package os is initialized, which raises a limit of its
// own process (and lowers it again for others). So nothing may be imported here that imports os.
package inherited

import (
	"strconv"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

// Text describes what is inherited. It is the same in two processes if and only if they were started alike.
var Text = sync.OnceValue(func() string { return atStart.text() })

const (
	// limits is the number of limits there are, stack the one of the size of a stack.
	limits = 16
	stack  = syscall.RLIMIT_STACK
)

// StackVariable is set in the environment of a process that was started with a smaller limit for the size of stacks than
// programs are to inherit from it: the latter, in bytes.
const StackVariable = "GOKBUILD_STACK"

// Stack is the value of StackVariable; ok is false if it is not set.
func Stack() (bytes uint64, ok bool) {
	text, ok := syscall.Getenv(StackVariable)
	if !ok {
		return 0, false
	}
	bytes, err := strconv.ParseUint(text, 10, 64)
	return bytes, err == nil
}

// state is what the kernel says of this process. It is put into words when somebody asks: most runs of a small makefile never do.
type state struct {
	limits [limits]struct {
		soft, hard uint64
		told       bool
	}
	// numbers are those of told, in its order; the kernel may refuse one.
	numbers [len(told)]uint64
	known   [len(told)]bool
	groups  []int
	// status is the beginning of /proc/self/status, size how much of it was read.
	status [8192]byte
	size   int
}

// told are system calls that tell one number each.
var told = [...]struct {
	name string
	call uintptr
	a    uintptr
}{
	{"nice", syscall.SYS_GETPRIORITY, 0}, // PRIO_PROCESS
	{"scheduler", syscall.SYS_SCHED_GETSCHEDULER, 0},
	{"io", syscall.SYS_IOPRIO_GET, 1},                    // IOPRIO_WHO_PROCESS
	{"personality", syscall.SYS_PERSONALITY, 0xffffffff}, // asks for it without changing it
	{"uid", syscall.SYS_GETUID, 0},
	{"euid", syscall.SYS_GETEUID, 0},
	{"gid", syscall.SYS_GETGID, 0},
	{"egid", syscall.SYS_GETEGID, 0},
}

var (
	atStart state
	_       = atStart.read()
)

func (s *state) read() bool {
	for resource := range limits {
		l := &s.limits[resource]
		_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, 0, uintptr(resource), 0, uintptr(unsafe.Pointer(&l.soft)), 0, 0)
		l.told = errno == 0
	}
	if bytes, ok := Stack(); ok {
		s.limits[stack].soft = bytes
	}
	for i, t := range told {
		r, _, errno := syscall.RawSyscall(t.call, t.a, 0, 0)
		s.numbers[i], s.known[i] = uint64(r), errno == 0
	}
	s.groups, _ = syscall.Getgroups()
	fd, err := syscall.Open("/proc/self/status", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer syscall.Close(fd)
	for s.size < len(s.status) {
		n, err := syscall.Read(fd, s.status[s.size:])
		if n <= 0 || err != nil {
			break
		}
		s.size += n
	}
	return true
}

// SizesLimited reports whether there is a limit for the size of files (ulimit -f). Who writes more is sent SIGXFSZ.
func SizesLimited() bool {
	size := atStart.limits[syscall.RLIMIT_FSIZE]
	return size.told && size.soft != 1<<64-1
}

func (s *state) text() string {
	var b []byte
	number := func(name string, n uint64) {
		b = append(b, ' ')
		b = append(b, name...)
		b = append(b, '=')
		b = strconv.AppendUint(b, n, 16)
	}
	for _, l := range s.limits {
		if l.told {
			number("soft", l.soft)
			number("hard", l.hard)
		}
	}
	for i, t := range told {
		if s.known[i] {
			number(t.name, s.numbers[i])
		}
	}
	for _, g := range s.groups {
		number("group", uint64(g))
	}
	b = append(b, '\n')
	for line := range strings.Lines(string(s.status[:s.size])) {
		switch name, _, _ := strings.Cut(line, ":"); name {
		case "Umask", "SigBlk", "SigIgn", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp":
			b = append(b, line...)
		}
	}
	return string(b)
}
