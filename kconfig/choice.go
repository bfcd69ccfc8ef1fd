package kconfig

import "slices"

// Choices. The newer model (calcChoiceNew) keeps the members of each choice in priority order; the older one treats the
// choice itself as a symbol with a mode and records the selected member.

// next walks the menu tree depth first; it returns nil after the last entry below root.
func (m *Menu) next(root *Menu) *Menu {
	if m.List != nil {
		return m.List
	}
	for m != root && m.Next == nil {
		m = m.Parent
		if m == nil {
			return nil
		}
	}
	if m == root {
		return nil
	}
	return m.Next
}

// choiceDefault is the member that a choice would select without the user.
func (c *Config) choiceDefault(choice *Symbol) *Symbol {
	for _, p := range choice.Props {
		if p.Kind != PropDefault {
			continue
		}
		if p.visible = c.eval(p.Cond); p.visible == No {
			continue
		}
		if s := p.symbol(); s != nil && s.visible != No {
			return s
		}
	}
	if c.d.NewChoices {
		root := choice.Menus[0]
		for m := root.next(root); m != nil; m = m.next(root) {
			if m.Sym != nil && m.Sym.visible != No {
				return m.Sym
			}
		}
		return nil
	}
	for _, s := range choice.list {
		if s.visible != No {
			return s
		}
	}
	return nil
}

func (c *Config) calcChoiceNew(choice *Menu) *Symbol {
	var res *Symbol
	for _, s := range choice.members {
		c.calcVisibility(s)
		if s.visible != No && s.hasValue() && s.user.tri == Yes {
			res = s
			break
		}
	}
	if res == nil {
		res = c.choiceDefault(choice.Sym)
		if res != nil && res.hasValue() && res.user.tri == No {
			res = nil
		}
	}
	if res == nil {
		for m := choice.next(choice); m != nil; m = m.next(choice) {
			if s := m.Sym; s != nil && s.visible != No && !s.hasValue() {
				res = s
				break
			}
		}
	}
	if res == nil {
		for _, s := range slices.Backward(choice.members) {
			if s.visible != No {
				res = s
				break
			}
		}
	}
	for m := choice.next(choice); m != nil; m = m.next(choice) {
		s := m.Sym
		if s == nil || s.visible == No {
			continue
		}
		s.curr.tri = No
		if s == res {
			s.curr.tri = Yes
		}
		s.flags |= flagValid | flagWrite
	}
	return res
}

// moveMember puts a member first (or last) in a choice's priority order.
func moveMember(choice *Menu, s *Symbol, last bool) {
	i := slices.Index(choice.members, s)
	if i < 0 {
		return
	}
	l := slices.Delete(choice.members, i, i+1)
	if last {
		choice.members = append(l, s)
	} else {
		choice.members = slices.Insert(l, 0, s)
	}
}

// setChoice records the user's pick in a choice of the newer model.
func (c *Config) setChoice(choice *Menu, pick *Symbol) {
	changed := false
	for m := choice.next(choice); m != nil; m = m.next(choice) {
		s := m.Sym
		if s == nil || s.visible == No {
			continue
		}
		v := No
		if s == pick {
			v = Yes
		}
		if s.curr.tri != v {
			changed = true
		}
		s.user.tri = v
		s.flags |= flagUser
		moveMember(choice, s, false)
	}
	if changed {
		c.invalidate()
	}
}

// calcChoiceOld returns the selected member of a choice that is y. The choice loses its mark of being set by the user if
// a visible member has none.
func (c *Config) calcChoiceOld(choice *Symbol) *Symbol {
	set := true
	for _, s := range choice.list {
		c.calcVisibility(s)
		if s.visible != No && !s.hasValue() {
			set = false
		}
	}
	if !set && !c.d.ChoiceNewInRead {
		choice.flags &^= flagUser
	}
	if s := choice.user.sym; s != nil && s.visible != No {
		return s
	}
	s := c.choiceDefault(choice)
	if s == nil {
		choice.curr.tri = No
	}
	return s
}

// setAllChoiceValues makes the unassigned members of a choice n and marks it as set.
func (c *Config) setAllChoiceValues(choice *Symbol) {
	for _, s := range choice.list {
		if !s.hasValue() {
			s.user.tri = No
		}
	}
	choice.flags |= flagUser
	choice.flags &^= flagValid | flagNeedSetChoice
}
