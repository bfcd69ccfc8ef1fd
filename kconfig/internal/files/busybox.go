// The files of BusyBox. In .config the first assignment of a symbol stays, and long lines fall into pieces; the header
// and the list of files read are written with it.

package files

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"gokbuild/kconfig/internal/model"
)

// openBusy returns the text of a configuration, and the name it has in messages. The one that is always there is empty.
func (c *Files) openBusy(name string) (string, []byte, bool) {
	if name != "" {
		data, err := c.world.ReadFile(name)
		return name, data, err == nil
	}
	for _, name := range []string{".config", "/dev/null"} {
		if data, err := c.world.ReadFile(name); err == nil {
			c.world.Printf("#\n# using defaults found in %s\n#\n", name)
			return name, data, true
		}
	}
	return "", nil, false
}

// readBusy reads a file into the user's values and reports whether there was one.
func (c *Files) readBusy(name string) bool {
	name, data, ok := c.openBusy(name)
	if !ok {
		return false
	}
	r := c.newReader(name, slotUser)
	for len(data) > 0 {
		n := min(len(data), 1023)
		if i := bytes.IndexByte(data[:n], '\n'); i >= 0 {
			n = i + 1
		}
		line := data[:n]
		data = data[n:]
		r.line++
		if i := bytes.IndexByte(line, 0); i >= 0 {
			line = line[:i]
		}
		if s := r.readLineBusy(strings.TrimSuffix(string(line), "\n"), len(line) > 0 && line[0] == '\n'); s != nil {
			r.noteChoiceBusy(s)
		}
	}
	c.solver.Calc(c.Modules)
	return true
}

// readLineBusy handles one line and returns the symbol it is about, if its choice has to know.
func (r *reader) readLineBusy(line string, empty bool) *model.Symbol {
	name, value := "", ""
	switch {
	case empty:
		return nil
	case strings.HasPrefix(line, "#"):
		if len(line) < 2 || !strings.HasPrefix(line[2:], "CONFIG_") {
			return nil
		}
		rest := ""
		var ok bool
		name, rest, ok = strings.Cut(line[9:], " ")
		if !ok || !strings.HasPrefix(rest, notSet) {
			return nil
		}
	case strings.HasPrefix(line, "CONFIG_"):
		var ok bool
		name, value, ok = strings.Cut(line[7:], "=")
		if !ok {
			return nil
		}
	default:
		r.warn("unexpected data")
		return nil
	}
	s := r.Find(name)
	if s == nil {
		r.warn("trying to assign nonexistent symbol %s", name)
		return nil
	}
	if s.HasValue() {
		r.warn("trying to reassign symbol %s", s.Name)
		return s
	}
	if line[0] == '#' {
		if s.Type.Logic() {
			s.User.Tri = model.No
			s.Flags |= model.FlagUser
		}
		return s
	}
	if s.Type.Number() && value == "" {
		return nil
	}
	if !r.assign(s, value) && !s.Type.Logic() {
		return nil
	}
	return s
}

// noteChoiceBusy keeps the mode and selection of a choice up with a member's value.
func (r *reader) noteChoiceBusy(s *model.Symbol) {
	ch := s.InChoice
	if ch == nil {
		return
	}
	switch s.User.Tri {
	case model.Mod:
		if ch.User.Tri == model.Yes {
			r.warn("%s creates inconsistent choice state", s.Name)
			ch.Flags &^= model.FlagUser
		}
	case model.Yes:
		if ch.User.Tri != model.No {
			r.warn("%s creates inconsistent choice state", s.Name)
			ch.Flags &^= model.FlagUser
		} else {
			ch.User.Sym = s
		}
	}
	ch.User.Tri = max(ch.User.Tri, s.User.Tri)
}

// loadBusy reads a configuration and compares it with the values that follow from it.
func (c *Files) loadBusy(name string) bool {
	if !c.readBusy(name) {
		return false
	}
	unsaved := 0
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
		if !s.IsChoice() && !s.Has(model.FlagNoWrite) && !agrees(s) {
			unsaved++
		}
		if s.HasValue() && s.InChoice == nil {
			if s.Visible == model.No {
				s.Flags &^= model.FlagUser
			}
			if (s.Type == model.String || s.Type.Number()) && !c.solver.TextInRange(s, s.User.Str) {
				s.Flags &^= model.FlagUser | model.FlagValid
			}
		}
		noteNewMember(s)
	}
	c.solver.Changed = c.Warnings > 0 || unsaved > 0
	return true
}

// busyWriter writes the files of BusyBox.
type busyWriter struct{ *Files }

// busyFiles returns .config and the header.
func (c busyWriter) busyFiles() (config, header []byte) {
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
func (c busyWriter) busyTime() (string, string) {
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
func (c busyWriter) appendBusy(config, header []byte, s *model.Symbol) ([]byte, []byte) {
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

// saveBusyAs writes the configuration alone, under another name.
func (c busyWriter) saveBusyAs(name string) bool {
	tmp := name[:strings.LastIndexByte(name, '/')+1] + ".tmpconfig." + strconv.Itoa(c.world.PID)
	config, _ := c.busyFiles()
	if c.world.WriteFile(tmp, config) != nil {
		return false
	}
	_ = c.world.Rename(name, name+".old")
	if c.world.Rename(tmp, name) != nil {
		return false
	}
	c.solver.Changed = false
	return true
}

// saveBusy writes the configuration, the header and the list of files read.
func (c busyWriter) saveBusy() bool {
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
