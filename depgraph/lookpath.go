package depgraph

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// LookPath finds the program that a make with working directory dir and the given value of PATH would run for name. The
// result may be relative to dir, as ProcSpec wants it. A name with a slash is returned as it is, existing or not: exec
// knows best. The error wraps ENOENT, or EACCES if there was something by that name that may not be executed.
func LookPath(name, pathEnv, dir string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	err := error(unix.ENOENT)
	if name != "" {
		for _, element := range strings.Split(pathEnv, ":") {
			if element == "" {
				element = "." // make and the shells agree on this
			}
			found := strings.TrimRight(element, "/") + "/" + name
			full := found
			if !strings.HasPrefix(found, "/") {
				full = dir + "/" + found
				if dir == "" {
					full = found
				}
			}
			switch executable(full) {
			case nil:
				return found, nil
			case unix.EACCES:
				err = unix.EACCES
			}
		}
	}
	return "", &os.PathError{Op: "exec", Path: name, Err: err}
}

// executable returns nil for a file that this user may execute; EACCES for one he may not, or for a folder.
func executable(path string) error {
	if err := unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS); err != nil {
		return err
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return unix.EACCES
	}
	return nil
}
