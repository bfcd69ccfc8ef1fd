package depgraph

// This file finds programs in a PATH, and variables in an environment.

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// SearchPath goes through the folders of a PATH for a name without a slash, as a program with working directory dir
// does. An empty folder is the working directory. Check returns nil for a file that will do, which ends the search;
// ENOENT, if nothing is there; or what speaks against the file. The result is a folder of the PATH, a slash and the
// name, or the name alone; so it may be relative to dir. The error is the last that check returned other than ENOENT.
func SearchPath(name, pathEnv, dir string, check func(full string) error) (string, error) {
	err := error(unix.ENOENT)
	for rest, more := pathEnv, true; more; {
		var folder string
		folder, rest, more = strings.Cut(rest, ":")
		found := name
		if folder != "" {
			found = folder + "/" + name
		}
		full := found
		if !strings.HasPrefix(found, "/") && dir != "" {
			full = dir + "/" + found
		}
		switch why := check(full); why {
		case nil:
			return found, nil
		case unix.ENOENT:
		default:
			err = why
		}
	}
	return "", err
}

// LookPath finds the program that a make with working directory dir and the given value of PATH would run for name. The
// result may be relative to dir, as ProcSpec wants it. A name with a slash is returned as it is, existing or not: exec
// knows best. The error wraps ENOENT, or EACCES if there was something by that name that may not be executed,
// which for a name that is empty are the folders of PATH themselves.
func LookPath(name, pathEnv, dir string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	found, err := SearchPath(name, pathEnv, dir, Executable)
	if err != nil {
		return "", &os.PathError{Op: "exec", Path: name, Err: err}
	}
	if found == name {
		found = "./" + name // exec must not search again
	}
	return found, nil
}

// Executable returns nil for a file that this user may execute; EACCES for one he may not, or for a folder; ENOENT for
// anything else.
func Executable(path string) error {
	err := unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS)
	if err == unix.EACCES {
		return err
	}
	var st unix.Stat_t
	if err != nil || unix.Stat(path, &st) != nil {
		return unix.ENOENT
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return unix.EACCES
	}
	return nil
}

// LookEnv returns the value of a variable in an environment, and whether there is one.
func LookEnv(env []string, name string) (value string, ok bool) {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name); ok && v != "" && v[0] == '=' {
			return v[1:], true
		}
	}
	return "", false
}
