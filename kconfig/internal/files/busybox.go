// Writing the files of BusyBox: .config, the header and the list of files read.

package files

import (
	"strconv"
	"strings"
	"time"

	"gokbuild/kconfig/internal/model"
)

// busyFiles returns .config and the header.
func (c *Files) busyFiles() (config, header []byte) {
	version := ""
	if s := c.Lookup("KERNELVERSION"); s != nil {
		c.solver.Calc(s)
		version = s.Text()
	}
	stamp, headStamp := c.busyTime()
	config = append(config, "#\n# Automatically generated make config: don't edit\n# Busybox version: "+version+"\n"+stamp+"#\n"...)
	header = append(header, "/*\n * Automatically generated C config: don't edit\n * Busybox version: "+version+"\n */\n#define AUTOCONF_TIMESTAMP \""+headStamp+"\"\n\n"...)
	if !c.solver.Changed {
		c.solver.Invalidate()
	}
	for m := c.Root.After(&c.Root); m != nil; m = m.After(&c.Root) {
		switch {
		case m.Sym == nil:
			if c.solver.IsVisible(m) {
				config = append(config, "\n#\n# "+m.Prompt.Text+"\n#\n"...)
				header = append(header, "\n/*\n * "+m.Prompt.Text+"\n */\n"...)
			}
		case !m.Sym.IsChoice():
			c.solver.Calc(m.Sym)
			m.Sym.Flags &^= model.FlagWrite
			config, header = c.appendBusy(config, header, m.Sym)
		}
	}
	return config, header
}

// busyTime is the date of the configuration in both files' styles; both are empty without time stamps.
func (c *Files) busyTime() (string, string) {
	if v, ok := c.world.Getenv("KCONFIG_NOTIMESTAMP"); ok && v != "" {
		return "", ""
	}
	zone := time.Local
	if tz, ok := c.world.Getenv("TZ"); ok {
		if l, err := time.LoadLocation(tz); err == nil {
			zone = l
		}
	}
	now := time.Now().In(zone)
	if v, ok := c.world.Getenv("SOURCE_DATE_EPOCH"); ok && v != "" {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			now = time.Unix(n, 0).In(zone)
		}
	}
	// Both are local times: the C tool's second call of the time functions overwrites the result of the first.
	zoneName, _ := now.Zone()
	return "# " + now.Format("Mon Jan _2 15:04:05 2006") + "\n", now.Format("2006-01-02 15:04:05 ") + zoneName
}

// appendBusy appends the lines of a symbol to both files.
func (c *Files) appendBusy(config, header []byte, s *model.Symbol) ([]byte, []byte) {
	t := s.Type
	if t == model.TristateType && c.Modules.Curr.Tri == model.No {
		t = model.Bool
	}
	name := s.Name
	switch t {
	case model.Bool, model.TristateType:
		switch s.Curr.Tri {
		case model.No:
			config = append(config, "# CONFIG_"+name+" is not set\n"...)
			header = append(header, "#undef CONFIG_"+name+"\n#define ENABLE_"+name+" 0\n#define IF_"+name+"(...)\n#define IF_NOT_"+name+"(...) __VA_ARGS__\n"...)
		case model.Mod:
			config = append(config, "CONFIG_"+name+"=m\n"...)
			header = append(header, "#define CONFIG_"+name+"_MODULE 1\n"...)
		case model.Yes:
			config = append(config, "CONFIG_"+name+"=y\n"...)
			header = append(header, "#define CONFIG_"+name+" 1\n"...)
			header = appendBusyOn(header, name)
		}
	case model.String:
		v := appendEscaped(nil, s.Curr.Str)
		config = append(config, "CONFIG_"+name+"="+string(v)+"\n"...)
		header = append(header, "#define CONFIG_"+name+" "+string(v)+"\n"...)
		header = appendBusyOn(header, name)
	case model.Hex, model.Int:
		v := s.Curr.Str
		pre := ""
		switch {
		case t == model.Hex && hexPrefix(v) != "":
			pre = "0x"
		case v == "":
			v = "0"
		}
		config = append(config, "CONFIG_"+name+"="+v+"\n"...)
		header = append(header, "#define CONFIG_"+name+" "+pre+v+"\n"...)
		header = appendBusyOn(header, name)
	}
	return config, header
}

// appendBusyOn appends the macros of a symbol that is on.
func appendBusyOn(b []byte, name string) []byte {
	return append(b, "#define ENABLE_"+name+" 1\n#ifdef MAKE_SUID\n# define IF_"+name+"(...) __VA_ARGS__ \"CONFIG_"+name+"\"\n#else\n# define IF_"+name+
		"(...) __VA_ARGS__\n#endif\n#define IF_NOT_"+name+"(...)\n"...)
}

// saveBusy writes the configuration, the header and the list of files read.
func (c *Files) saveBusy() bool {
	tmp := ".tmpconfig." + strconv.Itoa(c.world.PID)
	var dep strings.Builder
	c.writeSourcesOld(&dep)
	dep.WriteString("\n.config include/autoconf.h: $(deps_config)\n\ninclude/autoconf.h: .config\n\n$(deps_config):\n")
	config, header := c.busyFiles()
	// The header comes last: its rule has it made again when one of the others is newer.
	if c.world.WriteFile("..config.tmp", []byte(dep.String())) != nil || c.world.WriteFile(tmp, config) != nil ||
		c.world.WriteFile(".tmpconfig.h", header) != nil {
		return false
	}
	_ = c.world.Rename("..config.tmp", ".kconfig.d")
	_ = c.world.Rename(".tmpconfig.h", "include/autoconf.h")
	_ = c.world.Rename(".config", ".config.old")
	if c.world.Rename(tmp, ".config") != nil {
		return false
	}
	c.solver.Changed = false
	return true
}
