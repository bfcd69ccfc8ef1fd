// Storing files: directories above them, temporary files beside them.

package files

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"gokbuild/kconfig/internal/host"
)

// replace writes a file through a temporary one next to it.
func (c *Files) replace(name, tmp string, text []byte) bool {
	if !c.makeParents(name) {
		return false
	}
	opened, err := c.world.Create(tmp, func() []byte { return text })
	if !opened {
		c.world.Warnf("fopen: %s\n", host.ErrText(err))
	}
	if err != nil {
		return false
	}
	if err := c.world.Rename(tmp, name); err != nil {
		c.world.Warnf("rename: %s\n", host.ErrText(err))
		return false
	}
	return true
}

// truncate leaves an empty file. There is one for each symbol, so the system is called directly as in readPlain.
func truncate(path string) error {
	fd, err := host.Retry(func() (int, error) {
		return unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC|unix.O_CLOEXEC, 0o644)
	})
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

// makeParents creates the directories above a file.
func (c *Files) makeParents(name string) bool {
	if !c.D.MakeDirs {
		return true
	}
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return true
	}
	for j := 0; j <= i; j++ {
		if name[j] != '/' || j == 0 || name[j-1] == '/' {
			continue
		}
		if dir := name[:j]; !c.world.IsDir(dir) {
			if err := os.Mkdir(c.world.Path(dir), 0o755); err != nil {
				return false
			}
		}
	}
	return true
}
