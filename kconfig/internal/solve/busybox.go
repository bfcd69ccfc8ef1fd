// The values of BusyBox, a parser of the 2.6 days.

package solve

import "gokbuild/kconfig/internal/model"

// calcLogicBusy is the value of a bool or tristate: no direct dependencies, no warnings.
func (c *Solver) calcLogicBusy(s *model.Symbol) model.Tristate {
	v := model.No
	switch {
	case s.InChoice != nil && s.Visible == model.Yes:
		if s.InChoice.Chosen == s {
			v = model.Yes
		}
	case max(s.Visible, s.RevDep.Tri) != model.No:
		s.Flags |= model.FlagWrite
		if s.HasValue() {
			v = s.User.Tri
		} else if !s.IsChoice() {
			if p := c.DefaultProp(s); p != nil {
				v = c.Eval(p.Expr)
			}
		}
		v = max(min(v, s.Visible), s.RevDep.Tri)
	case !s.IsChoice():
		if p := c.DefaultProp(s); p != nil {
			s.Flags |= model.FlagWrite
			v = c.Eval(p.Expr)
		}
	}
	if v == model.Mod && c.EffectiveType(s) == model.Bool {
		v = model.Yes
	}
	return v
}

// calcChoiceBusy returns the selected member of a choice that is y.
func (c *Solver) calcChoiceBusy(choice *model.Symbol) *model.Symbol {
	if s := choice.User.Sym; s != nil {
		if c.CalcVisibility(s); s.Visible != model.No {
			return s
		}
	}
	for _, p := range choice.Props {
		if p.Kind != model.PropDefault {
			continue
		}
		if p.Visible = c.Eval(p.Cond); p.Visible == model.No {
			continue
		}
		if s := p.Symbol(); s != nil {
			if c.CalcVisibility(s); s.Visible != model.No {
				return s
			}
		}
	}
	for _, s := range choice.List {
		if c.CalcVisibility(s); s.Visible != model.No {
			return s
		}
	}
	choice.Curr.Tri = model.No
	return nil
}
