package kconfig

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"
)

// BusyBox: a parser of the 2.6 days with its own values, dialogue and files. The dialogue runs in every mode and decides
// values on its way.

// calcLogicBusy is the value of a bool or tristate: no direct dependencies, no warnings.
func (c *Config) calcLogicBusy(s *Symbol) Tristate {
	v := No
	switch {
	case s.inChoice != nil && s.visible == Yes:
		if s.inChoice.chosen == s {
			v = Yes
		}
	case max(s.visible, s.revDep.tri) != No:
		s.flags |= flagWrite
		if s.hasValue() {
			v = s.user.tri
		} else if !s.IsChoice() {
			if p := c.defaultProp(s); p != nil {
				v = c.eval(p.Expr)
			}
		}
		v = max(min(v, s.visible), s.revDep.tri)
	case !s.IsChoice():
		if p := c.defaultProp(s); p != nil {
			s.flags |= flagWrite
			v = c.eval(p.Expr)
		}
	}
	if v == Mod && c.effectiveType(s) == Bool {
		v = Yes
	}
	return v
}

// calcChoiceBusy returns the selected member of a choice that is y.
func (c *Config) calcChoiceBusy(choice *Symbol) *Symbol {
	if s := choice.user.sym; s != nil {
		if c.calcVisibility(s); s.visible != No {
			return s
		}
	}
	for _, p := range choice.Props {
		if p.Kind != PropDefault {
			continue
		}
		if p.visible = c.eval(p.Cond); p.visible == No {
			continue
		}
		if s := p.symbol(); s != nil {
			if c.calcVisibility(s); s.visible != No {
				return s
			}
		}
	}
	for _, s := range choice.list {
		if c.calcVisibility(s); s.visible != No {
			return s
		}
	}
	choice.curr.tri = No
	return nil
}

// readSimpleBusy reads a file: the first assignment of a symbol stays. Long lines fall into pieces.
func (c *Config) readSimpleBusy(name string) bool {
	var data []byte
	var err error
	if name != "" {
		if data, err = c.readFile(name); err != nil {
			return false
		}
	} else {
		for _, name = range []string{".config", "/dev/null"} {
			if data, err = c.readFile(name); err == nil {
				c.printf("#\n# using defaults found in %s\n#\n", name)
				break
			}
		}
		if err != nil {
			return false
		}
	}
	c.confFile, c.confLine, c.confWarnings = name, 0, 0
	c.resetValues(slotUser)
	for len(data) > 0 {
		n := min(len(data), 1023)
		if i := bytes.IndexByte(data[:n], '\n'); i >= 0 {
			n = i + 1
		}
		line := data[:n]
		data = data[n:]
		c.confLine++
		if i := bytes.IndexByte(line, 0); i >= 0 {
			line = line[:i]
		}
		if s := c.readLineBusy(strings.TrimSuffix(string(line), "\n"), len(line) > 0 && line[0] == '\n'); s != nil {
			c.noteChoiceBusy(s)
		}
	}
	c.calc(c.modules)
	return true
}

// readLineBusy handles one line and returns the symbol it is about, if its choice has to know.
func (c *Config) readLineBusy(line string, empty bool) *Symbol {
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
		c.confWarn("unexpected data")
		return nil
	}
	s := c.find(name)
	if s == nil {
		c.confWarn("trying to assign nonexistent symbol %s", name)
		return nil
	}
	if s.hasValue() {
		c.confWarn("trying to reassign symbol %s", s.Name)
		return s
	}
	if line[0] == '#' {
		if s.Type.logic() {
			s.user.tri = No
			s.flags |= flagUser
		}
		return s
	}
	if s.Type.number() && value == "" {
		return nil
	}
	if !c.assignRead(s, slotUser, value) && !s.Type.logic() {
		return nil
	}
	return s
}

