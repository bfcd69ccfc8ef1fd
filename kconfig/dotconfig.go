package kconfig

import (
	"bytes"
	"strings"
)

// Reading configuration files.

func (c *Config) confWarn(format string, args ...any) {
	c.warnf("%s:%d:warning: "+format+"\n", append([]any{c.confFile, c.confLine}, args...)...)
	c.confWarnings++
}

// slot says which of a symbol's values a file sets.
type slot uint8

const (
	slotUser slot = iota
	slotAuto      // the values of the last auto.conf
)

func slotOf(s *Symbol, which slot) (*userValue, symFlags) {
	if which == slotAuto {
		return &s.auto, flagAuto
	}
	return &s.user, flagUser
}

func (c *Config) configName() string { return c.envOr("KCONFIG_CONFIG", ".config") }

func (c *Config) message(format string, args ...any) {
	if !c.silent {
		c.printf("#\n# "+format+"\n#\n", args...)
	}
}

// readSimple reads a file into the user's values, or the auto values, of symbols. With an empty name it reads the
// configuration or what stands in for it. It reports whether a file was found.
func (c *Config) readSimple(name string, which slot) bool {
	var data []byte
	var err error
	if name != "" {
		if data, err = c.readFile(name); err != nil {
			return false
		}
	} else {
		name = c.configName()
		if data, err = c.readFile(name); err != nil {
			c.changed = true
			var ok bool
			if name, data, ok = c.readFallback(); !ok {
				return false
			}
			c.message("using defaults found in %s", name)
		}
	}
	c.confFile, c.confLine, c.confWarnings = name, 0, 0
	c.resetValues(which)
	for len(data) > 0 {
		line := data
		if n := c.d.ShortLines - 1; n > 0 && len(data) > n && bytes.IndexByte(data[:n], '\n') < 0 {
			line, data = data[:n], data[n:] // the rest counts as a line of its own
		} else if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, data = data[:i], data[i+1:]
			if n := len(line); n > 0 && line[n-1] == '\r' {
				line = line[:n-1]
			}
		} else {
			data = nil
		}
		c.confLine++
		if i := bytes.IndexByte(line, 0); i >= 0 {
			if line = line[:i]; i == 0 && !c.d.NoEqualWarns {
				c.unexpected(nil)
			}
		}
		c.readLine(line, which)
	}
	return true
}

// readFallback looks for a file to start from when there is no configuration.
func (c *Config) readFallback() (string, []byte, bool) {
	if c.d.DefconfigListSym {
		return c.readDefconfigListSym()
	}
	if !c.d.DefconfigList {
		return "", nil, false
	}
	for _, name := range strings.FieldsFunc(c.envOr("KCONFIG_DEFCONFIG_LIST", ""), func(r rune) bool { return r < 128 && isSpace(byte(r)) }) {
		if data, err := c.readFile(name); err == nil {
			return name, data, true
		}
	}
	return "", nil, false
}

func (c *Config) resetValues(which slot) {
	for _, s := range c.syms.all {
		v, flag := slotOf(s, which)
		*v = userValue{}
		s.flags &^= flag
		if s.IsChoice() && !c.d.NewChoices {
			s.flags |= flag
		}
		if which == slotUser || c.d.AutoValidReset {
			s.flags &^= flagValid
		}
	}
	if which == slotUser && c.d.SharedExprs {
		c.exprs.invalidate()
	}
}

const notSet = "is not set"

