// Values from a file: texts as values of a symbol.

package files

import (
	"strings"

	"gokbuild/kconfig/internal/model"
)

// assign gives a symbol a value from a file and reports whether it is one.
func (r *reader) assign(s *model.Symbol, text string) bool {
	v, flag := r.slot(s)
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
			r.invalidValue(s, text)
			return false
		}
		s.Flags |= flag
		return true
	case model.String:
		if r.D.RawStrings {
			return r.assignRaw(v, s, flag, text)
		}
		if r.which != slotAuto || !r.D.AutoUnquoted {
			if text == "" || text[0] != '"' {
				return true
			}
			t, ok := unquote(text[1:])
			if !ok {
				if r.which != slotAuto || r.D.AutoWarns {
					r.warn("invalid string found")
				}
				return false
			}
			text = t
		}
	case model.Int, model.Hex:
		if !model.ValidText(s.Type, text) {
			r.invalidValue(s, text)
			return false
		}
	default:
		return true
	}
	v.Str, v.Set = text, true
	s.Flags |= flag
	return true
}

// invalidValue complains about a text that is no value of the symbol.
func (r *reader) invalidValue(s *model.Symbol, text string) {
	if r.which != slotAuto || r.D.AutoWarns {
		r.warn("symbol value '%s' invalid for %s", text, s.Name)
	}
}

// assignRaw takes a string as it stands between its first and last character.
func (r *reader) assignRaw(v *model.UserValue, s *model.Symbol, flag model.Flag, text string) bool {
	if text == "" || text[0] != '"' {
		return true
	}
	text = text[1:]
	if text == "" || text[len(text)-1] != '"' {
		r.warn("invalid string found")
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
