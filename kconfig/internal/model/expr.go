// Expressions. They are immutable and shared: two expressions with the same operator and operands are the same *Expr
// within one Tree. Equality of subtrees is pointer equality, and results can be remembered per node.

package model

// An Op says what an expression does with its operands.
type Op uint8

// The operators. The operands of OpOr, OpAnd and OpNot are L and R; those of comparisons and OpRange are LS and RS;
// OpSym is LS itself.
const (
	OpNone Op = iota
	OpOr
	OpAnd
	OpNot
	OpEq
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpSym
	OpRange
	// OpBroken stands where newer trees store a symbol in place of an expression (reference 2.3): always y.
	OpBroken
)

// Comparison reports whether the operator compares two symbols.
func (o Op) Comparison() bool { return o >= OpEq && o <= OpGe }

// An Expr is a condition or value expression. A nil Expr is y.
type Expr struct {
	Op     Op
	Valid  bool // Val is current (dialects that keep values of expressions)
	Val    Tristate
	ID     uint32
	L, R   *Expr
	LS, RS *Symbol
	EqHash uint64 // equal for all expressions that package simplify may find equal; 0 = not computed
}

// An ExprTable finds existing expressions.
type ExprTable struct {
	slots []*Expr
	n     int
	slab  []Expr
	all   []*Expr
}

func exprKey(o Op, l, r uint32) uint64 {
	h := uint64(o)*0x9e3779b97f4a7c15 ^ uint64(l)<<32 ^ uint64(r)
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 32
	return h
}

// lookup returns the expression with this operator and these operands, making it when it is new.
func (t *ExprTable) lookup(o Op, l, r *Expr, ls, rs *Symbol) *Expr {
	if t.slots == nil {
		t.slots = make([]*Expr, 1<<15)
	} else if t.n*4 > len(t.slots)*3 {
		t.grow()
	}
	var a, b uint32
	switch {
	case l != nil:
		a = l.ID
	case ls != nil:
		a = ls.ID
	}
	switch {
	case r != nil:
		b = r.ID
	case rs != nil:
		b = rs.ID
	}
	mask := uint64(len(t.slots) - 1)
	i := exprKey(o, a, b) & mask
	for ; t.slots[i] != nil; i = (i + 1) & mask {
		if e := t.slots[i]; e.Op == o && e.L == l && e.R == r && e.LS == ls && e.RS == rs {
			return e
		}
	}
	if len(t.slab) == 0 {
		t.slab = make([]Expr, 512)
	}
	e := &t.slab[0]
	t.slab = t.slab[1:]
	t.n++
	*e = Expr{Op: o, ID: uint32(t.n), L: l, R: r, LS: ls, RS: rs}
	t.slots[i] = e
	t.all = append(t.all, e)
	return e
}

func (t *ExprTable) grow() {
	t.slots = make([]*Expr, len(t.slots)*2)
	mask := uint64(len(t.slots) - 1)
	for _, e := range t.all {
		var a, b uint32
		if e.L != nil {
			a = e.L.ID
		} else if e.LS != nil {
			a = e.LS.ID
		}
		if e.R != nil {
			b = e.R.ID
		} else if e.RS != nil {
			b = e.RS.ID
		}
		i := exprKey(e.Op, a, b) & mask
		for t.slots[i] != nil {
			i = (i + 1) & mask
		}
		t.slots[i] = e
	}
}

// Invalidate drops all kept values.
func (t *ExprTable) Invalidate() {
	for _, e := range t.all {
		e.Valid = false
	}
}

// ExSym is a symbol as an expression.
func (t *Tree) ExSym(s *Symbol) *Expr {
	if s.expr == nil {
		s.expr = t.Exprs.lookup(OpSym, nil, nil, s, nil)
	}
	return s.expr
}

// ExNot is !e.
func (t *Tree) ExNot(e *Expr) *Expr { return t.Exprs.lookup(OpNot, e, nil, nil, nil) }

// ExTwo joins two expressions by OpAnd or OpOr.
func (t *Tree) ExTwo(o Op, l, r *Expr) *Expr { return t.Exprs.lookup(o, l, r, nil, nil) }

// ExComp compares two symbols, or is a range from one to the other.
func (t *Tree) ExComp(o Op, l, r *Symbol) *Expr { return t.Exprs.lookup(o, nil, nil, l, r) }

// ExBroken is what newer trees make of !operand by mistake.
func (t *Tree) ExBroken(operand *Symbol) *Expr {
	return t.Exprs.lookup(OpBroken, nil, nil, operand, nil)
}

// IsYes reports whether an expression is just y.
func (t *Tree) IsYes(e *Expr) bool { return e == nil || e.Op == OpSym && e.LS == t.Yes }

// IsConst reports whether an expression is just the symbol.
func (t *Tree) IsConst(e *Expr, s *Symbol) bool { return e.Op == OpSym && e.LS == s }

// ExAnd is l && r; either may be missing.
func (t *Tree) ExAnd(l, r *Expr) *Expr {
	if l == nil {
		return r
	}
	if r == nil {
		return l
	}
	return t.ExTwo(OpAnd, l, r)
}

// ExOr is l || r; either may be missing.
func (t *Tree) ExOr(l, r *Expr) *Expr {
	if l == nil {
		return r
	}
	if r == nil {
		return l
	}
	return t.ExTwo(OpOr, l, r)
}

// ContainsSymbol reports whether the expression mentions the symbol.
func ContainsSymbol(e *Expr, s *Symbol) bool {
	if e == nil {
		return false
	}
	switch e.Op {
	case OpAnd, OpOr:
		return ContainsSymbol(e.L, s) || ContainsSymbol(e.R, s)
	case OpSym:
		return e.LS == s
	case OpNot:
		return ContainsSymbol(e.L, s)
	}
	if e.Op.Comparison() {
		return e.LS == s || e.RS == s
	}
	return false
}

// DependsOn reports whether the expression can be other than n only while the symbol is.
func (t *Tree) DependsOn(e *Expr, s *Symbol) bool {
	if e == nil {
		return false
	}
	switch e.Op {
	case OpAnd:
		return t.DependsOn(e.L, s) || t.DependsOn(e.R, s)
	case OpSym:
		return e.LS == s
	case OpEq:
		return e.LS == s && (e.RS == t.Yes || e.RS == t.Mod)
	case OpNe:
		return e.LS == s && e.RS == t.No
	}
	return false
}