func (c *Config) readLine(line []byte, which slot) {
	if len(line) == 0 {
		return
	}
	prefix := c.prefix
	var name []byte
	var value string
	if line[0] == '#' {
		rest := line[1:]
		if c.d.NotSetBlank && (len(rest) == 0 || rest[0] != ' ') {
			return
		}
		if len(rest) > 0 {
			rest = rest[1:]
		}
		rest, ok := bytes.CutPrefix(rest, []byte(prefix))
		if !ok {
			return
		}
		i := bytes.IndexByte(rest, ' ')
		if i < 0 {
			return
		}
		tail := string(rest[i+1:])
		if tail != notSet && !(c.d.NotSetPrefix && strings.HasPrefix(tail, notSet)) {
			return
		}
		name, value = rest[:i], "n"
		if !c.d.NNumberInvalid {
			c.unsetOld(name, which)
			return
		}
	} else {
		rest, ok := bytes.CutPrefix(line, []byte(prefix))
		i := -1
		if ok {
			i = bytes.IndexByte(rest, '=')
		}
		if !ok || i < 0 {
			if !ok && (line[0] != '\r' || c.d.NoEqualWarns) || c.d.NoEqualWarns {
				c.unexpected(line)
			}
			return
		}
		name, value = rest[:i], string(rest[i+1:])
	}
	s := c.symbolRead(name, which)
	if s == nil {
		c.unknownSymbol(string(name), which)
		return
	}
	if s.Type == Unknown && which == slotAuto && c.d.AutoDefines {
		// Quoted text is not a value of such a symbol.
		if value == "" || value[0] != '"' {
			s.Type = String
			s.auto.str, s.auto.set = value, true
			s.flags |= flagAuto
		} else {
			c.quotedUnknown(s, value)
		}
		return
	}
	if _, flag := slotOf(s, which); s.has(flag) {
		c.confWarn("override: reassigning to symbol %s", s.Name)
	}
	if !c.assignRead(s, which, value) {
		return
	}
	if c.d.NewChoices {
		if which == slotUser {
			if m := choiceMenu(s); m != nil {
				moveMember(m, s, false)
			}
		}
		return
	}
	c.noteChoiceRead(s, which)
}

// symbolRead returns the symbol that a line of a configuration is about, or nil.
func (c *Config) symbolRead(name []byte, which slot) *Symbol {
	s := c.findBytes(name)
	if s == nil && which == slotAuto && c.d.AutoDefines {
		s = c.lookup(string(name))
	}
	return s
}

func (c *Config) unexpected(line []byte) {
	if !c.d.UnexpectedText {
		c.confWarn("unexpected data")
		return
	}
	if i := bytes.IndexByte(line, '\r'); i >= 0 && !c.d.NoEqualWarns {
		line = line[:i]
	}
	c.confWarn("unexpected data: %s", line)
}

func (c *Config) unknownSymbol(name string, which slot) {
	if which == slotAuto {
		if c.d.TouchVanished {
			_ = c.touch(name)
		}
		return
	}
	if _, ok := c.getenv("KCONFIG_WARN_UNKNOWN_SYMBOLS"); ok && c.d.WarnUnknown {
		c.confWarn("unknown symbol: %s", name)
	}
	c.changed = true
}

// unsetOld handles "is not set" in trees where only bools and tristates can be unset.
func (c *Config) unsetOld(name []byte, which slot) {
	s := c.symbolRead(name, which)
	if s == nil {
		c.changed = true
		if which == slotAuto && c.d.TouchVanished {
			_ = c.touch(string(name))
		}
		return
	}
	if s.Type == Unknown && which == slotAuto && c.d.AutoDefines {
		s.Type = Bool
	}
	v, flag := slotOf(s, which)
	if s.has(flag) {
		c.confWarn("override: reassigning to symbol %s", s.Name)
	}
	if s.Type.logic() {
		v.tri = No
		s.flags |= flag
	}
	c.noteChoiceRead(s, which)
}

// assignRead gives a symbol a value from a file and reports whether it is one.
func (c *Config) assignRead(s *Symbol, which slot, text string) bool {
	v, flag := slotOf(s, which)
	switch s.Type {
	case TristateType, Bool:
		switch {
		case strings.HasPrefix(text, "m") && s.Type == TristateType:
			v.tri = Mod
		case strings.HasPrefix(text, "y"):
			v.tri = Yes
		case strings.HasPrefix(text, "n"):
			v.tri = No
		default:
			c.invalidValue(s, which, text)
			return false
		}
		s.flags |= flag
		return true
	case String:
		if c.d.RawStrings {
			return c.assignRaw(v, s, flag, text)
		}
		if which != slotAuto || !c.d.AutoUnquoted {
			if text == "" || text[0] != '"' {
				return true
			}
			t, ok := unquote(text[1:])
			if !ok {
				if which != slotAuto || c.d.AutoWarns {
					c.confWarn("invalid string found")
				}
				return false
			}
			text = t
		}
	case Int, Hex:
		if !validText(s.Type, text) {
			c.invalidValue(s, which, text)
			return false
		}
	default:
		return true
	}
	v.str, v.set = text, true
	s.flags |= flag
	return true
}

// quotedUnknown drops quoted text in auto.conf for a name that is no symbol of any type.
func (c *Config) quotedUnknown(s *Symbol, value string) {
	if text, ok := unquote(value[1:]); ok {
		c.invalidValue(s, slotAuto, text)
	} else if c.d.AutoWarns {
		c.confWarn("invalid string found")
	}
}

