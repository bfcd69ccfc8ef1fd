package kconfig

// Expressions are immutable and shared: two expressions with the same operator and operands are the same *Expr within
// one Config. Equality of subtrees is pointer equality, and results of the simplifiers can be remembered per node.

type op uint8

const (
	opNone op = iota
	opOr
	opAnd
	opNot
	opEq
	opNe
	opLt
	opLe
	opGt
	opGe
	opSym
	opRange
	// opBroken stands where newer trees store a symbol in place of an expression (reference 2.3): always y.
	opBroken
)

func (o op) comparison() bool { return o >= opEq && o <= opGe }

// An Expr is a condition or value expression. A nil Expr is y.
type Expr struct {
	op     op
	valid  bool // val is current (dialects that keep values of expressions)
	val    Tristate
	id     uint32
	l, r   *Expr
	ls, rs *Symbol
	eqHash uint64 // equal for all expressions that exprEq may find equal; 0 = not computed
}

// exprTable finds existing expressions.
type exprTable struct {
	slots []*Expr
	n     int
	slab  []Expr
	all   []*Expr
}

func exprKey(o op, l, r uint32) uint64 {
	h := uint64(o)*0x9e3779b97f4a7c15 ^ uint64(l)<<32 ^ uint64(r)
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 32
	return h
}

func (t *exprTable) lookup(o op, l, r *Expr, ls, rs *Symbol) *Expr {
	if t.slots == nil {
		t.slots = make([]*Expr, 1<<15)
	} else if t.n*4 > len(t.slots)*3 {
		t.grow()
	}
	var a, b uint32
	switch {
	case l != nil:
		a = l.id
	case ls != nil:
		a = ls.id
	}
	switch {
	case r != nil:
		b = r.id
	case rs != nil:
		b = rs.id
	}
	mask := uint64(len(t.slots) - 1)
	i := exprKey(o, a, b) & mask
	for ; t.slots[i] != nil; i = (i + 1) & mask {
		if e := t.slots[i]; e.op == o && e.l == l && e.r == r && e.ls == ls && e.rs == rs {
			return e
		}
	}
	if len(t.slab) == 0 {
		t.slab = make([]Expr, 512)
	}
	e := &t.slab[0]
	t.slab = t.slab[1:]
	t.n++
	*e = Expr{op: o, id: uint32(t.n), l: l, r: r, ls: ls, rs: rs}
	t.slots[i] = e
	t.all = append(t.all, e)
	return e
}

func (t *exprTable) grow() {
	t.slots = make([]*Expr, len(t.slots)*2)
	mask := uint64(len(t.slots) - 1)
	for _, e := range t.all {
		var a, b uint32
		if e.l != nil {
			a = e.l.id
		} else if e.ls != nil {
			a = e.ls.id
		}
		if e.r != nil {
			b = e.r.id
		} else if e.rs != nil {
			b = e.rs.id
		}
		i := exprKey(e.op, a, b) & mask
		for t.slots[i] != nil {
			i = (i + 1) & mask
		}
		t.slots[i] = e
	}
}

// invalidate drops all kept values.
func (t *exprTable) invalidate() {
	for _, e := range t.all {
		e.valid = false
	}
}

func (c *Config) exSym(s *Symbol) *Expr {
	if s.expr == nil {
		s.expr = c.exprs.lookup(opSym, nil, nil, s, nil)
	}
	return s.expr
}

func (c *Config) exNot(e *Expr) *Expr             { return c.exprs.lookup(opNot, e, nil, nil, nil) }
func (c *Config) exTwo(o op, l, r *Expr) *Expr    { return c.exprs.lookup(o, l, r, nil, nil) }
func (c *Config) exComp(o op, l, r *Symbol) *Expr { return c.exprs.lookup(o, nil, nil, l, r) }
func (c *Config) exBroken(operand *Symbol) *Expr {
	return c.exprs.lookup(opBroken, nil, nil, operand, nil)
}
func (c *Config) isYes(e *Expr) bool              { return e == nil || e.op == opSym && e.ls == c.yes }
func (c *Config) isConst(e *Expr, s *Symbol) bool { return e.op == opSym && e.ls == s }

