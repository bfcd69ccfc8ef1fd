package kconfig

// Dependency loops, found depth first. The walk carries a stack of frames that the report is printed from.

type depFrame struct {
	prev, next *depFrame
	sym        *Symbol
	prop       *Property
	via        viaKind
}

type viaKind uint8

const (
	viaCondition viaKind = iota // a property's condition
	viaDepends
	viaSelect
	viaImply
	viaValue
)

func (c *Config) push(s *Symbol) *depFrame {
	f := &depFrame{prev: c.stack, sym: s}
	if c.stack != nil {
		c.stack.next = f
	}
	c.stack = f
	return f
}

func (c *Config) pop() {
	c.stack = c.stack.prev
	if c.stack != nil {
		c.stack.next = nil
	}
}

func (c *Config) choiceOf(s *Symbol) *Symbol {
	if !c.d.NewChoices {
		return s.inChoice
	}
	if m := choiceMenu(s); m != nil {
		return m.Sym
	}
	return nil
}

// checkDeps returns the symbol at which a loop through s was found, or nil.
func (c *Config) checkDeps(s *Symbol) *Symbol {
	if s.has(flagCheck) {
		c.reportDepLoop(s)
		return s
	}
	if s.has(flagChecked) {
		return nil
	}
	if ch := c.choiceOf(s); ch != nil {
		c.push(s)
		found := c.checkDeps(ch)
		c.pop()
		return found
	}
	if s.IsChoice() {
		return c.checkChoiceDeps(s)
	}
	s.flags |= flagCheck | flagChecked
	found := c.checkSymDeps(s)
	s.flags &^= flagCheck
	return found
}

func (c *Config) members(choice *Symbol) []*Symbol {
	if !c.d.NewChoices {
		return choice.list
	}
	var out []*Symbol
	root := choice.Menus[0]
	for m := root.next(root); m != nil; m = m.next(root) {
		if m.Sym != nil {
			out = append(out, m.Sym)
		}
	}
	return out
}

func (c *Config) checkChoiceDeps(choice *Symbol) *Symbol {
	c.push(choice)
	members := c.members(choice)
	for _, m := range members {
		m.flags |= flagCheck | flagChecked
	}
	choice.flags |= flagCheck | flagChecked
	found := c.checkSymDeps(choice)
	choice.flags &^= flagCheck
	if found == nil {
		for _, m := range members {
			if found = c.checkSymDeps(m); found != nil {
				break
			}
		}
	}
	for _, m := range members {
		m.flags &^= flagCheck
	}
	if found != nil && c.choiceOf(found) == choice {
		found = choice
	}
	c.pop()
	return found
}

func (c *Config) checkSymDeps(s *Symbol) *Symbol {
	f := c.push(s)
	defer c.pop()
	f.via = viaDepends
	if found := c.checkExprDeps(s.dirDep.expr); found != nil {
		return found
	}
	f.via = viaSelect
	if found := c.checkExprDeps(s.revDep.expr); found != nil {
		return found
	}
	f.via = viaImply
	if found := c.checkExprDeps(s.implied.expr); found != nil {
		return found
	}
	f.via = viaCondition
	for _, p := range s.Props {
		if p.Kind == PropChoice || p.Kind == PropSelect || p.Kind == PropImply {
			continue
		}
		f.prop = p
		if found := c.checkExprDeps(p.Cond); found != nil {
			return found
		}
		if p.Kind != PropDefault || s.IsChoice() {
			continue
		}
		f.via = viaValue
		if found := c.checkExprDeps(p.Expr); found != nil {
			return found
		}
		f.via = viaCondition
	}
	return nil
}

func (c *Config) checkExprDeps(e *Expr) *Symbol {
	if e == nil {
		return nil
	}
	switch {
	case e.op == opOr || e.op == opAnd:
		if found := c.checkExprDeps(e.l); found != nil {
			return found
		}
		return c.checkExprDeps(e.r)
	case e.op == opNot:
		return c.checkExprDeps(e.l)
	case e.op.comparison():
		if found := c.checkDeps(e.ls); found != nil {
			return found
		}
		return c.checkDeps(e.rs)
	case e.op == opSym:
		return c.checkDeps(e.ls)
	case e.op == opBroken:
		// The C tool prints the low half of an address here.
		c.warnf("Oops! How to check %d?\n", int32(e.ls.id))
	}
	return nil
}

