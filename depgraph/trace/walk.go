//go:build linux && (amd64 || arm64)

package trace

// This file finds out which file a path means.

import (
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/libc"
)

// walker finds out which file a path means, as the kernel does it: through symbolic links, each of which becomes a fact.
// Facts are then kept under the one name that has no links in it, so that it does not matter by which name a file is reached.
type walker struct {
	rec *record
	// dirs are directories known to be no links. The command can only change that by renaming or removing one.
	dirs map[string]struct{}
}

// found is what a path means.
type found struct {
	path string // without links before the last name; and not one itself if links were followed
	id   facts.Stat
	err  error // nil: it is there; ENOENT, ENOTDIR: it is not; or why nobody can tell
	// magic: the path led into a process's directory in /proc and to or through a link there, which is not what it
	// looks like. path is that link; nothing behind it was looked at.
	magic bool
	rest  string
}

func (f *found) absent() bool  { return f.err == unix.ENOENT || f.err == unix.ENOTDIR }
func (f *found) regular() bool { return f.id.Mode&unix.S_IFMT == unix.S_IFREG }
func (f *found) link() bool    { return f.id.Mode&unix.S_IFMT == unix.S_IFLNK }
func (f *found) dir() bool     { return f.id.Mode&unix.S_IFMT == unix.S_IFDIR }

// maxLinks is the kernel's.
const maxLinks = 40

func (w *walker) init(rec *record) {
	w.rec = rec
	w.forget()
}

// forget is called when a directory was removed or renamed.
func (w *walker) forget() { w.dirs = map[string]struct{}{"/": {}} }

// locate makes facts of the links in the path of a directory.
func (w *walker) locate(dir string) { w.find(0, "/", dir, true) }

// find resolves a path from the directory from, which has no links in it, for a thread of process pid.
func (w *walker) find(pid int, from, path string, follow bool) found {
	if path == "" {
		return found{path: from, err: unix.ENOENT}
	}
	if f, ok := w.plain(path); ok && (!follow || !f.link()) {
		return f
	}
	cur := from
	if strings.HasPrefix(path, "/") {
		cur = "/"
	}
	start := cur
	f := found{path: cur}
	rest := path
	links := 0
	looked := false // f.id is that of cur
	for {
		rest = strings.TrimLeft(rest, "/")
		name, after, more := strings.Cut(rest, "/")
		if name == "" {
			break
		}
		rest = after
		switch name {
		case ".":
			continue
		case "..":
			if cur != start && cur != "/" {
				// It had to be there for this to work.
				f = found{path: cur}
				if f.id, f.err = state(cur); f.err != nil {
					return f
				}
				w.rec.ask(&f, facts.Exists)
			}
			cur, looked = parent(cur), false
			continue
		}
		if cur == "/proc" && pid != 0 && (name == "self" || name == "thread-self") {
			cur, looked = "/proc/"+strconv.Itoa(pid), false
			continue
		}
		next := join(cur, name)
		last := strings.Trim(rest, "/") == "" // "." at the end is no name, but then it is a directory
		if _, known := w.dirs[next]; known && !last {
			cur, looked = next, false
			continue
		}
		f = found{path: next}
		f.id, f.err = state(next)
		if f.err != nil {
			if f.absent() && !last && !strings.Contains("/"+rest+"/", "/../") {
				// What was looked for is all of it: that a directory on the way appears changes nothing.
				f.path = join(next, strings.Trim(rest, "/"))
			}
			return f
		}
		if f.link() && (follow || more) {
			if inProcess(next) {
				f.magic, f.rest = true, rest
				return f
			}
			if links++; links > maxLinks {
				f.err = unix.ELOOP
				return f
			}
			w.rec.ask(&f, facts.Link)
			target, err := readlink(next)
			if err != nil || target == "" {
				f.err = unix.ENOENT
				return f
			}
			if strings.HasPrefix(target, "/") {
				cur = "/"
			}
			if more {
				target += "/" + rest
			}
			rest, looked = target, false
			continue
		}
		if f.dir() {
			w.dirs[next] = struct{}{}
		}
		cur, looked = next, true
	}
	if !looked {
		f = found{path: cur}
		f.id, f.err = state(cur)
	}
	if f.err == nil && !f.dir() && strings.HasSuffix(path, "/") {
		f.err = unix.ENOTDIR
	}
	return f
}

// plain is the quick way for an absolute path in a known directory.
func (w *walker) plain(path string) (found, bool) {
	slash := strings.LastIndexByte(path, '/')
	if slash <= 0 || slash == len(path)-1 || path[slash+1:] == "." || path[slash+1:] == ".." || path[:slash] == "/proc" {
		return found{}, false
	}
	// Known directories have no dots and double slashes in their names.
	if _, known := w.dirs[path[:slash]]; !known {
		return found{}, false
	}
	f := found{path: path}
	f.id, f.err = state(path)
	return f, true
}

// state is lstat with a plain errno.
func state(path string) (facts.Stat, error) {
	var st syscall.Stat_t
	if err := libc.Retry(func() error { return syscall.Lstat(path, &st) }); err != nil {
		return facts.Stat{}, err
	}
	return facts.Of(&st), nil
}

func readlink(path string) (string, error) {
	for size := 256; ; size *= 4 {
		buf := make([]byte, size)
		n, err := unix.Readlink(path, buf)
		if err != nil {
			return "", err
		}
		if n < size {
			return string(buf[:n]), nil
		}
	}
}

func join(dir, name string) string {
	if dir == "/" {
		return "/" + name
	}
	return dir + "/" + name
}

func parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// inProcess: below /proc/<number>.
func inProcess(path string) bool {
	rest, ok := strings.CutPrefix(path, "/proc/")
	return ok && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}
