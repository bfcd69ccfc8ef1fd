// Ranges of numbers.

package solve

import (
	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

func (c *Solver) rangeProp(s *model.Symbol) *model.Property {
	for _, p := range s.Props {
		if p.Kind == model.PropRange {
			if p.Visible = c.Eval(p.Cond); p.Visible != model.No {
				return p
			}
		}
	}
	return nil
}

// RangeOf is the range that holds for a symbol, or nil.
func (c *Solver) RangeOf(s *model.Symbol) *model.Expr {
	if p := c.rangeProp(s); p != nil {
		return p.Expr
	}
	return nil
}

// validateRange clamps a number to the first range that applies.
func (c *Solver) validateRange(s *model.Symbol) {
	base := 0
	switch s.Type {
	case model.Int:
		base = 10
	case model.Hex:
		base = 16
	default:
		return
	}
	prop := c.rangeProp(s)
	if prop == nil {
		return
	}
	val := c.rangeNumber(s.Curr.Str, base)
	bound := prop.Expr.LS
	limit := c.rangeVal(bound, base)
	if val >= limit {
		bound = prop.Expr.RS
		limit = c.rangeVal(bound, base)
		if val <= limit {
			return
		}
	}
	if c.D.RangeText {
		s.Curr.Str = bound.RawText()
		return
	}
	if c.D.IntRanges && s.Type == model.Hex {
		limit = int64(uint32(limit))
	}
	s.Curr.Str = model.FormatNumber(limit, s.Type)
}

func (c *Solver) rangeVal(s *model.Symbol, base int) int64 {
	c.Calc(s)
	switch s.Type {
	case model.Int:
		base = 10
	case model.Hex:
		base = 16
	}
	return c.rangeNumber(s.RawText(), base)
}

// rangeNumber is the number that ranges are checked with; the oldest trees keep it in a C int.
func (c *Solver) rangeNumber(text string, base int) int64 {
	v := ctext.Strtoll(text, base)
	if c.D.IntRanges {
		v = int64(int32(v))
	}
	return v
}
