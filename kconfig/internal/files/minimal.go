// The minimal configuration, which savedefconfig writes.

package files

import "gokbuild/kconfig/internal/model"

// WriteDefconfig writes the minimal configuration; it reports success.
func (c *Files) WriteDefconfig(name string) bool {
	opened, err := c.world.Create(name, c.Minimal)
	if opened && err != nil {
		c.world.Warnf("%s: %v\n", name, err)
	}
	return err == nil
}

// Minimal returns the text of the minimal configuration: the symbols that would have another value without the user.
func (c *Files) Minimal() []byte {
	c.solver.Invalidate()
	var b []byte
	for m := c.Root.After(&c.Root); m != nil; m = m.After(&c.Root) {
		s := m.Sym
		if s == nil {
			if !c.D.NewChoices {
				c.solver.IsVisible(m)
			}
			continue
		}
		if s.IsChoice() {
			continue
		}
		c.solver.Calc(s)
		if !s.Has(model.FlagWrite) {
			continue
		}
		s.Flags &^= model.FlagWrite
		if !c.solver.Changeable(s) || s.Text() == c.defaultText(s) || c.isChoiceDefault(s) {
			continue
		}
		b = c.appendLine(b, s, dotStyle)
	}
	return b
}

// isChoiceDefault reports whether a member is selected as it would be anyway.
func (c *Files) isChoiceDefault(s *model.Symbol) bool {
	if c.D.NewChoices {
		m := model.ChoiceMenu(s)
		return m != nil && c.solver.ChoiceDefault(m.Sym) == s && s.Curr.Tri == model.Yes
	}
	ch := s.InChoice
	if ch == nil {
		return false
	}
	def := c.solver.ChoiceDefault(ch)
	return !ch.Has(model.FlagOptional) && s == def && s.Type == model.Bool && s.Curr.Tri == model.Yes
}

// defaultText is the value a symbol would have without the user, as far as the minimal configuration is concerned.
func (c *Files) defaultText(s *model.Symbol) string {
	c.solver.CalcVisibility(s)
	c.solver.Calc(c.Modules)
	v := model.No
	str := ""
	if p := c.solver.DefaultProp(s); p != nil {
		if s.Type.Logic() {
			v = min(c.solver.Eval(p.Expr), p.Visible)
		} else if d := p.Symbol(); d != nil {
			c.solver.Calc(d)
			str = d.RawText()
		}
	}
	v = max(v, s.RevDep.Tri)
	if v == model.Mod && s.InChoice == nil && !s.Linked && c.Modules.Curr.Tri == model.No {
		v = model.Yes
	}
	if v == model.Mod && s.Type == model.Bool {
		v = model.Yes
	}
	v = max(v, s.Implied.Tri)
	switch s.Type {
	case model.Bool, model.TristateType:
		return v.String()
	case model.Int:
		if str == "" && c.D.DefaultZero {
			str = "0"
		}
	case model.Hex:
		if str == "" && c.D.DefaultZero {
			str = "0x0"
		}
	case model.Unknown:
		if !c.D.DefaultZero {
			str = ""
		}
	}
	return str
}
