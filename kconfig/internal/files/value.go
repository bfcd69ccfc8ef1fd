// Values from a file: texts as values of a symbol, and which of its two sets of values a file gives.

package files

import (
	"strings"

	"gokbuild/kconfig/internal/model"
)

// slot says which of a symbol's values a file sets.
type slot uint8

const (
	SlotUser slot = iota
	slotAuto      // the values of the last auto.conf
)

func slotOf(s *model.Symbol, which slot) (*model.UserValue, model.Flag) {
	if which == slotAuto {
		return &s.Auto, model.FlagAuto
	}
	return &s.User, model.FlagUser
}

func (c *Files) resetValues(which slot) {
	for _, s := range c.Syms.All {
		v, flag := slotOf(s, which)
		*v = model.UserValue{}
		s.Flags &^= flag
		if s.IsChoice() && !c.D.NewChoices {
			s.Flags |= flag
		}
		if which == SlotUser || c.D.AutoValidReset {
			s.Flags &^= model.FlagValid
		}
	}
	if which == SlotUser && c.D.SharedExprs {
		c.Exprs.Invalidate()
	}
}

// assignRead gives a symbol a value from a file and reports whether it is one.
func (c *Files) assignRead(s *model.Symbol, which slot, text string) bool {
	v, flag := slotOf(s, which)
	switch s.Type {
	case model.TristateType, model.Bool:
		switch {
		case strings.HasPrefix(text, "m") && s.Type == model.TristateType:
			v.Tri = model.Mod
		case strings.HasPrefix(text, "y"):
			v.Tri = model.Yes
		case strings.HasPrefix(text, "n"):
			v.Tri = model.No
		default:
			c.invalidValue(s, which, text)
			return false
		}
		s.Flags |= flag
		return true
	case model.String:
		if c.D.RawStrings {
			return c.assignRaw(v, s, flag, text)
		}
		if which != slotAuto || !c.D.AutoUnquoted {
			if text == "" || text[0] != '"' {
				return true
			}
			t, ok := unquote(text[1:])
			if !ok {
				if which != slotAuto || c.D.AutoWarns {
					c.confWarn("invalid string found")
				}
				return false
			}
			text = t
		}
	case model.Int, model.Hex:
		if !model.ValidText(s.Type, text) {
			c.invalidValue(s, which, text)
			return false
		}
	default:
		return true
	}
	v.Str, v.Set = text, true
	s.Flags |= flag
	return true
}

func (c *Files) invalidValue(s *model.Symbol, which slot, text string) {
	if which != slotAuto || c.D.AutoWarns {
		c.confWarn("symbol value '%s' invalid for %s", text, s.Name)
	}
}

// assignRaw takes a string as it stands between its first and last character.
func (c *Files) assignRaw(v *model.UserValue, s *model.Symbol, flag model.Flag, text string) bool {
	if text == "" || text[0] != '"' {
		return true
	}
	text = text[1:]
	if text == "" || text[len(text)-1] != '"' {
		c.confWarn("invalid string found")
		return false
	}
	v.Str, v.Set = text[:len(text)-1], true
	s.Flags |= flag
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
