// Writing what the build reads: auto.conf, the header, and the make fragment that says when they are stale.

package files

import (
	"strings"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/model"
)

// WriteAuto writes the generated files. With overwrite false it does nothing if auto.conf exists.
func (c *Files) WriteAuto(overwrite bool) bool {
	w := autoWriter{c, c.autoName()}
	if !overwrite && c.world.Exists(w.name) {
		return true
	}
	if c.D.TmpConfig {
		return w.writeOld()
	}
	return w.write()
}

// autoWriter writes the generated files.
type autoWriter struct {
	*Files
	name string // of auto.conf
}

// autoText is one generated file: a heading and the written symbols in table order.
func (c autoWriter) autoText(head []byte, line func([]byte, *model.Symbol) []byte) []byte {
	b := append(make([]byte, 0, 64<<10), head...)
	for _, s := range c.Syms.Order {
		if s.Has(model.FlagWrite) && s.Name != "" {
			b = line(b, s)
		}
	}
	return b
}

// write writes all files, auto.conf last.
func (c autoWriter) write() bool {
	if !c.replace(c.name+".cmd", c.name+".cmd.tmp", c.autoCmd()) {
		return false
	}
	if c.D.AutoValidReset {
		if !c.touchDeps() {
			return false
		}
		c.calcAll()
	} else {
		c.calcAll()
		if !c.touchDeps() {
			return false
		}
	}
	return (!c.D.TristateConf || c.generate(c.tristateName(), c.appendHeading(nil), c.appendTristate)) &&
		c.generate(c.headerName(), c.appendCHeading(nil), c.appendDefine) &&
		(!c.D.RustcCfg || c.generate(c.world.EnvOr("KCONFIG_RUSTCCFG", "include/generated/rustc_cfg"), nil, c.appendRustCfg)) &&
		c.generate(c.name, c.appendHeading(nil), func(b []byte, s *model.Symbol) []byte {
			return c.appendLine(b, s, style{escape: !c.D.AutoUnquoted})
		})
}

// generate writes one generated file.
func (c autoWriter) generate(name string, head []byte, line func([]byte, *model.Symbol) []byte) bool {
	return c.replace(name, name+".tmp", c.autoText(head, line))
}

func (c autoWriter) headerName() string {
	return c.world.EnvOr("KCONFIG_AUTOHEADER", "include/generated/autoconf.h")
}

func (c autoWriter) tristateName() string {
	return c.world.EnvOr("KCONFIG_TRISTATE", "include/config/tristate.conf")
}

// calcAll brings all values up to date.
func (c autoWriter) calcAll() {
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
	}
}

// autoCmd is the make fragment that says when the generated files are stale.
func (c autoWriter) autoCmd() []byte {
	var b strings.Builder
	switch c.D.CmdStyle {
	case dialect.CmdNew:
		b.WriteString("autoconfig := " + c.name + "\n\ndeps_config := \\\n")
		for _, f := range c.Sources {
			b.WriteString("\t" + f + " \\\n")
		}
		b.WriteString("\n$(autoconfig): $(deps_config)\n$(deps_config): ;\n")
		for _, e := range c.Used {
			b.WriteString("\nifneq \"$(" + e.Name + ")\" \"" + e.Value + "\"\n$(autoconfig): FORCE\nendif\n")
		}
	case dialect.CmdMid:
		b.WriteString("deps_config := \\\n")
		for i := len(c.Sources) - 1; i >= 0; i-- {
			b.WriteString("\t" + c.Sources[i] + " \\\n")
		}
		b.WriteString("\n" + c.name + ": $(deps_config)\n\n")
		c.writeEnvDeps(&b)
		b.WriteString("\n$(deps_config): ;\n")
	default:
		c.writeSourcesOld(&b)
		b.WriteString("\n" + c.name + ": \\\n\t$(deps_config)\n\n")
		c.writeEnvDeps(&b)
		b.WriteString("\n$(deps_config): ;\n")
	}
	return []byte(b.String())
}

// writeSourcesOld lists the Kconfig files backwards, the last one without a backslash.
func (c *Files) writeSourcesOld(b *strings.Builder) {
	b.WriteString("deps_config := \\\n")
	for i := len(c.Sources) - 1; i >= 0; i-- {
		b.WriteString("\t" + c.Sources[i])
		if i > 0 {
			b.WriteString(" \\")
		}
		b.WriteString("\n")
	}
}

// writeEnvDeps has make compare the variables of the environment with what they were.
func (c autoWriter) writeEnvDeps(b *strings.Builder) {
	for i := range c.Used {
		e := c.Used[i]
		if c.D.OptionEnv { // a list that grows at its head
			e = c.Used[len(c.Used)-1-i]
		}
		b.WriteString("ifneq \"$(" + e.Name + ")\" \"" + e.Value + "\"\n" + c.name + ": FORCE\nendif\n")
	}
}
