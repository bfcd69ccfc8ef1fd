// What the user gets to see, and the dependencies that limit it.

package solve

import "gokbuild/kconfig/internal/model"

// CalcVisibility computes the greatest value that the user may give a symbol, and its dependencies.
func (c *Solver) CalcVisibility(s *model.Symbol) {
	if s.Has(model.FlagTransitional) {
		s.Visible = model.Yes
		return
	}
	tri := model.No
	for _, p := range s.Props {
		if !p.HasText {
			continue
		}
		p.Visible = c.Eval(p.Cond)
		if s.InChoice != nil && !c.D.BusyBox && s.Type == model.TristateType && p.Visible == model.Mod && s.InChoice.Curr.Tri == model.Yes {
			p.Visible = model.No
		}
		tri = max(tri, p.Visible)
	}
	if tri == model.Mod && (s.Type != model.TristateType || c.modulesVal == model.No) {
		tri = model.Yes
	}
	s.Visible = tri
	if s.InChoice != nil || s.Linked {
		return
	}
	s.DirDep.Tri = c.depend(s, s.DirDep.Expr, model.Yes)
	s.RevDep.Tri = c.depend(s, s.RevDep.Expr, model.No)
	s.Implied.Tri = model.No
	if c.D.ImplyObeysDeps || s.DirDep.Tri != model.No {
		s.Implied.Tri = c.depend(s, s.Implied.Expr, model.No)
	}
}

// depend is the value of a dependency; a bool that depends on m depends on y.
func (c *Solver) depend(s *model.Symbol, e *model.Expr, none model.Tristate) model.Tristate {
	if e == nil {
		return none
	}
	tri := c.Eval(e)
	if tri == model.Mod && c.EffectiveType(s) == model.Bool {
		tri = model.Yes
	}
	return tri
}

// IsVisible reports whether front ends show an entry.
func (c *Solver) IsVisible(m *model.Menu) bool {
	if m.Prompt == nil {
		return false
	}
	if m.Visibility != nil && c.Eval(m.Visibility) == model.No {
		return false
	}
	s := m.Sym
	if s != nil {
		c.Calc(s)
	} else {
		m.Prompt.Visible = c.Eval(m.Prompt.Cond)
	}
	if m.Prompt.Visible != model.No {
		return true
	}
	if s == nil || s.Curr.Tri == model.No {
		return false
	}
	for ch := m.List; ch != nil; ch = ch.Next {
		if c.IsVisible(ch) {
			if c.D.VisibleSetsUser {
				s.Flags |= model.FlagUser
			}
			return true
		}
	}
	return false
}
