package kconfig

// Setting values.

func (c *Config) changeable(s *Symbol) bool {
	if c.d.NewChoices && s.IsChoice() {
		return false
	}
	return s.visible > s.revDep.tri
}

// logicInRange reports whether the user may give a symbol the value.
func (c *Config) logicInRange(s *Symbol, v Tristate) bool {
	t := c.effectiveType(s)
	if s.visible == No || !t.logic() || t == Bool && v == Mod || s.visible <= s.revDep.tri {
		return false
	}
	if s.inChoice != nil && s.visible == Yes {
		return v == Yes
	}
	if c.d.ImpliedNotMod && s.implied.tri == Yes && v == Mod {
		return false
	}
	return v >= s.revDep.tri && v <= s.visible
}

func (c *Config) setTristate(s *Symbol, v Tristate) bool {
	old := s.curr.tri
	if (c.d.NewChoices || old != v) && !c.logicInRange(s, v) {
		return false
	}
	s.flags |= flagUser
	if s.inChoice != nil && v == Yes {
		ch := s.inChoice
		ch.user.sym = s
		ch.flags |= flagUser
		for _, m := range ch.list {
			if m.visible != No {
				m.flags |= flagUser
			}
		}
	}
	s.user.tri = v
	if old != v {
		c.invalidate()
	}
	return true
}

// textInRange reports whether text is a value that the user may give the symbol.
func (c *Config) textInRange(s *Symbol, text string) bool {
	switch s.Type {
	case String:
		return true
	case Int, Hex:
		if !validText(s.Type, text) {
			return false
		}
		prop := c.rangeProp(s)
		if prop == nil {
			return true
		}
		base := 10
		if s.Type == Hex {
			base = 16
		}
		v := c.rangeNumber(text, base)
		return v >= c.rangeVal(prop.Expr.ls, base) && v <= c.rangeVal(prop.Expr.rs, base)
	case Bool, TristateType:
		if v, ok := letter(text); ok {
			return c.logicInRange(s, v)
		}
	}
	return false
}

func letter(text string) (Tristate, bool) {
	if text == "" {
		return No, false
	}
	switch text[0] {
	case 'y', 'Y':
		return Yes, true
	case 'm', 'M':
		return Mod, true
	case 'n', 'N':
		return No, true
	}
	return No, false
}

func (c *Config) setText(s *Symbol, text string) bool {
	if s.Type.logic() {
		v, ok := letter(text)
		return ok && c.setTristate(s, v)
	}
	if !c.textInRange(s, text) {
		return false
	}
	s.flags |= flagUser
	switch {
	case s.Type == Hex && (len(text) < 2 || text[0] != '0' || text[1] != 'x' && text[1] != 'X'):
		text = "0x" + text
	case s.user.set && s.user.str == text:
		return true
	}
	s.user.str, s.user.set = text, true
	c.invalidate()
	return true
}