func (c *Config) invalidValue(s *Symbol, which slot, text string) {
	if which != slotAuto || c.d.AutoWarns {
		c.confWarn("symbol value '%s' invalid for %s", text, s.Name)
	}
}

// assignRaw takes a string as it stands between its first and last character.
func (c *Config) assignRaw(v *userValue, s *Symbol, flag symFlags, text string) bool {
	if text == "" || text[0] != '"' {
		return true
	}
	text = text[1:]
	if text == "" || text[len(text)-1] != '"' {
		c.confWarn("invalid string found")
		return false
	}
	v.str, v.set = text[:len(text)-1], true
	s.flags |= flag
	return true
}

// unquote reads up to the closing quote, dropping backslashes; what follows it does not matter.
func unquote(s string) (string, bool) {
	i := strings.IndexAny(s, "\"\\")
	if i >= 0 && s[i] == '"' {
		return s[:i], true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), true
		case '\\':
			if i++; i == len(s) {
				return "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", false
}

// noteChoiceRead keeps the mode and selection of a choice of the older model up with a member's value.
func (c *Config) noteChoiceRead(s *Symbol, which slot) {
	if s.inChoice == nil {
		return
	}
	v, flag := slotOf(s, which)
	ch, _ := slotOf(s.inChoice, which)
	switch v.tri {
	case Mod:
		if ch.tri == Yes {
			c.confWarn("%s creates inconsistent choice state", s.Name)
			s.inChoice.flags &^= flag
		}
	case Yes:
		if ch.tri != No {
			c.confWarn("override: %s changes choice state", s.Name)
		}
		ch.sym = s
	}
	ch.tri = max(ch.tri, v.tri)
}

// read reads a configuration and compares it with the values that follow from it.
func (c *Config) read(name string) bool {
	c.changed = false
	if !c.readSimple(name, slotUser) {
		c.calc(c.modules)
		return false
	}
	c.calc(c.modules)
	unsaved := 0
	for _, s := range c.syms.order {
		c.calc(s)
		if !s.IsChoice() && !s.has(flagNoWrite) && !c.agrees(s) {
			unsaved++
		}
		if s.IsChoice() && c.d.ChoiceNewInRead {
			for _, m := range s.list {
				if m.visible != No && !m.hasValue() {
					s.flags &^= flagUser
				}
			}
		}
	}
	if c.d.ResetInvisible || c.d.DropOutOfRange {
		for _, s := range c.syms.order {
			if s.hasValue() && s.inChoice == nil {
				unsaved += c.resetAfterRead(s, unsaved)
			}
		}
	}
	if c.confWarnings > 0 || unsaved > 0 {
		c.changed = true
	}
	return true
}

// agrees reports whether the calculated value is the one that was read.
func (c *Config) agrees(s *Symbol) bool {
	if s.hasValue() && s.has(flagWrite) {
		if s.Type.logic() {
			return s.user.tri == s.curr.tri
		}
		return s.curr.str == s.user.str
	}
	return !s.hasValue() && !s.has(flagWrite)
}

// resetAfterRead forgets a value that an older tree does not keep, and returns 1 if that must be saved.
func (c *Config) resetAfterRead(s *Symbol, unsaved int) int {
	if c.d.ResetInvisible && s.visible == No && unsaved == 0 {
		s.flags &^= flagUser
	}
	if c.d.DropOutOfRange && (s.Type == String || s.Type.number()) {
		if !c.textInRange(s, s.user.str) {
			s.flags &^= flagValid | flagUser
			return 1
		}
	}
	return 0
}

// readDefconfigListSym tries the defaults of the symbol with option defconfig_list.
func (c *Config) readDefconfigListSym() (string, []byte, bool) {
	if c.defconfigList == nil {
		return "", nil, false
	}
	for _, p := range c.defconfigList.Props {
		if p.Kind != PropDefault || c.eval(p.Cond) == No || p.Expr.op != opSym {
			continue
		}
		name := p.Expr.ls.Name
		if c.d.OldLexer && !c.d.Macros {
			name = c.expandSymbols(name, true)
		} else {
			c.calc(p.Expr.ls)
			name = p.Expr.ls.text()
		}
		if data, err := c.readFile(name); err == nil {
			return name, data, true
		}
	}
	return "", nil, false
}
