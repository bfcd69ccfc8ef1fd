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
	"syscall"
	"unsafe"
)

var text = read()

// Text describes what is inherited. It is the same in two processes if and only if they were started alike.
func Text() string { return text }

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

func read() string {
	var b []byte
	number := func(name string, n uint64) {
		b = append(b, ' ')
		b = append(b, name...)
		b = append(b, '=')
		b = strconv.AppendUint(b, n, 16)
	}
	for resource := range limits {
		var limit [2]uint64
		_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, 0, uintptr(resource), 0,
			uintptr(unsafe.Pointer(&limit)), 0, 0)
		if bytes, ok := Stack(); ok && resource == stack {
			limit[0] = bytes
		}
		if errno == 0 {
			number("soft", limit[0])
			number("hard", limit[1])
		}
	}
	const (
		whole        = ^uintptr(0) // asks for the personality without changing it
		processes    = 1           // IOPRIO_WHO_PROCESS
		allProcesses = 0           // PRIO_PROCESS
	)
	call := func(name string, number2, a, c uintptr) {
		if r, _, errno := syscall.RawSyscall(number2, a, c, 0); errno == 0 {
			number(name, uint64(r))
		}
	}
	call("nice", syscall.SYS_GETPRIORITY, allProcesses, 0)
	call("scheduler", syscall.SYS_SCHED_GETSCHEDULER, 0, 0)
	call("io", syscall.SYS_IOPRIO_GET, processes, 0)
	call("personality", syscall.SYS_PERSONALITY, whole&0xffffffff, 0)
	number("uid", uint64(syscall.Getuid()))
	number("euid", uint64(syscall.Geteuid()))
	number("gid", uint64(syscall.Getgid()))
	number("egid", uint64(syscall.Getegid()))
	groups, _ := syscall.Getgroups()
	for _, g := range groups {
		number("group", uint64(g))
	}
	return string(b) + "\n" + status()
}

// status is the part of /proc/self/status that programs inherit.
func status() string {
	fd, err := syscall.Open("/proc/self/status", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer syscall.Close(fd)
	var (
		buf [8192]byte
		n   int
	)
	for n < len(buf) {
		m, err := syscall.Read(fd, buf[n:])
		if m <= 0 || err != nil {
			break
		}
		n += m
	}
	var out strings.Builder
	for line := range strings.Lines(string(buf[:n])) {
		switch name, _, _ := strings.Cut(line, ":"); name {
		case "Umask", "SigBlk", "SigIgn", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp":
			out.WriteString(line)
		}
	}
	return out.String()
}
