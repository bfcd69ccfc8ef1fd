// Writing what the build reads: auto.conf, its dependency file and the header.

package files

import "gokbuild/kconfig/internal/model"

// autoText is one generated file: a heading and the written symbols in table order.
func (c *Files) autoText(head []byte, line func([]byte, *model.Symbol) []byte) []byte {
	b := append(make([]byte, 0, 64<<10), head...)
	for _, s := range c.Syms.Order {
		if s.Has(model.FlagWrite) && s.Name != "" {
			b = line(b, s)
		}
	}
	return b
}

// WriteAuto writes the generated files. With overwrite false it does nothing if auto.conf exists.
func (c *Files) WriteAuto(overwrite bool) bool {
	name := c.autoName()
	if !overwrite && c.world.Exists(name) {
		return true
	}
	if c.D.TmpConfig {
		return c.writeAutoOld(name)
	}
	if !c.replace(name+".cmd", name+".cmd.tmp", c.autoCmd(name)) {
		return false
	}
	if c.D.AutoValidReset {
		if !c.touchDeps(name) {
			return false
		}
		c.calcAll()
	} else {
		c.calcAll()
		if !c.touchDeps(name) {
			return false
		}
	}
	return (!c.D.TristateConf || c.generate(c.tristateName(), c.appendHeading(nil), c.appendTristate)) &&
		c.generate(c.headerName(), c.appendCHeading(nil), c.appendDefine) &&
		(!c.D.RustcCfg || c.generate(c.world.EnvOr("KCONFIG_RUSTCCFG", "include/generated/rustc_cfg"), nil, c.appendRustCfg)) &&
		c.generate(name, c.appendHeading(nil), func(b []byte, s *model.Symbol) []byte {
			return c.appendLine(b, s, style{escape: !c.D.AutoUnquoted})
		})
}

// generate writes one generated file.
func (c *Files) generate(name string, head []byte, line func([]byte, *model.Symbol) []byte) bool {
	return c.replace(name, name+".tmp", c.autoText(head, line))
}

func (c *Files) headerName() string {
	return c.world.EnvOr("KCONFIG_AUTOHEADER", "include/generated/autoconf.h")
}

func (c *Files) tristateName() string {
	return c.world.EnvOr("KCONFIG_TRISTATE", "include/config/tristate.conf")
}

func (c *Files) calcAll() {
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
	}
}
