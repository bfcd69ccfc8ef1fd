// The walk over the menu tree.

package finalize

import "gokbuild/kconfig/internal/model"

// finalize finalises an entry and all below it.
func (c *finalizer) finalize(parent *model.Menu, inChoice bool) {
	sym := parent.Sym
	switch {
	case parent.List != nil:
		c.finalizeChildren(parent)
	case sym != nil && !inChoice:
		c.autoSubmenu(parent)
		sym.DirDep.Expr = c.ExOr(sym.DirDep.Expr, parent.Dep)
	}
	for m := parent.List; m != nil; m = m.Next {
		if sym != nil && sym.IsChoice() && !c.D.NewChoices && m.Sym != nil && m.Sym.InChoice == nil {
			c.adoptMember(parent, m)
		}
		c.dissolve(parent, m)
	}
	if sym != nil && !sym.Has(model.FlagWarned) {
		if sym.Type == model.Unknown {
			c.world.WarnAt(parent.Pos, "config symbol defined without type")
		}
		if !c.D.NewChoices && sym.IsChoice() && parent.Prompt == nil {
			c.world.WarnAt(parent.Pos, "choice must have a prompt")
		}
		c.checkProps(sym)
		sym.Flags |= model.FlagWarned
	}
	if sym != nil && sym.IsChoice() && !c.D.NewChoices && !sym.Has(model.FlagOptional) && parent.Prompt != nil {
		sym.RevDep.Expr = c.ExOr(sym.RevDep.Expr, c.ExAnd(parent.Prompt.Cond, c.ExSym(c.Mod)))
	}
}

// finalizeChildren hands the dependencies of an entry down to those below it, and finalises them.
func (c *finalizer) finalizeChildren(parent *model.Menu) {
	sym := parent.Sym
	parentDep := parent.Dep
	if c.D.PromptDeps && parent.Prompt != nil {
		parentDep = parent.Prompt.Cond
	}
	choice := sym != nil && sym.IsChoice()
	if choice && !c.D.NewChoices {
		c.choiceTypes(parent)
		parentDep = c.ExSym(sym)
	}
	for m := parent.List; m != nil; m = m.Next {
		m.Dep = c.propagate(m.Dep, parentDep)
		if m.Sym == nil {
			if m.Prompt != nil {
				c.finalizeProp(m, m.Prompt)
			}
			continue
		}
		// The list may grow under the loop only at its end, for choice links, which have no conditions.
		for _, prop := range m.Sym.Props {
			if prop.Menu == m {
				c.finalizeProp(m, prop)
			}
		}
	}
	for m := parent.List; m != nil; m = m.Next {
		c.finalize(m, choice && c.D.NewChoices)
	}
}

// propagate prepares a condition and puts the enclosing one in front.
func (c *finalizer) propagate(cond, outer *model.Expr) *model.Expr {
	if !c.D.RewriteMEarly {
		cond = c.simplifier.RewriteM(cond)
	}
	cond = c.simplifier.Transform(cond)
	return c.simplifier.EliminateDups(c.ExAnd(outer, cond))
}

// finalizeProp completes the condition of a property, and enters a select or imply at its target.
func (c *finalizer) finalizeProp(m *model.Menu, prop *model.Property) {
	dep := c.propagate(prop.Cond, m.Dep)
	if c.D.TransBool && m.Sym != nil && m.Sym.Type != model.TristateType {
		dep = c.simplifier.TransBool(dep)
	}
	prop.Cond = dep
	if prop.Kind != model.PropSelect && prop.Kind != model.PropImply {
		return
	}
	target := prop.Symbol()
	because := c.ExAnd(c.ExSym(m.Sym), dep)
	if prop.Kind == model.PropSelect {
		target.RevDep.Expr = c.ExOr(target.RevDep.Expr, because)
	} else {
		target.Implied.Expr = c.ExOr(target.Implied.Expr, because)
	}
}
