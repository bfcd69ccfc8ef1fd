// The value of a condition.

package solve

import (
	"cmp"
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// Eval returns the value of a condition. Both operands are always evaluated.
func (c *Solver) Eval(e *model.Expr) model.Tristate {
	if e == nil {
		return model.Yes
	}
	if c.D.SharedExprs {
		if e.Valid {
			return e.Val
		}
		v := c.eval1(e)
		e.Val, e.Valid = v, true
		return v
	}
	return c.eval1(e)
}

// eval1 computes the value of an expression from those of its operands.
func (c *Solver) eval1(e *model.Expr) model.Tristate {
	switch e.Op {
	case model.OpSym:
		c.Calc(e.LS)
		return e.LS.Curr.Tri
	case model.OpAnd:
		l := c.Eval(e.L)
		return min(l, c.Eval(e.R))
	case model.OpOr:
		l := c.Eval(e.L)
		return max(l, c.Eval(e.R))
	case model.OpNot:
		if e.L.Op == model.OpBroken {
			return model.Yes
		}
		return model.Yes - c.Eval(e.L)
	case model.OpNone, model.OpRange, model.OpBroken:
		return model.No
	}
	c.Calc(e.LS)
	c.Calc(e.RS)
	res := c.compare(e.LS, e.RS)
	ok := false
	switch e.Op {
	case model.OpEq:
		ok = res == 0
	case model.OpNe:
		ok = res != 0
	case model.OpLt:
		ok = res < 0
	case model.OpLe:
		ok = res <= 0
	case model.OpGt:
		ok = res > 0
	case model.OpGe:
		ok = res >= 0
	}
	if ok {
		return model.Yes
	}
	return model.No
}

// operandKind says how an operand of a comparison was understood.
type operandKind uint8

const (
	kindText operandKind = iota
	kindSigned
	kindUnsigned
)

// compare orders two symbols by value.
func (c *Solver) compare(a, b *model.Symbol) int {
	s, t := a.Text(), b.Text()
	if c.D.StringCompare || a.Type == model.String && b.Type == model.String {
		return strings.Compare(s, t)
	}
	x, k1 := c.operandValue(s, a.Type)
	y, k2 := c.operandValue(t, b.Type)
	switch {
	case k1 == kindText || k2 == kindText:
		return strings.Compare(s, t)
	case k1 == kindUnsigned || k2 == kindUnsigned:
		return cmp.Compare(x, y)
	}
	return cmp.Compare(int64(x), int64(y))
}

// operandValue reads an operand of a comparison as a number.
func (c *Solver) operandValue(s string, t model.Type) (uint64, operandKind) {
	base, kind := 0, kindSigned
	switch t {
	case model.Bool, model.TristateType:
		if !c.D.NumericTristate {
			break
		}
		switch s {
		case "n":
			return 0, kindSigned
		case "m":
			return 1, kindSigned
		case "y":
			return 2, kindSigned
		}
		return ^uint64(0), kindSigned
	case model.Int:
		base = 10
	case model.Hex:
		base, kind = 16, kindUnsigned
	}
	v, n, ok := ctext.Strtoull(s, base, kind == kindSigned)
	if !ok || n == 0 || n != len(s) || !ctext.IsHexDigit(s[n-1]) {
		return 0, kindText
	}
	return v, kind
}