func (c *Config) noteChoiceBusy(s *Symbol) {
	ch := s.inChoice
	if ch == nil {
		return
	}
	switch s.user.tri {
	case Mod:
		if ch.user.tri == Yes {
			c.confWarn("%s creates inconsistent choice state", s.Name)
			ch.flags &^= flagUser
		}
	case Yes:
		if ch.user.tri != No {
			c.confWarn("%s creates inconsistent choice state", s.Name)
			ch.flags &^= flagUser
		} else {
			ch.user.sym = s
		}
	}
	ch.user.tri = max(ch.user.tri, s.user.tri)
}

func (c *Config) readBusy(name string) bool {
	if !c.readSimpleBusy(name) {
		return false
	}
	unsaved := 0
	for _, s := range c.syms.order {
		c.calc(s)
		if !s.IsChoice() && !s.has(flagNoWrite) && !c.agrees(s) {
			unsaved++
		}
		if s.hasValue() && s.inChoice == nil {
			if s.visible == No {
				s.flags &^= flagUser
			}
			if (s.Type == String || s.Type.number()) && !c.textInRange(s, s.user.str) {
				s.flags &^= flagUser | flagValid
			}
		}
		if s.IsChoice() {
			for _, m := range s.list {
				if m.visible != No && !m.hasValue() {
					s.flags &^= flagUser
				}
			}
		}
	}
	c.changed = c.confWarnings > 0 || unsaved > 0
	return true
}

var busyModes = map[byte]mode{'o': modeOld, 's': modeSync, 'd': modeDef, 'D': modeDef, 'n': modeAllNo, 'm': modeAllMod, 'y': modeAllYes, 'r': modeRand}

// runBusy is main of the BusyBox tool.
func (r *confRun) runBusy() int {
	args := r.inv.Args
	ready := true
	if len(args) > 0 && strings.HasPrefix(args[0], "-") {
		opt := byte(0)
		if len(args[0]) > 1 {
			opt = args[0][1]
		}
		args = args[1:]
		if m, ok := busyModes[opt]; ok {
			r.mode = m
		}
		switch opt {
		case 's':
			ready = isTerminal(r.inv.Stdin)
		case 'D':
			if len(args) == 0 {
				r.printf("%s: No default config file specified\n", r.name)
				return 1
			}
			r.defArg, r.hasDef, args = args[0], true, args[1:]
		case 'r':
			r.rand.seed(uint32(time.Now().Unix()))
		case 'h', '?':
			r.warnf("See README for usage info\n")
			return 0
		}
	}
	if len(args) == 0 {
		// The C tool goes on and crashes.
		r.printf("%s: Kconfig file missing\n", r.name)
		return 1
	}
	r.parseTree(args[0])
	r.loadBusy()
	r.refuse = !ready && r.mode == modeSync
	if r.mode != modeSync {
		r.rootEntry = &r.root
		r.conf(&r.root)
		switch r.mode {
		case modeAllNo, modeAllMod, modeAllYes:
			r.conf(&r.root)
		case modeOldask:
			r.mode = modeSync
		}
	}
	r.askNew()
	if !r.writeBusy() {
		r.warnf("\n*** Error during writing of the configuration.\n\n")
		return 1
	}
	return 0
}

func (r *confRun) loadBusy() {
	switch r.mode {
	case modeDef:
		if !r.hasDef {
			r.defArg = r.defaultConfig()
		}
		if !r.readBusy(r.defArg) {
			r.printf("***\n*** Can't find default configuration \"%s\"!\n***\n", r.defArg)
			r.exit(1)
		}
	case modeAllNo, modeAllYes, modeAllMod, modeRand:
		name, ok := r.getenv("KCONFIG_ALLCONFIG")
		for _, n := range []string{name, seedFiles[r.mode], "all.config"} {
			if n == "" && !ok {
				continue
			}
			if _, err := os.Stat(r.path(n)); err == nil {
				r.readSimpleBusy(n)
				return
			}
		}
	default:
		if r.mode == modeSync {
			if _, err := os.Stat(r.path(".config")); err != nil {
				r.puts("***\n*** You have not yet configured busybox!\n***\n*** Please run some configurator (e.g. \"make oldconfig\" or\n" +
					"*** \"make menuconfig\" or \"make defconfig\").\n***\n")
				r.exit(1)
			}
		}
		r.readBusy("")
	}
}

