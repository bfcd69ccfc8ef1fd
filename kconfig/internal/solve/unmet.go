// Warnings about selects that override dependencies.

package solve

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

func (c *Solver) warnUnmet(s *model.Symbol) {
	if len(s.Menus) > 0 {
		c.world.Notify(host.Message{Pos: s.Menus[0].Pos, Severity: host.Warning, Text: "unmet direct dependencies detected for " + s.Name})
	}
	if c.D.UnmetOldStyle {
		c.warnUnmetOld(s)
		return
	}
	b := []byte("\nWARNING: unmet direct dependencies detected for " + s.Name + "\n  Depends on [")
	if s.DirDep.Tri == model.Mod {
		b = append(b, 'm')
	} else {
		b = append(b, 'n')
	}
	b = append(b, "]: "...)
	b = c.AppendValued(b, s.DirDep.Expr)
	b = append(b, '\n')
	b = c.appendRevdep(b, s.RevDep.Expr, model.Yes, "  Selected by [y]:\n", 0)
	b = c.appendRevdep(b, s.RevDep.Expr, model.Mod, "  Selected by [m]:\n", 0)
	c.world.Warnf("%s", b)
	c.Unmet++
}

// appendRevdep lists the operands of a reverse dependency that have the value, in lines of at most width columns; 0
// stands for no limit.
func (c *Solver) appendRevdep(b []byte, e *model.Expr, v model.Tristate, title string, width int) []byte {
	if e == nil {
		return b
	}
	if e.Op == model.OpOr {
		n := len(b)
		b = c.appendRevdep(b, e.L, v, title, width)
		if len(b) > n {
			title = ""
		}
		return c.appendRevdep(b, e.R, v, title, width)
	}
	if c.Eval(e) != v {
		return b
	}
	if title != "" {
		b = append(model.Wrap(b, len(title), width), title...)
	}
	b = append(model.Wrap(b, len("  - "), width), "  - "...)
	b = c.AppendWrapped(b, e, width)
	return append(model.Wrap(b, 1, width), '\n')
}

// warnUnmetOld is the one-line warning of older trees: one representative symbol for each select at fault.
func (c *Solver) warnUnmetOld(s *model.Symbol) {
	plain := func(b []byte, s *model.Symbol) []byte { return append(b, s.Shown()...) }
	b := []byte("warning: (")
	b = model.AppendExpr(b, c.simplifyUnmet(s.RevDep.Expr, s.DirDep.Expr), model.OpNone, plain)
	b = append(b, ") selects "+s.Name+" which has unmet direct dependencies ("...)
	b = model.AppendExpr(b, s.DirDep.Expr, model.OpNone, plain)
	b = append(b, ")\n"...)
	c.world.Warnf("%s", b)
	c.Unmet++
}

func (c *Solver) simplifyUnmet(rev, dir *model.Expr) *model.Expr {
	switch rev.Op {
	case model.OpOr:
		l := c.simplifyUnmet(rev.L, dir)
		return c.ExAnd(l, c.simplifyUnmet(rev.R, dir))
	case model.OpAnd:
		if c.simplifier.ExprEq(c.simplifier.EliminateDups(c.ExAnd(rev, dir)), rev) {
			return nil
		}
	}
	return c.leftmost(rev)
}

func (c *Solver) leftmost(e *model.Expr) *model.Expr {
	for e != nil && e.Op != model.OpSym {
		if e.LS != nil {
			return c.ExSym(e.LS)
		}
		e = e.L
	}
	return e
}
