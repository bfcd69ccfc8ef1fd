// Reading a configuration, or what stands in for it, and comparing it with the values that follow from it.

package files

import (
	"bytes"
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// ReadSimple reads a file into the user's values, or the auto values, of symbols. With an empty name it reads the
// configuration or what stands in for it. It reports whether a file was found.
func (c *Files) ReadSimple(name string, which slot) bool {
	var data []byte
	var err error
	if name != "" {
		if data, err = c.world.ReadFile(name); err != nil {
			return false
		}
	} else {
		name = c.ConfigName()
		if data, err = c.world.ReadFile(name); err != nil {
			c.solver.Changed = true
			var ok bool
			if name, data, ok = c.readFallback(); !ok {
				return false
			}
			c.message("using defaults found in %s", name)
		}
	}
	c.confFile, c.confLine, c.Warnings = name, 0, 0
	c.resetValues(which)
	for len(data) > 0 {
		line := data
		if n := c.D.ShortLines - 1; n > 0 && len(data) > n && bytes.IndexByte(data[:n], '\n') < 0 {
			line, data = data[:n], data[n:] // the rest counts as a line of its own
		} else if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, data = data[:i], data[i+1:]
			if n := len(line); n > 0 && line[n-1] == '\r' {
				line = line[:n-1]
			}
		} else {
			data = nil
		}
		c.confLine++
		if i := bytes.IndexByte(line, 0); i >= 0 {
			if line = line[:i]; i == 0 && !c.D.NoEqualWarns {
				c.unexpected(nil)
			}
		}
		c.readLine(line, which)
	}
	return true
}

// readFallback looks for a file to start from when there is no configuration.
func (c *Files) readFallback() (string, []byte, bool) {
	if c.D.DefconfigListSym {
		return c.readDefconfigListSym()
	}
	if !c.D.DefconfigList {
		return "", nil, false
	}
	for _, name := range strings.FieldsFunc(c.world.EnvOr("KCONFIG_DEFCONFIG_LIST", ""), func(r rune) bool { return r < 128 && ctext.IsSpace(byte(r)) }) {
		if data, err := c.world.ReadFile(name); err == nil {
			return name, data, true
		}
	}
	return "", nil, false
}

// Read reads a configuration and compares it with the values that follow from it.
func (c *Files) Read(name string) bool {
	c.solver.Changed = false
	if !c.ReadSimple(name, SlotUser) {
		c.solver.Calc(c.Modules)
		return false
	}
	c.solver.Calc(c.Modules)
	unsaved := 0
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
		if !s.IsChoice() && !s.Has(model.FlagNoWrite) && !c.agrees(s) {
			unsaved++
		}
		if s.IsChoice() && c.D.ChoiceNewInRead {
			for _, m := range s.List {
				if m.Visible != model.No && !m.HasValue() {
					s.Flags &^= model.FlagUser
				}
			}
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

// agrees reports whether the calculated value is the one that was read.
func (c *Files) agrees(s *model.Symbol) bool {
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
