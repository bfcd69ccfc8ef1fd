package kconfig

import "strconv"

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
	Prop *Property
	// By lists the conditions of the selects or implies in force.
	By []*Expr
	// Limited says that a user's value was lowered to the symbol's visibility or direct dependencies.
	Limited bool
}

// Why explains the present value of a symbol, following the order of decisions of the solver.
func (c *Config) Why(s *Symbol) Why {
	c.calc(s)
	switch {
	case s.Type == Unknown || s.has(flagConst):
		return Why{Cause: CauseConst}
	case s.Type.logic():
		return c.whyLogic(s)
	}
	return c.whyText(s)
}

func (c *Config) whyLogic(s *Symbol) Why {
	if ch := c.choiceOf(s); ch != nil && s.visible != No && (c.d.NewChoices || s.visible == Yes) {
		return Why{Cause: CauseChoice}
	}
	var w Why
	base := No
	switch {
	case s.visible != No && s.hasValue():
		base = min(s.user.tri, s.visible)
		w = Why{Cause: CauseUser, Limited: base != s.user.tri}
	case s.IsChoice():
	default:
		if p := c.defaultProp(s); p != nil {
			base = min(c.eval(p.Expr), p.visible)
			w = Why{Cause: CauseDefault, Prop: p}
		}
		if s.implied.tri > base && s.dirDep.tri > base {
			base = min(s.implied.tri, s.dirDep.tri)
			w = Why{Cause: CauseImply, By: c.inForce(nil, s.implied.expr)}
		}
	}
	if s.revDep.tri > base {
		return Why{Cause: CauseSelect, By: c.inForce(nil, s.revDep.expr)}
	}
	return w
}

// inForce lists the operands of a reverse dependency that are not n.
func (c *Config) inForce(out []*Expr, e *Expr) []*Expr {
	switch {
	case e == nil:
		return out
	case e.op == opOr:
		return c.inForce(c.inForce(out, e.l), e.r)
	case c.eval(e) == No:
		return out
	}
	return append(out, e)
}

func (c *Config) whyText(s *Symbol) Why {
	var w Why
	text := ""
	switch {
	case s.visible != No && s.hasValue():
		w, text = Why{Cause: CauseUser}, s.user.str
	default:
		if p := c.defaultProp(s); p != nil {
			w = Why{Cause: CauseDefault, Prop: p}
			if d := p.symbol(); d != nil {
				c.calc(d)
				text = d.rawText()
			}
		}
	}
	if s.Type.number() && text != s.curr.str {
		if p := c.rangeProp(s); p != nil {
			return Why{Cause: CauseRange, Prop: p}
		}
	}
	return w
}
