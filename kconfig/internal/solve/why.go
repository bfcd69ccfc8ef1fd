// Why a symbol has its value.

package solve

import (
	"strconv"

	"gokbuild/kconfig/internal/model"
)

// A Cause says what decided a symbol's value.
type Cause uint8

// Causes of values.
const (
	// CauseNone: nothing gives the symbol a value; it has the start value of its type.
	CauseNone Cause = iota
	// CauseUser: the value that the user or a file gave, possibly lowered to the visibility.
	CauseUser
	// CauseDefault: a default whose condition holds.
	CauseDefault
	// CauseSelect: other symbols select it.
	CauseSelect
	// CauseImply: other symbols imply it.
	CauseImply
	// CauseRange: a number was moved to a bound.
	CauseRange
	// CauseChoice: the selection of its choice.
	CauseChoice
	// CauseConst: the symbol is a constant or was never defined.
	CauseConst
)

// String returns the word for a cause.
func (c Cause) String() string {
	names := [...]string{"none", "user", "default", "select", "imply", "range", "choice", "const"}
	if int(c) < len(names) {
		return names[c]
	}
	return "Cause(" + strconv.Itoa(int(c)) + ")"
}

// A Why explains a value.
type Why struct {
	Cause Cause
	// Prop is the default or range that decided, if one did.
	Prop *model.Property
	// By lists the conditions of the selects or implies in force.
	By []*model.Expr
	// Limited says that a user's value was lowered to the symbol's visibility or direct dependencies.
	Limited bool
}

// Why explains the present value of a symbol, following the order of decisions of the solver.
func (c *Solver) Why(s *model.Symbol) Why {
	c.Calc(s)
	switch {
	case s.Type == model.Unknown || s.Has(model.FlagConst):
		return Why{Cause: CauseConst}
	case s.Type.Logic():
		return c.whyLogic(s)
	}
	return c.whyText(s)
}

// whyLogic explains a bool or tristate.
func (c *Solver) whyLogic(s *model.Symbol) Why {
	if ch := c.ChoiceOf(s); ch != nil && s.Visible != model.No && (c.D.NewChoices || s.Visible == model.Yes) {
		return Why{Cause: CauseChoice}
	}
	var w Why
	base := model.No
	switch {
	case s.Visible != model.No && s.HasValue():
		base = min(s.User.Tri, s.Visible)
		w = Why{Cause: CauseUser, Limited: base != s.User.Tri}
	case s.IsChoice():
	default:
		if p := c.DefaultProp(s); p != nil {
			base = min(c.Eval(p.Expr), p.Visible)
			w = Why{Cause: CauseDefault, Prop: p}
		}
		if s.Implied.Tri > base && s.DirDep.Tri > base {
			base = min(s.Implied.Tri, s.DirDep.Tri)
			w = Why{Cause: CauseImply, By: c.inForce(nil, s.Implied.Expr)}
		}
	}
	if s.RevDep.Tri > base {
		return Why{Cause: CauseSelect, By: c.inForce(nil, s.RevDep.Expr)}
	}
	return w
}

// inForce lists the operands of a reverse dependency that are not n.
func (c *Solver) inForce(out []*model.Expr, e *model.Expr) []*model.Expr {
	switch {
	case e == nil:
		return out
	case e.Op == model.OpOr:
		return c.inForce(c.inForce(out, e.L), e.R)
	case c.Eval(e) == model.No:
		return out
	}
	return append(out, e)
}

// whyText explains a string or number.
func (c *Solver) whyText(s *model.Symbol) Why {
	var w Why
	text := ""
	switch {
	case s.Visible != model.No && s.HasValue():
		w, text = Why{Cause: CauseUser}, s.User.Str
	default:
		if p := c.DefaultProp(s); p != nil {
			w = Why{Cause: CauseDefault, Prop: p}
			if d := p.Symbol(); d != nil {
				c.Calc(d)
				text = d.RawText()
			}
		}
	}
	if s.Type.Number() && text != s.Curr.Str {
		if p := c.rangeProp(s); p != nil {
			return Why{Cause: CauseRange, Prop: p}
		}
	}
	return w
}
