//go:build linux && (amd64 || arm64)

package trace

// This file follows the calls that ask for the status of a file.

import (
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
)

// statKind is what a program learns from stat.
func (k *task) statKind(f *found) facts.Kind {
	switch {
	case f.link():
		return facts.Link
	case f.regular() && !k.proc.program.asksNoDate(f.path) && !virtual(f.path):
		return facts.Dated
	}
	return facts.Exists
}

// Fields of statx that only some programs show.
const (
	plainFields = unix.STATX_TYPE | unix.STATX_MODE
	// ownFields are the mode, the owner, the number of links, the inode, the size, the blocks, the date.
	ownFields = plainFields | unix.STATX_NLINK | unix.STATX_UID | unix.STATX_GID | unix.STATX_INO | unix.STATX_SIZE | unix.STATX_BLOCKS | unix.STATX_MTIME | unix.STATX_CTIME
)

// statx handles a question that says what it is about.
func (t *tracer) statx(k *task, a *[6]uint64) exitFunc {
	p := &k.proc.program
	mask := a[3]
	empty := k.emptyPath(a[1])
	switch {
	case p.sizes || empty && p.known:
	case mask&^plainFields == 0 && !empty:
		return t.ask(k, a[0], a[1], a[2]&unix.AT_SYMLINK_NOFOLLOW == 0, facts.Exists)
	case mask&^ownFields&(unix.STATX_BASIC_STATS|unix.STATX_BTIME) == 0 && !p.known:
		return t.status(k, a[0], a[1], a[2]&unix.AT_SYMLINK_NOFOLLOW == 0, empty, facts.SystemStatus)
	case !p.known:
		return t.status(k, a[0], a[1], a[2]&unix.AT_SYMLINK_NOFOLLOW == 0, empty, facts.SystemStatusRead)
	}
	if empty {
		return t.fstat(k, a[0])
	}
	return t.stat(k, a[0], a[1], a[2]&unix.AT_SYMLINK_NOFOLLOW == 0)
}

// status handles a question of a program that may show, or go by, all that stat tells.
func (t *tracer) status(k *task, dirfd, addr uint64, follow, empty bool, word string) exitFunc {
	var f found
	ok := false
	if empty {
		if f, ok = t.byFD(k, dirfd); !ok || t.given(k, dirfd) || !f.regular() && !f.dir() {
			return nil // a pipe, a terminal, a file without a name
		}
	} else if f, ok = t.at(k, dirfd, addr, follow); !ok {
		return nil
	}
	return func(r int64) {
		kind := facts.Exists
		if f.link() {
			kind = facts.Link
		}
		t.told(k, &f, r, kind)
		if r < 0 || f.magic || inProcess(f.path) || virtual(f.path) || f.path == "/dev" || f.path == "/proc" || f.path == "/sys" {
			return
		}
		if t.rec.own(&f) {
			t.impure("%s looked at the status of %s, which the command has made", k.proc.program.describe(), f.path)
			return
		}
		t.system(word + f.path)
	}
}

// stat handles a question by name.
func (t *tracer) stat(k *task, dirfd, addr uint64, follow bool) exitFunc {
	if !k.proc.program.known {
		return t.status(k, dirfd, addr, follow, false, facts.SystemStatusRead)
	}
	f, ok := t.at(k, dirfd, addr, follow)
	if !ok {
		return nil
	}
	return func(r int64) {
		kind := k.statKind(&f)
		t.told(k, &f, r, kind)
		if kind == facts.Dated && r == 0 {
			t.rec.ask(&f, facts.Exists)
		}
		if r == 0 && (f.dir() || f.regular()) && !virtual(f.path) && !inProcess(f.path) {
			t.compares(k, &f)
		}
	}
}

// compares notes what a shell or test(1) may compare: their words tell whether it does. To make a directory is as good a
// prerequisite as a file.
func (t *tracer) compares(k *task, f *found) {
	switch p := &k.proc.program; {
	case shells.Has(p.name) || tests.Has(p.name):
		t.statuses[f.path] = f.dir()
	case p.name != "make" || !f.dir():
	case t.rec.own(f):
		t.impure("make looked at the date of %s, which the command has made", f.path)
	default:
		t.system(facts.SystemStatus + f.path)
	}
}

// fstat handles a question about an open file. The readers ask it of everything they open.
func (t *tracer) fstat(k *task, fd uint64) exitFunc {
	t.asksStdin(k, fd)
	if readers.Has(k.proc.program.name) || k.proc.program.sizes {
		return nil
	}
	f, ok := t.byFD(k, fd)
	if !ok || !f.regular() || virtual(f.path) || t.given(k, fd) {
		return nil
	}
	return func(r int64) {
		if r == 0 {
			t.rec.ask(&f, facts.Dated)
		}
	}
}

// asksStdin notes a question about a descriptor that may be standard input.
func (t *tracer) asksStdin(k *task, fd uint64) {
	if key, ok := k.file(fd); ok && key == t.files.stdin {
		t.stdin = true
	}
}
