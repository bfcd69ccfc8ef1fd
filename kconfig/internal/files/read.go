// Loading a configuration, or what stands in for it, and comparing it with the values that follow from it.

package files

import (
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// open returns the text of a configuration, and the name it has in messages. With an empty name it is the usual file or
// what stands in for it.
func (c *Files) open(name string) (string, []byte, bool) {
	if name != "" {
		data, err := c.world.ReadFile(name)
		return name, data, err == nil
	}
	name = c.ConfigName()
	data, err := c.world.ReadFile(name)
	if err == nil {
		return name, data, true
	}
	c.solver.Changed = true
	name, data, ok := c.readFallback()
	if ok {
		c.message("using defaults found in %s", name)
	}
	return name, data, ok
}

// readFallback looks for a file to start from when there is no configuration.
func (c *Files) readFallback() (string, []byte, bool) {
	if c.D.DefconfigListSym {
		return c.readDefconfigListSym()
	}
	if !c.D.DefconfigList {
		return "", nil, false
	}
	isSpace := func(r rune) bool { return r < 128 && ctext.IsSpace(byte(r)) }
	for _, name := range strings.FieldsFunc(c.world.EnvOr("KCONFIG_DEFCONFIG_LIST", ""), isSpace) {
		if data, err := c.world.ReadFile(name); err == nil {
			return name, data, true
		}
	}
	return "", nil, false
}

// load reads a configuration and compares it with the values that follow from it.
func (c *Files) load(name string) bool {
	c.solver.Changed = false
	if !c.read(name, slotUser) {
		c.solver.Calc(c.Modules)
		return false
	}
	c.solver.Calc(c.Modules)
	unsaved := 0
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
		if !s.IsChoice() && !s.Has(model.FlagNoWrite) && !agrees(s) {
			unsaved++
		}
		if c.D.ChoiceNewInRead {
			noteNewMember(s)
		}
	}
	if c.D.ResetInvisible || c.D.DropOutOfRange {
		for _, s := range c.Syms.Order {
			if s.HasValue() && s.InChoice == nil {
				unsaved += c.resetAfterRead(s, unsaved)
			}
		}
	}
	if c.Warnings > 0 || unsaved > 0 {
		c.solver.Changed = true
	}
	return true
}

// noteNewMember makes a choice count as new if one of its members is.
func noteNewMember(choice *model.Symbol) {
	if !choice.IsChoice() {
		return
	}
	for _, m := range choice.List {
		if m.Visible != model.No && !m.HasValue() {
			choice.Flags &^= model.FlagUser
		}
	}
}

// agrees reports whether the calculated value is the one that was read.
func agrees(s *model.Symbol) bool {
	if s.HasValue() && s.Has(model.FlagWrite) {
		if s.Type.Logic() {
			return s.User.Tri == s.Curr.Tri
		}
		return s.Curr.Str == s.User.Str
	}
	return !s.HasValue() && !s.Has(model.FlagWrite)
}

// resetAfterRead forgets a value that an older tree does not keep, and returns 1 if that must be saved.
func (c *Files) resetAfterRead(s *model.Symbol, unsaved int) int {
	if c.D.ResetInvisible && s.Visible == model.No && unsaved == 0 {
		s.Flags &^= model.FlagUser
	}
	if c.D.DropOutOfRange && (s.Type == model.String || s.Type.Number()) {
		if !c.solver.TextInRange(s, s.User.Str) {
			s.Flags &^= model.FlagValid | model.FlagUser
			return 1
		}
	}
	return 0
}

// readDefconfigListSym tries the defaults of the symbol with option defconfig_list.
func (c *Files) readDefconfigListSym() (string, []byte, bool) {
	if c.DefconfigList == nil {
		return "", nil, false
	}
	for _, p := range c.DefconfigList.Props {
		if p.Kind != model.PropDefault || c.solver.Eval(p.Cond) == model.No || p.Expr.Op != model.OpSym {
			continue
		}
		name := p.Expr.LS.Name
		if c.D.OldLexer && !c.D.Macros {
			name = c.solver.ExpandSymbols(name, true)
		} else {
			c.solver.Calc(p.Expr.LS)
			name = p.Expr.LS.Text()
		}
		if data, err := c.world.ReadFile(name); err == nil {
			return name, data, true
		}
	}
	return "", nil, false
}
