package kconfig

// The simplifiers decide how conditions read in warnings and help, and which entries become submenus, so they repeat
// the C tool's rules step by step, including what it does not simplify. This file holds what all generations share and
// the newer duplicate elimination; simplify_old.go holds the older one, which works in place.

// rewriteM replaces m in a condition by m && MODULES.
func (c *Config) rewriteM(e *Expr) *Expr {
	if e == nil {
		return nil
	}
	switch e.op {
	case opNot:
		return c.exNot(c.rewriteM(e.l))
	case opOr, opAnd:
		return c.exTwo(e.op, c.rewriteM(e.l), c.rewriteM(e.r))
	case opSym:
		if e.ls == c.mod {
			return c.exAnd(e, c.exSym(c.modules))
		}
	}
	return e
}

// transform removes double negations, moves negations inwards and resolves comparisons of bool symbols with constants.
func (c *Config) transform(e *Expr) *Expr {
	if e == nil {
		return nil
	}
	if e.op == opSym || e.op == opRange || e.op == opBroken {
		return e
	}
	if t, ok := c.transformed[e]; ok {
		return t
	}
	n := c.notices
	t := c.transform1(e)
	if c.notices == n { // a rule that prints must print every time
		c.transformed[e] = t
	}
	return t
}

func (c *Config) transform1(e *Expr) *Expr {
	switch e.op {
	case opNot:
		if l := c.transform(e.l); l != e.l {
			e = c.exNot(l)
		}
	case opAnd, opOr:
		l := c.transform(e.l)
		r := c.transform(e.r)
		if l != e.l || r != e.r {
			e = c.exTwo(e.op, l, r)
		}
	}
	switch e.op {
	case opEq, opNe:
		return c.transformCompare(e)
	case opNot:
		return c.transformNot(e)
	}
	return e
}

func (c *Config) transformCompare(e *Expr) *Expr {
	if e.ls.Type != Bool {
		return e
	}
	switch {
	case e.op == opEq && e.rs == c.no:
		return c.exNot(c.exSym(e.ls))
	case e.op == opEq && e.rs == c.mod:
		c.notices++
		c.printf("boolean symbol %s tested for 'm'? test forced to 'n'\n", e.ls.Name)
		return c.exSym(c.no)
	case e.op == opEq && e.rs == c.yes:
		return c.exSym(e.ls)
	case e.op == opNe && e.rs == c.no:
		return c.exSym(e.ls)
	case e.op == opNe && e.rs == c.mod:
		c.notices++
		c.printf("boolean symbol %s tested for 'm'? test forced to 'y'\n", e.ls.Name)
		return c.exSym(c.yes)
	case e.op == opNe && e.rs == c.yes:
		if c.d.BrokenNotEqualYes {
			return c.exNot(c.exBroken(e.ls))
		}
		return c.exNot(c.exSym(e.ls))
	}
	return e
}

var negated = [...]op{opEq: opNe, opNe: opEq, opLe: opGt, opGe: opLt, opLt: opGe, opGt: opLe}

func (c *Config) transformNot(e *Expr) *Expr {
	l := e.l
	switch {
	case l.op == opNot:
		if c.d.SharedExprs {
			return l.l
		}
		return c.transform(l.l)
	case l.op.comparison():
		return c.exComp(negated[l.op], l.ls, l.rs)
	case l.op == opOr:
		return c.transform(c.exAnd(c.exNot(l.l), c.exNot(l.r)))
	case l.op == opAnd:
		return c.transform(c.exOr(c.exNot(l.l), c.exNot(l.r)))
	case l.op == opSym:
		switch l.ls {
		case c.yes:
			return c.exSym(c.no)
		case c.mod:
			return c.exSym(c.mod)
		case c.no:
			return c.exSym(c.yes)
		}
	}
	return e
}

// eliminateConst drops operands that are y or n. The newer rule returns the expression unchanged when neither operand
// of the top operator is constant after simplification, even if something below it was.
func (c *Config) eliminateConst(e *Expr) *Expr {
	if e == nil || e.op != opAnd && e.op != opOr {
		return e
	}
	l := c.eliminateConst(e.l)
	r := c.eliminateConst(e.r)
	absorbing, neutral := c.no, c.yes
	if e.op == opOr {
		absorbing, neutral = c.yes, c.no
	}
	switch {
	case c.isConst(l, absorbing):
		return l
	case c.isConst(l, neutral):
		return r
	case c.isConst(r, absorbing):
		return r
	case c.isConst(r, neutral):
		return l
	}
	if c.d.SharedExprs || l == e.l && r == e.r {
		return e
	}
	return c.exTwo(e.op, l, r)
}

