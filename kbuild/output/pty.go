package output

// This file makes the terminal that a listener gives to commands.

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// OpenTerminal makes a terminal of the size of another one.
func OpenTerminal(like *os.File) (master, slave *os.File, err error) {
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	conn, err := master.SyscallConn()
	if err != nil {
		master.Close()
		return nil, nil, err
	}
	fd := -1
	if e := conn.Control(func(m uintptr) {
		if err = unix.IoctlSetPointerInt(int(m), unix.TIOCSPTLCK, 0); err != nil {
			return
		}
		r, _, errno := syscall.Syscall(syscall.SYS_IOCTL, m, unix.TIOCGPTPEER, syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_CLOEXEC)
		if errno != 0 {
			err = errno
			return
		}
		fd = int(r)
		err = likeTerminal(fd, int(like.Fd()))
	}); e != nil {
		err = e
	}
	if err != nil {
		if fd >= 0 {
			_ = syscall.Close(fd)
		}
		master.Close()
		return nil, nil, err
	}
	return master, os.NewFile(uintptr(fd), "terminal"), nil
}

// likeTerminal gives a terminal the size of another, and has it change nothing in what is written: the other does.
func likeTerminal(fd, like int) error {
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	mode.Oflag &^= unix.OPOST
	mode.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, mode); err != nil {
		return err
	}
	if size, err := unix.IoctlGetWinsize(like, unix.TIOCGWINSZ); err == nil {
		_ = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size)
	}
	return nil
}
