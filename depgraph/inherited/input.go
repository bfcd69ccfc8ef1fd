package inherited

// This file tells standard inputs apart.

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Input tells of what kind standard input is, a pipe or a terminal say; "" if nothing can come from it.
func Input(f *os.File) string {
	if f == nil {
		return ""
	}
	st, err := f.Stat()
	if err != nil {
		return ""
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if ok && st.Mode()&os.ModeCharDevice != 0 && sys.Rdev == unix.Mkdev(1, 3) {
		return "" // /dev/null
	}
	return st.Mode().Type().String()
}
