package kconfig

import (
	"cmp"
	"strings"
)

// Values are computed when asked for and kept until something changes. A symbol that is asked for again while it is
// being computed shows its start value, so the order of evaluation is part of the result in dependency loops, and it is
// always part of the order of warnings.

// eval returns the value of a condition. Both operands are always evaluated.
func (c *Config) eval(e *Expr) Tristate {
	if e == nil {
		return Yes
	}
	if c.d.SharedExprs {
		if e.valid {
			return e.val
		}
		v := c.eval1(e)
		e.val, e.valid = v, true
		return v
	}
	return c.eval1(e)
}

func (c *Config) eval1(e *Expr) Tristate {
	switch e.op {
	case opSym:
		c.calc(e.ls)
		return e.ls.curr.tri
	case opAnd:
		l := c.eval(e.l)
		return min(l, c.eval(e.r))
	case opOr:
		l := c.eval(e.l)
		return max(l, c.eval(e.r))
	case opNot:
		if e.l.op == opBroken {
			return Yes
		}
		return Yes - c.eval(e.l)
	case opNone, opRange, opBroken:
		return No
	}
	c.calc(e.ls)
	c.calc(e.rs)
	res := c.compare(e.ls, e.rs)
	ok := false
	switch e.op {
	case opEq:
		ok = res == 0
	case opNe:
		ok = res != 0
	case opLt:
		ok = res < 0
	case opLe:
		ok = res <= 0
	case opGt:
		ok = res > 0
	case opGe:
		ok = res >= 0
	}
	if ok {
		return Yes
	}
	return No
}

// operandKind says how an operand of a comparison was understood.
type operandKind uint8

const (
	kindText operandKind = iota
	kindSigned
	kindUnsigned
)

