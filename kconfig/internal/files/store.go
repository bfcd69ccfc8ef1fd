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
	f, err := os.OpenFile(c.world.Path(tmp), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		c.world.Warnf("fopen: %s\n", host.ErrText(err))
		return false
	}
	_, err = f.Write(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return false
	}
	if err := os.Rename(c.world.Path(tmp), c.world.Path(name)); err != nil {
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

func (c *Files) isDir(name string) bool {
	fi, err := os.Stat(c.world.Path(name))
	return err == nil && fi.IsDir()
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
		if dir := name[:j]; !c.isDir(dir) {
			if err := os.Mkdir(c.world.Path(dir), 0o755); err != nil {
				return false
			}
		}
	}
	return true
}
