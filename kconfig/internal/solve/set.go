// Setting values as a user does.

package solve

import "gokbuild/kconfig/internal/model"

// Changeable reports whether the user has anything to decide about a symbol.
func (c *Solver) Changeable(s *model.Symbol) bool {
	if c.D.NewChoices && s.IsChoice() {
		return false
	}
	return s.Visible > s.RevDep.Tri
}

// LogicInRange reports whether the user may give a symbol the value.
func (c *Solver) LogicInRange(s *model.Symbol, v model.Tristate) bool {
	t := c.EffectiveType(s)
	if s.Visible == model.No || !t.Logic() || t == model.Bool && v == model.Mod || s.Visible <= s.RevDep.Tri {
		return false
	}
	if s.InChoice != nil && s.Visible == model.Yes {
		return v == model.Yes
	}
	if c.D.ImpliedNotMod && s.Implied.Tri == model.Yes && v == model.Mod {
		return false
	}
	return v >= s.RevDep.Tri && v <= s.Visible
}

// SetTristate gives a bool or tristate a value and reports whether that is allowed.
func (c *Solver) SetTristate(s *model.Symbol, v model.Tristate) bool {
	old := s.Curr.Tri
	if (c.D.NewChoices || old != v) && !c.LogicInRange(s, v) {
		return false
	}
	s.Flags |= model.FlagUser
	if s.InChoice != nil && v == model.Yes {
		ch := s.InChoice
		ch.User.Sym = s
		ch.Flags |= model.FlagUser
		for _, m := range ch.List {
			if m.Visible != model.No {
				m.Flags |= model.FlagUser
			}
		}
	}
	s.User.Tri = v
	if old != v {
		c.Invalidate()
	}
	return true
}

// TextInRange reports whether text is a value that the user may give the symbol.
func (c *Solver) TextInRange(s *model.Symbol, text string) bool {
	switch s.Type {
	case model.String:
		return true
	case model.Int, model.Hex:
		if !model.ValidText(s.Type, text) {
			return false
		}
		prop := c.rangeProp(s)
		if prop == nil {
			return true
		}
		base := 10
		if s.Type == model.Hex {
			base = 16
		}
		v := c.rangeNumber(text, base)
		return v >= c.rangeVal(prop.Expr.LS, base) && v <= c.rangeVal(prop.Expr.RS, base)
	case model.Bool, model.TristateType:
		if v, ok := letter(text); ok {
			return c.LogicInRange(s, v)
		}
	}
	return false
}

// Set gives a symbol a value as a user would and reports whether that is allowed at present. Setting a member of a
// choice to y selects it.
func (c *Solver) Set(s *model.Symbol, value string) bool {
	c.Calc(s)
	if c.D.NewChoices {
		if m := model.ChoiceMenu(s); m != nil {
			if v, ok := letter(value); !ok || v != model.Yes || s.Visible == model.No {
				return false
			}
			c.Pick(m, s)
			return true
		}
	}
	return c.SetText(s, value)
}

// letter reads y, m or n; only the first character counts.
func letter(text string) (model.Tristate, bool) {
	if text == "" {
		return model.No, false
	}
	switch text[0] {
	case 'y', 'Y':
		return model.Yes, true
	case 'm', 'M':
		return model.Mod, true
	case 'n', 'N':
		return model.No, true
	}
	return model.No, false
}

// SetText gives a symbol of any type a value and reports whether that is allowed.
func (c *Solver) SetText(s *model.Symbol, text string) bool {
	if s.Type.Logic() {
		v, ok := letter(text)
		return ok && c.SetTristate(s, v)
	}
	if !c.TextInRange(s, text) {
		return false
	}
	s.Flags |= model.FlagUser
	switch {
	case s.Type == model.Hex && (len(text) < 2 || text[0] != '0' || text[1] != 'x' && text[1] != 'X'):
		text = "0x" + text
	case s.User.Set && s.User.Str == text:
		return true
	}
	s.User.Str, s.User.Set = text, true
	c.Invalidate()
	return true
}
