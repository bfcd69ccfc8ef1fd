// Dependency loops, found depth first. The walk carries a stack of frames that the report is printed from.

package finalize

import "gokbuild/kconfig/internal/model"

// depFrame is a symbol on the way, and by what it leads to the next one.
type depFrame struct {
	prev, next *depFrame
	sym        *model.Symbol
	prop       *model.Property
	via        viaKind
}

// viaKind says in which way a symbol depends on the next one.
type viaKind uint8

const (
	viaCondition viaKind = iota // a property's condition
	viaDepends
	viaSelect
	viaImply
	viaValue
)

// push enters a symbol at the end of the way.
func (c *finalizer) push(s *model.Symbol) *depFrame {
	f := &depFrame{prev: c.stack, sym: s}
	if c.stack != nil {
		c.stack.next = f
	}
	c.stack = f
	return f
}

// pop leaves the last symbol of the way.
func (c *finalizer) pop() {
	c.stack = c.stack.prev
	if c.stack != nil {
		c.stack.next = nil
	}
}

// checkDeps returns the symbol at which a loop through s was found, or nil.
func (c *finalizer) checkDeps(s *model.Symbol) *model.Symbol {
	if s.Has(model.FlagCheck) {
		c.reportDepLoop(s)
		return s
	}
	if s.Has(model.FlagChecked) {
		return nil
	}
	var found *model.Symbol
	if ch := c.ChoiceOf(s); ch != nil {
		c.push(s)
		found = c.checkDeps(ch)
		c.pop()
	} else if s.IsChoice() {
		found = c.checkChoiceDeps(s)
	} else {
		s.Flags |= model.FlagCheck | model.FlagChecked
		found = c.checkSymDeps(s)
		s.Flags &^= model.FlagCheck
	}
	if found == s && c.D.LoopGoesOn {
		return nil
	}
	return found
}

// checkChoiceDeps follows a choice and its members as one.
func (c *finalizer) checkChoiceDeps(choice *model.Symbol) *model.Symbol {
	c.push(choice)
	members := c.Members(choice)
	for _, m := range members {
		m.Flags |= model.FlagCheck | model.FlagChecked
	}
	choice.Flags |= model.FlagCheck | model.FlagChecked
	found := c.checkSymDeps(choice)
	choice.Flags &^= model.FlagCheck
	if found == nil {
		for _, m := range members {
			if found = c.checkSymDeps(m); found != nil {
				break
			}
		}
	}
	for _, m := range members {
		m.Flags &^= model.FlagCheck
	}
	if found != nil && c.ChoiceOf(found) == choice {
		found = choice
	}
	c.pop()
	return found
}

// checkSymDeps follows everything that a symbol depends on.
func (c *finalizer) checkSymDeps(s *model.Symbol) *model.Symbol {
	f := c.push(s)
	defer c.pop()
	f.via = viaDepends
	if !c.D.LoopNoDirDep {
		if found := c.checkExprDeps(s.DirDep.Expr); found != nil {
			return found
		}
	}
	f.via = viaSelect
	if found := c.checkExprDeps(s.RevDep.Expr); found != nil {
		return found
	}
	f.via = viaImply
	if !c.D.LoopNoImply {
		if found := c.checkExprDeps(s.Implied.Expr); found != nil {
			return found
		}
	}
	f.via = viaCondition
	for _, p := range s.Props {
		if p.Kind == model.PropChoice || p.Kind == model.PropSelect || p.Kind == model.PropImply {
			continue
		}
		f.prop = p
		if found := c.checkExprDeps(p.Cond); found != nil {
			return found
		}
		if p.Kind != model.PropDefault || s.IsChoice() {
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

// checkExprDeps follows the symbols of a condition.
func (c *finalizer) checkExprDeps(e *model.Expr) *model.Symbol {
	if e == nil {
		return nil
	}
	switch {
	case e.Op == model.OpOr || e.Op == model.OpAnd:
		if found := c.checkExprDeps(e.L); found != nil {
			return found
		}
		return c.checkExprDeps(e.R)
	case e.Op == model.OpNot:
		return c.checkExprDeps(e.L)
	case e.Op.Comparison():
		if found := c.checkDeps(e.LS); found != nil {
			return found
		}
		return c.checkDeps(e.RS)
	case e.Op == model.OpSym:
		return c.checkDeps(e.LS)
	case e.Op == model.OpBroken:
		// The C tool prints the low half of an address here.
		c.world.Warnf("Oops! How to check %d?\n", int32(e.LS.ID))
	}
	return nil
}
