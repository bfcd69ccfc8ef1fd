// Choices. The newer model (CalcChoiceNew) keeps the members of each choice in priority order; the older one treats the
// choice itself as a symbol with a mode and records the selected member.

package solve

import (
	"slices"

	"gokbuild/kconfig/internal/model"
)

// ChoiceDefault is the member that a choice would select without the user.
func (c *Solver) ChoiceDefault(choice *model.Symbol) *model.Symbol {
	for _, p := range choice.Props {
		if p.Kind != model.PropDefault {
			continue
		}
		if p.Visible = c.Eval(p.Cond); p.Visible == model.No {
			continue
		}
		if s := p.Symbol(); s != nil && s.Visible != model.No {
			return s
		}
	}
	if c.D.NewChoices {
		root := choice.Menus[0]
		for m := root.After(root); m != nil; m = m.After(root) {
			if m.Sym != nil && m.Sym.Visible != model.No {
				return m.Sym
			}
		}
		return nil
	}
	for _, s := range choice.List {
		if s.Visible != model.No {
			return s
		}
	}
	return nil
}

// CalcChoiceNew computes the values of the members of a choice of the newer model and returns the selected one.
func (c *Solver) CalcChoiceNew(choice *model.Menu) *model.Symbol {
	selected := c.selectMember(choice)
	for m := choice.After(choice); m != nil; m = m.After(choice) {
		s := m.Sym
		if s == nil || s.Visible == model.No {
			continue
		}
		s.Curr.Tri = model.No
		if s == selected {
			s.Curr.Tri = model.Yes
		}
		s.Flags |= model.FlagValid | model.FlagWrite
	}
	return selected
}

// selectMember finds the member that is y: the one that the user set last, else the default, else the first that the
// user has not set, else the one that the user set to n first.
func (c *Solver) selectMember(choice *model.Menu) *model.Symbol {
	for _, s := range choice.Members {
		c.CalcVisibility(s)
		if s.Visible != model.No && s.HasValue() && s.User.Tri == model.Yes {
			return s
		}
	}
	if s := c.ChoiceDefault(choice.Sym); s != nil && !(s.HasValue() && s.User.Tri == model.No) {
		return s
	}
	for m := choice.After(choice); m != nil; m = m.After(choice) {
		if s := m.Sym; s != nil && s.Visible != model.No && !s.HasValue() {
			return s
		}
	}
	for _, s := range slices.Backward(choice.Members) {
		if s.Visible != model.No {
			return s
		}
	}
	return nil
}

// Pick records the user's pick in a choice of the newer model.
func (c *Solver) Pick(choice *model.Menu, pick *model.Symbol) {
	changed := false
	for m := choice.After(choice); m != nil; m = m.After(choice) {
		s := m.Sym
		if s == nil || s.Visible == model.No {
			continue
		}
		v := model.No
		if s == pick {
			v = model.Yes
		}
		if s.Curr.Tri != v {
			changed = true
		}
		s.User.Tri = v
		s.Flags |= model.FlagUser
		model.MoveMember(choice, s, false)
	}
	if changed {
		c.Invalidate()
	}
}

// calcChoiceOld returns the selected member of a choice that is y. The choice loses its mark of being set by the user
// if a visible member has none.
func (c *Solver) calcChoiceOld(choice *model.Symbol) *model.Symbol {
	set := true
	for _, s := range choice.List {
		c.CalcVisibility(s)
		if s.Visible != model.No && !s.HasValue() {
			set = false
		}
	}
	if !set && !c.D.ChoiceNewInRead {
		choice.Flags &^= model.FlagUser
	}
	if s := choice.User.Sym; s != nil && s.Visible != model.No {
		return s
	}
	s := c.ChoiceDefault(choice)
	if s == nil {
		choice.Curr.Tri = model.No
	}
	return s
}

// SetAllChoiceValues makes the unassigned members of a choice n and marks it as set.
func (c *Solver) SetAllChoiceValues(choice *model.Symbol) {
	for _, s := range choice.List {
		if !s.HasValue() {
			s.User.Tri = model.No
		}
	}
	choice.Flags |= model.FlagUser
	choice.Flags &^= model.FlagValid | model.FlagNeedSetChoice
}
