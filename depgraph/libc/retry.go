package libc

// This file starts interrupted system calls again.

import "syscall"

// Retry calls f again as long as a signal interrupts it.
func Retry(f func() error) error {
	for {
		if err := f(); err != syscall.EINTR {
			return err
		}
	}
}

// RetryN is Retry for calls that return a number too.
func RetryN(f func() (int, error)) (int, error) {
	for {
		n, err := f()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
