package shell

// This file is for programs that read all of their standard input in this process.

import (
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// mayRead reports whether standard input may be read to its end here: a pipe within this process, or a file. What another process writes
// could keep this one from ending.
func (c *call) mayRead() bool {
	in := c.s.fds[0]
	if in.file == nil {
		return false
	}
	var st syscall.Stat_t
	return in.pipe || syscall.Fstat(int(in.file.Fd()), &st) == nil && isRegular(st)
}

// realProgram starts the program itself in a subshell, with what was read as its standard input.
func (c *call) realProgram(child *state, name string, text []byte) (Status, bool) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		child.err = err
		return Status{Code: 126}, true
	}
	f := os.NewFile(uintptr(fd), name)
	defer f.Close()
	if _, err = f.Write(text); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		child.err = err
		return Status{Code: 126}, true
	}
	child.fds[0] = sink{file: f}
	return child.start(c.env, c.path, append([]string{name}, c.args...), ""), true
}
