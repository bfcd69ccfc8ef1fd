//go:build linux && (amd64 || arm64)

package trace

// Executing a program reads files that no system call names: the program, the interpreter of a script, the dynamic loader.

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

var errPrivileged = errors.New("a program that gets privileges by being executed loses them under trace")

// execFacts records what the kernel reads to execute path, and tells whether the program that runs in the end would get
// privileges (set-user-id and the like).
func (t *tracer) execFacts(from, path string) (privileged bool) {
	f := t.walk.find(os.Getpid(), from, path, true)
	return t.programFacts(from, &f)
}

func (t *tracer) programFacts(from string, f *found) (privileged bool) {
	// The kernel goes through at most five files; one more is the loader of the last.
	for depth := 0; depth < 7; depth++ {
		switch {
		case f.magic:
			t.impure("it executed %s", f.path)
			return false
		case f.absent():
			t.askAbsent(f)
			return false
		case f.err != nil:
			t.impure("%s could not be looked at: %v", f.path, f.err)
			return false
		case !f.regular():
			t.rec.ask(f, facts.Exists)
			return false
		}
		t.rec.ask(f, facts.Content)
		t.rec.ask(f, facts.Exists) // whether it may be executed
		privileged = privileged || f.id.Mode&0o111 != 0 && getsPrivileges(f)
		next, err := interpreter(f.path)
		if err != nil {
			t.impure("%v", err)
			return privileged
		}
		if next == "" {
			return privileged
		}
		*f = t.walk.find(os.Getpid(), from, next, true)
	}
	return privileged
}

// getsPrivileges errs on the side of yes: on a file system mounted nosuid the bits mean nothing.
func getsPrivileges(f *found) bool {
	if f.id.Mode&unix.S_ISUID != 0 || f.id.Mode&unix.S_ISGID != 0 && f.id.Mode&0o010 != 0 {
		return true
	}
	n, err := unix.Lgetxattr(f.path, "security.capability", nil)
	return err == nil && n > 0
}

// interpreter returns the file that the kernel would load to run path: what stands behind "#!", or the loader that an ELF
// file names. "" if there is none.
func interpreter(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var head [256]byte // as much as the kernel looks at
	n, _ := file.ReadAt(head[:], 0)
	text := head[:n]
	if line, ok := bytes.CutPrefix(text, []byte("#!")); ok {
		line, _, _ = bytes.Cut(line, []byte("\n"))
		line = bytes.TrimLeft(line, " \t")
		if end := bytes.IndexAny(line, " \t\x00"); end >= 0 {
			line = line[:end]
		}
		return string(line), nil
	}
	const (
		headerSize  = 64
		class64     = 2
		littleEnd   = 1
		entrySize   = 56
		interpEntry = 3
	)
	if n < headerSize || !bytes.HasPrefix(text, []byte("\x7fELF")) || text[4] != class64 || text[5] != littleEnd {
		return "", nil // the kernel refuses it, or its first system call tells that it is foreign
	}
	le := binary.LittleEndian
	table, size, count := int64(le.Uint64(text[32:])), le.Uint16(text[54:]), int(le.Uint16(text[56:]))
	if size != entrySize {
		return "", nil
	}
	for i := range count {
		var entry [entrySize]byte
		if _, err := file.ReadAt(entry[:], table+int64(i)*entrySize); err != nil {
			return "", nil // damaged: exec fails
		}
		if le.Uint32(entry[:]) != interpEntry {
			continue
		}
		length := le.Uint64(entry[32:])
		if length == 0 || length > unix.PathMax {
			return "", nil
		}
		name := make([]byte, length)
		if _, err := file.ReadAt(name, int64(le.Uint64(entry[8:]))); err != nil {
			return "", nil
		}
		name, _, _ = bytes.Cut(name, []byte{0})
		return string(name), nil
	}
	return "", nil
}

