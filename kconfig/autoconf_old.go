package kconfig

import "os"

// writeAutoOld writes the generated files as trees do that collect them under fixed names in the working directory and
// rename them when all are complete.
func (c *Config) writeAutoOld(name string) bool {
	if c.d.AutoClears {
		c.invalidate()
	}
	c.writeDepOld(name)
	if !c.touchDeps(name) {
		return false
	}
	c.calcAll()
	type file struct {
		tmp, name string
		text      []byte
	}
	files := []file{{".tmpconfig", name, c.autoText(c.appendHeading(nil), func(b []byte, s *Symbol) []byte {
		return c.appendLine(b, s, false, false, true)
	})}}
	if c.d.TristateConf {
		files = append(files, file{".tmpconfig_tristate", c.envOr("KCONFIG_TRISTATE", "include/config/tristate.conf"),
			c.autoText(c.appendHeading(nil), c.appendTristate)})
	}
	header := c.autoText(c.appendCHeading(nil), c.appendDefine)
	if c.d.EnabledMacros {
		header = c.enabledHeader()
	}
	files = append(files, file{".tmpconfig.h", c.envOr("KCONFIG_AUTOHEADER", "include/generated/autoconf.h"), header})
	for _, f := range files {
		if err := os.WriteFile(c.path(f.tmp), f.text, 0o666); err != nil {
			return false
		}
	}
	for i := len(files) - 1; i >= 0; i-- { // auto.conf marks the completion and comes last
		f := files[i]
		if !c.makeParents(f.name) || os.Rename(c.path(f.tmp), c.path(f.name)) != nil {
			return false
		}
	}
	return true
}

// writeDepOld writes auto.conf.cmd; failures do not count.
func (c *Config) writeDepOld(auto string) {
	const tmp, name = "..config.tmp", "include/config/auto.conf.cmd"
	if os.WriteFile(c.path(tmp), c.autoCmd(auto), 0o666) != nil || !c.makeParents(name) {
		return
	}
	_ = os.Rename(c.path(tmp), c.path(name))
}

// enabledHeader is the header of trees that also say of every bool and tristate whether it is on.
func (c *Config) enabledHeader() []byte {
	b := c.appendCHeading(nil)
	for _, s := range c.syms.order {
		if s.Name == "" {
			continue
		}
		b = c.appendEnabled(b, s)
		if s.has(flagWrite) {
			b = c.appendDefine(b, s)
		}
	}
	return b
}

func (c *Config) appendEnabled(b []byte, s *Symbol) []byte {
	if !s.Type.logic() {
		return b
	}
	line := func(suffix string, v Tristate) {
		digit := " 0\n"
		if s.curr.tri == v {
			digit = " 1\n"
		}
		b = append(b, "#define __enabled_"+c.prefix+s.Name+suffix+digit...)
	}
	line("", Yes)
	line("_MODULE", Mod)
	return b
}
