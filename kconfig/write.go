package kconfig

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// Writing .config and the minimal configuration.

// isVisible reports whether front ends show an entry.
func (c *Config) isVisible(m *Menu) bool {
	if m.Prompt == nil {
		return false
	}
	if m.Visibility != nil && c.eval(m.Visibility) == No {
		return false
	}
	s := m.Sym
	if s != nil {
		c.calc(s)
	} else {
		m.Prompt.visible = c.eval(m.Prompt.Cond)
	}
	if m.Prompt.visible != No {
		return true
	}
	if s == nil || s.curr.tri == No {
		return false
	}
	for ch := m.List; ch != nil; ch = ch.Next {
		if c.isVisible(ch) {
			if c.d.VisibleSetsUser {
				s.flags |= flagUser
			}
			return true
		}
	}
	return false
}

// appendEscaped appends a string value in quotes.
func appendEscaped(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// appendLine appends the line of a symbol in .config style. With n false, a logic symbol that is n gives nothing, or the
// "is not set" comment when unset is true.
func (c *Config) appendLine(b []byte, s *Symbol, n, unset, escape bool) []byte {
	if s.Type == Unknown {
		return b
	}
	val := s.text()
	if s.Type.logic() && !n && val == "n" {
		if unset {
			b = append(b, "# "...)
			b = append(b, c.prefix...)
			b = append(b, s.Name...)
			b = append(b, " is not set\n"...)
		}
		return b
	}
	b = append(b, c.prefix...)
	b = append(b, s.Name...)
	b = append(b, '=')
	switch {
	case s.Type == String && c.d.RawStrings:
		b = append(b, '"')
		b = append(b, val...)
		b = append(b, '"')
	case s.Type == String && escape:
		b = appendEscaped(b, val)
	default:
		b = append(b, val...)
	}
	return append(b, '\n')
}

// headingLines are the lines of the comment at the top of a generated file. Older trees put them together in a buffer
// of 256 bytes, so that a long title loses its end, and the last, empty line with it.
func (c *Config) headingLines() []string {
	text := "\nAutomatically generated file; DO NOT EDIT.\n" + c.root.Prompt.Text + "\n"
	if c.d.TitleBuffer && len(text) > 255 {
		text = text[:255]
	}
	return strings.Split(text, "\n")
}

func (c *Config) appendHeading(b []byte) []byte {
	for _, line := range c.headingLines() {
		b = append(b, '#')
		if line != "" {
			b = append(b, ' ')
			b = append(b, line...)
		}
		b = append(b, '\n')
	}
	return b
}

// dotConfig returns the text of .config.
func (c *Config) dotConfig() []byte {
	b := make([]byte, 0, 256<<10)
	b = c.appendHeading(b)
	if !c.changed {
		c.invalidate()
	}
	written := make(map[*Symbol]bool)
	newline := false
	m := c.root.List
	for m != nil {
		s := m.Sym
		switch {
		case s == nil:
			if c.isVisible(m) {
				b = append(b, "\n#\n# "...)
				b = append(b, m.Prompt.Text...)
				b = append(b, "\n#\n"...)
				newline = false
			}
		case !s.IsChoice() && !written[s]:
			c.calc(s)
			if s.has(flagWrite) {
				if newline {
					b = append(b, '\n')
					newline = false
				}
				if c.d.WriteClears {
					s.flags &^= flagWrite
				} else {
					written[s] = true
				}
				b = c.appendLine(b, s, false, true, true)
			}
		}
		if m.List != nil {
			m = m.List
			continue
		}
		atLeaf := true
		for m != nil {
			if c.d.EndOf && (c.d.EndOfEmpty || !atLeaf) && m.Sym == nil && m != &c.root && m.Prompt != nil && m.Prompt.Kind == PropMenu && c.isVisible(m) {
				b = append(b, "# end of "...)
				b = append(b, m.Prompt.Text...)
				b = append(b, '\n')
				newline = true
			}
			if m.Next != nil {
				m = m.Next
				break
			}
			m = m.Parent
			atLeaf = false
		}
	}
	return b
}

func (c *Config) isDir(name string) bool {
	fi, err := os.Stat(c.path(name))
	return err == nil && fi.IsDir()
}

// makeParents creates the directories above a file.
func (c *Config) makeParents(name string) bool {
	if !c.d.MakeDirs {
		return true
	}
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return true
	}
	for j := 0; j <= i; j++ {
		if name[j] != '/' || j == 0 || name[j-1] == '/' {
			continue
		}
		if dir := name[:j]; !c.isDir(dir) {
			if err := os.Mkdir(c.path(dir), 0o755); err != nil {
				return false
			}
		}
	}
	return true
}

