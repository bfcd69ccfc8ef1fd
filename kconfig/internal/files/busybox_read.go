// Reading .config as BusyBox does: the first assignment of a symbol stays, and long lines fall into pieces.

package files

import (
	"bytes"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// ReadSimpleBusy reads a file: the first assignment of a symbol stays. Long lines fall into pieces.
func (c *Files) ReadSimpleBusy(name string) bool {
	var data []byte
	var err error
	if name != "" {
		if data, err = c.world.ReadFile(name); err != nil {
			return false
		}
	} else {
		for _, name = range []string{".config", "/dev/null"} {
			if data, err = c.world.ReadFile(name); err == nil {
				c.world.Printf("#\n# using defaults found in %s\n#\n", name)
				break
			}
		}
		if err != nil {
			return false
		}
	}
	c.confFile, c.confLine, c.Warnings = name, 0, 0
	c.resetValues(SlotUser)
	for len(data) > 0 {
		n := min(len(data), 1023)
		if i := bytes.IndexByte(data[:n], '\n'); i >= 0 {
			n = i + 1
		}
		line := data[:n]
		data = data[n:]
		c.confLine++
		if i := bytes.IndexByte(line, 0); i >= 0 {
			line = line[:i]
		}
		if s := c.readLineBusy(strings.TrimSuffix(string(line), "\n"), len(line) > 0 && line[0] == '\n'); s != nil {
			c.noteChoiceBusy(s)
		}
	}
	c.solver.Calc(c.Modules)
	return true
}

// readLineBusy handles one line and returns the symbol it is about, if its choice has to know.
func (c *Files) readLineBusy(line string, empty bool) *model.Symbol {
	name, value := "", ""
	switch {
	case empty:
		return nil
	case strings.HasPrefix(line, "#"):
		if len(line) < 2 || !strings.HasPrefix(line[2:], "CONFIG_") {
			return nil
		}
		rest := ""
		var ok bool
		name, rest, ok = strings.Cut(line[9:], " ")
		if !ok || !strings.HasPrefix(rest, notSet) {
			return nil
		}
	case strings.HasPrefix(line, "CONFIG_"):
		var ok bool
		name, value, ok = strings.Cut(line[7:], "=")
		if !ok {
			return nil
		}
	default:
		c.confWarn("unexpected data")
		return nil
	}
	s := c.Find(name)
	if s == nil {
		c.confWarn("trying to assign nonexistent symbol %s", name)
		return nil
	}
	if s.HasValue() {
		c.confWarn("trying to reassign symbol %s", s.Name)
		return s
	}
	if line[0] == '#' {
		if s.Type.Logic() {
			s.User.Tri = model.No
			s.Flags |= model.FlagUser
		}
		return s
	}
	if s.Type.Number() && value == "" {
		return nil
	}
	if !c.assignRead(s, SlotUser, value) && !s.Type.Logic() {
		return nil
	}
	return s
}

func (c *Files) noteChoiceBusy(s *model.Symbol) {
	ch := s.InChoice
	if ch == nil {
		return
	}
	switch s.User.Tri {
	case model.Mod:
		if ch.User.Tri == model.Yes {
			c.confWarn("%s creates inconsistent choice state", s.Name)
			ch.Flags &^= model.FlagUser
		}
	case model.Yes:
		if ch.User.Tri != model.No {
			c.confWarn("%s creates inconsistent choice state", s.Name)
			ch.Flags &^= model.FlagUser
		} else {
			ch.User.Sym = s
		}
	}
	ch.User.Tri = max(ch.User.Tri, s.User.Tri)
}

func (c *Files) ReadBusy(name string) bool {
	if !c.ReadSimpleBusy(name) {
		return false
	}
	unsaved := 0
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
		if !s.IsChoice() && !s.Has(model.FlagNoWrite) && !c.agrees(s) {
			unsaved++
		}
		if s.HasValue() && s.InChoice == nil {
			if s.Visible == model.No {
				s.Flags &^= model.FlagUser
			}
			if (s.Type == model.String || s.Type.Number()) && !c.solver.TextInRange(s, s.User.Str) {
				s.Flags &^= model.FlagUser | model.FlagValid
			}
		}
		if s.IsChoice() {
			for _, m := range s.List {
				if m.Visible != model.No && !m.HasValue() {
					s.Flags &^= model.FlagUser
				}
			}
		}
	}
	c.solver.Changed = c.Warnings > 0 || unsaved > 0
	return true
}
