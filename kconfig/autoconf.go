package kconfig

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Writing what the build reads: auto.conf, its dependency file, the header, and the touched files that rules depend on.

func (c *Config) autoName() string { return c.envOr("KCONFIG_AUTOCONFIG", "include/config/auto.conf") }

func (c *Config) appendCHeading(b []byte) []byte {
	b = append(b, "/*\n"...)
	for _, line := range c.headingLines() {
		if line != "" {
			b = append(b, " * "...)
			b = append(b, line...)
			b = append(b, '\n')
		} else if c.d.LongCHeading {
			b = append(b, " *\n"...)
		}
	}
	return append(b, " */\n"...)
}

func hexPrefix(v string) string {
	if len(v) < 2 || v[0] != '0' || v[1] != 'x' && v[1] != 'X' {
		return "0x"
	}
	return ""
}

func (c *Config) appendDefine(b []byte, s *Symbol) []byte {
	if s.Type == Unknown {
		return b
	}
	v := s.text()
	suffix := ""
	if s.Type.logic() {
		switch v {
		case "n":
			return b
		case "m":
			suffix = "_MODULE"
		}
		v = "1"
	}
	b = append(b, "#define "...)
	b = append(b, c.prefix...)
	b = append(b, s.Name...)
	b = append(b, suffix...)
	b = append(b, ' ')
	switch {
	case s.Type == Hex:
		b = append(b, hexPrefix(v)...)
		b = append(b, v...)
	case s.Type == String && c.d.RawStrings:
		b = append(b, '"')
		b = append(b, v...)
		b = append(b, '"')
	case s.Type == String:
		b = appendEscaped(b, v)
	default:
		b = append(b, v...)
	}
	return append(b, '\n')
}

func (c *Config) appendRustCfg(b []byte, s *Symbol) []byte {
	if s.Type == Unknown {
		return b
	}
	v := s.text()
	if s.Type.logic() {
		if v == "n" {
			return b
		}
		b = append(b, "--cfg="...)
		b = append(b, c.prefix...)
		b = append(b, s.Name...)
		b = append(b, '\n')
	}
	if s.Type == Hex {
		v = hexPrefix(v) + v
	}
	b = append(b, "--cfg="...)
	b = append(b, c.prefix...)
	b = append(b, s.Name...)
	b = append(b, '=')
	b = appendEscaped(b, v)
	return append(b, '\n')
}

func (c *Config) appendTristate(b []byte, s *Symbol) []byte {
	if s.Type != TristateType || s.curr.tri == No {
		return b
	}
	b = append(b, c.prefix...)
	b = append(b, s.Name...)
	if s.curr.tri == Yes {
		return append(b, "=Y\n"...)
	}
	return append(b, "=M\n"...)
}

// errText is the text of perror for an error of the file system.
func errText(err error) string {
	for {
		switch e := err.(type) {
		case *os.PathError:
			err = e.Err
			continue
		case *os.LinkError:
			err = e.Err
			continue
		case syscall.Errno:
			s := e.Error()
			if s != "" {
				return strings.ToUpper(s[:1]) + s[1:]
			}
		}
		return err.Error()
	}
}

// replace writes a file through a temporary one next to it.
func (c *Config) replace(name, tmp string, text []byte) bool {
	if !c.makeParents(name) {
		return false
	}
	f, err := os.OpenFile(c.path(tmp), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		c.warnf("fopen: %s\n", errText(err))
		return false
	}
	_, err = f.Write(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return false
	}
	if err := os.Rename(c.path(tmp), c.path(name)); err != nil {
		c.warnf("rename: %s\n", errText(err))
		return false
	}
	return true
}

// autoText is one generated file: a heading and the written symbols in table order.
func (c *Config) autoText(head []byte, line func([]byte, *Symbol) []byte) []byte {
	b := append(make([]byte, 0, 64<<10), head...)
	for _, s := range c.syms.order {
		if s.has(flagWrite) && s.Name != "" {
			b = line(b, s)
		}
	}
	return b
}

