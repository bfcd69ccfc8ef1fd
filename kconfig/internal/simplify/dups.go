// Duplicate operands of one level, as newer trees remove them, and which operands join in all trees.

package simplify

import "gokbuild/kconfig/internal/model"

// joinable reports the symbol that two operands are about, if both are plain enough to be joined.
func joinable(a, b *model.Expr) (*model.Symbol, bool) {
	plain := func(e *model.Expr) bool {
		return e.Op == model.OpEq || e.Op == model.OpNe || e.Op == model.OpSym || e.Op == model.OpNot
	}
	if !plain(a) || !plain(b) {
		return nil, false
	}
	s1 := a.LS
	if a.Op == model.OpNot {
		t := a.L
		if t.Op != model.OpEq && t.Op != model.OpNe && t.Op != model.OpSym {
			return nil, false
		}
		s1 = t.LS
	}
	s2 := b.LS
	if b.Op == model.OpNot {
		if b.L.Op != model.OpSym {
			return nil, false
		}
		s2 = b.L.LS
	}
	return s1, s1 == s2 && s1.Type.Logic()
}

// joinOr returns what a || b joins to, or nil.
func (c *Simplifier) joinOr(a, b *model.Expr) *model.Expr {
	if c.ExprEq(a, b) {
		return a
	}
	s, ok := joinable(a, b)
	if !ok {
		return nil
	}
	if s.Type == model.TristateType && a.Op == model.OpEq && b.Op == model.OpEq {
		if third := c.thirdValue(a.RS, b.RS); third != nil {
			return c.ExComp(model.OpNe, s, third)
		}
	}
	if s.Type == model.Bool {
		if a.Op == model.OpNot && a.L.Op == model.OpSym && b.Op == model.OpSym || b.Op == model.OpNot && b.L.Op == model.OpSym && a.Op == model.OpSym {
			return c.ExSym(c.Yes)
		}
	}
	return nil
}

// thirdValue returns the constant that is neither of the two, or nil unless they are two different constants.
func (c *Simplifier) thirdValue(a, b *model.Symbol) *model.Symbol {
	is := func(x, y *model.Symbol) bool { return a == x && b == y || a == y && b == x }
	switch {
	case is(c.Yes, c.Mod):
		return c.No
	case is(c.Yes, c.No):
		return c.Mod
	case is(c.Mod, c.No):
		return c.Yes
	}
	return nil
}

// joinAnd returns what a && b joins to, or nil.
func (c *Simplifier) joinAnd(a, b *model.Expr) *model.Expr {
	if c.ExprEq(a, b) {
		return a
	}
	s, ok := joinable(a, b)
	if !ok {
		return nil
	}
	pair := func(o model.Op, v *model.Symbol) bool {
		return a.Op == model.OpSym && b.Op == o && b.RS == v || b.Op == model.OpSym && a.Op == o && a.RS == v
	}
	switch {
	case pair(model.OpEq, c.Yes):
		return c.ExComp(model.OpEq, s, c.Yes)
	case pair(model.OpNe, c.No):
		return c.ExSym(s)
	case pair(model.OpNe, c.Mod):
		return c.ExComp(model.OpEq, s, c.Yes)
	}
	if s.Type != model.TristateType {
		return nil
	}
	if a.Op == model.OpEq && b.Op == model.OpNe || a.Op == model.OpNe && b.Op == model.OpEq {
		is, not := a.RS, b.RS
		if a.Op == model.OpNe {
			is, not = b.RS, a.RS
		}
		if is.Has(model.FlagConst) && not.Has(model.FlagConst) {
			if is != not {
				return c.ExComp(model.OpEq, s, is)
			}
			return c.ExSym(c.No)
		}
	}
	if a.Op == model.OpNe && b.Op == model.OpNe {
		if third := c.thirdValue(a.RS, b.RS); third != nil {
			return c.ExComp(model.OpEq, s, third)
		}
	}
	return nil
}

// EliminateDups joins operands of one && or || level, the later of two equal ones staying.
func (c *Simplifier) EliminateDups(e *model.Expr) *model.Expr {
	if e == nil {
		return nil
	}
	if e.Op != model.OpAnd && e.Op != model.OpOr {
		return e
	}
	if d, ok := c.deduped[e]; ok {
		return d
	}
	var d *model.Expr
	if c.D.SharedExprs {
		d = c.dedupShared(e)
	} else {
		d = c.dedupInPlace(e)
	}
	c.deduped[e] = d
	return d
}

// dedupShared joins operands bottom up until nothing changes.
func (c *Simplifier) dedupShared(e *model.Expr) *model.Expr {
	old := c.joins
	for {
		c.joins = 0
		if e.Op == model.OpAnd || e.Op == model.OpOr {
			l := c.dedupShared(e.L)
			r := c.dedupShared(e.R)
			l, r = c.dedupPair(e.Op, l, r)
			e = c.ExTwo(e.Op, l, r)
		}
		e = c.eliminateConst(e)
		if c.joins == 0 {
			break
		}
	}
	c.joins = old
	return e
}

// dedupPair joins each operand of one side with each of the other.
func (c *Simplifier) dedupPair(o model.Op, a, b *model.Expr) (*model.Expr, *model.Expr) {
	return c.eachPair(o, a, b, func(a, b *model.Expr) (*model.Expr, *model.Expr) {
		var joined *model.Expr
		neutral := c.Yes
		if o == model.OpOr {
			joined, neutral = c.joinOr(a, b), c.No
		} else {
			joined = c.joinAnd(a, b)
		}
		if joined == nil {
			return a, b
		}
		c.joins++
		return c.ExSym(neutral), joined
	})
}

// eachPair lets do replace each operand of one side, and each of the other, as it replaces both of a pair.
func (c *Simplifier) eachPair(o model.Op, a, b *model.Expr, do func(a, b *model.Expr) (*model.Expr, *model.Expr)) (*model.Expr, *model.Expr) {
	if a.Op == o {
		l, r := a.L, a.R
		l, b = c.eachPair(o, l, b, do)
		r, b = c.eachPair(o, r, b, do)
		return c.ExTwo(o, l, r), b
	}
	if b.Op == o {
		l, r := b.L, b.R
		a, l = c.eachPair(o, a, l, do)
		a, r = c.eachPair(o, a, r, do)
		return a, c.ExTwo(o, l, r)
	}
	return do(a, b)
}
