// Expressions of both grammars: || binds loosest, then &&, comparisons of single words, and !.

package syntax

import "gokbuild/kconfig/internal/model"

// expr reads an expression. Symbols come into being in the order in which they are read.
func (p *parser) expr(depth int) (*model.Expr, error) {
	l, err := p.andExpr(depth)
	for err == nil && p.peek() == tOr {
		p.take()
		var r *model.Expr
		if r, err = p.andExpr(depth); err == nil {
			l = p.c.ExTwo(model.OpOr, l, r)
		}
	}
	return l, err
}

// andExpr reads operands joined by &&.
func (p *parser) andExpr(depth int) (*model.Expr, error) {
	l, err := p.unary(depth)
	for err == nil && p.peek() == tAnd {
		p.take()
		var r *model.Expr
		if r, err = p.unary(depth); err == nil {
			l = p.c.ExTwo(model.OpAnd, l, r)
		}
	}
	return l, err
}

// unary reads a comparison, a symbol, or either in parentheses or after !.
func (p *parser) unary(depth int) (*model.Expr, error) {
	if depth > maxNesting {
		return nil, errSyntax
	}
	switch p.peek() {
	case tNot:
		p.take()
		e, err := p.unary(depth + 1)
		if err != nil {
			return nil, err
		}
		return p.c.ExNot(e), nil
	case tOpen:
		p.take()
		e, err := p.expr(depth + 1)
		if err == nil {
			_, err = p.want(tClose)
		}
		return e, err
	}
	l, err := p.operand()
	if err != nil {
		return nil, err
	}
	o := model.OpNone
	switch p.peek() {
	case tEqual:
		o = model.OpEq
	case tUnequal:
		o = model.OpNe
	case tLess:
		o = model.OpLt
	case tLessEqual:
		o = model.OpLe
	case tGreater:
		o = model.OpGt
	case tGreaterEqual:
		o = model.OpGe
	default:
		return p.c.ExSym(l), nil
	}
	p.take()
	r, err := p.operand()
	if err != nil {
		return nil, err
	}
	return p.c.ExComp(o, l, r), nil
}
