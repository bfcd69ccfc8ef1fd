package kconfig

// Expressions of both grammars: || binds loosest, then &&, comparisons of single words, and !.

// expr reads an expression. Symbols come into being in the order in which they are read.
func (p *parser) expr(depth int) (*Expr, error) {
	l, err := p.andExpr(depth)
	for err == nil && p.peek() == tOr {
		p.take()
		var r *Expr
		if r, err = p.andExpr(depth); err == nil {
			l = p.c.exTwo(opOr, l, r)
		}
	}
	return l, err
}

func (p *parser) andExpr(depth int) (*Expr, error) {
	l, err := p.unary(depth)
	for err == nil && p.peek() == tAnd {
		p.take()
		var r *Expr
		if r, err = p.unary(depth); err == nil {
			l = p.c.exTwo(opAnd, l, r)
		}
	}
	return l, err
}

func (p *parser) unary(depth int) (*Expr, error) {
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
		return p.c.exNot(e), nil
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
	o := opNone
	switch p.peek() {
	case tEqual:
		o = opEq
	case tUnequal:
		o = opNe
	case tLess:
		o = opLt
	case tLessEqual:
		o = opLe
	case tGreater:
		o = opGt
	case tGreaterEqual:
		o = opGe
	default:
		return p.c.exSym(l), nil
	}
	p.take()
	r, err := p.operand()
	if err != nil {
		return nil, err
	}
	return p.c.exComp(o, l, r), nil
}
