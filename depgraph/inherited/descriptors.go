package inherited

// This file knows the descriptors that whoever started this process left open for it and its children: `make 3>log`.

import (
	"slices"
	"strconv"
	"sync"
	"syscall"
)

// Descriptors returns the numbers from 3 on that were open when this process started, in order. What is opened in this process is closed
// on exec, and the ends of a job server's pipe are set to be: so they can be told at any time.
var Descriptors = sync.OnceValue(func() (numbers []int) {
	dir, err := syscall.Open("/proc/self/fd", syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(dir)
	var names []string
	buf := make([]byte, 4096)
	for {
		n, err := syscall.ReadDirent(dir, buf)
		if n <= 0 || err != nil {
			break
		}
		_, _, names = syscall.ParseDirent(buf[:n], -1, names)
	}
	for _, name := range names {
		n, err := strconv.Atoi(name)
		if err != nil || n < 3 {
			continue
		}
		flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(n), syscall.F_GETFD, 0)
		if errno == 0 && flags&syscall.FD_CLOEXEC == 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
})