// askBusy settles the answer to a question, by asking or by the mode.
func (r *confRun) askBusy(s *Symbol, def string) {
	if !s.hasValue() {
		r.puts("(NEW) ")
	}
	r.line = "\n"
	if !r.changeable(s) {
		r.puts(def + "\n")
		return
	}
	logic := r.effectiveType(s).logic()
	if logic {
		if a, ok := r.autoAnswer(s); ok {
			r.line = a
			r.puts(a)
			return
		}
	}
	switch r.mode {
	case modeOld, modeSync, modeOldask:
		if r.mode != modeOldask && s.hasValue() {
			r.puts(def + "\n")
			return
		}
		if r.mode == modeSync && r.refuse {
			r.puts("aborted!\n\nConsole input/output is redirected. Run 'make oldconfig' to update configuration.\n\n")
			r.exit(1)
		}
		r.flush()
		r.answers++
		line, _ := r.inputLine(127)
		if len(line) == 0 {
			r.exit(1)
		}
		r.line = string(line)
	case modeRand:
		if s.hasValue() || !logic {
			r.puts(def + "\n")
			return
		}
		r.answers++
		for {
			v := Tristate(r.rand.next() % 3)
			if r.logicInRange(s, v) {
				r.line = v.String() + "\n"
				break
			}
		}
		r.puts(r.line)
	case modeDef:
		r.puts(def + "\n")
	default:
		if s.hasValue() || !logic {
			r.puts(def + "\n")
			return
		}
		r.puts(r.line)
	}
}

// autoAnswer is the answer of the n, m and y modes, each falling back to the next lower one.
func (r *confRun) autoAnswer(s *Symbol) (string, bool) {
	var try []Tristate
	switch r.mode {
	case modeAllYes:
		try = []Tristate{Yes, Mod, No}
	case modeAllMod:
		try = []Tristate{Mod, No}
	case modeAllNo:
		try = []Tristate{No}
	}
	for _, v := range try {
		if v == Mod && r.effectiveType(s) == Bool {
			v = Yes
		}
		if r.logicInRange(s, v) {
			return v.String() + "\n", true
		}
	}
	return "", false
}

// busyFiles returns .config and the header.
func (c *Config) busyFiles() (config, header []byte) {
	version := ""
	if s := c.lookup("KERNELVERSION"); s != nil {
		c.calc(s)
		version = s.text()
	}
	stamp, headStamp := c.busyTime()
	config = append(config, "#\n# Automatically generated make config: don't edit\n# Busybox version: "+version+"\n"+stamp+"#\n"...)
	header = append(header, "/*\n * Automatically generated C config: don't edit\n * Busybox version: "+version+"\n */\n#define AUTOCONF_TIMESTAMP \""+headStamp+"\"\n\n"...)
	if !c.changed {
		c.invalidate()
	}
	for m := c.root.next(&c.root); m != nil; m = m.next(&c.root) {
		switch {
		case m.Sym == nil:
			if c.isVisible(m) {
				config = append(config, "\n#\n# "+m.Prompt.Text+"\n#\n"...)
				header = append(header, "\n/*\n * "+m.Prompt.Text+"\n */\n"...)
			}
		case !m.Sym.IsChoice():
			c.calc(m.Sym)
			m.Sym.flags &^= flagWrite
			config, header = c.appendBusy(config, header, m.Sym)
		}
	}
	return config, header
}

