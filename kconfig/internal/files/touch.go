// The files below include/config that stand for symbols in the rules of the build; those of changed symbols are
// touched.

package files

import (
	"os"
	"path/filepath"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// touch updates the file that stands for a symbol in the rules of the build.
func (c *Files) touch(name string) error {
	path := c.world.Path(c.touched(name))
	err := truncate(path)
	if err == nil || !os.IsNotExist(err) || !c.D.LowerTouch && !c.D.TmpConfig {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return truncate(path)
}

// touched is the name of that file. Older trees have nested names in lower case: foo/bar.h for FOO_BAR.
func (c *Files) touched(name string) string {
	dir := c.autoName()
	dir = dir[:strings.LastIndexByte(dir, '/')+1]
	if !c.D.LowerTouch {
		return dir + name
	}
	if c.D.TouchChdir {
		dir = "include/config/"
	}
	b := []byte(name)
	for i, ch := range b {
		switch {
		case ch >= 'A' && ch <= 'Z':
			b[i] = ch + 'a' - 'A'
		case ch == '_':
			b[i] = '/'
		}
	}
	return dir + string(b) + ".h"
}

// touchDeps touches the files of the symbols whose values differ from the last auto.conf.
func (c autoWriter) touchDeps() bool {
	c.read(c.name, slotAuto)
	if len(c.Syms.Order) < len(c.Syms.All) {
		c.Sort() // reading made symbols
	}
	if c.D.TouchChdir {
		if !c.makeParents("include/config/foo.h") || !c.world.IsDir("include/config") {
			return false
		}
	}
	if c.D.AutoValidReset {
		c.solver.Calc(c.Modules)
	}
	for _, s := range c.Syms.Order {
		if c.D.AutoValidReset {
			c.solver.Calc(s)
		}
		if s.Name == "" || s.IsChoice() || s.Has(model.FlagNoWrite) || !c.differsFromAuto(s) {
			continue
		}
		if err := c.touch(s.Name); err != nil {
			return false
		}
	}
	return true
}

// differsFromAuto reports whether a symbol has another value than in the last auto.conf.
func (c autoWriter) differsFromAuto(s *model.Symbol) bool {
	old := s.Has(model.FlagAuto)
	if !s.Has(model.FlagWrite) {
		return old
	}
	if old {
		if s.Type.Logic() {
			return s.Curr.Tri != s.Auto.Tri
		}
		return s.Type == model.Unknown || s.Text() != s.Auto.Str
	}
	return !s.Type.Logic() || s.Curr.Tri != model.No
}