func isExec(number uint64) bool { return number == unix.SYS_EXECVE || number == unix.SYS_EXECVEAT }

// enterExec is called before an exec. It reports whether the program needs to be let go to get its privileges.
func (t *tracer) enterExec(k *task, args [6]uint64) (privileged bool) {
	var (
		f    found
		ok   bool
		from = k.cwd()
	)
	follow := true
	dirfd, pathArg, argvArg := uint64(atFDCWD), args[0], args[1]
	if k.number == unix.SYS_EXECVEAT {
		dirfd, pathArg, argvArg = args[0], args[1], args[2]
		follow = args[4]&unix.AT_SYMLINK_NOFOLLOW == 0
	}
	if name, _ := k.readString(pathArg); name == "" && k.number == unix.SYS_EXECVEAT {
		path := k.fdPath(dirfd)
		if path == "" {
			t.impure("it executed a file without a name")
			return false
		}
		f, ok = t.walk.find(k.proc.pid, "/", path, true), true
	} else {
		f, ok = t.at(k, dirfd, pathArg, follow)
	}
	if !ok {
		return false
	}
	if f.magic {
		// /proc/self/exe and /proc/self/fd/N.
		target, err := readlink(f.path)
		if err != nil || f.rest != "" || target == "" || target[0] != '/' {
			t.impure("it executed %s", f.path)
			return false
		}
		f = t.walk.find(k.proc.pid, "/", target, true)
	}
	name := base(f.path)
	before := t.why
	if privileged = t.programFacts(from, &f); privileged {
		t.impure("%s gets privileges, which it would lose under trace", f.path)
	}
	if before != "" {
		return privileged
	}
	argv := k.readStrings(argvArg, maxArguments)
	k.exit = func(r int64) {
		if r < 0 {
			switch unix.Errno(-r) {
			case unix.ENOENT, unix.ENOTDIR, unix.EACCES, unix.ENOEXEC, unix.EPERM, unix.ELOOP, unix.EISDIR, unix.EINVAL, unix.EFAULT:
			default:
				t.impure("%s could not be executed: %v", name, unix.Errno(-r))
			}
			return
		}
		t.judge(k, name, argv)
	}
	return privileged
}

// executed is called when a new program is in place and has not run an instruction.
func (t *tracer) executed(k *task) {
	exe, err := readlink(fmt.Sprintf("/proc/%d/exe", k.tid))
	if err != nil {
		// A program that its user may execute and not read hides everything about itself.
		t.impure("a program cannot be watched: %v", err)
		exe = "?"
	}
	t.settle(&k.proc.program)
	k.proc.program = program{name: base(exe)}
	if err := k.hideClock(); err != nil {
		t.impure("the clock cannot be watched: %v", err)
	}
}

// Types of the vector that the kernel hands to a new program.
const (
	auxEnd    = 0
	auxIgnore = 1
	auxVDSO   = 33
)

// hideClock takes the kernel's page of code for reading the clock (vDSO) away from a new program, so that its C library
// uses system calls, which are seen. The program's stack begins with argc, argv, 0, the environment, 0, and then pairs of words
// of which one says where that page is.
func (k *task) hideClock() error {
	info, err := syscallInfo(k.tid)
	if err != nil {
		return nil // killed
	}
	addr := info.SP
	var word [1]uint64
	next := func() bool {
		ok := k.readWords(addr, word[:])
		addr += 8
		return ok
	}
	if !next() {
		return unix.EFAULT
	}
	argc := word[0]
	if argc > 1<<24 {
		return errors.New("not a stack of this architecture")
	}
	addr += 8 * (argc + 1)
	for {
		if !next() {
			return unix.EFAULT
		}
		if word[0] == 0 {
			break
		}
	}
	for {
		if !next() {
			return unix.EFAULT
		}
		switch word[0] {
		case auxEnd:
			return nil
		case auxVDSO:
			return k.poke(addr-8, auxIgnore)
		}
		addr += 8
	}
}
