// The calculation of one symbol.

package solve

import "gokbuild/kconfig/internal/model"

// Calc brings a symbol's value up to date.
func (c *Solver) Calc(s *model.Symbol) {
	if s != nil && s.Flags&model.FlagValid == 0 {
		c.calc(s)
	}
}

// calc computes a symbol's value. Symbols that it depends on are computed on the way, and may come back here in a loop:
// then they see the start value.
func (c *Solver) calc(s *model.Symbol) {
	if s.InChoice != nil && s.Has(model.FlagNeedSetChoice) {
		s.Flags &^= model.FlagNeedSetChoice
		c.Calc(s.InChoice)
	}
	s.Flags |= model.FlagValid
	if s.Type == model.Unknown {
		s.Curr = model.SymValue{Str: s.Name}
		return
	}
	c.look(s)
	v := model.SymValue{Str: c.startText(s.Type)}
	s.Curr = v
	s.Chosen = nil
	switch c.EffectiveType(s) {
	case model.Bool, model.TristateType:
		v.Tri = c.calcLogic(s)
	case model.String, model.Hex, model.Int:
		v.Str = c.calcText(s, v.Str)
	}
	if c.D.Transitional && !s.HasValue() {
		c.inheritUser(s, v)
	}
	s.Curr = v
	if !c.D.NewChoices && s.IsChoice() && v.Tri == model.Yes {
		if c.D.BusyBox {
			s.Chosen = c.calcChoiceBusy(s)
		} else {
			s.Chosen = c.calcChoiceOld(s)
		}
	}
	c.validateRange(s)
	if s == c.Modules {
		c.modulesVal = s.Curr.Tri
	}
	c.settleWrite(s)
	if s.Has(model.FlagNeedSetChoice) {
		c.SetAllChoiceValues(s)
	}
}

// startText is the text of a symbol without value.
func (c *Solver) startText(t model.Type) string {
	switch {
	case t.Logic():
		return "n"
	case t == model.Int && c.D.NumberStart:
		return "0"
	case t == model.Hex && c.D.NumberStart:
		return "0x0"
	}
	return ""
}

// look computes whether the user sees the symbol. What is seen is written.
func (c *Solver) look(s *model.Symbol) {
	if !c.D.StickyWrite || s.InChoice == nil {
		s.Flags &^= model.FlagWrite
	}
	c.CalcVisibility(s)
	if s.Visible != model.No && !(c.D.StickyWrite && s.InChoice != nil && s.Visible == model.Yes) {
		s.Flags |= model.FlagWrite
	}
}

// settleWrite has members of a choice of the older model written with it, and takes the mark from what is never
// written.
func (c *Solver) settleWrite(s *model.Symbol) {
	if s.IsChoice() && !c.D.NewChoices && s.Has(model.FlagWrite) {
		for _, m := range s.List {
			if m.Visible != model.No || c.D.BusyBox {
				m.Flags |= model.FlagWrite
			}
		}
	}
	if s.Has(model.FlagNoWrite|model.FlagTransitional) || s.IsChoice() {
		s.Flags &^= model.FlagWrite
	}
}

// inheritUser makes a value that stems from a transitional symbol count as set by the user, so that nobody is asked for
// it.
func (c *Solver) inheritUser(s *model.Symbol, v model.SymValue) {
	if s.Linked || s.IsChoice() {
		return
	}
	prop := c.DefaultProp(s)
	if prop == nil {
		return
	}
	if from := prop.Symbol(); from != nil && from.Has(model.FlagTransitional) && from.HasValue() {
		s.User = model.UserValue{Str: v.Str, Set: !s.Type.Logic(), Tri: v.Tri}
		s.Flags |= model.FlagUser
	}
}

// EffectiveType is the type after modules and choices had their say.
func (c *Solver) EffectiveType(s *model.Symbol) model.Type {
	if s.Type == model.TristateType && (c.modulesVal == model.No || s.InChoice != nil && s.Visible == model.Yes) {
		return model.Bool
	}
	return s.Type
}

// calcLogic is the value of a bool or tristate.
func (c *Solver) calcLogic(s *model.Symbol) model.Tristate {
	if c.D.BusyBox {
		return c.calcLogicBusy(s)
	}
	v := model.No
	switch {
	case c.D.NewChoices && model.ChoiceMenu(s) != nil:
		c.CalcChoiceNew(model.ChoiceMenu(s))
		v = s.Curr.Tri
	case !c.D.NewChoices && s.InChoice != nil && s.Visible == model.Yes:
		if s.InChoice.Chosen == s {
			v = model.Yes
		}
	default:
		if s.Visible != model.No && s.HasValue() {
			v = min(s.User.Tri, s.Visible)
		} else {
			v = c.calcDefault(s)
		}
		unmet := s.DirDep.Tri < s.RevDep.Tri
		if !c.D.UnmetAnyLevel {
			unmet = s.DirDep.Tri == model.No && s.RevDep.Tri != model.No
		}
		if unmet && !c.D.NoUnmet {
			c.warnUnmet(s)
		}
		v = max(v, s.RevDep.Tri)
	}
	if v == model.Mod && (c.EffectiveType(s) == model.Bool || c.D.ImpliedNotMod && s.Implied.Tri == model.Yes) {
		v = model.Yes
	}
	return v
}

// calcDefault is the value of a bool or tristate that the user did not set, before reverse dependencies.
func (c *Solver) calcDefault(s *model.Symbol) model.Tristate {
	v := model.No
	if s.RevDep.Tri != model.No {
		s.Flags |= model.FlagWrite
	}
	if s.IsChoice() {
		return v
	}
	if prop := c.DefaultProp(s); prop != nil {
		v = min(c.Eval(prop.Expr), prop.Visible)
		if v != model.No || !c.D.QuietDefaultN {
			s.Flags |= model.FlagWrite
		}
	}
	if s.Implied.Tri != model.No {
		s.Flags |= model.FlagWrite
		v = max(v, s.Implied.Tri)
		if c.D.ImplyObeysDeps {
			v = min(v, s.DirDep.Tri)
		}
	}
	return v
}

// calcText is the value of a string or number.
func (c *Solver) calcText(s *model.Symbol, start string) string {
	if s.Visible != model.No && s.HasValue() {
		return s.User.Str
	}
	if prop := c.DefaultProp(s); prop != nil {
		if d := prop.Symbol(); d != nil {
			s.Flags |= model.FlagWrite
			c.Calc(d)
			return d.RawText()
		}
	}
	return start
}

// DefaultProp is the first default whose condition holds, or nil.
func (c *Solver) DefaultProp(s *model.Symbol) *model.Property {
	for _, p := range s.Props {
		if p.Kind == model.PropDefault {
			if p.Visible = c.Eval(p.Cond); p.Visible != model.No {
				return p
			}
		}
	}
	return nil
}

// Invalidate forgets all values, as the C tool does after every change.
func (c *Solver) Invalidate() {
	c.dropValues()
	c.Changed = true
	c.Calc(c.Modules)
}

// dropValues makes Calc compute everything anew.
func (c *Solver) dropValues() {
	for _, s := range c.Syms.All {
		s.Flags &^= model.FlagValid
	}
	if c.D.SharedExprs {
		c.Exprs.Invalidate()
	}
}