// eqHash returns a number that is equal for all expressions that exprEq may call equal: operands of one level count as a
// set, neutral constants do not count, and levels with an absorbing constant all look alike.
func (c *Config) eqHash(e *Expr) uint64 {
	if e.eqHash != 0 {
		return e.eqHash
	}
	var h uint64
	switch e.op {
	case opAnd, opOr:
		absorbed := false
		h = uint64(e.op) * 0x9e3779b97f4a7c15
		c.eqLevel(e.op, e, &h, &absorbed)
		if absorbed {
			h = uint64(e.op) * 0xd6e8feb86659fd93
		}
	case opNot:
		h = c.eqHash(e.l)*0x94d049bb133111eb + 7
	default:
		h = uint64(e.id)*0xff51afd7ed558ccd + 3
	}
	if h == 0 {
		h = 1
	}
	e.eqHash = h
	return h
}

func (c *Config) eqLevel(o op, e *Expr, h *uint64, absorbed *bool) {
	if e.op == o {
		c.eqLevel(o, e.l, h, absorbed)
		c.eqLevel(o, e.r, h, absorbed)
		return
	}
	if e.op == opSym && (e.ls == c.yes || e.ls == c.no) {
		if (e.ls == c.yes) == (o == opOr) {
			*absorbed = true
		}
		return
	}
	// A nested level that is constant might vanish too; treat it as absorbing to stay on the safe side.
	if c.hasConst(e) {
		*absorbed = true
		return
	}
	*h += c.eqHash(e) | 1
}

// hasConst reports whether y or n stands directly in a nested level of e.
func (c *Config) hasConst(e *Expr) bool {
	switch e.op {
	case opAnd, opOr:
		return c.hasConst(e.l) || c.hasConst(e.r)
	case opSym:
		return e.ls == c.yes || e.ls == c.no
	}
	return false
}

// exprEq reports whether two expressions are equal up to the order of operands.
func (c *Config) exprEq(a, b *Expr) bool {
	if a == nil || b == nil {
		return c.isYes(a) && c.isYes(b)
	}
	if a == b {
		return a.op != opRange && a.op != opBroken
	}
	if a.op != b.op {
		return false
	}
	switch a.op {
	case opNot:
		return c.exprEq(a.l, b.l)
	case opAnd, opOr:
		if c.eqHash(a) != c.eqHash(b) {
			return false
		}
		a, b = c.eliminateEq(a, b)
		return a.op == opSym && b.op == opSym && a.ls == b.ls
	}
	return false
}

// eliminateEq removes operands common to both expressions.
func (c *Config) eliminateEq(a, b *Expr) (*Expr, *Expr) {
	if a == nil || b == nil {
		return a, b
	}
	if a.op == opOr || a.op == opAnd {
		a, b = c.eliminateEq1(a.op, a, b)
	}
	if a.op != b.op && (b.op == opOr || b.op == opAnd) {
		a, b = c.eliminateEq1(b.op, a, b)
	}
	return c.eliminateConst(a), c.eliminateConst(b)
}

func (c *Config) eliminateEq1(o op, a, b *Expr) (*Expr, *Expr) {
	if a.op == o {
		l, r := a.l, a.r
		l, b = c.eliminateEq1(o, l, b)
		r, b = c.eliminateEq1(o, r, b)
		return c.exTwo(o, l, r), b
	}
	if b.op == o {
		l, r := b.l, b.r
		a, l = c.eliminateEq1(o, a, l)
		a, r = c.eliminateEq1(o, a, r)
		return a, c.exTwo(o, l, r)
	}
	if a.op == opSym && b.op == opSym && a.ls == b.ls && (a.ls == c.yes || a.ls == c.no) {
		return a, b
	}
	if !c.exprEq(a, b) {
		return a, b
	}
	neutral := c.exSym(c.yes)
	if o == opOr {
		neutral = c.exSym(c.no)
	}
	return neutral, neutral
}

// joinable reports the symbol that two operands are about, if both are plain enough to be joined.
func joinable(a, b *Expr) (*Symbol, bool) {
	plain := func(e *Expr) bool { return e.op == opEq || e.op == opNe || e.op == opSym || e.op == opNot }
	if !plain(a) || !plain(b) {
		return nil, false
	}
	s1 := a.ls
	if a.op == opNot {
		t := a.l
		if t.op != opEq && t.op != opNe && t.op != opSym {
			return nil, false
		}
		s1 = t.ls
	}
	s2 := b.ls
	if b.op == opNot {
		if b.l.op != opSym {
			return nil, false
		}
		s2 = b.l.ls
	}
	return s1, s1 == s2 && s1.Type.logic()
}

// joinOr returns what a || b joins to, or nil.
func (c *Config) joinOr(a, b *Expr) *Expr {
	if c.exprEq(a, b) {
		return a
	}
	s, ok := joinable(a, b)
	if !ok {
		return nil
	}
	if s.Type == TristateType && a.op == opEq && b.op == opEq {
		if third := c.thirdValue(a.rs, b.rs); third != nil {
			return c.exComp(opNe, s, third)
		}
	}
	if s.Type == Bool {
		if a.op == opNot && a.l.op == opSym && b.op == opSym || b.op == opNot && b.l.op == opSym && a.op == opSym {
			return c.exSym(c.yes)
		}
	}
	return nil
}