// writeAuto writes the generated files. With overwrite false it does nothing if auto.conf exists.
func (c *Config) writeAuto(overwrite bool) bool {
	name := c.autoName()
	if !overwrite {
		if _, err := os.Stat(c.path(name)); err == nil {
			return true
		}
	}
	if c.d.TmpConfig {
		return c.writeAutoOld(name)
	}
	if !c.replace(name+".cmd", name+".cmd.tmp", c.autoCmd(name)) {
		return false
	}
	if c.d.AutoValidReset {
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
	header := c.envOr("KCONFIG_AUTOHEADER", "include/generated/autoconf.h")
	if c.d.TristateConf {
		if tri := c.envOr("KCONFIG_TRISTATE", "include/config/tristate.conf"); !c.replace(tri, tri+".tmp", c.autoText(c.appendHeading(nil), c.appendTristate)) {
			return false
		}
	}
	if !c.replace(header, header+".tmp", c.autoText(c.appendCHeading(nil), c.appendDefine)) {
		return false
	}
	if c.d.RustcCfg {
		if rust := c.envOr("KCONFIG_RUSTCCFG", "include/generated/rustc_cfg"); !c.replace(rust, rust+".tmp", c.autoText(nil, c.appendRustCfg)) {
			return false
		}
	}
	return c.replace(name, name+".tmp", c.autoText(c.appendHeading(nil), func(b []byte, s *Symbol) []byte {
		return c.appendLine(b, s, false, false, !c.d.AutoUnquoted)
	}))
}

func (c *Config) calcAll() {
	for _, s := range c.syms.order {
		c.calc(s)
	}
}

// autoCmd is the make fragment that says when the generated files are stale.
func (c *Config) autoCmd(name string) []byte {
	var b strings.Builder
	switch c.d.CmdStyle {
	case cmdNew:
		b.WriteString("autoconfig := " + name + "\n\ndeps_config := \\\n")
		for _, f := range c.files {
			b.WriteString("\t" + f + " \\\n")
		}
		b.WriteString("\n$(autoconfig): $(deps_config)\n$(deps_config): ;\n")
		for _, e := range c.used {
			b.WriteString("\nifneq \"$(" + e.name + ")\" \"" + e.value + "\"\n$(autoconfig): FORCE\nendif\n")
		}
	case cmdMid:
		b.WriteString("deps_config := \\\n")
		for i := len(c.files) - 1; i >= 0; i-- {
			b.WriteString("\t" + c.files[i] + " \\\n")
		}
		b.WriteString("\n" + name + ": $(deps_config)\n\n")
		c.writeEnvDeps(&b, name)
		b.WriteString("\n$(deps_config): ;\n")
	default:
		b.WriteString("deps_config := \\\n")
		for i := len(c.files) - 1; i >= 0; i-- {
			b.WriteString("\t" + c.files[i])
			if i > 0 {
				b.WriteString(" \\")
			}
			b.WriteString("\n")
		}
		b.WriteString("\n" + name + ": \\\n\t$(deps_config)\n\n")
		c.writeEnvDeps(&b, name)
		b.WriteString("\n$(deps_config): ;\n")
	}
	return []byte(b.String())
}

func (c *Config) writeEnvDeps(b *strings.Builder, name string) {
	for i := range c.used {
		e := c.used[i]
		if c.d.OptionEnv { // a list that grows at its head
			e = c.used[len(c.used)-1-i]
		}
		b.WriteString("ifneq \"$(" + e.name + ")\" \"" + e.value + "\"\n" + name + ": FORCE\nendif\n")
	}
}

// touch updates the file that stands for a symbol in the rules of the build.
func (c *Config) touch(name string) error {
	if c.d.LowerTouch {
		return c.touchLower(name)
	}
	auto := c.autoName()
	path := c.path(auto[:strings.LastIndexByte(auto, '/')+1] + name)
	err := truncate(path)
	if err != nil && os.IsNotExist(err) && c.d.TmpConfig && os.MkdirAll(filepath.Dir(path), 0o755) == nil {
		return truncate(path)
	}
	return err
}

// truncate leaves an empty file. There is one for each symbol, so the system is called directly as in readPlain.
func truncate(path string) error {
	fd, err := retry(func() (int, error) {
		return unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC|unix.O_CLOEXEC, 0o644)
	})
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

// touchLower uses nested names in lower case, relative to the directory of auto.conf.
func (c *Config) touchLower(name string) error {
	b := []byte(name)
	for i, ch := range b {
		switch {
		case ch >= 'A' && ch <= 'Z':
			b[i] = ch + 'a' - 'A'
		case ch == '_':
			b[i] = '/'
		}
	}
	auto := c.autoName()
	if c.d.TouchChdir {
		auto = "include/config/"
	}
	path := c.path(auto[:strings.LastIndexByte(auto, '/')+1] + string(b) + ".h")
	if err := truncate(path); err == nil || !os.IsNotExist(err) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return truncate(path)
}

// touchDeps touches the files of the symbols whose values differ from the last auto.conf.
func (c *Config) touchDeps(auto string) bool {
	c.readSimple(auto, slotAuto)
	if len(c.syms.order) < len(c.syms.all) {
		c.sortSymbols() // reading made symbols
	}
	if c.d.TouchChdir {
		if !c.makeParents("include/config/foo.h") || !c.isDir("include/config") {
			return false
		}
	}
	if c.d.AutoValidReset {
		c.calc(c.modules)
	}
	for _, s := range c.syms.order {
		if c.d.AutoValidReset {
			c.calc(s)
		}
		if s.Name == "" || s.IsChoice() || s.has(flagNoWrite) || !c.differsFromAuto(s) {
			continue
		}
		if err := c.touch(s.Name); err != nil {
			return false
		}
	}
	return true
}

func (c *Config) differsFromAuto(s *Symbol) bool {
	old := s.has(flagAuto)
	if !s.has(flagWrite) {
		return old
	}
	if old {
		if s.Type.logic() {
			return s.curr.tri != s.auto.tri
		}
		return s.Type == Unknown || s.text() != s.auto.str
	}
	return !s.Type.logic() || s.curr.tri != No
}