// exAnd and exOr join two expressions, either of which may be missing.
func (c *Config) exAnd(l, r *Expr) *Expr {
	if l == nil {
		return r
	}
	if r == nil {
		return l
	}
	return c.exTwo(opAnd, l, r)
}

func (c *Config) exOr(l, r *Expr) *Expr {
	if l == nil {
		return r
	}
	if r == nil {
		return l
	}
	return c.exTwo(opOr, l, r)
}

// containsSymbol reports whether the expression mentions the symbol.
func containsSymbol(e *Expr, s *Symbol) bool {
	if e == nil {
		return false
	}
	switch e.op {
	case opAnd, opOr:
		return containsSymbol(e.l, s) || containsSymbol(e.r, s)
	case opSym:
		return e.ls == s
	case opNot:
		return containsSymbol(e.l, s)
	}
	if e.op.comparison() {
		return e.ls == s || e.rs == s
	}
	return false
}

// dependsOn reports whether the expression can be other than n only while the symbol is.
func (c *Config) dependsOn(e *Expr, s *Symbol) bool {
	if e == nil {
		return false
	}
	switch e.op {
	case opAnd:
		return c.dependsOn(e.l, s) || c.dependsOn(e.r, s)
	case opSym:
		return e.ls == s
	case opEq:
		return e.ls == s && (e.rs == c.yes || e.rs == c.mod)
	case opNe:
		return e.ls == s && e.rs == c.no
	}
	return false
}

// looser reports whether an operand of kind o needs parentheses inside prev.
func looser(prev, o op) bool {
	if prev == o {
		return false
	}
	switch prev {
	case opLe, opLt, opGe, opGt:
		if o == opEq || o == opNe {
			return true
		}
		fallthrough
	case opEq, opNe:
		if o == opNot {
			return true
		}
		fallthrough
	case opNot:
		if o == opAnd {
			return true
		}
		fallthrough
	case opAnd:
		return o == opOr
	}
	return false
}

var opText = [...]string{opOr: " || ", opAnd: " && ", opEq: "=", opNe: "!=", opLt: "<", opLe: "<=", opGt: ">", opGe: ">="}

// appendExpr appends the expression as the C tool prints it; sym is called to append each symbol.
func appendExpr(dst []byte, e *Expr, prev op, sym func([]byte, *Symbol) []byte) []byte {
	if e == nil {
		return append(dst, 'y')
	}
	paren := looser(prev, e.op)
	if paren {
		dst = append(dst, '(')
	}
	switch {
	case e.op == opSym:
		dst = sym(dst, e.ls)
	case e.op == opNot:
		dst = append(dst, '!')
		dst = appendExpr(dst, e.l, opNot, sym)
	case e.op == opAnd || e.op == opOr:
		dst = appendExpr(dst, e.l, e.op, sym)
		dst = append(dst, opText[e.op]...)
		dst = appendExpr(dst, e.r, e.op, sym)
	case e.op.comparison():
		dst = sym(dst, e.ls)
		dst = append(dst, opText[e.op]...)
		dst = sym(dst, e.rs)
	case e.op == opRange:
		dst = append(dst, '[')
		dst = sym(dst, e.ls)
		dst = append(dst, ' ')
		dst = sym(dst, e.rs)
		dst = append(dst, ']')
	case e.op == opBroken:
		dst = append(dst, "<unknown type 0>"...)
	}
	if paren {
		dst = append(dst, ')')
	}
	return dst
}

// String returns the expression in Kconfig syntax, without values.
func (e *Expr) String() string {
	return string(appendExpr(nil, e, opNone, func(b []byte, s *Symbol) []byte { return append(b, s.shown()...) }))
}

// appendValued appends the expression with the present value after each symbol of known type.
func (c *Config) appendValued(dst []byte, e *Expr) []byte {
	return appendExpr(dst, e, opNone, func(b []byte, s *Symbol) []byte {
		if s.shown() != s.Name { // a choice, or the modules symbol of trees that make up one
			return append(b, "<choice>"...)
		}
		b = append(b, s.Name...)
		if s.Type != Unknown {
			b = append(b, " [="...)
			b = append(b, s.text()...)
			b = append(b, ']')
		}
		return b
	})
}
