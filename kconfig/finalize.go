package kconfig

// Finalisation: dependencies are propagated down the menu tree, selects are entered at their targets, consecutive
// entries that depend on a symbol become its submenu, and ifs dissolve. The order in which entries are reached decides the
// order of reverse dependencies, which is visible in warnings.

func (c *Config) finalize(parent *Menu, inChoice bool) {
	sym := parent.Sym
	switch {
	case parent.List != nil:
		c.finalizeChildren(parent)
	case sym != nil && !inChoice:
		c.autoSubmenu(parent)
		sym.dirDep.expr = c.exOr(sym.dirDep.expr, parent.Dep)
	}
	for m := parent.List; m != nil; m = m.Next {
		if sym != nil && sym.IsChoice() && !c.d.NewChoices && m.Sym != nil && m.Sym.inChoice == nil {
			c.adoptMember(parent, m)
		}
		c.dissolve(parent, m)
	}
	if sym != nil && !sym.has(flagWarned) {
		if sym.Type == Unknown {
			c.warnAt(parent.Pos, "config symbol defined without type")
		}
		if !c.d.NewChoices && sym.IsChoice() && parent.Prompt == nil {
			c.warnAt(parent.Pos, "choice must have a prompt")
		}
		c.checkProps(sym)
		sym.flags |= flagWarned
	}
	if sym != nil && sym.IsChoice() && !c.d.NewChoices && !sym.has(flagOptional) && parent.Prompt != nil {
		sym.revDep.expr = c.exOr(sym.revDep.expr, c.exAnd(parent.Prompt.Cond, c.exSym(c.mod)))
	}
}

func (c *Config) finalizeChildren(parent *Menu) {
	sym := parent.Sym
	parentDep := parent.Dep
	if c.d.PromptDeps && parent.Prompt != nil {
		parentDep = parent.Prompt.Cond
	}
	choice := sym != nil && sym.IsChoice()
	if choice && !c.d.NewChoices {
		c.choiceTypes(parent)
		parentDep = c.exSym(sym)
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
		c.finalize(m, choice && c.d.NewChoices)
	}
}

// propagate prepares a condition and puts the enclosing one in front.
func (c *Config) propagate(cond, outer *Expr) *Expr {
	if !c.d.RewriteMEarly {
		cond = c.rewriteM(cond)
	}
	cond = c.transform(cond)
	return c.eliminateDups(c.exAnd(outer, cond))
}

func (c *Config) finalizeProp(m *Menu, prop *Property) {
	dep := c.propagate(prop.Cond, m.Dep)
	if c.d.TransBool && m.Sym != nil && m.Sym.Type != TristateType {
		dep = c.transBool(dep)
	}
	prop.Cond = dep
	if prop.Kind != PropSelect && prop.Kind != PropImply {
		return
	}
	target := prop.symbol()
	because := c.exAnd(c.exSym(m.Sym), dep)
	if prop.Kind == PropSelect {
		target.revDep.expr = c.exOr(target.revDep.expr, because)
	} else {
		target.implied.expr = c.exOr(target.implied.expr, because)
	}
}

// choiceTypes gives a choice of the older model the type of its first typed member, and the others the choice's.
func (c *Config) choiceTypes(parent *Menu) {
	sym := parent.Sym
	if sym.Type == Unknown {
		for m := parent.List; m != nil; m = m.Next {
			if m.Sym != nil && m.Sym.Type != Unknown {
				c.setType(parent, m.Sym.Type)
				break
			}
		}
	}
	for m := parent.List; m != nil; m = m.Next {
		if m.Sym != nil && m.Sym.Type == Unknown {
			c.setType(m, sym.Type)
		}
	}
}

// setType gives an entry's symbol a type.
func (c *Config) setType(m *Menu, typ Type) {
	if complaint := c.assignType(m.Sym, typ); complaint != "" {
		c.warnAt(m.Pos, "%s", complaint)
	}
}

