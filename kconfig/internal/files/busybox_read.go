// Reading .config as BusyBox does: the first assignment of a symbol stays, and long lines fall into pieces.

package files

import (
	"bytes"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// openBusy returns the text of a configuration, and the name it has in messages. The one that is always there is empty.
func (c *Files) openBusy(name string) (string, []byte, bool) {
	if name != "" {
		data, err := c.world.ReadFile(name)
		return name, data, err == nil
	}
	for _, name := range []string{".config", "/dev/null"} {
		if data, err := c.world.ReadFile(name); err == nil {
			c.world.Printf("#\n# using defaults found in %s\n#\n", name)
			return name, data, true
		}
	}
	return "", nil, false
}

// readBusy reads a file into the user's values and reports whether there was one.
func (c *Files) readBusy(name string) bool {
	name, data, ok := c.openBusy(name)
	if !ok {
		return false
	}
	r := c.newReader(name, slotUser)
	for len(data) > 0 {
		n := min(len(data), 1023)
		if i := bytes.IndexByte(data[:n], '\n'); i >= 0 {
			n = i + 1
		}
		line := data[:n]
		data = data[n:]
		r.line++
		if i := bytes.IndexByte(line, 0); i >= 0 {
			line = line[:i]
		}
		if s := r.readLineBusy(strings.TrimSuffix(string(line), "\n"), len(line) > 0 && line[0] == '\n'); s != nil {
			r.noteChoiceBusy(s)
		}
	}
	c.solver.Calc(c.Modules)
	return true
}

// readLineBusy handles one line and returns the symbol it is about, if its choice has to know.
func (r *reader) readLineBusy(line string, empty bool) *model.Symbol {
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
		r.warn("unexpected data")
		return nil
	}
	s := r.Find(name)
	if s == nil {
		r.warn("trying to assign nonexistent symbol %s", name)
		return nil
	}
	if s.HasValue() {
		r.warn("trying to reassign symbol %s", s.Name)
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
	if !r.assign(s, value) && !s.Type.Logic() {
		return nil
	}
	return s
}

// noteChoiceBusy keeps the mode and selection of a choice up with a member's value.
func (r *reader) noteChoiceBusy(s *model.Symbol) {
	ch := s.InChoice
	if ch == nil {
		return
	}
	switch s.User.Tri {
	case model.Mod:
		if ch.User.Tri == model.Yes {
			r.warn("%s creates inconsistent choice state", s.Name)
			ch.Flags &^= model.FlagUser
		}
	case model.Yes:
		if ch.User.Tri != model.No {
			r.warn("%s creates inconsistent choice state", s.Name)
			ch.Flags &^= model.FlagUser
		} else {
			ch.User.Sym = s
		}
	}
	ch.User.Tri = max(ch.User.Tri, s.User.Tri)
}

// loadBusy reads a configuration and compares it with the values that follow from it.
func (c *Files) loadBusy(name string) bool {
	if !c.readBusy(name) {
		return false
	}
	unsaved := 0
	for _, s := range c.Syms.Order {
		c.solver.Calc(s)
		if !s.IsChoice() && !s.Has(model.FlagNoWrite) && !agrees(s) {
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
		noteNewMember(s)
	}
	c.solver.Changed = c.Warnings > 0 || unsaved > 0
	return true
}
