// One line of a configuration.

package files

import (
	"bytes"
	"strings"

	"gokbuild/kconfig/internal/model"
)

const notSet = "is not set"

func (c *Files) readLine(line []byte, which slot) {
	if len(line) == 0 {
		return
	}
	prefix := c.Prefix
	var name []byte
	var value string
	if line[0] == '#' {
		rest := line[1:]
		if c.D.NotSetBlank && (len(rest) == 0 || rest[0] != ' ') {
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
		if tail != notSet && !(c.D.NotSetPrefix && strings.HasPrefix(tail, notSet)) {
			return
		}
		name, value = rest[:i], "n"
		if !c.D.NNumberInvalid {
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
			if !ok && (line[0] != '\r' || c.D.NoEqualWarns) || c.D.NoEqualWarns {
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
	if s.Type == model.Unknown && which == slotAuto && c.D.AutoDefines {
		// Quoted text is not a value of such a symbol.
		if value == "" || value[0] != '"' {
			s.Type = model.String
			s.Auto.Str, s.Auto.Set = value, true
			s.Flags |= model.FlagAuto
		} else {
			c.quotedUnknown(s, value)
		}
		return
	}
	if _, flag := slotOf(s, which); s.Has(flag) {
		c.confWarn("override: reassigning to symbol %s", s.Name)
	}
	if !c.assignRead(s, which, value) {
		return
	}
	if c.D.NewChoices {
		if which == SlotUser {
			if m := model.ChoiceMenu(s); m != nil {
				model.MoveMember(m, s, false)
			}
		}
		return
	}
	c.noteChoiceRead(s, which)
}

// symbolRead returns the symbol that a line of a configuration is about, or nil.
func (c *Files) symbolRead(name []byte, which slot) *model.Symbol {
	s := c.FindBytes(name)
	if s == nil && which == slotAuto && c.D.AutoDefines {
		s = c.Lookup(string(name))
	}
	return s
}

func (c *Files) unexpected(line []byte) {
	if !c.D.UnexpectedText {
		c.confWarn("unexpected data")
		return
	}
	if i := bytes.IndexByte(line, '\r'); i >= 0 && !c.D.NoEqualWarns {
		line = line[:i]
	}
	c.confWarn("unexpected data: %s", line)
}

func (c *Files) unknownSymbol(name string, which slot) {
	if which == slotAuto {
		if c.D.TouchVanished {
			_ = c.touch(name)
		}
		return
	}
	if _, ok := c.world.Getenv("KCONFIG_WARN_UNKNOWN_SYMBOLS"); ok && c.D.WarnUnknown {
		c.confWarn("unknown symbol: %s", name)
	}
	c.solver.Changed = true
}

// unsetOld handles "is not set" in trees where only bools and tristates can be unset.
func (c *Files) unsetOld(name []byte, which slot) {
	s := c.symbolRead(name, which)
	if s == nil {
		c.solver.Changed = true
		if which == slotAuto && c.D.TouchVanished {
			_ = c.touch(string(name))
		}
		return
	}
	if s.Type == model.Unknown && which == slotAuto && c.D.AutoDefines {
		s.Type = model.Bool
	}
	v, flag := slotOf(s, which)
	if s.Has(flag) {
		c.confWarn("override: reassigning to symbol %s", s.Name)
	}
	if s.Type.Logic() {
		v.Tri = model.No
		s.Flags |= flag
	}
	c.noteChoiceRead(s, which)
}

// quotedUnknown drops quoted text in auto.conf for a name that is no symbol of any type.
func (c *Files) quotedUnknown(s *model.Symbol, value string) {
	if text, ok := unquote(value[1:]); ok {
		c.invalidValue(s, slotAuto, text)
	} else if c.D.AutoWarns {
		c.confWarn("invalid string found")
	}
}

// noteChoiceRead keeps the mode and selection of a choice of the older model up with a member's value.
func (c *Files) noteChoiceRead(s *model.Symbol, which slot) {
	if s.InChoice == nil {
		return
	}
	v, flag := slotOf(s, which)
	ch, _ := slotOf(s.InChoice, which)
	switch v.Tri {
	case model.Mod:
		if ch.Tri == model.Yes {
			c.confWarn("%s creates inconsistent choice state", s.Name)
			s.InChoice.Flags &^= flag
		}
	case model.Yes:
		if ch.Tri != model.No {
			c.confWarn("override: %s changes choice state", s.Name)
		}
		ch.Sym = s
	}
	ch.Tri = max(ch.Tri, v.Tri)
}
