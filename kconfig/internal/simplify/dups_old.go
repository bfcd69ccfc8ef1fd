// Duplicate operands as older trees remove them. Trees whose expressions are not shared work in place, comparing the
// operands of a level with the very level that is being changed. The order of those changes is visible in what is left,
// so it is repeated here on a scratch copy.

package simplify

import "gokbuild/kconfig/internal/model"

// node is an operand in a scratch copy: an && or || with two children, or a leaf.
type node struct {
	op   model.Op // opAnd, opOr, or opNone for a leaf
	l, r *node
	leaf *model.Expr
}

func thaw(e *model.Expr) *node {
	if e.Op == model.OpAnd || e.Op == model.OpOr {
		return &node{op: e.Op, l: thaw(e.L), r: thaw(e.R)}
	}
	return &node{leaf: e}
}

func (c *Simplifier) freeze(n *node) *model.Expr {
	if n.leaf != nil {
		return n.leaf
	}
	return c.ExTwo(n.op, c.freeze(n.l), c.freeze(n.r))
}

// dedupInPlace joins operands of the level until nothing changes.
func (c *Simplifier) dedupInPlace(e *model.Expr) *model.Expr {
	if !c.mayJoin(e) && !(c.D.CancelNegated && nested(e)) {
		return e
	}
	old := c.joins
	for {
		c.joins = 0
		if e.Op == model.OpAnd || e.Op == model.OpOr {
			n := thaw(e)
			c.dedupLevel(n.op, &n, &n)
			if c.D.CancelNegated {
				c.cancelLevel(n.op, &n, &n)
			}
			if c.joins != 0 {
				e = c.freeze(n)
			}
		}
		if c.joins == 0 {
			break
		}
		e = c.eliminateConst(e)
	}
	c.joins = old
	return e
}

// dedupLevel joins each operand of one side with each of the other, where they stand.
func (c *Simplifier) dedupLevel(o model.Op, a, b **node) {
	if (*a).op == o && (*a).leaf == nil {
		n := *a
		c.dedupLevel(o, &n.l, b)
		c.dedupLevel(o, &n.r, b)
		return
	}
	if (*b).op == o && (*b).leaf == nil {
		n := *b
		c.dedupLevel(o, a, &n.l)
		c.dedupLevel(o, a, &n.r)
		return
	}
	if *a == *b {
		return
	}
	if n := *a; n.leaf == nil {
		c.dedupLevel(n.op, a, a)
	}
	x, y := c.freeze(*a), c.freeze(*b)
	var joined *model.Expr
	neutral := c.Yes
	if o == model.OpOr {
		joined, neutral = c.joinOr(x, y), c.No
	} else {
		joined = c.joinAnd(x, y)
	}
	if joined != nil {
		*a = &node{leaf: c.ExSym(neutral)}
		*b = thaw(joined)
		c.joins++
	}
}

func (n *node) is(o model.Op) bool { return n.leaf == nil && n.op == o }

// nested reports whether e has an && below an ||, or the reverse.
func nested(e *model.Expr) bool {
	for _, x := range []*model.Expr{e.L, e.R} {
		if (x.Op == model.OpAnd || x.Op == model.OpOr) && (x.Op != e.Op || nested(x)) {
			return true
		}
	}
	return false
}

// cancelLevel looks in the oldest trees for operands that are the negation of another part of their level, as in
// (A || B) && !A && !B, and makes them constant.
func (c *Simplifier) cancelLevel(o model.Op, a, b **node) {
	if (*a).is(o) {
		n := *a
		c.cancelLevel(o, &n.l, b)
		c.cancelLevel(o, &n.r, b)
		return
	}
	if (*b).is(o) {
		n := *b
		c.cancelLevel(o, a, &n.l)
		c.cancelLevel(o, a, &n.r) // and goes on with the whole
	}
	if *a == *b || (*a).leaf != nil {
		return
	}
	inner, outer, empty, result := model.OpOr, model.OpAnd, c.Yes, c.No
	if (*a).op == model.OpAnd {
		inner, outer, empty, result = model.OpAnd, model.OpOr, c.No, c.Yes
	}
	c.cancelLevel(inner, a, a)
	x := thaw(c.Transform(c.ExNot(c.freeze(*a))))
	y := thaw(c.freeze(*b))
	rest := c.freeze(x)
	if c.extractEqual(outer, &x, &y, empty) {
		rest = c.eliminateConst(c.freeze(x))
	}
	if rest == c.ExSym(empty) {
		*a = &node{leaf: c.ExSym(result)}
		c.joins++
	}
}

// extractEqual replaces operands that both levels have by a constant and reports whether there were any.
func (c *Simplifier) extractEqual(o model.Op, a, b **node, with *model.Symbol) bool {
	if n := *a; n.is(o) {
		l := c.extractEqual(o, &n.l, b, with)
		return c.extractEqual(o, &n.r, b, with) || l
	}
	if n := *b; n.is(o) {
		l := c.extractEqual(o, a, &n.l, with)
		return c.extractEqual(o, a, &n.r, with) || l
	}
	if !c.ExprEq(c.freeze(*a), c.freeze(*b)) {
		return false
	}
	*a, *b = &node{leaf: c.ExSym(with)}, &node{leaf: c.ExSym(with)}
	return true
}

// mayJoin reports whether any two operands of one level could join, so that most expressions need no copy.
func (c *Simplifier) mayJoin(e *model.Expr) bool {
	var buf [24]uint64
	_, hit := c.collectKeys(e.Op, e, buf[:0])
	return hit
}

// collectKeys adds one key per operand of a level; operands that could join have equal keys.
func (c *Simplifier) collectKeys(o model.Op, e *model.Expr, seen []uint64) ([]uint64, bool) {
	if e.Op == o {
		seen, hit := c.collectKeys(o, e.L, seen)
		if hit {
			return seen, true
		}
		return c.collectKeys(o, e.R, seen)
	}
	var k uint64
	switch e.Op {
	case model.OpAnd, model.OpOr:
		if c.mayJoin(e) {
			return seen, true
		}
		k = c.eqHash(e)
	case model.OpNot:
		if e.L.LS == nil {
			k = c.eqHash(e)
		} else {
			k = uint64(e.L.LS.ID)
		}
	default:
		k = uint64(e.LS.ID)
	}
	for _, s := range seen {
		if s == k {
			return seen, true
		}
	}
	return append(seen, k), false
}
