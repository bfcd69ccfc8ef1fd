//go:build linux && (amd64 || arm64)

package trace

// System calls that take a path, or change what a path leads to. Each has two halves: what the path means is found out before
// the call, the rest is known when it returns.

import (
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

const (
	atFDCWD = 0xffffff9c // AT_FDCWD as the 32-bit number it is
	failed  = -4095      // results from here to -1 are errors
)

// cwd is the directory of a task; "" if it is gone.
func (k *task) cwd() string { return named(k.link("cwd")) }

// at finds what a path argument means. !ok: the call fails by itself, whatever the files.
func (t *tracer) at(k *task, dirfd, addr uint64, follow bool) (f found, ok bool) {
	path, ok := k.readString(addr)
	if !ok || path == "" {
		return found{}, false
	}
	from := "/"
	if path[0] != '/' {
		if uint32(dirfd) == atFDCWD {
			from = k.cwd()
		} else if from = k.fdPath(dirfd); from == "" {
			if _, open := k.file(dirfd); !open {
				return found{}, false
			}
		}
		if from == "" {
			t.impure("%s works in a directory that was removed", k.proc.program.describe())
			return found{}, false
		}
	}
	f = t.walk.find(k.proc.pid, from, path, follow)
	if f.err != nil && !f.absent() && f.err != unix.ELOOP && f.err != unix.ENAMETOOLONG && f.err != unix.EACCES {
		t.impure("%s could not be looked at: %v", f.path, f.err)
		return f, false
	}
	return f, true
}

// byFD finds the file of a descriptor under the name by which it was opened; !ok if it has none any more.
func (t *tracer) byFD(k *task, fd uint64) (f found, ok bool) {
	path := k.fdPath(fd)
	if path == "" {
		return found{}, false
	}
	f = found{path: path}
	var st syscall.Stat_t
	if syscall.Stat(k.fdLink(fd), &st) != nil {
		return f, false
	}
	f.id = facts.Of(&st)
	if now, err := state(path); err != nil || now.Dev != f.id.Dev || now.Ino != f.id.Ino {
		return f, false
	}
	return f, true
}

// askAbsent notes that nothing was found.
func (t *tracer) askAbsent(f *found) {
	if !f.absent() || f.id != (facts.Stat{}) {
		t.rec.ask(f, facts.Exists) // a file where a directory would have to be
		return
	}
	t.rec.ask(f, absent)
}

// told notes the answer to a question about f: kind if it was found.
func (t *tracer) told(k *task, f *found, r int64, kind facts.Kind) {
	if f.magic || inProcess(f.path) {
		t.inProc(k, f)
		return
	}
	if r >= 0 || r < failed {
		if f.err != nil {
			t.impure("%s appeared while it was looked at", f.path)
			return
		}
		t.rec.ask(f, kind)
		return
	}
	t.refused(k, f, unix.Errno(-r), false)
}

// refused notes an error. creating: the call would have made f.
func (t *tracer) refused(k *task, f *found, errno unix.Errno, creating bool) {
	if f.magic || inProcess(f.path) {
		t.inProc(k, f)
		return
	}
	switch errno {
	case unix.EFAULT, unix.EBADF, unix.ENAMETOOLONG, unix.EINTR:
		return
	case unix.ENOENT, unix.ENOTDIR:
		if f.absent() && creating {
			t.firstMissing(f)
			return
		}
		if f.err == nil && errno == unix.ENOENT {
			t.impure("%s disappeared while it was looked at", f.path)
			return
		}
		t.askAbsent(f)
	case unix.EACCES, unix.EPERM, unix.EROFS, unix.ELOOP, unix.EISDIR, unix.EINVAL, unix.EEXIST, unix.ENOTEMPTY, unix.EXDEV,
		unix.ENXIO, unix.ENODATA, unix.EOPNOTSUPP, unix.ERANGE:
		if f.absent() {
			t.askAbsent(f)
			f = t.look(parent(f.path))
		} else if f.err == unix.EACCES {
			f = t.look(parent(f.path)) // a directory that must not be searched
		}
		if f.err != nil {
			t.impure("%s could not be looked at: %v", f.path, errno)
			return
		}
		kind := facts.Exists
		if f.link() {
			kind = facts.Link
		}
		t.rec.ask(f, kind)
		if f.path == "/dev/tty" {
			t.terminal = true
		}
	default:
		t.impure("%s of %s failed: %v", callName(k.number), f.path, errno)
	}
}

// made notes that the command made, replaced or removed f, for which its directory has to be there and to be writable.
func (t *tracer) made(f *found) {
	t.rec.replaced(f)
	t.rec.ask(t.look(parent(f.path)), facts.Exists)
}

// firstMissing notes why something could not be made: a directory above it is missing.
func (t *tracer) firstMissing(f *found) {
	at := f
	for {
		up := t.look(parent(at.path))
		if up.err == nil {
			if !up.dir() {
				t.rec.ask(up, facts.Exists)
			}
			break
		}
		at = up
	}
	t.askAbsent(at)
}

// look is the present state of a path without links.
func (t *tracer) look(path string) *found {
	f := &found{path: path}
	f.id, f.err = state(path)
	return f
}

// ask handles a call that asks one thing by name.
func (t *tracer) ask(k *task, dirfd, addr uint64, follow bool, kind facts.Kind) exitFunc {
	f, ok := t.at(k, dirfd, addr, follow)
	if !ok {
		return nil
	}
	return func(r int64) {
		if kind == facts.Link && r >= 0 && inProcess(f.path) {
			t.ownLink(k, &f)
			return
		}
		t.told(k, &f, r, kind)
	}
}

// access handles a question whether the user may do something. For others than root whose the file is decides, too.
func (t *tracer) access(k *task, dirfd, addr uint64, follow bool, mode uint64) exitFunc {
	f, ok := t.at(k, dirfd, addr, follow)
	if !ok {
		return nil
	}
	return func(r int64) {
		t.told(k, &f, r, facts.Exists)
		if mode != unix.F_OK && os.Geteuid() != 0 && f.err == nil && !f.magic && !inProcess(f.path) && !t.rec.own(&f) {
			t.system(facts.SystemOwner + f.path)
		}
	}
}

// ownLink handles readlink of something like /proc/self/fd/3.
func (t *tracer) ownLink(k *task, f *found) {
	if target, err := readlink(f.path); err == nil && strings.HasPrefix(target, "/") {
		if name, own := k.ownProcess(f.path); own && (name == "exe" || strings.HasPrefix(name, "fd/") && !strings.HasPrefix(target, "/dev/")) {
			return
		}
	}
	t.impure("%s read the link %s", k.proc.program.describe(), f.path)
}

func (t *tracer) open(k *task, dirfd, addr, flags uint64) exitFunc {
	creat, excl := flags&unix.O_CREAT != 0, flags&unix.O_EXCL != 0 && flags&unix.O_CREAT != 0
	f, ok := t.at(k, dirfd, addr, flags&unix.O_NOFOLLOW == 0 && !excl)
	if !ok {
		return nil
	}
	if f.magic {
		target, done := t.reopen(k, &f)
		if done {
			return nil
		}
		if f = t.walk.find(k.proc.pid, "/", target, true); f.err != nil {
			return nil // a file that was deleted
		}
	}
	if flags&unix.O_PATH != 0 {
		return func(r int64) { t.told(k, &f, r, pathKind(&f)) }
	}
	const tmpfile = unix.O_TMPFILE &^ unix.O_DIRECTORY
	trunc := flags&unix.O_TRUNC != 0
	write := flags&unix.O_ACCMODE != unix.O_RDONLY || trunc || creat && f.err != nil
	if flags&tmpfile != 0 {
		write = false // a file without a name in a directory
	}
	if write && f.err == nil && f.regular() {
		if trunc {
			t.replacing(&f)
		} else {
			t.rec.touching(&f)
		}
	}
	switch {
	case f.err == nil && !f.regular():
		k.changes = write
		t.enters(&f)
	case write:
		t.changing(k, &f)
	}
	return func(r int64) {
		if r < 0 {
			t.refused(k, &f, unix.Errno(-r), creat)
			return
		}
		switch {
		case f.err != nil && !creat:
			t.impure("%s appeared while it was opened", f.path)
		case f.err != nil:
			made := t.look(f.path)
			if made.err != nil || !made.regular() {
				t.impure("%s disappeared while it was opened", f.path)
				return
			}
			if !trunc || excl {
				t.rec.ask(&f, absent)
			}
			t.made(&f)
			if excl {
				t.makes(k, f.path)
			}
		case t.openedSpecial(k, &f):
		case f.dir():
			t.rec.ask(&f, facts.Exists)
		case trunc && write:
			if !creat {
				t.rec.ask(&f, facts.Exists)
			}
			t.made(&f)
		default:
			t.rec.ask(&f, facts.Content)
			t.interprets(k, f.path)
		}
	}
}

func pathKind(f *found) facts.Kind {
	if f.link() {
		return facts.Link
	}
	return facts.Exists
}

// list handles the reading of a directory.
func (t *tracer) list(k *task, fd uint64) exitFunc {
	f, ok := t.byFD(k, fd)
	switch {
	case !ok:
		return nil // removed, and so empty
	case inProcess(f.path):
		if name, own := k.ownProcess(f.path); !own || name != "fd" {
			t.impure("%s listed %s", k.proc.program.describe(), f.path)
		}
		t.system(facts.SystemGiven)
	case f.path == "/proc":
		t.impure("%s listed the processes", k.proc.program.describe())
	case f.dir():
		// Now and not at its end: the call may be one of many.
		t.rec.ask(&f, facts.List)
	}
	return nil
}

// create handles calls that make something where nothing is: mkdir, symlink, mknod.
func (t *tracer) create(k *task, dirfd, addr uint64) exitFunc {
	f, ok := t.at(k, dirfd, addr, false)
	if !ok {
		return nil
	}
	t.making(k, &f)
	return func(r int64) { t.created(k, &f, r) }
}

func (t *tracer) created(k *task, f *found, r int64) {
	switch {
	case r < 0:
		t.refused(k, f, unix.Errno(-r), true)
	case f.err == nil:
		t.impure("%s disappeared while it was made", f.path)
	default:
		t.rec.ask(f, absent)
		t.made(f)
		t.makes(k, f.path)
	}
}

func (t *tracer) remove(k *task, dirfd, addr uint64, dir bool) exitFunc {
	f, ok := t.at(k, dirfd, addr, false)
	if !ok {
		return nil
	}
	t.replacing(&f)
	t.taking(k, &f)
	return func(r int64) {
		if r < 0 {
			if errno := unix.Errno(-r); dir && (errno == unix.ENOTEMPTY || errno == unix.EEXIST) && f.err == nil {
				t.rec.ask(&f, facts.List)
				return
			}
			t.refused(k, &f, unix.Errno(-r), false)
			return
		}
		if f.err != nil {
			t.impure("%s appeared while it was removed", f.path)
			return
		}
		t.rec.ask(&f, facts.Exists)
		t.made(&f)
		if dir {
			t.walk.forget()
		}
	}
}

// rename moves what the command made itself; to move something else is a change that a repetition does not find again.
func (t *tracer) rename(k *task, olddir, oldpath, newdir, newpath, flags uint64) exitFunc {
	from, ok1 := t.at(k, olddir, oldpath, false)
	to, ok2 := t.at(k, newdir, newpath, false)
	if !ok1 || !ok2 {
		return nil
	}
	t.replacing(&to)
	t.lastRead(from.path)
	t.taking(k, &from)
	t.changing(k, &to)
	if from.dir() {
		t.forbid("it would rename the directory " + from.path)
	}
	return func(r int64) {
		if r < 0 {
			errno := unix.Errno(-r)
			if (errno == unix.ENOENT || errno == unix.ENOTDIR) && from.err == nil {
				t.rec.ask(&from, pathKind(&from))
				t.refused(k, &to, errno, true)
				return
			}
			t.refused(k, &from, errno, false)
			if !from.absent() {
				if to.absent() {
					t.askAbsent(&to)
				} else {
					t.refused(k, &to, errno, false)
				}
			}
			return
		}
		switch {
		case flags&^unix.RENAME_NOREPLACE != 0:
			t.impure("it exchanged %s and %s", from.path, to.path)
		case from.err != nil || from.dir() || to.err == nil && to.dir():
			t.impure("it renamed the directory %s", from.path)
		case !t.rec.own(&from):
			t.impure("it renamed %s, which was there before", from.path)
		}
		if flags&unix.RENAME_NOREPLACE != 0 {
			t.rec.ask(&to, absent)
		}
		t.made(&to)
	}
}

// link gives one of the command's own files a second name.
func (t *tracer) link(k *task, olddir, oldpath, newdir, newpath, flags uint64) exitFunc {
	from, ok1 := t.at(k, olddir, oldpath, flags&unix.AT_SYMLINK_FOLLOW != 0)
	to, ok2 := t.at(k, newdir, newpath, false)
	if !ok1 || !ok2 || from.magic {
		t.impure("%s linked a file", k.proc.program.describe())
		return nil
	}
	t.taking(k, &from)
	t.making(k, &to)
	return func(r int64) {
		switch {
		case r < 0:
			if from.absent() {
				t.askAbsent(&from)
				return
			}
			t.rec.ask(&from, pathKind(&from))
			t.refused(k, &to, unix.Errno(-r), true)
		case !t.rec.own(&from):
			t.impure("it linked %s, which was there before", from.path)
		default:
			t.created(k, &to, r)
		}
	}
}

// chmod may repeat what is so already.
func (t *tracer) chmod(k *task, f *found) exitFunc {
	t.rec.touching(f)
	t.taking(k, f)
	return func(r int64) {
		if r >= 0 && f.err != nil {
			t.impure("%s appeared while it was changed", f.path)
			return
		}
		t.told(k, f, r, pathKind(f))
	}
}

// modify handles changes that are accepted only on what the command made itself.
func (t *tracer) modify(k *task, f *found) exitFunc {
	t.taking(k, f)
	return func(r int64) {
		if r < 0 {
			t.refused(k, f, unix.Errno(-r), false)
			return
		}
		if !t.rec.own(f) {
			t.impure("%s changed %s by %s", k.proc.program.describe(), f.path, callName(k.number))
		}
	}
}

// truncate by name.
func (t *tracer) truncate(k *task, addr, size uint64) exitFunc {
	f, ok := t.at(k, atFDCWD, addr, true)
	if !ok {
		return nil
	}
	t.rec.touching(&f)
	t.taking(k, &f)
	return func(r int64) {
		t.told(k, &f, r, facts.Content)
		if r >= 0 && size == 0 {
			t.made(&f)
		}
	}
}

// onFD is for calls like fchmod.
func (t *tracer) onFD(k *task, fd uint64, then func(*task, *found) exitFunc) exitFunc {
	if t.given(k, fd) {
		t.impure("%s changed a descriptor it was given by %s", k.proc.program.describe(), callName(k.number))
		return nil
	}
	f, ok := t.byFD(k, fd)
	if !ok {
		t.forbid("it would change a file without a name")
		return nil // it has no name any more, or never had
	}
	return then(k, &f)
}

// onPath is for calls like chmod.
func (t *tracer) onPath(k *task, dirfd, addr uint64, follow bool, then func(*task, *found) exitFunc) exitFunc {
	f, ok := t.at(k, dirfd, addr, follow)
	if !ok {
		return nil
	}
	if f.magic {
		t.impure("%s changed %s by %s", k.proc.program.describe(), f.path, callName(k.number))
		return nil
	}
	return then(k, &f)
}

// onEither is for calls that take a descriptor alone if the path is empty or missing.
func (t *tracer) onEither(k *task, dirfd, addr uint64, follow bool, then func(*task, *found) exitFunc) exitFunc {
	if k.emptyPath(addr) {
		return t.onFD(k, dirfd, then)
	}
	return t.onPath(k, dirfd, addr, follow, then)
}

// emptyPath: no path, so that the call is about the descriptor itself.
func (k *task) emptyPath(addr uint64) bool {
	if addr == 0 {
		return true
	}
	path, ok := k.readString(addr)
	return ok && path == ""
}
