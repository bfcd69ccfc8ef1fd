// Reading the lines of a configuration.

package files

import (
	"bytes"

	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// slot says which of a symbol's values a file sets.
type slot uint8

const (
	slotUser slot = iota
	slotAuto      // the values of the last auto.conf
)

// reader reads one file.
type reader struct {
	*Files
	which slot
	file  string
	line  int // number of the line being read
}

// newReader drops the values that the file is going to set.
func (c *Files) newReader(file string, which slot) *reader {
	r := &reader{Files: c, which: which, file: file}
	c.Warnings = 0
	r.resetValues()
	return r
}

// slot returns the value of a symbol that the file sets, and the flag that says that it is set.
func (r *reader) slot(s *model.Symbol) (*model.UserValue, model.Flag) {
	if r.which == slotAuto {
		return &s.Auto, model.FlagAuto
	}
	return &s.User, model.FlagUser
}

func (r *reader) resetValues() {
	for _, s := range r.Syms.All {
		v, flag := r.slot(s)
		*v = model.UserValue{}
		s.Flags &^= flag
		if s.IsChoice() && !r.D.NewChoices {
			s.Flags |= flag
		}
		if r.which == slotUser || r.D.AutoValidReset {
			s.Flags &^= model.FlagValid
		}
	}
	if r.which == slotUser && r.D.SharedExprs {
		r.Exprs.Invalidate()
	}
}

// warn complains about the line being read.
func (r *reader) warn(format string, args ...any) {
	r.world.WarnAt(host.Pos{File: r.file, Line: r.line}, format, args...)
	r.Warnings++
}

// read reads a file into the user's values, or the auto values, of symbols. With an empty name it reads the
// configuration or what stands in for it. It reports whether a file was found.
func (c *Files) read(name string, which slot) bool {
	name, data, ok := c.open(name)
	if !ok {
		return false
	}
	r := c.newReader(name, which)
	for len(data) > 0 {
		var line []byte
		line, data = r.cut(data)
		r.line++
		if i := bytes.IndexByte(line, 0); i >= 0 {
			if line = line[:i]; i == 0 && !r.D.NoEqualWarns {
				r.unexpected(nil)
			}
		}
		r.readLine(line)
	}
	return true
}

// cut separates the first line from a text.
func (r *reader) cut(data []byte) (line, rest []byte) {
	if n := r.D.ShortLines - 1; n > 0 && len(data) > n && bytes.IndexByte(data[:n], '\n') < 0 {
		return data[:n], data[n:] // the rest counts as a line of its own
	}
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		return data, nil
	}
	line, rest = data[:i], data[i+1:]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, rest
}
