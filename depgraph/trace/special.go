//go:build linux && (amd64 || arm64)

package trace

// Files that are no files: /proc, /sys, devices.

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

// virtual: on a file system whose files are made up when they are looked at, and whose dates mean nothing.
func virtual(path string) bool {
	return strings.HasPrefix(path, "/proc/") || strings.HasPrefix(path, "/sys/") || facts.OfDevices(path)
}

// steadyMadeUp are made-up files that tell about the kernel and its settings. Their bytes are compared. All others in
// /proc tell about the moment, or about processes.
func steadyMadeUp(path string) bool {
	switch path {
	case "/proc/filesystems", "/proc/version", "/proc/cmdline", "/proc/devices",
		"/sys/kernel/mm/transparent_hugepage/enabled", "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size":
		return true
	}
	if strings.HasPrefix(path, "/sys/fs/cgroup/") {
		// How much of the processors it may use, for programs that start that many threads.
		name := base(path)
		return name == "cpu.max" || name == "cpu.cfs_quota_us" || name == "cpu.cfs_period_us"
	}
	return strings.HasPrefix(path, "/proc/sys/") && !strings.HasPrefix(path, "/proc/sys/kernel/random/") &&
		!strings.HasPrefix(path, "/proc/sys/fs/")
}

func aboutCPUs(path string) bool {
	rest, ok := strings.CutPrefix(path, "/sys/devices/system/cpu/")
	return ok && (rest == "online" || rest == "possible" || rest == "present")
}

// ownProcess tells what a path below /proc/<number> is: the name below the process's directory, if it is the task's own.
func (k *task) ownProcess(path string) (name string, own bool) {
	prefix := "/proc/" + strconv.Itoa(k.proc.pid)
	if path == prefix {
		return "", true
	}
	return strings.CutPrefix(path, prefix+"/")
}

// harmlessOwn are files about a process that it looks at itself: C libraries when they start, for instance to find the end of
// their stack, where a fault is an overflow; and compilers that measure how much memory they use.
func harmlessOwn(name string) bool { return name == "maps" || name == "auxv" || name == "statm" }

// inProc handles a look at something below /proc/<number> that is not an open. A program may look at its own
// descriptors and at its own file: both follow from what else is known.
func (t *tracer) inProc(k *task, f *found) {
	name, own := k.ownProcess(f.path)
	if own && name == "cgroup" {
		t.system(facts.SystemCgroup)
		return
	}
	if own && (name == "fd/0" || name == "fd") {
		t.stdin = true
	}
	if own && name != "fd/0" && name != "fd/1" && name != "fd/2" && strings.HasPrefix(name, "fd") {
		t.system(facts.SystemGiven)
	}
	if own && f.rest == "" && (name == "" || harmlessOwn(name) || name == "exe" || name == "fd" || strings.HasPrefix(name, "fd/")) {
		return
	}
	t.impure("%s looked at %s", k.proc.program.describe(), f.path)
}

// reopen handles the open of a link below /proc/<number>: what it leads to, if that is a path. ok means that there is
// nothing more to do.
func (t *tracer) reopen(k *task, f *found) (target string, done bool) {
	name, own := k.ownProcess(f.path)
	if !own || f.rest != "" || name != "exe" && !strings.HasPrefix(name, "fd/") {
		t.impure("%s opened %s", k.proc.program.describe(), f.path)
		return "", true
	}
	if fd, err := strconv.ParseUint(strings.TrimPrefix(name, "fd/"), 10, 31); err == nil && t.given(k, fd) {
		key, _ := k.file(fd)
		var st unix.Stat_t
		if unix.Stat(f.path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFREG && key != t.files.stdout && key != t.files.stderr {
			// It would be read from its beginning, by a descriptor that is not the given one.
			t.impure("%s opened a descriptor it was given again", k.proc.program.describe())
		}
		return "", true // reads and writes are seen
	}
	target, err := readlink(f.path)
	if err != nil || !strings.HasPrefix(target, "/") {
		return "", true // a pipe of its own, or not there
	}
	return target, false
}

// openedSpecial handles a successful open of something that is neither a regular file nor a directory of a real file
// system. It reports whether it was one.
func (t *tracer) openedSpecial(k *task, f *found) bool {
	if inProcess(f.path) {
		t.inProc(k, f)
		return true
	}
	switch f.id.Mode & unix.S_IFMT {
	case unix.S_IFDIR:
		return false
	case unix.S_IFREG:
		switch {
		case steadyMadeUp(f.path):
			t.system(f.path)
			return true
		case aboutCPUs(f.path):
			t.system(facts.SystemCPUs)
			return true
		case strings.HasPrefix(f.path, "/proc/") || strings.HasPrefix(f.path, "/sys/"):
			t.impure("%s opened %s", k.proc.program.describe(), f.path)
			return true
		}
		return false
	case unix.S_IFCHR:
		t.openedDevice(k, f)
		return true
	}
	// A FIFO that the command made joins its own processes.
	if f.id.Mode&unix.S_IFMT != unix.S_IFIFO || !t.rec.own(f) {
		t.impure("%s opened %s, which is no regular file", k.proc.program.describe(), f.path)
	}
	return true
}

func (t *tracer) openedDevice(k *task, f *found) {
	var st unix.Stat_t
	if unix.Stat(f.path, &st) != nil {
		t.impure("%s opened %s", k.proc.program.describe(), f.path)
		return
	}
	key := keyOf(&st)
	switch {
	case key.constant():
	case f.path == "/dev/tty":
		// Shells open it to find out whether there is one. Reads and writes are seen.
		t.terminal = true
	case key == t.files.stdin || key == t.files.stdout || key == t.files.stderr:
	default:
		t.impure("%s opened %s", k.proc.program.describe(), f.path)
	}
}

// system notes a question about the machine, by one of its words or by the name of a made-up file.
func (t *tracer) system(word string) {
	f := found{path: word}
	if strings.HasPrefix(word, "/") {
		f = *t.look(word)
	}
	t.rec.ask(&f, facts.System)
}
