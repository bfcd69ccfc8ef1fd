// Writing what the build reads: auto.conf, its dependency file and the header.

package files

import (
	"os"

	"gokbuild/kconfig/internal/model"
)

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
	if !overwrite {
		if _, err := os.Stat(c.world.Path(name)); err == nil {
			return true
		}
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
	header := c.world.EnvOr("KCONFIG_AUTOHEADER", "include/generated/autoconf.h")
	if c.D.TristateConf {
		if tri := c.world.EnvOr("KCONFIG_TRISTATE", "include/config/tristate.conf"); !c.replace(tri, tri+".tmp", c.autoText(c.appendHeading(nil), c.appendTristate)) {
			return false
		}
	}
	if !c.replace(header, header+".tmp", c.autoText(c.appendCHeading(nil), c.appendDefine)) {
		return false
	}
	if c.D.RustcCfg {
		if rust := c.world.EnvOr("KCONFIG_RUSTCCFG", "include/generated/rustc_cfg"); !c.replace(rust, rust+".tmp", c.autoText(nil, c.appendRustCfg)) {
			return false
		}
	}
	return c.replace(name, name+".tmp", c.autoText(c.appendHeading(nil), func(b []byte, s *model.Symbol) []byte {
		return c.AppendLine(b, s, false, false, !c.D.AutoUnquoted)
	}))
}

func (c *Files) calcAll() {
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
	}
}
