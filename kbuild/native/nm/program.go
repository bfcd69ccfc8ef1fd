package nm

// This file decides whether a call of nm can be done here, and does it.

import (
	"context"
	"errors"
	"os"
	"path"
	"strings"
	"syscall"

	"gokbuild/kbuild/native/binutils"
	"gokbuild/kbuild/native/shell"
)

// Programs tells which programs of a build are GNU nm, and answers for them. The
// zero value is ready; it may be used by many goroutines.
type Programs struct{ versions binutils.Versions }

// maxObject bounds what is read into memory.
const maxObject = 64 << 20

// Native gives the in-process replacement for the program file as executed in
// dir, or nil if it does not have nm's name. It fits shell.Env.Native.
func (p *Programs) Native(dir, file string) shell.NativeFunc {
	base := path.Base(file)
	if base != "nm" && !strings.HasSuffix(base, "-nm") {
		return nil
	}
	return func(ctx context.Context, c *shell.Call) (shell.Status, bool) {
		if len(c.Argv) != 2 || c.Argv[1] == "" || c.Argv[1][0] == '-' || c.Argv[1][0] == '@' || !byteOrder(c.Environ()) {
			return shell.Status{}, false
		}
		data, ok := readObject(shell.Resolve(dir, c.Argv[1]))
		if !ok {
			return shell.Status{}, false
		}
		v := p.versions.Of(ctx, shell.Resolve(dir, file), "nm")
		if !v.OK {
			return shell.Status{}, false
		}
		text, ok := List(data, v.Before(2, 40))
		if !ok {
			return shell.Status{}, false
		}
		if _, err := c.Stdout.Write(text); err != nil {
			if errors.Is(err, syscall.EPIPE) {
				return shell.Status{Signal: syscall.SIGPIPE}, true
			}
			return shell.Status{Code: 1}, true
		}
		return shell.Status{}, true
	}
}

// readObject reads a regular file that an object file could be.
func readObject(name string) ([]byte, bool) {
	st, err := os.Stat(name)
	if err != nil || !st.Mode().IsRegular() || st.Size() > maxObject {
		return nil, false
	}
	data, err := os.ReadFile(name)
	return data, err == nil
}

// byteOrder says that names are sorted by their bytes in this environment.
func byteOrder(environ []string) bool {
	values := map[string]string{}
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && (strings.HasPrefix(name, "LC_") || name == "LANG") {
			values[name] = value
		}
	}
	for _, name := range []string{"LC_ALL", "LC_COLLATE", "LANG"} {
		if v := values[name]; v != "" {
			return v == "C" || v == "POSIX"
		}
	}
	return true
}
