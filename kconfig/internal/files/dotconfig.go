// Writing .config.

package files

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// DotConfig returns the text of .config.
func (c *Files) DotConfig() []byte {
	b := make([]byte, 0, 256<<10)
	b = c.appendHeading(b)
	if !c.solver.Changed {
		c.solver.Invalidate()
	}
	written := make(map[*model.Symbol]bool)
	newline := false
	m := c.Root.List
	for m != nil {
		s := m.Sym
		switch {
		case s == nil:
			if c.solver.IsVisible(m) {
				b = append(b, "\n#\n# "...)
				b = append(b, m.Prompt.Text...)
				b = append(b, "\n#\n"...)
				newline = false
			}
		case !s.IsChoice() && !written[s]:
			c.solver.Calc(s)
			if s.Has(model.FlagWrite) {
				if newline {
					b = append(b, '\n')
					newline = false
				}
				if c.D.WriteClears {
					s.Flags &^= model.FlagWrite
				} else {
					written[s] = true
				}
				b = c.AppendLine(b, s, false, true, true)
			}
		}
		if m.List != nil {
			m = m.List
			continue
		}
		atLeaf := true
		for m != nil {
			if c.D.EndOf && (c.D.EndOfEmpty || !atLeaf) && m.Sym == nil && m != &c.Root && m.Prompt != nil && m.Prompt.Kind == model.PropMenu && c.solver.IsVisible(m) {
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

// WriteConfig writes the configuration; it reports success.
func (c *Files) WriteConfig(name string) bool {
	dir := name[:strings.LastIndexByte(name, '/')+1]
	if name == "" {
		name = c.ConfigName()
	}
	if !c.D.OldTempName {
		if name == "" {
			c.world.Warnf("config name is empty\n")
			return false
		}
		if c.isDir(name) {
			c.world.Warnf("%s: Is a directory\n", name)
			return false
		}
	}
	if c.D.MakeConfigDirs && !c.makeParents(name) {
		return false
	}
	if v, ok := c.world.Getenv("KCONFIG_OVERWRITECONFIG"); ok && v != "" {
		f, err := os.OpenFile(c.world.Path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return false
		}
		_, err = f.Write(c.DotConfig())
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			c.world.Warnf("%s: %v\n", name, err)
			return false
		}
		c.message("configuration written to %s", name)
		c.solver.Changed = false
		return true
	}
	tmp := name + "." + strconv.Itoa(c.world.PID) + ".tmp"
	if c.D.OldTempName {
		// In the working directory unless a file was asked for, whatever the configuration is called.
		tmp = dir + ".tmpconfig." + strconv.Itoa(c.world.PID)
	}
	f, err := os.OpenFile(c.world.Path(tmp), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return false
	}
	text := c.DotConfig()
	_, err = f.Write(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		// The C tool does not notice and replaces the file by a torn one.
		_ = os.Remove(c.world.Path(tmp))
		c.world.Warnf("%s: %v\n", tmp, err)
		return false
	}
	if c.D.NoChange {
		if old, err := os.ReadFile(c.world.Path(name)); err == nil && bytes.Equal(old, text) && len(text) > 0 {
			c.message("No change to %s", name)
			_ = os.Remove(c.world.Path(tmp))
			c.solver.Changed = false
			return true
		}
	}
	_ = os.Rename(c.world.Path(name), c.world.Path(name+".old"))
	if err := os.Rename(c.world.Path(tmp), c.world.Path(name)); err != nil {
		return false
	}
	c.message("configuration written to %s", name)
	c.solver.Changed = false
	return true
}
