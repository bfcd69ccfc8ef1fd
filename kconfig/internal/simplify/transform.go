// Rewriting conditions: m, negations and comparisons of bool symbols.

package simplify

import "gokbuild/kconfig/internal/model"

// RewriteM replaces m in a condition by m && MODULES.
func (c *Simplifier) RewriteM(e *model.Expr) *model.Expr {
	if e == nil {
		return nil
	}
	switch e.Op {
	case model.OpNot:
		return c.ExNot(c.RewriteM(e.L))
	case model.OpOr, model.OpAnd:
		return c.ExTwo(e.Op, c.RewriteM(e.L), c.RewriteM(e.R))
	case model.OpSym:
		if e.LS == c.Mod {
			return c.ExAnd(e, c.ExSym(c.Modules))
		}
	}
	return e
}

// Transform removes double negations, moves negations inwards and resolves comparisons of bool symbols with constants.
func (c *Simplifier) Transform(e *model.Expr) *model.Expr {
	if e == nil {
		return nil
	}
	if e.Op == model.OpSym || e.Op == model.OpRange || e.Op == model.OpBroken {
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

func (c *Simplifier) transform1(e *model.Expr) *model.Expr {
	switch e.Op {
	case model.OpNot:
		if l := c.Transform(e.L); l != e.L {
			e = c.ExNot(l)
		}
	case model.OpAnd, model.OpOr:
		l := c.Transform(e.L)
		r := c.Transform(e.R)
		if l != e.L || r != e.R {
			e = c.ExTwo(e.Op, l, r)
		}
	}
	switch e.Op {
	case model.OpEq, model.OpNe:
		return c.transformCompare(e)
	case model.OpNot:
		return c.transformNot(e)
	}
	return e
}

// transformCompare resolves the comparison of a bool symbol with a constant.
func (c *Simplifier) transformCompare(e *model.Expr) *model.Expr {
	if e.LS.Type != model.Bool {
		return e
	}
	switch {
	case e.Op == model.OpEq && e.RS == c.No:
		return c.ExNot(c.ExSym(e.LS))
	case e.Op == model.OpEq && e.RS == c.Mod:
		c.notices++
		c.world.Printf("boolean symbol %s tested for 'm'? test forced to 'n'\n", e.LS.Name)
		return c.ExSym(c.No)
	case e.Op == model.OpEq && e.RS == c.Yes:
		return c.ExSym(e.LS)
	case e.Op == model.OpNe && e.RS == c.No:
		return c.ExSym(e.LS)
	case e.Op == model.OpNe && e.RS == c.Mod:
		c.notices++
		c.world.Printf("boolean symbol %s tested for 'm'? test forced to 'y'\n", e.LS.Name)
		return c.ExSym(c.Yes)
	case e.Op == model.OpNe && e.RS == c.Yes:
		if c.D.BrokenNotEqualYes {
			return c.ExNot(c.ExBroken(e.LS))
		}
		return c.ExNot(c.ExSym(e.LS))
	}
	return e
}

var negated = [...]model.Op{model.OpEq: model.OpNe, model.OpNe: model.OpEq, model.OpLe: model.OpGt, model.OpGe: model.OpLt, model.OpLt: model.OpGe, model.OpGt: model.OpLe}

// transformNot moves a negation inwards.
func (c *Simplifier) transformNot(e *model.Expr) *model.Expr {
	l := e.L
	switch {
	case l.Op == model.OpNot:
		if c.D.SharedExprs {
			return l.L
		}
		return c.Transform(l.L)
	case l.Op.Comparison():
		return c.ExComp(negated[l.Op], l.LS, l.RS)
	case l.Op == model.OpOr:
		return c.Transform(c.ExAnd(c.ExNot(l.L), c.ExNot(l.R)))
	case l.Op == model.OpAnd:
		return c.Transform(c.ExOr(c.ExNot(l.L), c.ExNot(l.R)))
	case l.Op == model.OpSym:
		switch l.LS {
		case c.Yes:
			return c.ExSym(c.No)
		case c.Mod:
			return c.ExSym(c.Mod)
		case c.No:
			return c.ExSym(c.Yes)
		}
	}
	return e
}

// CompareWith spells out comparisons with a constant, as used to find submenus: A becomes A!=n.
func (c *Simplifier) CompareWith(e *model.Expr, o model.Op, s *model.Symbol) *model.Expr {
	if e == nil {
		e = c.ExSym(s)
		if o == model.OpNe {
			e = c.ExNot(e)
		}
		return e
	}
	switch {
	case e.Op == model.OpAnd || e.Op == model.OpOr:
		l := c.CompareWith(e.L, model.OpEq, s)
		r := c.CompareWith(e.R, model.OpEq, s)
		if s == c.Yes {
			e = c.ExTwo(e.Op, l, r)
		}
		if s == c.No {
			other := model.OpAnd
			if e.Op == model.OpAnd {
				other = model.OpOr
			}
			e = c.ExTwo(other, l, r)
		}
		if o == model.OpNe {
			e = c.ExNot(e)
		}
		return e
	case e.Op == model.OpNot:
		if o == model.OpEq {
			return c.CompareWith(e.L, model.OpNe, s)
		}
		return c.CompareWith(e.L, model.OpEq, s)
	case e.Op.Comparison():
		same := o == model.OpEq && s == c.Yes || o == model.OpNe && s == c.No
		if same {
			return e
		}
		return c.ExNot(e)
	case e.Op == model.OpSym:
		return c.ExComp(o, e.LS, s)
	}
	return e
}

// TransBool turns A!=n into A for the conditions of symbols that are not tristate, in trees that do so.
func (c *Simplifier) TransBool(e *model.Expr) *model.Expr {
	if e == nil {
		return nil
	}
	switch e.Op {
	case model.OpAnd, model.OpOr:
		return c.ExTwo(e.Op, c.TransBool(e.L), c.TransBool(e.R))
	case model.OpNot:
		return c.ExNot(c.TransBool(e.L))
	case model.OpNe:
		if e.LS.Type == model.TristateType && e.RS == c.No {
			return c.ExSym(e.LS)
		}
	}
	return e
}
