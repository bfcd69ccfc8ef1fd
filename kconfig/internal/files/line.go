// One line of a configuration, and the symbol it is about.

package files

import (
	"bytes"
	"strings"

	"gokbuild/kconfig/internal/model"
)

const notSet = "is not set"

// readLine handles one line: an assignment, "is not set", or another comment.
func (r *reader) readLine(line []byte) {
	if len(line) == 0 {
		return
	}
	if line[0] == '#' {
		r.readUnset(line[1:])
		return
	}
	rest, ok := bytes.CutPrefix(line, []byte(r.Prefix))
	i := -1
	if ok {
		i = bytes.IndexByte(rest, '=')
	}
	if i >= 0 {
		r.set(rest[:i], string(rest[i+1:]))
	} else if !ok && line[0] != '\r' || r.D.NoEqualWarns {
		r.unexpected(line)
	}
}

// readUnset handles what follows # at the start of a line. Comments that do not unset a symbol have no effect.
func (r *reader) readUnset(rest []byte) {
	if r.D.NotSetBlank && (len(rest) == 0 || rest[0] != ' ') {
		return
	}
	if len(rest) > 0 {
		rest = rest[1:]
	}
	rest, ok := bytes.CutPrefix(rest, []byte(r.Prefix))
	if !ok {
		return
	}
	i := bytes.IndexByte(rest, ' ')
	if i < 0 {
		return
	}
	tail := string(rest[i+1:])
	if tail != notSet && !(r.D.NotSetPrefix && strings.HasPrefix(tail, notSet)) {
		return
	}
	if r.D.NNumberInvalid {
		r.set(rest[:i], "n")
	} else {
		r.unsetOld(rest[:i])
	}
}

// set handles NAME=VALUE.
func (r *reader) set(name []byte, value string) {
	s := r.symbol(name)
	if s == nil {
		r.unknownSymbol(string(name))
		return
	}
	if s.Type == model.Unknown && r.which == slotAuto && r.D.AutoDefines {
		// Quoted text is not a value of such a symbol.
		if value == "" || value[0] != '"' {
			s.Type = model.String
			s.Auto.Str, s.Auto.Set = value, true
			s.Flags |= model.FlagAuto
		} else {
			r.quotedUnknown(s, value)
		}
		return
	}
	if _, flag := r.slot(s); s.Has(flag) {
		r.warn("override: reassigning to symbol %s", s.Name)
	}
	if !r.assign(s, value) {
		return
	}
	if r.D.NewChoices {
		if r.which == slotUser {
			if m := model.ChoiceMenu(s); m != nil {
				model.MoveMember(m, s, false)
			}
		}
		return
	}
	r.noteChoice(s)
}

// symbol returns the symbol that a line of a configuration is about, or nil.
func (r *reader) symbol(name []byte) *model.Symbol {
	s := r.FindBytes(name)
	if s == nil && r.which == slotAuto && r.D.AutoDefines {
		s = r.Lookup(string(name))
	}
	return s
}

// unexpected complains about a line that is neither assignment nor comment.
func (r *reader) unexpected(line []byte) {
	if !r.D.UnexpectedText {
		r.warn("unexpected data")
		return
	}
	if i := bytes.IndexByte(line, '\r'); i >= 0 && !r.D.NoEqualWarns {
		line = line[:i]
	}
	r.warn("unexpected data: %s", line)
}

// unknownSymbol notes a name that the tree does not know, or not any more.
func (r *reader) unknownSymbol(name string) {
	if r.which == slotAuto {
		if r.D.TouchVanished {
			_ = r.touch(name)
		}
		return
	}
	if _, ok := r.world.Getenv("KCONFIG_WARN_UNKNOWN_SYMBOLS"); ok && r.D.WarnUnknown {
		r.warn("unknown symbol: %s", name)
	}
	r.solver.Changed = true
}

// unsetOld handles "is not set" in trees where only bools and tristates can be unset.
func (r *reader) unsetOld(name []byte) {
	s := r.symbol(name)
	if s == nil {
		r.solver.Changed = true
		if r.which == slotAuto && r.D.TouchVanished {
			_ = r.touch(string(name))
		}
		return
	}
	if s.Type == model.Unknown && r.which == slotAuto && r.D.AutoDefines {
		s.Type = model.Bool
	}
	v, flag := r.slot(s)
	if s.Has(flag) {
		r.warn("override: reassigning to symbol %s", s.Name)
	}
	if s.Type.Logic() {
		v.Tri = model.No
		s.Flags |= flag
	}
	r.noteChoice(s)
}

// quotedUnknown drops quoted text in auto.conf for a name that is no symbol of any type.
func (r *reader) quotedUnknown(s *model.Symbol, value string) {
	if text, ok := unquote(value[1:]); ok {
		r.invalidValue(s, text)
	} else if r.D.AutoWarns {
		r.warn("invalid string found")
	}
}

// noteChoice keeps the mode and selection of a choice of the older model up with a member's value.
func (r *reader) noteChoice(s *model.Symbol) {
	if s.InChoice == nil {
		return
	}
	v, flag := r.slot(s)
	ch, _ := r.slot(s.InChoice)
	switch v.Tri {
	case model.Mod:
		if ch.Tri == model.Yes {
			r.warn("%s creates inconsistent choice state", s.Name)
			s.InChoice.Flags &^= flag
		}
	case model.Yes:
		if ch.Tri != model.No {
			r.warn("override: %s changes choice state", s.Name)
		}
		ch.Sym = s
	}
	ch.Tri = max(ch.Tri, v.Tri)
}
