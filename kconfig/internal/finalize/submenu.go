// Moving entries: those that depend on the symbol before them below it, those of a block without prompt up.

package finalize

import "gokbuild/kconfig/internal/model"

// autoSubmenu makes the entries after parent that depend on its symbol children of it.
func (c *finalizer) autoSubmenu(parent *model.Menu) {
	sym := parent.Sym
	var base *model.Expr
	baseDone := false
	var last *model.Menu
	for m := parent.Next; m != nil; m = m.Next {
		dep := m.Dep
		if m.Prompt != nil {
			dep = m.Prompt.Cond
		}
		if !model.ContainsSymbol(dep, sym) {
			break
		}
		if !c.DependsOn(dep, sym) {
			if !baseDone {
				if parent.Prompt != nil {
					base = parent.Prompt.Cond
				}
				base = c.simplifier.EliminateDups(c.simplifier.Transform(c.simplifier.CompareWith(base, model.OpNe, c.No)))
				baseDone = true
			}
			dep = c.simplifier.EliminateDups(c.simplifier.Transform(c.simplifier.CompareWith(dep, model.OpNe, c.No)))
			_, left := c.simplifier.EliminateEq(dep, base)
			if !c.IsYes(left) {
				break
			}
		}
		c.finalize(m, false)
		m.Parent = parent
		last = m
	}
	if last != nil {
		parent.List = parent.Next
		parent.Next = last.Next
		last.Next = nil
	}
}

// dissolve lifts the children of an entry without prompt to the level of the entry.
func (c *finalizer) dissolve(parent, m *model.Menu) {
	if m.List == nil || m.Prompt != nil && m.Prompt.HasText {
		return
	}
	last := m.List
	for {
		last.Parent = parent
		if last.Next == nil {
			break
		}
		last = last.Next
	}
	last.Next = m.Next
	m.Next = m.List
	m.List = nil
}