// autoSubmenu makes the entries after parent that depend on its symbol children of it.
func (c *Config) autoSubmenu(parent *Menu) {
	sym := parent.Sym
	var base *Expr
	baseDone := false
	var last *Menu
	for m := parent.Next; m != nil; m = m.Next {
		dep := m.Dep
		if m.Prompt != nil {
			dep = m.Prompt.Cond
		}
		if !containsSymbol(dep, sym) {
			break
		}
		if !c.dependsOn(dep, sym) {
			if !baseDone {
				if parent.Prompt != nil {
					base = parent.Prompt.Cond
				}
				base = c.eliminateDups(c.transform(c.compareWith(base, opNe, c.no)))
				baseDone = true
			}
			dep = c.eliminateDups(c.transform(c.compareWith(dep, opNe, c.no)))
			_, left := c.eliminateEq(dep, base)
			if !c.isYes(left) {
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

// adoptMember makes an entry of a choice of the older model a member.
func (c *Config) adoptMember(parent, m *Menu) {
	choice, sym := parent.Sym, m.Sym
	sym.inChoice = choice
	if m.Prompt == nil {
		c.warnAt(m.Pos, "choice value must have a prompt")
	}
	for _, prop := range sym.Props {
		if prop.Kind == PropPrompt && prop.Menu != m && c.d.BusyBox {
			c.warnAt(prop.Pos, "choice values currently only support a single prompt")
		}
		if prop.Kind == PropDefault {
			c.warnAt(prop.Pos, "defaults for choice values not supported")
		}
		if prop.Menu == m {
			continue
		}
		if prop.Kind == PropPrompt && prop.Menu.Parent.Sym != choice && !c.d.BusyBox {
			c.warnAt(prop.Pos, "choice value used outside its choice group")
		}
	}
	if choice.Type == TristateType && sym.Type != TristateType && !c.d.BusyBox {
		whole := c.exComp(opEq, choice, c.yes)
		m.Dep = c.exAnd(whole, m.Dep)
		for _, prop := range sym.Props {
			if prop.Menu == m {
				prop.Cond = c.exAnd(whole, prop.Cond)
			}
		}
	}
	sym.Props = append(sym.Props, newProp(PropChoice, c.exSym(choice), m, m.Pos))
	choice.list = append(choice.list, sym)
}

// dissolve lifts the children of an entry without prompt to the level of the entry.
func (c *Config) dissolve(parent, m *Menu) {
	if m.List == nil || m.Prompt != nil && m.Prompt.hasText {
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

func (c *Config) validNumber(s, bound *Symbol) bool {
	return bound.Type.number() || bound.Type == Unknown && validText(s.Type, bound.Name)
}

// checkProps warns about properties that do not fit the symbol.
func (c *Config) checkProps(s *Symbol) {
	for _, prop := range s.Props {
		switch prop.Kind {
		case PropDefault:
			if (s.Type == String || s.Type.number()) && prop.Expr.op != opSym {
				c.warnAt(prop.Pos, "default for config symbol '%s' must be a single symbol", s.Name)
			}
			if prop.Expr.op != opSym {
				continue
			}
			target := prop.symbol()
			if s.Type.number() && !c.validNumber(s, target) {
				c.warnAt(prop.Pos, "'%s': number is invalid", s.Name)
			}
			if s.IsChoice() && c.d.HelpWarnings && !c.memberOf(target, s) {
				c.warnAt(prop.Pos, "choice default symbol '%s' is not contained in the choice", target.Name)
			}
		case PropSelect, PropImply:
			target := prop.symbol()
			if !s.Type.logic() {
				c.warnAt(prop.Pos, "config symbol '%s' uses %s, but is not %s or tristate", s.Name, prop.Kind, c.typeName(Bool))
			} else if target.Type != Unknown && !target.Type.logic() {
				c.warnAt(prop.Pos, "'%s' has wrong type. '%s' only accept arguments of %s and tristate type", target.Name, prop.Kind, c.typeName(Bool))
			}
		case PropRange:
			if !s.Type.number() {
				c.warnAt(prop.Pos, "range is only allowed for int or hex symbols")
			}
			if !c.validNumber(s, prop.Expr.ls) || !c.validNumber(s, prop.Expr.rs) {
				c.warnAt(prop.Pos, "range is invalid")
			}
		}
	}
}

func (c *Config) memberOf(s, choice *Symbol) bool {
	if !c.d.NewChoices {
		return s.inChoice == choice
	}
	m := choiceMenu(s)
	return m != nil && m.Sym == choice
}

// choiceMenu returns the choice around a symbol's first definition with a prompt (newer model).
func choiceMenu(s *Symbol) *Menu {
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
