// Errors of the file system in the words of the C library.

package host

import (
	"os"
	"strings"
	"syscall"
)

// ErrText is the text of perror for an error of the file system.
func ErrText(err error) string {
	for {
		switch e := err.(type) {
		case *os.PathError:
			err = e.Err
			continue
		case *os.LinkError:
			err = e.Err
			continue
		case syscall.Errno:
			s := e.Error()
			if s != "" {
				return strings.ToUpper(s[:1]) + s[1:]
			}
		}
		return err.Error()
	}
}