func (c *Config) compare(a, b *Symbol) int {
	s, t := a.text(), b.text()
	if c.d.StringCompare || a.Type == String && b.Type == String {
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

func (c *Config) operandValue(s string, t Type) (uint64, operandKind) {
	base, kind := 0, kindSigned
	switch t {
	case Bool, TristateType:
		if !c.d.NumericTristate {
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
	case Int:
		base = 10
	case Hex:
		base, kind = 16, kindUnsigned
	}
	v, n, ok := strtoull(s, base, kind == kindSigned)
	if !ok || n == 0 || n != len(s) || !isHexDigit(s[n-1]) {
		return 0, kindText
	}
	return v, kind
}

// calc brings a symbol's value up to date.
func (c *Config) calc(s *Symbol) {
	if s == nil || s.flags&flagValid != 0 {
		return
	}
	if s.inChoice != nil && s.has(flagNeedSetChoice) {
		s.flags &^= flagNeedSetChoice
		c.calc(s.inChoice)
	}
	s.flags |= flagValid
	var v symValue
	switch s.Type {
	case Int:
		if c.d.NumberStart {
			v.str = "0"
		}
	case Hex:
		if c.d.NumberStart {
			v.str = "0x0"
		}
	case Bool, TristateType:
		v.str = "n"
	case String:
	default:
		s.curr = symValue{str: s.Name}
		return
	}
	if !c.d.StickyWrite || s.inChoice == nil {
		s.flags &^= flagWrite
	}
	c.calcVisibility(s)
	if s.visible != No && !(c.d.StickyWrite && s.inChoice != nil && s.visible == Yes) {
		s.flags |= flagWrite
	}
	s.curr = v
	s.chosen = nil
	switch c.effectiveType(s) {
	case Bool, TristateType:
		v.tri = c.calcLogic(s)
	case String, Hex, Int:
		v.str = c.calcText(s, v.str)
	}
	if c.d.Transitional && !s.hasValue() {
		c.inheritUser(s, v)
	}
	s.curr = v
	if !c.d.NewChoices && s.IsChoice() && v.tri == Yes {
		if c.d.BusyBox {
			s.chosen = c.calcChoiceBusy(s)
		} else {
			s.chosen = c.calcChoiceOld(s)
		}
	}
	c.validateRange(s)
	if s == c.modules {
		c.modulesVal = s.curr.tri
	}
	if s.IsChoice() && !c.d.NewChoices {
		for _, m := range s.list {
			if s.has(flagWrite) && (m.visible != No || c.d.BusyBox) {
				m.flags |= flagWrite
			}
		}
	}
	if s.has(flagNoWrite|flagTransitional) || s.IsChoice() {
		s.flags &^= flagWrite
	}
	if s.has(flagNeedSetChoice) {
		c.setAllChoiceValues(s)
	}
}

// inheritUser makes a value that stems from a transitional symbol count as set by the user, so that nobody is asked for it.
func (c *Config) inheritUser(s *Symbol, v symValue) {
	if s.linked || s.IsChoice() {
		return
	}
	prop := c.defaultProp(s)
	if prop == nil {
		return
	}
	if from := prop.symbol(); from != nil && from.has(flagTransitional) && from.hasValue() {
		s.user = userValue{str: v.str, set: !s.Type.logic(), tri: v.tri}
		s.flags |= flagUser
	}
}

// effectiveType is the type after modules and choices had their say.
func (c *Config) effectiveType(s *Symbol) Type {
	if s.Type == TristateType && (c.modulesVal == No || s.inChoice != nil && s.visible == Yes) {
		return Bool
	}
	return s.Type
}

func (c *Config) calcLogic(s *Symbol) Tristate {
	if c.d.BusyBox {
		return c.calcLogicBusy(s)
	}
	v := No
	switch {
	case c.d.NewChoices && choiceMenu(s) != nil:
		c.calcChoiceNew(choiceMenu(s))
		v = s.curr.tri
	case !c.d.NewChoices && s.inChoice != nil && s.visible == Yes:
		if s.inChoice.chosen == s {
			v = Yes
		}
	default:
		if s.visible != No && s.hasValue() {
			v = min(s.user.tri, s.visible)
		} else {
			v = c.calcDefault(s)
		}
		unmet := s.dirDep.tri < s.revDep.tri
		if !c.d.UnmetAnyLevel {
			unmet = s.dirDep.tri == No && s.revDep.tri != No
		}
		if unmet && !c.d.NoUnmet {
			c.warnUnmet(s)
		}
		v = max(v, s.revDep.tri)
	}
	if v == Mod && (c.effectiveType(s) == Bool || c.d.ImpliedNotMod && s.implied.tri == Yes) {
		v = Yes
	}
	return v
}

// calcDefault is the value of a bool or tristate that the user did not set, before reverse dependencies.
func (c *Config) calcDefault(s *Symbol) Tristate {
	v := No
	if s.revDep.tri != No {
		s.flags |= flagWrite
	}
	if s.IsChoice() {
		return v
	}
	if prop := c.defaultProp(s); prop != nil {
		v = min(c.eval(prop.Expr), prop.visible)
		if v != No || !c.d.QuietDefaultN {
			s.flags |= flagWrite
		}
	}
	if s.implied.tri != No {
		if c.d.ImplyObeysDeps {
			s.flags |= flagWrite
			v = min(max(v, s.implied.tri), s.dirDep.tri)
		} else {
			s.flags |= flagWrite
			v = max(v, s.implied.tri)
		}
	}
	return v
}

func (c *Config) calcText(s *Symbol, start string) string {
	if s.visible != No && s.hasValue() {
		return s.user.str
	}
	if prop := c.defaultProp(s); prop != nil {
		if d := prop.symbol(); d != nil {
			s.flags |= flagWrite
			c.calc(d)
			return d.rawText()
		}
	}
	return start
}

func (c *Config) defaultProp(s *Symbol) *Property {
	for _, p := range s.Props {
		if p.Kind == PropDefault {
			if p.visible = c.eval(p.Cond); p.visible != No {
				return p
			}
		}
	}
	return nil
}

func (c *Config) rangeProp(s *Symbol) *Property {
	for _, p := range s.Props {
		if p.Kind == PropRange {
			if p.visible = c.eval(p.Cond); p.visible != No {
				return p
			}
		}
	}
	return nil
}

func (c *Config) calcVisibility(s *Symbol) {
	if s.has(flagTransitional) {
		s.visible = Yes
		return
	}
	tri := No
	for _, p := range s.Props {
		if !p.hasText {
			continue
		}
		p.visible = c.eval(p.Cond)
		if s.inChoice != nil && !c.d.BusyBox && s.Type == TristateType && p.visible == Mod && s.inChoice.curr.tri == Yes {
			p.visible = No
		}
		tri = max(tri, p.visible)
	}
	if tri == Mod && (s.Type != TristateType || c.modulesVal == No) {
		tri = Yes
	}
	s.visible = tri
	if s.inChoice != nil || s.linked {
		return
	}
	s.dirDep.tri = c.depend(s, s.dirDep.expr, Yes)
	s.revDep.tri = c.depend(s, s.revDep.expr, No)
	s.implied.tri = No
	if c.d.ImplyObeysDeps || s.dirDep.tri != No {
		s.implied.tri = c.depend(s, s.implied.expr, No)
	}
}

func (c *Config) depend(s *Symbol, e *Expr, none Tristate) Tristate {
	if e == nil {
		return none
	}
	tri := c.eval(e)
	if tri == Mod && c.effectiveType(s) == Bool {
		tri = Yes
	}
	return tri
}

func (c *Config) warnUnmet(s *Symbol) {
	if c.d.UnmetOldStyle {
		c.warnUnmetOld(s)
		return
	}
	b := []byte("\nWARNING: unmet direct dependencies detected for " + s.Name + "\n  Depends on [")
	if s.dirDep.tri == Mod {
		b = append(b, 'm')
	} else {
		b = append(b, 'n')
	}
	b = append(b, "]: "...)
	b = c.appendValued(b, s.dirDep.expr)
	b = append(b, '\n')
	b = c.appendRevdep(b, s.revDep.expr, Yes, "  Selected by [y]:\n")
	b = c.appendRevdep(b, s.revDep.expr, Mod, "  Selected by [m]:\n")
	c.warnf("%s", b)
	c.symWarnings++
}

// appendRevdep lists the operands of a reverse dependency that have the value.
func (c *Config) appendRevdep(b []byte, e *Expr, v Tristate, title string) []byte {
	if e == nil {
		return b
	}
	if e.op == opOr {
		n := len(b)
		b = c.appendRevdep(b, e.l, v, title)
		if len(b) > n {
			title = ""
		}
		return c.appendRevdep(b, e.r, v, title)
	}
	if c.eval(e) != v {
		return b
	}
	b = append(b, title...)
	b = append(b, "  - "...)
	b = c.appendValued(b, e)
	return append(b, '\n')
}

// validateRange clamps a number to the first range that applies.
func (c *Config) validateRange(s *Symbol) {
	base := 0
	switch s.Type {
	case Int:
		base = 10
	case Hex:
		base = 16
	default:
		return
	}
	prop := c.rangeProp(s)
	if prop == nil {
		return
	}
	val := c.rangeNumber(s.curr.str, base)
	bound := prop.Expr.ls
	limit := c.rangeVal(bound, base)
	if val >= limit {
		bound = prop.Expr.rs
		limit = c.rangeVal(bound, base)
		if val <= limit {
			return
		}
	}
	if c.d.RangeText {
		s.curr.str = bound.rawText()
		return
	}
	if c.d.IntRanges && s.Type == Hex {
		limit = int64(uint32(limit))
	}
	s.curr.str = formatNumber(limit, s.Type)
}

func (c *Config) rangeVal(s *Symbol, base int) int64 {
	c.calc(s)
	switch s.Type {
	case Int:
		base = 10
	case Hex:
		base = 16
	}
	return c.rangeNumber(s.rawText(), base)
}

// rangeNumber is the number that ranges are checked with; the oldest trees keep it in a C int.
func (c *Config) rangeNumber(text string, base int) int64 {
	v := strtoll(text, base)
	if c.d.IntRanges {
		v = int64(int32(v))
	}
	return v
}

// invalidate forgets all values, as the C tool does after every change.
func (c *Config) invalidate() {
	c.dropValues()
	c.changed = true
	c.calc(c.modules)
}

func (c *Config) dropValues() {
	for _, s := range c.syms.all {
		s.flags &^= flagValid
	}
	if c.d.SharedExprs {
		c.exprs.invalidate()
	}
}