func (c *Config) reportDepLoop(last *Symbol) {
	var extra *depFrame
	if ch := c.choiceOf(last); ch != nil {
		extra = c.push(last)
		last = ch
	}
	f := c.stack
	for f != nil && f.sym != last {
		f = f.prev
	}
	if f == nil {
		c.warnf("unexpected recursive dependency error\n")
		return
	}
	for ; f != nil; f = f.next {
		next := last
		if f.next != nil {
			next = f.next.sym
		}
		if c.d.LoopPos {
			c.reportStepOld(f, next, last)
		} else {
			c.reportStep(f, next, last)
		}
	}
	if c.d.LoopAdvice != "" && !c.d.LoopAdviceStep {
		c.loopAdvice()
		c.warnf("\n")
	}
	if extra != nil && c.stack == extra {
		c.pop()
	}
}

func (c *Config) loopAdvice() {
	c.warnf("For a resolution refer to %s\nsubsection \"Kconfig recursive dependency limitations\"\n", c.d.LoopAdvice)
}

func (c *Config) reportStep(f *depFrame, next, last *Symbol) {
	kind := PropUnknown
	if f.prop != nil {
		kind = f.prop.Kind
	}
	if f.sym == last {
		c.warnf("error: recursive dependency detected!\n")
	}
	name := f.sym.shown()
	switch {
	case next.IsChoice():
		pos := next.Menus[0].Pos
		c.warnf("\tsymbol %s is part of choice block at %s:%d\n", name, pos.File, pos.Line)
	case f.via == viaDepends:
		c.warnf("\tsymbol %s depends on %s\n", name, next.Name)
	case f.via == viaSelect:
		c.warnf("\tsymbol %s is selected by %s\n", name, next.Name)
	case f.via == viaImply:
		c.warnf("\tsymbol %s is implied by %s\n", name, next.Name)
	case f.via == viaValue:
		c.warnf("\tsymbol %s %s value contains %s\n", name, kind, next.Name)
	default:
		c.warnf("\tsymbol %s %s is visible depending on %s\n", name, kind, next.Name)
	}
}

func (c *Config) reportStepOld(f *depFrame, next, last *Symbol) {
	s := f.sym
	prop := f.prop
	if prop == nil && len(s.Props) > 0 {
		prop = s.Props[0]
	}
	var menu *Menu
	if s.IsChoice() || s.inChoice != nil {
		for _, p := range s.Props {
			prop = p
			if menu = p.Menu; menu != nil {
				break
			}
		}
	}
	var pos Pos
	kind := PropUnknown
	if prop != nil {
		pos, kind = prop.Pos, prop.Kind
	}
	if s == last {
		c.warnf("%s:%d:error: recursive dependency detected!\n", pos.File, pos.Line)
	}
	if c.d.LoopAdviceStep && c.d.LoopAdviceFirst {
		c.loopAdvice()
	}
	a, b := s.shown(), next.shown()
	switch {
	case s.IsChoice():
		c.warnf("%s:%d:\tchoice %s contains symbol %s\n", menu.Pos.File, menu.Pos.Line, a, b)
	case s.inChoice != nil:
		c.warnf("%s:%d:\tsymbol %s is part of choice %s\n", menu.Pos.File, menu.Pos.Line, a, b)
	case f.via == viaDepends:
		c.warnf("%s:%d:\tsymbol %s depends on %s\n", pos.File, pos.Line, a, b)
	case f.via == viaSelect:
		c.warnf("%s:%d:\tsymbol %s is selected by %s\n", pos.File, pos.Line, a, b)
	case f.via == viaImply:
		c.warnf("%s:%d:\tsymbol %s is implied by %s\n", pos.File, pos.Line, a, b)
	case f.via == viaValue:
		c.warnf("%s:%d:\tsymbol %s %s value contains %s\n", pos.File, pos.Line, a, kind, b)
	default:
		c.warnf("%s:%d:\tsymbol %s %s is visible depending on %s\n", pos.File, pos.Line, a, kind, b)
	}
	if c.d.LoopAdviceStep && !c.d.LoopAdviceFirst {
		c.loopAdvice()
	}
}
