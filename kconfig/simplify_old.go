package kconfig

// Trees whose expressions are not shared remove duplicates in place, comparing the operands of a level with the very
// level that is being changed. The order of those changes is visible in what is left, so it is repeated here on a
// scratch copy.

// node is an operand in a scratch copy: an && or || with two children, or a leaf.
type node struct {
	op   op // opAnd, opOr, or opNone for a leaf
	l, r *node
	leaf *Expr
}

func thaw(e *Expr) *node {
	if e.op == opAnd || e.op == opOr {
		return &node{op: e.op, l: thaw(e.l), r: thaw(e.r)}
	}
	return &node{leaf: e}
}

func (c *Config) freeze(n *node) *Expr {
	if n.leaf != nil {
		return n.leaf
	}
	return c.exTwo(n.op, c.freeze(n.l), c.freeze(n.r))
}

func (c *Config) dedupInPlace(e *Expr) *Expr {
	if !c.mayJoin(e) && !(c.d.CancelNegated && nested(e)) {
		return e
	}
	old := c.joins
	for {
		c.joins = 0
		if e.op == opAnd || e.op == opOr {
			n := thaw(e)
			c.dedupLevel(n.op, &n, &n)
			if c.d.CancelNegated {
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

func (c *Config) dedupLevel(o op, a, b **node) {
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
	var joined *Expr
	neutral := c.yes
	if o == opOr {
		joined, neutral = c.joinOr(x, y), c.no
	} else {
		joined = c.joinAnd(x, y)
	}
	if joined != nil {
		*a = &node{leaf: c.exSym(neutral)}
		*b = thaw(joined)
		c.joins++
	}
}

func (n *node) is(o op) bool { return n.leaf == nil && n.op == o }

// nested reports whether e has an && below an ||, or the reverse.
func nested(e *Expr) bool {
	for _, x := range []*Expr{e.l, e.r} {
		if (x.op == opAnd || x.op == opOr) && (x.op != e.op || nested(x)) {
			return true
		}
	}
	return false
}

// cancelLevel looks in the oldest trees for operands that are the negation of another part of their level, as in
// (A || B) && !A && !B, and makes them constant.
func (c *Config) cancelLevel(o op, a, b **node) {
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
	inner, outer, empty, result := opOr, opAnd, c.yes, c.no
	if (*a).op == opAnd {
		inner, outer, empty, result = opAnd, opOr, c.no, c.yes
	}
	c.cancelLevel(inner, a, a)
	x := thaw(c.transform(c.exNot(c.freeze(*a))))
	y := thaw(c.freeze(*b))
	rest := c.freeze(x)
	if c.extractEqual(outer, &x, &y, empty) {
		rest = c.eliminateConst(c.freeze(x))
	}
	if rest == c.exSym(empty) {
		*a = &node{leaf: c.exSym(result)}
		c.joins++
	}
}

// extractEqual replaces operands that both levels have by a constant and reports whether there were any.
func (c *Config) extractEqual(o op, a, b **node, with *Symbol) bool {
	if n := *a; n.is(o) {
		l := c.extractEqual(o, &n.l, b, with)
		return c.extractEqual(o, &n.r, b, with) || l
	}
	if n := *b; n.is(o) {
		l := c.extractEqual(o, a, &n.l, with)
		return c.extractEqual(o, a, &n.r, with) || l
	}
	if !c.exprEq(c.freeze(*a), c.freeze(*b)) {
		return false
	}
	*a, *b = &node{leaf: c.exSym(with)}, &node{leaf: c.exSym(with)}
	return true
}

// mayJoin reports whether any two operands of one level could join, so that most expressions need no copy.
func (c *Config) mayJoin(e *Expr) bool {
	var buf [24]uint64
	_, hit := c.collectKeys(e.op, e, buf[:0])
	return hit
}

// collectKeys adds one key per operand of a level; operands that could join have equal keys.
func (c *Config) collectKeys(o op, e *Expr, seen []uint64) ([]uint64, bool) {
	if e.op == o {
		seen, hit := c.collectKeys(o, e.l, seen)
		if hit {
			return seen, true
		}
		return c.collectKeys(o, e.r, seen)
	}
	var k uint64
	switch e.op {
	case opAnd, opOr:
		if c.mayJoin(e) {
			return seen, true
		}
		k = c.eqHash(e)
	case opNot:
		if e.l.ls == nil {
			k = c.eqHash(e)
		} else {
			k = uint64(e.l.ls.id)
		}
	default:
		k = uint64(e.ls.id)
	}
	for _, s := range seen {
		if s == k {
			return seen, true
		}
	}
	return append(seen, k), false
}

// transBool turns A!=n into A for the conditions of symbols that are not tristate, in trees that do so.
func (c *Config) transBool(e *Expr) *Expr {
	if e == nil {
		return nil
	}
	switch e.op {
	case opAnd, opOr:
		return c.exTwo(e.op, c.transBool(e.l), c.transBool(e.r))
	case opNot:
		return c.exNot(c.transBool(e.l))
	case opNe:
		if e.ls.Type == TristateType && e.rs == c.no {
			return c.exSym(e.ls)
		}
	}
	return e
}
