package shell

// This file finds out whether /bin/sh is the shell that is imitated here.

import (
	"path/filepath"
	"sync"
)

// Faithful says whether the shell at path is one whose behaviour this package
// has: dash, found by the name it goes by once links are followed. Where /bin/sh
// is something else Parse leaves all lines to it: bash, for one, prints other
// messages and does not interpret escapes in echo.
func Faithful(path string) bool {
	target, err := filepath.EvalSymlinks(path)
	return err == nil && filepath.Base(target) == "dash"
}

// shIsDash is asked once: /bin/sh does not change during a build.
var shIsDash = sync.OnceValue(func() bool { return Faithful("/bin/sh") })
