// Writing .config.

package files

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// dotWriter makes the text of .config.
type dotWriter struct {
	*Files
	b       []byte
	written map[*model.Symbol]bool
	newline bool // an empty line goes in front of the next symbol
}

// dotConfig returns the text of .config.
func (c *Files) dotConfig() []byte {
	w := &dotWriter{Files: c, b: c.appendHeading(make([]byte, 0, 256<<10)), written: make(map[*model.Symbol]bool)}
	if !c.solver.Changed {
		c.solver.Invalidate()
	}
	for m := c.Root.List; m != nil; {
		if m.Sym == nil {
			w.title(m)
		} else {
			w.symbol(m.Sym)
		}
		if m.List != nil {
			m = m.List
		} else {
			m = w.leave(m)
		}
	}
	return w.b
}

// title writes the title of a menu or the text of a comment.
func (w *dotWriter) title(m *model.Menu) {
	if w.solver.IsVisible(m) {
		w.b = append(w.b, "\n#\n# "...)
		w.b = append(w.b, m.Prompt.Text...)
		w.b = append(w.b, "\n#\n"...)
		w.newline = false
	}
}

// symbol writes the line of a symbol where it is defined first.
func (w *dotWriter) symbol(s *model.Symbol) {
	if s.IsChoice() || w.written[s] {
		return
	}
	w.solver.Calc(s)
	if !s.Has(model.FlagWrite) {
		return
	}
	if w.newline {
		w.b = append(w.b, '\n')
		w.newline = false
	}
	if w.D.WriteClears {
		s.Flags &^= model.FlagWrite
	} else {
		w.written[s] = true
	}
	w.b = w.appendLine(w.b, s, dotStyle)
}

// leave ends the menus that the entry is the last one of, and returns the entry after it.
func (w *dotWriter) leave(m *model.Menu) *model.Menu {
	for atLeaf := true; m != nil; atLeaf = false {
		isMenu := m.Sym == nil && m != &w.Root && m.Prompt != nil && m.Prompt.Kind == model.PropMenu
		if w.D.EndOf && (w.D.EndOfEmpty || !atLeaf) && isMenu && w.solver.IsVisible(m) {
			w.b = append(w.b, "# end of "...)
			w.b = append(w.b, m.Prompt.Text...)
			w.b = append(w.b, '\n')
			w.newline = true
		}
		if m.Next != nil {
			return m.Next
		}
		m = m.Parent
	}
	return nil
}

// save writes the configuration; it reports success. An empty name is the usual file.
func (c *Files) save(name string) bool {
	dir := name[:strings.LastIndexByte(name, '/')+1]
	if name == "" {
		name = c.ConfigName()
	}
	if !c.D.OldTempName {
		if name == "" {
			c.world.Warnf("config name is empty\n")
			return false
		}
		if c.world.IsDir(name) {
			c.world.Warnf("%s: Is a directory\n", name)
			return false
		}
	}
	if c.D.MakeConfigDirs && !c.makeParents(name) {
		return false
	}
	if v, ok := c.world.Getenv("KCONFIG_OVERWRITECONFIG"); ok && v != "" {
		return c.overwrite(name)
	}
	tmp := name + "." + strconv.Itoa(c.world.PID) + ".tmp"
	if c.D.OldTempName {
		// In the working directory unless a file was asked for, whatever the configuration is called.
		tmp = dir + ".tmpconfig." + strconv.Itoa(c.world.PID)
	}
	return c.exchange(name, tmp)
}

// overwrite writes into the file that is there.
func (c *Files) overwrite(name string) bool {
	opened, err := c.world.Create(name, c.dotConfig)
	if opened && err != nil {
		c.world.Warnf("%s: %v\n", name, err)
	}
	return err == nil && c.saved("configuration written to %s", name)
}

// exchange puts a new file in place of the old one, which becomes NAME.old, unless both are the same.
func (c *Files) exchange(name, tmp string) bool {
	var text []byte
	opened, err := c.world.Create(tmp, func() []byte {
		text = c.dotConfig()
		return text
	})
	if !opened {
		return false
	}
	if err != nil {
		// The C tool does not notice and replaces the file by a torn one.
		c.world.Remove(tmp)
		c.world.Warnf("%s: %v\n", tmp, err)
		return false
	}
	if c.D.NoChange {
		if old, err := os.ReadFile(c.world.Path(name)); err == nil && bytes.Equal(old, text) && len(text) > 0 {
			c.saved("No change to %s", name)
			c.world.Remove(tmp)
			return true
		}
	}
	_ = c.world.Rename(name, name+".old")
	return c.world.Rename(tmp, name) == nil && c.saved("configuration written to %s", name)
}

// saved says that the values are those in the file; it returns true.
func (c *Files) saved(message, name string) bool {
	c.message(message, name)
	c.solver.Changed = false
	return true
}
