// Equality of expressions up to the order of their operands, and what is left where common operands are taken away.

package simplify

import "gokbuild/kconfig/internal/model"

// eliminateConst drops operands that are y or n. The newer rule returns the expression unchanged when neither operand
// of the top operator is constant after simplification, even if something below it was.
func (c *Simplifier) eliminateConst(e *model.Expr) *model.Expr {
	if e == nil || e.Op != model.OpAnd && e.Op != model.OpOr {
		return e
	}
	l := c.eliminateConst(e.L)
	r := c.eliminateConst(e.R)
	absorbing, neutral := c.No, c.Yes
	if e.Op == model.OpOr {
		absorbing, neutral = c.Yes, c.No
	}
	switch {
	case c.IsConst(l, absorbing):
		return l
	case c.IsConst(l, neutral):
		return r
	case c.IsConst(r, absorbing):
		return r
	case c.IsConst(r, neutral):
		return l
	}
	if c.D.SharedExprs || l == e.L && r == e.R {
		return e
	}
	return c.ExTwo(e.Op, l, r)
}

// eqHash returns a number that is equal for all expressions that exprEq may call equal: operands of one level count as
// a set, neutral constants do not count, and levels with an absorbing constant all look alike.
func (c *Simplifier) eqHash(e *model.Expr) uint64 {
	if e.EqHash != 0 {
		return e.EqHash
	}
	var h uint64
	switch e.Op {
	case model.OpAnd, model.OpOr:
		absorbed := false
		h = uint64(e.Op) * 0x9e3779b97f4a7c15
		c.eqLevel(e.Op, e, &h, &absorbed)
		if absorbed {
			h = uint64(e.Op) * 0xd6e8feb86659fd93
		}
	case model.OpNot:
		h = c.eqHash(e.L)*0x94d049bb133111eb + 7
	default:
		h = uint64(e.ID)*0xff51afd7ed558ccd + 3
	}
	if h == 0 {
		h = 1
	}
	e.EqHash = h
	return h
}

func (c *Simplifier) eqLevel(o model.Op, e *model.Expr, h *uint64, absorbed *bool) {
	if e.Op == o {
		c.eqLevel(o, e.L, h, absorbed)
		c.eqLevel(o, e.R, h, absorbed)
		return
	}
	if e.Op == model.OpSym && (e.LS == c.Yes || e.LS == c.No) {
		if (e.LS == c.Yes) == (o == model.OpOr) {
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
func (c *Simplifier) hasConst(e *model.Expr) bool {
	switch e.Op {
	case model.OpAnd, model.OpOr:
		return c.hasConst(e.L) || c.hasConst(e.R)
	case model.OpSym:
		return e.LS == c.Yes || e.LS == c.No
	}
	return false
}

// ExprEq reports whether two expressions are equal up to the order of operands.
func (c *Simplifier) ExprEq(a, b *model.Expr) bool {
	if a == nil || b == nil {
		return c.IsYes(a) && c.IsYes(b)
	}
	if a == b {
		return a.Op != model.OpRange && a.Op != model.OpBroken
	}
	if a.Op != b.Op {
		return false
	}
	switch a.Op {
	case model.OpNot:
		return c.ExprEq(a.L, b.L)
	case model.OpAnd, model.OpOr:
		if c.eqHash(a) != c.eqHash(b) {
			return false
		}
		a, b = c.EliminateEq(a, b)
		return a.Op == model.OpSym && b.Op == model.OpSym && a.LS == b.LS
	}
	return false
}

// EliminateEq removes operands common to both expressions.
func (c *Simplifier) EliminateEq(a, b *model.Expr) (*model.Expr, *model.Expr) {
	if a == nil || b == nil {
		return a, b
	}
	if a.Op == model.OpOr || a.Op == model.OpAnd {
		a, b = c.eliminateEq1(a.Op, a, b)
	}
	if a.Op != b.Op && (b.Op == model.OpOr || b.Op == model.OpAnd) {
		a, b = c.eliminateEq1(b.Op, a, b)
	}
	return c.eliminateConst(a), c.eliminateConst(b)
}

func (c *Simplifier) eliminateEq1(o model.Op, a, b *model.Expr) (*model.Expr, *model.Expr) {
	return c.eachPair(o, a, b, func(a, b *model.Expr) (*model.Expr, *model.Expr) {
		if a.Op == model.OpSym && b.Op == model.OpSym && a.LS == b.LS && (a.LS == c.Yes || a.LS == c.No) {
			return a, b
		}
		if !c.ExprEq(a, b) {
			return a, b
		}
		neutral := c.ExSym(c.Yes)
		if o == model.OpOr {
			neutral = c.ExSym(c.No)
		}
		return neutral, neutral
	})
}
