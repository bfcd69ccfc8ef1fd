// The same files as older trees write them: collected under fixed names in the working directory, and renamed when all
// are complete.

package files

import "gokbuild/kconfig/internal/model"

// writeOld writes the generated files as trees do that collect them under fixed names in the working directory and
// rename them when all are complete.
func (c autoWriter) writeOld() bool {
	if c.D.AutoClears {
		c.solver.Invalidate()
	}
	c.writeDepOld()
	if !c.touchDeps() {
		return false
	}
	c.calcAll()
	type file struct {
		tmp, name string
		text      []byte
	}
	files := []file{{".tmpconfig", c.name, c.autoText(c.appendHeading(nil), func(b []byte, s *model.Symbol) []byte {
		return c.appendLine(b, s, style{escape: true})
	})}}
	if c.D.TristateConf {
		files = append(files, file{".tmpconfig_tristate", c.tristateName(), c.autoText(c.appendHeading(nil), c.appendTristate)})
	}
	header := c.autoText(c.appendCHeading(nil), c.appendDefine)
	if c.D.EnabledMacros {
		header = c.enabledHeader()
	}
	files = append(files, file{".tmpconfig.h", c.headerName(), header})
	for _, f := range files {
		if c.world.WriteFile(f.tmp, f.text) != nil {
			return false
		}
	}
	for i := len(files) - 1; i >= 0; i-- { // auto.conf marks the completion and comes last
		f := files[i]
		if !c.makeParents(f.name) || c.world.Rename(f.tmp, f.name) != nil {
			return false
		}
	}
	return true
}

// writeDepOld writes auto.conf.cmd; failures do not count.
func (c autoWriter) writeDepOld() {
	const tmp, name = "..config.tmp", "include/config/auto.conf.cmd"
	if c.world.WriteFile(tmp, c.autoCmd()) != nil || !c.makeParents(name) {
		return
	}
	_ = c.world.Rename(tmp, name)
}

// enabledHeader is the header of trees that also say of every bool and tristate whether it is on.
func (c autoWriter) enabledHeader() []byte {
	b := c.appendCHeading(nil)
	for _, s := range c.Syms.Order {
		if s.Name == "" {
			continue
		}
		b = c.appendEnabled(b, s)
		if s.Has(model.FlagWrite) {
			b = c.appendDefine(b, s)
		}
	}
	return b
}

// appendEnabled appends whether a bool or tristate is on, and whether as a module.
func (c autoWriter) appendEnabled(b []byte, s *model.Symbol) []byte {
	if !s.Type.Logic() {
		return b
	}
	line := func(suffix string, v model.Tristate) {
		digit := " 0\n"
		if s.Curr.Tri == v {
			digit = " 1\n"
		}
		b = append(b, "#define __enabled_"+c.Prefix+s.Name+suffix+digit...)
	}
	line("", model.Yes)
	line("_MODULE", model.Mod)
	return b
}