// busyTime is the date of the configuration in both files' styles; both are empty without time stamps.
func (c *Config) busyTime() (string, string) {
	if v, ok := c.getenv("KCONFIG_NOTIMESTAMP"); ok && v != "" {
		return "", ""
	}
	zone := time.Local
	if tz, ok := c.getenv("TZ"); ok {
		if l, err := time.LoadLocation(tz); err == nil {
			zone = l
		}
	}
	now := time.Now().In(zone)
	if v, ok := c.getenv("SOURCE_DATE_EPOCH"); ok && v != "" {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			now = time.Unix(n, 0).In(zone)
		}
	}
	// Both are local times: the C tool's second call of the time functions overwrites the result of the first.
	zoneName, _ := now.Zone()
	return "# " + now.Format("Mon Jan _2 15:04:05 2006") + "\n", now.Format("2006-01-02 15:04:05 ") + zoneName
}

func (c *Config) appendBusy(config, header []byte, s *Symbol) ([]byte, []byte) {
	t := s.Type
	if t == TristateType && c.modules.curr.tri == No {
		t = Bool
	}
	name := s.Name
	switch t {
	case Bool, TristateType:
		switch s.curr.tri {
		case No:
			config = append(config, "# CONFIG_"+name+" is not set\n"...)
			header = append(header, "#undef CONFIG_"+name+"\n#define ENABLE_"+name+" 0\n#define IF_"+name+"(...)\n#define IF_NOT_"+name+"(...) __VA_ARGS__\n"...)
		case Mod:
			config = append(config, "CONFIG_"+name+"=m\n"...)
			header = append(header, "#define CONFIG_"+name+"_MODULE 1\n"...)
		case Yes:
			config = append(config, "CONFIG_"+name+"=y\n"...)
			header = append(header, "#define CONFIG_"+name+" 1\n"...)
			header = appendBusyOn(header, name)
		}
	case String:
		v := appendEscaped(nil, s.curr.str)
		config = append(config, "CONFIG_"+name+"="+string(v)+"\n"...)
		header = append(header, "#define CONFIG_"+name+" "+string(v)+"\n"...)
		header = appendBusyOn(header, name)
	case Hex, Int:
		v := s.curr.str
		pre := ""
		switch {
		case t == Hex && hexPrefix(v) != "":
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

func appendBusyOn(b []byte, name string) []byte {
	return append(b, "#define ENABLE_"+name+" 1\n#ifdef MAKE_SUID\n# define IF_"+name+"(...) __VA_ARGS__ \"CONFIG_"+name+"\"\n#else\n# define IF_"+name+
		"(...) __VA_ARGS__\n#endif\n#define IF_NOT_"+name+"(...)\n"...)
}

func (c *Config) busyConfig() []byte {
	config, _ := c.busyFiles()
	return config
}

// writeBusy writes the configuration, the header and the list of files read.
func (c *Config) writeBusy() bool {
	tmp := ".tmpconfig." + strconv.Itoa(c.pid)
	var dep strings.Builder
	dep.WriteString("deps_config := \\\n")
	for i := len(c.files) - 1; i >= 0; i-- {
		dep.WriteString("\t" + c.files[i])
		if i > 0 {
			dep.WriteString(" \\")
		}
		dep.WriteString("\n")
	}
	dep.WriteString("\n.config include/autoconf.h: $(deps_config)\n\ninclude/autoconf.h: .config\n\n$(deps_config):\n")
	config, header := c.busyFiles()
	// The header comes last: its rule has it made again when one of the others is newer.
	for _, f := range []struct {
		name string
		text []byte
	}{{"..config.tmp", []byte(dep.String())}, {tmp, config}, {".tmpconfig.h", header}} {
		if err := os.WriteFile(c.path(f.name), f.text, 0o666); err != nil {
			return false
		}
	}
	_ = os.Rename(c.path("..config.tmp"), c.path(".kconfig.d"))
	_ = os.Rename(c.path(".tmpconfig.h"), c.path("include/autoconf.h"))
	_ = os.Rename(c.path(".config"), c.path(".config.old"))
	if err := os.Rename(c.path(tmp), c.path(".config")); err != nil {
		return false
	}
	c.changed = false
	return true
}