// thirdValue returns the constant that is neither of the two, or nil unless they are two different constants.
func (c *Config) thirdValue(a, b *Symbol) *Symbol {
	is := func(x, y *Symbol) bool { return a == x && b == y || a == y && b == x }
	switch {
	case is(c.yes, c.mod):
		return c.no
	case is(c.yes, c.no):
		return c.mod
	case is(c.mod, c.no):
		return c.yes
	}
	return nil
}

// joinAnd returns what a && b joins to, or nil.
func (c *Config) joinAnd(a, b *Expr) *Expr {
	if c.exprEq(a, b) {
		return a
	}
	s, ok := joinable(a, b)
	if !ok {
		return nil
	}
	pair := func(o op, v *Symbol) bool {
		return a.op == opSym && b.op == o && b.rs == v || b.op == opSym && a.op == o && a.rs == v
	}
	switch {
	case pair(opEq, c.yes):
		return c.exComp(opEq, s, c.yes)
	case pair(opNe, c.no):
		return c.exSym(s)
	case pair(opNe, c.mod):
		return c.exComp(opEq, s, c.yes)
	}
	if s.Type != TristateType {
		return nil
	}
	if a.op == opEq && b.op == opNe || a.op == opNe && b.op == opEq {
		is, not := a.rs, b.rs
		if a.op == opNe {
			is, not = b.rs, a.rs
		}
		if is.has(flagConst) && not.has(flagConst) {
			if is != not {
				return c.exComp(opEq, s, is)
			}
			return c.exSym(c.no)
		}
	}
	if a.op == opNe && b.op == opNe {
		if third := c.thirdValue(a.rs, b.rs); third != nil {
			return c.exComp(opEq, s, third)
		}
	}
	return nil
}

// eliminateDups joins operands of one && or || level, the later of two equal ones staying.
func (c *Config) eliminateDups(e *Expr) *Expr {
	if e == nil {
		return nil
	}
	if e.op != opAnd && e.op != opOr {
		return e
	}
	if d, ok := c.deduped[e]; ok {
		return d
	}
	var d *Expr
	if c.d.SharedExprs {
		d = c.dedupShared(e)
	} else {
		d = c.dedupInPlace(e)
	}
	c.deduped[e] = d
	return d
}

func (c *Config) dedupShared(e *Expr) *Expr {
	old := c.joins
	for {
		c.joins = 0
		if e.op == opAnd || e.op == opOr {
			l := c.dedupShared(e.l)
			r := c.dedupShared(e.r)
			l, r = c.dedupPair(e.op, l, r)
			e = c.exTwo(e.op, l, r)
		}
		e = c.eliminateConst(e)
		if c.joins == 0 {
			break
		}
	}
	c.joins = old
	return e
}

func (c *Config) dedupPair(o op, a, b *Expr) (*Expr, *Expr) {
	if a.op == o {
		l, r := a.l, a.r
		l, b = c.dedupPair(o, l, b)
		r, b = c.dedupPair(o, r, b)
		return c.exTwo(o, l, r), b
	}
	if b.op == o {
		l, r := b.l, b.r
		a, l = c.dedupPair(o, a, l)
		a, r = c.dedupPair(o, a, r)
		return a, c.exTwo(o, l, r)
	}
	var joined *Expr
	neutral := c.yes
	if o == opOr {
		joined, neutral = c.joinOr(a, b), c.no
	} else {
		joined = c.joinAnd(a, b)
	}
	if joined == nil {
		return a, b
	}
	c.joins++
	return c.exSym(neutral), joined
}

// compareWith spells out comparisons with a constant, as used to find submenus: A becomes A!=n.
func (c *Config) compareWith(e *Expr, o op, s *Symbol) *Expr {
	if e == nil {
		e = c.exSym(s)
		if o == opNe {
			e = c.exNot(e)
		}
		return e
	}
	switch {
	case e.op == opAnd || e.op == opOr:
		l := c.compareWith(e.l, opEq, s)
		r := c.compareWith(e.r, opEq, s)
		if s == c.yes {
			e = c.exTwo(e.op, l, r)
		}
		if s == c.no {
			other := opAnd
			if e.op == opAnd {
				other = opOr
			}
			e = c.exTwo(other, l, r)
		}
		if o == opNe {
			e = c.exNot(e)
		}
		return e
	case e.op == opNot:
		if o == opEq {
			return c.compareWith(e.l, opNe, s)
		}
		return c.compareWith(e.l, opEq, s)
	case e.op.comparison():
		same := o == opEq && s == c.yes || o == opNe && s == c.no
		if same {
			return e
		}
		return c.exNot(e)
	case e.op == opSym:
		return c.exComp(o, e.ls, s)
	}
	return e
}
