// Package owner answers one question: are this folder and the files in it ours alone?
//
// State that is kept between runs is believed only if nobody else can have written it: folder and file belong to the
// user who runs the program, and neither the group nor others may write to them. A folder above, such as /tmp, may be
// open to all. Root is no exception: in a folder of somebody else it believes as little as any other user.
//
// Files are reached through the opened folder and never through a link, so that nobody can have us write to, or delete,
// anything elsewhere.
package owner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/libc"
)

// ErrLink says that there is a link where a folder of ours is expected.
var ErrLink = errors.New("it is a symbolic link")

// Foreign tells why what is open as fd is not ours alone, in words that follow its name; "" if it is.
func Foreign(fd int) string {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return "cannot be looked at"
	}
	switch {
	case int(st.Uid) != os.Geteuid():
		return "belongs to user " + strconv.Itoa(int(st.Uid))
	case st.Mode&0o022 != 0:
		return fmt.Sprintf("may be written by others (mode %04o)", st.Mode&0o7777)
	}
	return ""
}

// Dir is an opened folder.
type Dir struct {
	fd   int
	name string
}

// OpenDir opens a folder. The last part of its name must not be a link. With create it is made if it is not there, such
// that nobody else may write to it.
func OpenDir(name string, create bool) (*Dir, error) {
	for {
		fd, err := libc.RetryN(func() (int, error) {
			return unix.Open(name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		})
		switch {
		case err == nil:
			return &Dir{fd, name}, nil
		case err == unix.ENOENT && create:
			if err = unix.Mkdir(name, 0o755); err == nil || err == unix.EEXIST {
				create = false
				continue
			}
		case err == unix.ELOOP, err == unix.ENOTDIR:
			if st, e := os.Lstat(name); e == nil && st.Mode()&os.ModeSymlink != 0 {
				return nil, &fs.PathError{Op: "open", Path: name, Err: ErrLink}
			}
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
}

// Close gives the folder back. Files that were opened in it stay open.
func (d *Dir) Close() { _ = unix.Close(d.fd) }

// Foreign tells why the folder is not ours alone; "" if it is.
func (d *Dir) Foreign() string { return Foreign(d.fd) }

// Same reports whether a name in the folder leads to an open file.
func (d *Dir) Same(name string, f *os.File) bool {
	var a, b unix.Stat_t
	return unix.Fstatat(d.fd, name, &a, unix.AT_SYMLINK_NOFOLLOW) == nil && unix.Fstat(int(f.Fd()), &b) == nil &&
		a.Dev == b.Dev && a.Ino == b.Ino
}

// Open opens a regular file of the folder; flags are those of open. A link is not followed.
func (d *Dir) Open(name string, flags int, perm uint32) (*os.File, error) {
	fd, err := libc.RetryN(func() (int, error) {
		// Without O_NONBLOCK a fifo would keep us waiting.
		return unix.Openat(d.fd, name, flags|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, perm)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: d.name + "/" + name, Err: err}
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		_ = unix.Close(fd)
		return nil, &fs.PathError{Op: "open", Path: d.name + "/" + name, Err: fs.ErrInvalid}
	}
	_ = syscall.SetNonblock(fd, false)
	return os.NewFile(uintptr(fd), d.name+"/"+name), nil
}

// Read opens a file of the folder for reading, if folder and file are ours alone.
func (d *Dir) Read(name string) (*os.File, error) {
	f, err := d.Open(name, unix.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	for _, fd := range []int{d.fd, int(f.Fd())} {
		if why := Foreign(fd); why != "" {
			f.Close()
			return nil, &fs.PathError{Op: "open", Path: f.Name(), Err: errors.New(why)}
		}
	}
	return f, nil
}

// Remove removes a file or a link.
func (d *Dir) Remove(name string) error { return unix.Unlinkat(d.fd, name, 0) }

// Rename gives a file another name in the folder.
func (d *Dir) Rename(from, to string) error { return unix.Renameat(d.fd, from, d.fd, to) }

// MakeRoom removes what stands in the way of a file of ours: a folder, a link.
func (d *Dir) MakeRoom(name string) {
	var st unix.Stat_t
	if unix.Fstatat(d.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW) != nil || st.Mode&unix.S_IFMT == unix.S_IFREG {
		return
	}
	if d.Remove(name) == nil {
		return
	}
	if root, err := os.OpenRoot("/proc/self/fd/" + strconv.Itoa(d.fd)); err == nil {
		_ = root.RemoveAll(name)
		root.Close()
	}
}

// Names lists what is in the folder.
func (d *Dir) Names() ([]string, error) {
	fd, err := unix.Openat(d.fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), d.name)
	defer f.Close()
	return f.Readdirnames(-1)
}

// Below opens the folder that holds a name below this one, and tells the last part of that name. It follows no link.
// The name must be plain: "a/b.o", without "." and "..".
func (d *Dir) Below(name string) (in *Dir, last string, err error) {
	if !fs.ValidPath(name) || name == "." {
		return nil, "", fs.ErrInvalid
	}
	fd, err := unix.Openat(d.fd, ".", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	for start, i := 0, 0; err == nil; i++ {
		if i == len(name) {
			return &Dir{fd, d.name + "/" + name[:max(start-1, 0)]}, name[start:], nil
		}
		if name[i] != '/' {
			continue
		}
		above := fd
		fd, err = unix.Openat(above, name[start:i], unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		_ = unix.Close(above)
		start = i + 1
	}
	return nil, "", err
}

// Stat looks at a name in the folder, not through a link.
func (d *Dir) Stat(name string) (st unix.Stat_t, err error) {
	err = unix.Fstatat(d.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	return st, err
}

// Mkdir makes a folder in the folder; the mask of permissions counts.
func (d *Dir) Mkdir(name string, perm uint32) error { return unix.Mkdirat(d.fd, name, perm) }

// SetDate gives a file of the folder a date of change, in nanoseconds since 1970.
func (d *Dir) SetDate(name string, date int64) error {
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, unix.NsecToTimespec(date)}
	return unix.UtimesNanoAt(d.fd, name, times, unix.AT_SYMLINK_NOFOLLOW)
}

// Identity returns the device and the number of the folder itself.
func (d *Dir) Identity() (dev, ino uint64) {
	var st unix.Stat_t
	if unix.Fstat(d.fd, &st) != nil {
		return 0, 0
	}
	return st.Dev, st.Ino
}

// Link gives a file a second name in the folder, unless that is taken.
func (d *Dir) Link(from, to string) error { return unix.Linkat(d.fd, from, d.fd, to, 0) }
