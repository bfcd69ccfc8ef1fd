// Expressions as text.

package model

import "bytes"

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

// Tokens walks over the pieces in which the C tool prints an expression (expr_print in expr.c): text is called with
// each operator, bracket and constant, sym with each symbol.
func Tokens(e *Expr, prev Op, text func(string), sym func(*Symbol)) {
	if e == nil {
		text("y")
		return
	}
	paren := looser(prev, e.Op)
	if paren {
		text("(")
	}
	switch {
	case e.Op == OpSym:
		sym(e.LS)
	case e.Op == OpNot:
		text("!")
		Tokens(e.L, OpNot, text, sym)
	case e.Op == OpAnd || e.Op == OpOr:
		Tokens(e.L, e.Op, text, sym)
		text(opText[e.Op])
		Tokens(e.R, e.Op, text, sym)
	case e.Op.Comparison():
		sym(e.LS)
		text(opText[e.Op])
		sym(e.RS)
	case e.Op == OpRange:
		text("[")
		sym(e.LS)
		text(" ")
		sym(e.RS)
		text("]")
	case e.Op == OpBroken:
		text("<unknown type 0>")
	}
	if paren {
		text(")")
	}
}

// AppendExpr appends the expression as the C tool prints it; sym is called to append each symbol.
func AppendExpr(dst []byte, e *Expr, prev Op, sym func([]byte, *Symbol) []byte) []byte {
	Tokens(e, prev, func(t string) { dst = append(dst, t...) }, func(s *Symbol) { dst = sym(dst, s) })
	return dst
}

// String returns the expression in Kconfig syntax, without values.
func (e *Expr) String() string {
	return string(AppendExpr(nil, e, OpNone, func(b []byte, s *Symbol) []byte { return append(b, s.Shown()...) }))
}

// AppendValued appends the expression with the present value after each symbol of known type.
func (t *Tree) AppendValued(dst []byte, e *Expr) []byte { return t.AppendWrapped(dst, e, 0) }

// AppendWrapped is AppendValued with a backslash and a new line before each piece that would not fit into width
// columns; 0 stands for no limit (expr_print_gstr_helper in expr.c).
func (t *Tree) AppendWrapped(dst []byte, e *Expr, width int) []byte {
	Tokens(e, OpNone,
		func(text string) { dst = append(Wrap(dst, len(text), width), text...) },
		func(s *Symbol) {
			if s.Shown() != s.Name { // a choice, or the modules symbol of trees that make up one
				dst = append(Wrap(dst, len("<choice>"), width), "<choice>"...)
				return
			}
			dst = append(Wrap(dst, len(s.Name)+4+len(s.Text()), width), s.Name...)
			if s.Type != Unknown {
				dst = append(dst, " [="...)
				dst = append(dst, s.Text()...)
				dst = append(dst, ']')
			}
		})
	return dst
}

// Wrap ends the last line of a text with a backslash if n more bytes would not fit into width columns. The newline
// before a line counts as one of them.
func Wrap(dst []byte, n, width int) []byte {
	if width > 0 && len(dst)-max(bytes.LastIndexByte(dst, '\n'), 0)+n > width {
		dst = append(dst, "\\\n"...)
	}
	return dst
}