// writeConfig writes the configuration; it reports success.
func (c *Config) writeConfig(name string) bool {
	dir := name[:strings.LastIndexByte(name, '/')+1]
	if name == "" {
		name = c.configName()
	}
	if !c.d.OldTempName {
		if name == "" {
			c.warnf("config name is empty\n")
			return false
		}
		if c.isDir(name) {
			c.warnf("%s: Is a directory\n", name)
			return false
		}
	}
	if c.d.MakeConfigDirs && !c.makeParents(name) {
		return false
	}
	if v, ok := c.getenv("KCONFIG_OVERWRITECONFIG"); ok && v != "" {
		f, err := os.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return false
		}
		_, err = f.Write(c.dotConfig())
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			c.warnf("%s: %v\n", name, err)
			return false
		}
		c.message("configuration written to %s", name)
		c.changed = false
		return true
	}
	tmp := name + "." + strconv.Itoa(c.pid) + ".tmp"
	if c.d.OldTempName {
		// In the working directory unless a file was asked for, whatever the configuration is called.
		tmp = dir + ".tmpconfig." + strconv.Itoa(c.pid)
	}
	f, err := os.OpenFile(c.path(tmp), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return false
	}
	text := c.dotConfig()
	_, err = f.Write(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		// The C tool does not notice and replaces the file by a torn one.
		_ = os.Remove(c.path(tmp))
		c.warnf("%s: %v\n", tmp, err)
		return false
	}
	if c.d.NoChange {
		if old, err := os.ReadFile(c.path(name)); err == nil && bytes.Equal(old, text) && len(text) > 0 {
			c.message("No change to %s", name)
			_ = os.Remove(c.path(tmp))
			c.changed = false
			return true
		}
	}
	_ = os.Rename(c.path(name), c.path(name+".old"))
	if err := os.Rename(c.path(tmp), c.path(name)); err != nil {
		return false
	}
	c.message("configuration written to %s", name)
	c.changed = false
	return true
}

// writeDefconfig writes the minimal configuration; it reports success.
func (c *Config) writeDefconfig(name string) bool {
	f, err := os.OpenFile(c.path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return false
	}
	_, err = f.Write(c.minimal())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		c.warnf("%s: %v\n", name, err)
		return false
	}
	return true
}

func (c *Config) minimal() []byte {
	c.invalidate()
	var b []byte
	for m := c.root.next(&c.root); m != nil; m = m.next(&c.root) {
		s := m.Sym
		if s == nil {
			if !c.d.NewChoices {
				c.isVisible(m)
			}
			continue
		}
		if s.IsChoice() {
			continue
		}
		c.calc(s)
		if !s.has(flagWrite) {
			continue
		}
		s.flags &^= flagWrite
		if !c.changeable(s) || s.text() == c.defaultText(s) || c.isChoiceDefault(s) {
			continue
		}
		b = c.appendLine(b, s, false, true, true)
	}
	return b
}

// isChoiceDefault reports whether a member is selected as it would be anyway.
func (c *Config) isChoiceDefault(s *Symbol) bool {
	if c.d.NewChoices {
		m := choiceMenu(s)
		return m != nil && c.choiceDefault(m.Sym) == s && s.curr.tri == Yes
	}
	ch := s.inChoice
	if ch == nil {
		return false
	}
	def := c.choiceDefault(ch)
	return !ch.has(flagOptional) && s == def && s.Type == Bool && s.curr.tri == Yes
}

// defaultText is the value a symbol would have without the user, as far as the minimal configuration is concerned.
func (c *Config) defaultText(s *Symbol) string {
	c.calcVisibility(s)
	c.calc(c.modules)
	v := No
	str := ""
	if p := c.defaultProp(s); p != nil {
		if s.Type.logic() {
			v = min(c.eval(p.Expr), p.visible)
		} else if d := p.symbol(); d != nil {
			c.calc(d)
			str = d.rawText()
		}
	}
	v = max(v, s.revDep.tri)
	if v == Mod && s.inChoice == nil && !s.linked && c.modules.curr.tri == No {
		v = Yes
	}
	if v == Mod && s.Type == Bool {
		v = Yes
	}
	v = max(v, s.implied.tri)
	switch s.Type {
	case Bool, TristateType:
		return v.String()
	case Int:
		if str == "" && c.d.DefaultZero {
			str = "0"
		}
	case Hex:
		if str == "" && c.d.DefaultZero {
			str = "0x0"
		}
	case Unknown:
		if !c.d.DefaultZero {
			str = ""
		}
	}
	return str
}
