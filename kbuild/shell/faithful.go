package shell

import "path/filepath"

// Faithful says whether the shell at path is one whose behaviour this package
// has: dash, found by the name it goes by once links are followed. A caller on a
// system whose /bin/sh is something else should leave all lines to it: bash, for
// one, prints other messages and does not interpret escapes in echo.
func Faithful(path string) bool {
	target, err := filepath.EvalSymlinks(path)
	return err == nil && filepath.Base(target) == "dash"
}
