package kconfig

// warnUnmetOld is the one-line warning of older trees: one representative symbol for each select at fault.
func (c *Config) warnUnmetOld(s *Symbol) {
	plain := func(b []byte, s *Symbol) []byte { return append(b, s.shown()...) }
	b := []byte("warning: (")
	b = appendExpr(b, c.simplifyUnmet(s.revDep.expr, s.dirDep.expr), opNone, plain)
	b = append(b, ") selects "+s.Name+" which has unmet direct dependencies ("...)
	b = appendExpr(b, s.dirDep.expr, opNone, plain)
	b = append(b, ")\n"...)
	c.warnf("%s", b)
	c.symWarnings++
}

func (c *Config) simplifyUnmet(rev, dir *Expr) *Expr {
	switch rev.op {
	case opOr:
		l := c.simplifyUnmet(rev.l, dir)
		return c.exAnd(l, c.simplifyUnmet(rev.r, dir))
	case opAnd:
		if c.exprEq(c.eliminateDups(c.exAnd(rev, dir)), rev) {
			return nil
		}
	}
	return c.leftmost(rev)
}

func (c *Config) leftmost(e *Expr) *Expr {
	for e != nil && e.op != opSym {
		if e.ls != nil {
			return c.exSym(e.ls)
		}
		e = e.l
	}
	return e
}
