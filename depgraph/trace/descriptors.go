//go:build linux && (amd64 || arm64)

package trace

// This file follows what the command does with the descriptors that it was given.

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

// inherited knows the descriptors the command was given. A process may have copied them to any number, or opened them
// again through /dev/stdout, so they are told by the file they lead to.
type inherited struct {
	stdin, stdout, stderr fileKey
	others                []fileKey
	// otherCalls counts beginnings and ends of calls that may do more than read or write.
	otherCalls uint64
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

// called is called when a call begins and when it ends.
func (t *inherited) called(number uint64) {
	if number != unix.SYS_READ && number != unix.SYS_WRITE {
		t.otherCalls++
	}
}

func keyOf(st *unix.Stat_t) fileKey {
	return fileKey{dev: uint64(st.Dev), ino: st.Ino, char: st.Mode&unix.S_IFMT == unix.S_IFCHR, rdev: uint64(st.Rdev)}
}

// Devices that behave the same always.
var (
	devNull = unix.Mkdev(1, 3)
	devZero = unix.Mkdev(1, 5)
	devFull = unix.Mkdev(1, 7)
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

// openFile is file for calls that only read and write. What it found lasts until some other call, of any thread, begins or ends:
// so a shell that reads a pipe byte by byte costs one look.
func (t *tracer) openFile(k *task, fd uint64) (fileKey, bool) {
	p := k.proc
	if p.lookedAt != t.files.otherCalls {
		p.lookedAt = t.files.otherCalls
		clear(p.open)
	}
	if key, ok := p.open[fd]; ok {
		return key, true
	}
	key, ok := k.file(fd)
	if ok {
		if p.open == nil {
			p.open = make(map[uint64]fileKey)
		}
		p.open[fd] = key
	}
	return key, ok
}

func (k *task) fdLink(fd uint64) string { return fmt.Sprintf("/proc/%d/fd/%d", k.tid, int32(fd)) }

// fdPath returns the path of the file a descriptor was opened by; "" if it has none.
func (k *task) fdPath(fd uint64) string {
	return named(k.fdLink(fd))
}

// named returns the path that a link in /proc stands for; "" if it has none, any more or at all.
func named(link string) string {
	target, err := readlink(link)
	if err != nil || !strings.HasPrefix(target, "/") {
		return ""
	}
	if strings.HasSuffix(target, " (deleted)") {
		// Or is that its name?
		if _, err := state(target); err != nil {
			return ""
		}
	}
	return target
}

// reads returns what to do when the task has read from a descriptor: nil for files whose opening told everything.
func (t *tracer) reads(k *task, fd uint64) exitFunc {
	key, ok := t.openFile(k, fd)
	if !ok {
		return nil
	}
	t.stdin = t.stdin || key == t.files.stdin
	if key.constant() {
		return nil
	}
	switch {
	case key == t.files.stdin:
		return func(n int64) {
			if n >= 0 {
				t.impure("%s read from standard input", k.proc.program.describe())
			}
		}
	case key == t.files.stdout, key == t.files.stderr, t.files.other(key):
		return func(int64) { t.impure("%s read from a descriptor it was given", k.proc.program.describe()) }
	case key.char:
		t.forbid("it would read from a device")
		return func(int64) { t.impure("%s read from a device", k.proc.program.describe()) }
	}
	return nil
}

// maxOutput bounds how much of what a command prints is kept.
const maxOutput = 1 << 20

// printed keeps n bytes that the task wrote from the pieces of its memory.
func (t *tracer) printed(k *task, errs bool, pieces []uint64, n int64) {
	var text []byte
	for i := 0; i+1 < len(pieces) && n > 0; i += 2 {
		buf := make([]byte, min(n, int64(pieces[i+1]), maxOutput))
		if k.read(pieces[i], buf) != len(buf) {
			t.impure("%s printed what can't be read", k.proc.program.describe())
			return
		}
		text = append(text, buf...)
		n -= int64(len(buf))
	}
	t.kept += len(text)
	if n > 0 || t.kept > maxOutput {
		t.impure("%s prints too much", k.proc.program.describe())
		return
	}
	t.output = append(t.output, Output{Err: errs, Text: string(text)})
}

// write handles a write from one piece of memory.
func (t *tracer) write(k *task, a *[6]uint64) exitFunc {
	to := t.writes(k, a[0])
	if to == nowhere {
		return nil
	}
	piece := []uint64{a[1], a[2]}
	return func(n int64) {
		if n > 0 {
			t.printed(k, to == stderr, piece, n)
		}
	}
}

// writev handles a write from several pieces.
func (t *tracer) writev(k *task, a *[6]uint64) exitFunc {
	to := t.writes(k, a[0])
	if to == nowhere {
		return nil
	}
	pieces := make([]uint64, 2*min(a[2], 1024))
	if !k.readWords(a[1], pieces) {
		pieces = nil
	}
	return func(n int64) {
		if n > 0 {
			t.printed(k, to == stderr, pieces, n)
		}
	}
}

// writeOther handles a write whose text is not seen.
func (t *tracer) writeOther(k *task, fd uint64) {
	if t.writes(k, fd) != nowhere {
		t.impure("%s prints in a way that is not seen", k.proc.program.describe())
	}
}

// output tells which of the command's outputs is written to.
type output uint8

const (
	nowhere output = iota // none
	stdout
	stderr
)

// writes is called when the task is about to write to a descriptor.
func (t *tracer) writes(k *task, fd uint64) output {
	key, ok := t.openFile(k, fd)
	if !ok {
		return nowhere
	}
	out, errs := key == t.files.stdout, key == t.files.stderr
	if key.constant() && !out && !errs {
		return nowhere
	}
	if out && errs {
		// One file for both: by custom the number tells.
		out, errs = fd != 2, fd == 2
	}
	t.wrote = t.wrote || out
	t.wroteErr = t.wroteErr || errs
	if (out || errs) && k.proc.program.wide {
		t.impure("%s prints messages as wide as the terminal", k.proc.program.describe())
	}
	switch {
	case out, errs:
	case key == t.files.stdin, t.files.other(key):
		t.impure("%s wrote to a descriptor it was given", k.proc.program.describe())
	case key.char:
		t.impure("%s wrote to a device", k.proc.program.describe())
	}
	switch {
	case out:
		return stdout
	case errs:
		return stderr
	}
	return nowhere
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

// poll handles the waiting for descriptors: an array of them, 8 bytes each.
func (t *tracer) poll(k *task, a *[6]uint64) exitFunc {
	list := make([]uint64, min(a[1], 1024))
	if k.readWords(a[0], list) {
		for _, one := range list {
			t.awaits(k, one&0xffffffff)
		}
	}
	return nil
}

// selects handles the waiting for descriptors: a set of bits of those that are to be read.
func (t *tracer) selects(k *task, a *[6]uint64) exitFunc {
	set := make([]uint64, (min(a[0], 1024)+63)/64)
	if a[1] == 0 || !k.readWords(a[1], set) {
		return nil
	}
	for fd := range min(a[0], 1024) {
		if set[fd/64]>>(fd%64)&1 != 0 {
			t.awaits(k, fd)
		}
	}
	return nil
}

// awaits notes that a task asks whether something can be read. Of what others write that is different each time.
func (t *tracer) awaits(k *task, fd uint64) {
	key, ok := k.file(fd)
	if !ok || key != t.files.stdin {
		return
	}
	t.stdin = true
	if !key.constant() {
		t.impure("%s waited for standard input", k.proc.program.describe())
	}
}

// copies notes that a task makes a copy of a descriptor, as a shell does for `<&9`. Whether somebody gives the command one of that
// number may be different the next time.
func (t *tracer) copies(k *task, fd uint64) {
	if fd < 3 {
		return
	}
	if key, ok := k.file(fd); !ok {
		t.system(facts.SystemGiven)
	} else if t.files.other(key) && !key.constant() {
		t.impure("%s used a descriptor it was given", k.proc.program.describe())
	}
}
