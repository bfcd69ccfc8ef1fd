// Expressions as text.

package model

// looser reports whether an operand of kind o needs parentheses inside prev.
func looser(prev, o Op) bool {
	if prev == o {
		return false
	}
	switch prev {
	case OpLe, OpLt, OpGe, OpGt:
		if o == OpEq || o == OpNe {
			return true
		}
		fallthrough
	case OpEq, OpNe:
		if o == OpNot {
			return true
		}
		fallthrough
	case OpNot:
		if o == OpAnd {
			return true
		}
		fallthrough
	case OpAnd:
		return o == OpOr
	}
	return false
}

var opText = [...]string{OpOr: " || ", OpAnd: " && ", OpEq: "=", OpNe: "!=", OpLt: "<", OpLe: "<=", OpGt: ">", OpGe: ">="}

// AppendExpr appends the expression as the C tool prints it; sym is called to append each symbol.
func AppendExpr(dst []byte, e *Expr, prev Op, sym func([]byte, *Symbol) []byte) []byte {
	if e == nil {
		return append(dst, 'y')
	}
	paren := looser(prev, e.Op)
	if paren {
		dst = append(dst, '(')
	}
	switch {
	case e.Op == OpSym:
		dst = sym(dst, e.LS)
	case e.Op == OpNot:
		dst = append(dst, '!')
		dst = AppendExpr(dst, e.L, OpNot, sym)
	case e.Op == OpAnd || e.Op == OpOr:
		dst = AppendExpr(dst, e.L, e.Op, sym)
		dst = append(dst, opText[e.Op]...)
		dst = AppendExpr(dst, e.R, e.Op, sym)
	case e.Op.Comparison():
		dst = sym(dst, e.LS)
		dst = append(dst, opText[e.Op]...)
		dst = sym(dst, e.RS)
	case e.Op == OpRange:
		dst = append(dst, '[')
		dst = sym(dst, e.LS)
		dst = append(dst, ' ')
		dst = sym(dst, e.RS)
		dst = append(dst, ']')
	case e.Op == OpBroken:
		dst = append(dst, "<unknown type 0>"...)
	}
	if paren {
		dst = append(dst, ')')
	}
	return dst
}

// String returns the expression in Kconfig syntax, without values.
func (e *Expr) String() string {
	return string(AppendExpr(nil, e, OpNone, func(b []byte, s *Symbol) []byte { return append(b, s.Shown()...) }))
}

// AppendValued appends the expression with the present value after each symbol of known type.
func (t *Tree) AppendValued(dst []byte, e *Expr) []byte {
	return AppendExpr(dst, e, OpNone, func(b []byte, s *Symbol) []byte {
		if s.Shown() != s.Name { // a choice, or the modules symbol of trees that make up one
			return append(b, "<choice>"...)
		}
		b = append(b, s.Name...)
		if s.Type != Unknown {
			b = append(b, " [="...)
			b = append(b, s.Text()...)
			b = append(b, ']')
		}
		return b
	})
}
