package shell

// This file redirects descriptors.

import (
	"errors"
	"os"
	"syscall"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/libc"
)

// redirect applies redirections in order. undo puts the descriptors back and
// closes what was opened; it must be called whatever ok says. When ok is false
// the message has been printed, on the descriptors as they were redirected so far.
func (s *state) redirect(redirs []redir) (undo func(), ok bool) {
	if len(redirs) == 0 {
		return func() {}, true
	}
	saved := s.fds
	var touched [3]bool
	var opened []*os.File
	undo = func() {
		for i, t := range touched {
			if t {
				s.fds[i] = saved[i]
			}
		}
		for _, f := range opened {
			f.Close()
		}
		opened = nil
	}
	// All names are expanded before the first file is opened.
	names := make([]string, len(redirs))
	for i, r := range redirs {
		if r.op != redirDup {
			names[i] = s.expandString(r.file)
		}
	}
	if s.err != nil {
		return undo, false
	}
	for i, r := range redirs {
		if r.op == redirDup {
			s.fds[r.fd] = s.fds[r.from]
			touched[r.fd] = true
			continue
		}
		f, msg := s.open(r.op, names[i])
		if msg != "" {
			if s.err == nil {
				s.warn(msg)
			}
			return undo, false
		}
		opened = append(opened, f)
		s.fds[r.fd] = sink{file: f}
		touched[r.fd] = true
	}
	return undo, true
}

func (s *state) open(op redirOp, name string) (*os.File, string) {
	flags, word := os.O_RDONLY, "open"
	switch op {
	case redirWrite:
		flags, word = os.O_WRONLY|os.O_CREATE|os.O_TRUNC, "create"
	case redirAppend:
		flags, word = os.O_WRONLY|os.O_CREATE|os.O_APPEND, "create"
	}
	fail := func(errno syscall.Errno) (*os.File, string) {
		text := libc.Errno(errno)
		switch {
		case errno != syscall.ENOENT && errno != syscall.ENOTDIR:
		case word == "create":
			text = "Directory nonexistent"
		default:
			text = "No such file"
		}
		return nil, "cannot " + word + " " + name + ": " + text
	}
	if name == "" {
		return fail(syscall.ENOENT)
	}
	file := Resolve(s.dir, name)
	if op != redirWrite {
		s.named(file) // what is written anew was not looked at
	}
	var f *os.File
	err := descriptors.Patiently(s.ctx, func() (err error) {
		f, err = openBlocking(file, flags)
		return err
	})
	if err != nil {
		s.exhausted("cannot "+word+" "+name, err)
		var errno syscall.Errno
		if !errors.As(err, &errno) {
			errno = syscall.EIO
		}
		return fail(errno)
	}
	if op != redirWrite && s.env.Read != nil {
		s.env.Read(file)
	}
	if op != redirRead && s.env.Wrote != nil {
		s.env.Wrote(file)
	}
	return f, ""
}

// openBlocking opens a file the plain way: os.OpenFile would put a FIFO or a
// terminal into the poller, and a child would inherit it in non-blocking mode.
func openBlocking(path string, flags int) (*os.File, error) {
	fd, err := libc.RetryN(func() (int, error) { return syscall.Open(path, flags|syscall.O_CLOEXEC, 0o666) })
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}
