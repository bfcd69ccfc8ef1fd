// Complaints about a finished tree: properties that do not fit their symbols, misused members of choices.

package finalize

import "gokbuild/kconfig/internal/model"

func (c *finalizer) validNumber(s, bound *model.Symbol) bool {
	return bound.Type.Number() || bound.Type == model.Unknown && model.ValidText(s.Type, bound.Name)
}

// checkProps warns about properties that do not fit the symbol.
func (c *finalizer) checkProps(s *model.Symbol) {
	for _, prop := range s.Props {
		switch prop.Kind {
		case model.PropDefault:
			if (s.Type == model.String || s.Type.Number()) && prop.Expr.Op != model.OpSym {
				c.world.WarnAt(prop.Pos, "default for config symbol '%s' must be a single symbol", s.Name)
			}
			if prop.Expr.Op != model.OpSym {
				continue
			}
			target := prop.Symbol()
			if s.Type.Number() && !c.validNumber(s, target) {
				name := s.Name
				if s.IsChoice() && name == "" {
					name = "(null)" // as the C library prints the name that it has not
				}
				c.world.WarnAt(prop.Pos, "'%s': number is invalid", name)
			}
			if s.IsChoice() && c.D.HelpWarnings && !c.MemberOf(target, s) {
				c.world.WarnAt(prop.Pos, "choice default symbol '%s' is not contained in the choice", target.Name)
			}
		case model.PropSelect, model.PropImply:
			target := prop.Symbol()
			if !s.Type.Logic() {
				c.world.WarnAt(prop.Pos, "config symbol '%s' uses %s, but is not %s or tristate", s.Name, prop.Kind, c.TypeName(model.Bool))
			} else if target.Type != model.Unknown && !target.Type.Logic() {
				c.world.WarnAt(prop.Pos, "'%s' has wrong type. '%s' only accept arguments of %s and tristate type", target.Name, prop.Kind, c.TypeName(model.Bool))
			}
		case model.PropRange:
			if !s.Type.Number() {
				c.world.WarnAt(prop.Pos, "range is only allowed for int or hex symbols")
			}
			if !c.validNumber(s, prop.Expr.LS) || !c.validNumber(s, prop.Expr.RS) {
				c.world.WarnAt(prop.Pos, "range is invalid")
			}
		}
	}
}

// checkAll looks for dependency loops and misused choice members; it reports whether that is fatal.
func (c *finalizer) checkAll() bool {
	bad := false
	if c.D.BusyBox {
		return false // loops are only remarked on there
	}
	if c.D.LoopMenuOrder {
		for m := c.Root.After(&c.Root); m != nil; m = m.After(&c.Root) {
			if m.Sym == nil {
				continue
			}
			if c.checkDeps(m.Sym) != nil {
				bad = true
			}
			if m.Sym.Has(model.FlagTransitional) && c.checkTransitional(m) {
				bad = true
			}
			if m.Sym.IsChoice() && c.D.MembersCheck && c.checkMembers(m) {
				bad = true
			}
		}
	} else {
		for _, s := range c.Syms.Order {
			if c.checkDeps(s) != nil {
				bad = true
			}
		}
	}
	return bad && c.D.LoopFatal
}

// checkTransitional reports the first property of a transitional symbol other than help.
func (c *finalizer) checkTransitional(m *model.Menu) bool {
	pos, bad := m.Pos, m.Dep != nil && !c.IsYes(m.Dep)
	if !bad {
		for _, p := range m.Sym.Props {
			if p.Kind != model.PropComment && p.Kind != model.PropSymbol {
				pos, bad = p.Pos, true
				break
			}
		}
	}
	if bad {
		c.world.ErrorAt(pos, "error: transitional symbols can only have help sections")
	}
	return bad
}

// checkMembers reports defaults and stray prompts of a choice's members.
func (c *finalizer) checkMembers(choice *model.Menu) bool {
	bad := false
	for m := choice.After(choice); m != nil; m = m.After(choice) {
		if m.Sym == nil {
			continue
		}
		for _, p := range m.Sym.Props {
			if p.Kind == model.PropDefault {
				c.world.ErrorAt(p.Pos, "error: defaults for choice values not supported")
				bad = true
			}
			if p.Menu != m && p.Kind == model.PropPrompt && p.Menu.Parent != m.Parent {
				c.world.ErrorAt(p.Pos, "error: choice value has a prompt outside its choice group")
				bad = true
			}
		}
	}
	return bad
}
