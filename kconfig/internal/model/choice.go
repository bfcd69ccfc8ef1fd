// Choices and their members, in both data models.

package model

import "slices"

// MoveMember puts a member first (or last) in a choice's priority order.
func MoveMember(choice *Menu, s *Symbol, last bool) {
	i := slices.Index(choice.Members, s)
	if i < 0 {
		return
	}
	l := slices.Delete(choice.Members, i, i+1)
	if last {
		choice.Members = append(l, s)
	} else {
		choice.Members = slices.Insert(l, 0, s)
	}
}

// ChoiceOf returns the choice that a symbol is a member of, or nil.
func (t *Tree) ChoiceOf(s *Symbol) *Symbol {
	if !t.D.NewChoices {
		return s.InChoice
	}
	if m := ChoiceMenu(s); m != nil {
		return m.Sym
	}
	return nil
}

// Members returns the members of a choice in definition order.
func (t *Tree) Members(choice *Symbol) []*Symbol {
	if !t.D.NewChoices {
		return choice.List
	}
	var out []*Symbol
	root := choice.Menus[0]
	for m := root.After(root); m != nil; m = m.After(root) {
		if m.Sym != nil {
			out = append(out, m.Sym)
		}
	}
	return out
}

// MemberOf reports whether a symbol is a member of the choice.
func (t *Tree) MemberOf(s, choice *Symbol) bool {
	if !t.D.NewChoices {
		return s.InChoice == choice
	}
	m := ChoiceMenu(s)
	return m != nil && m.Sym == choice
}

// ChoiceMenu returns the choice around a symbol's first definition with a prompt (newer model).
func ChoiceMenu(s *Symbol) *Menu {
	for _, m := range s.Menus {
		if m.Prompt == nil {
			continue
		}
		for m = m.Parent; m != nil && m.Sym == nil; m = m.Parent {
		}
		if m != nil && m.Sym.IsChoice() {
			return m
		}
		return nil
	}
	return nil
}
