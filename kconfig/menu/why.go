// Why a symbol has its value, and why it cannot have another.

package menu

import (
	"strings"

	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
)

// Refusal says in one line why a symbol is not set to a value.
func (m *Model) Refusal(s *model.Symbol, want model.Tristate) string {
	is := m.Text(s)
	stays := s.Shown() + " stays " + is
	switch by := m.Selecting(s); {
	case m.InChoice(s) && want != model.Yes:
		return stays + ": choose another in its place"
	case want < s.RevDep.Tri && len(by) > 0:
		return stays + ": selected by " + strings.Join(by, " and ")
	case want == model.Mod && m.Type(s) == model.Bool:
		return s.Shown() + " cannot be a module"
	}
	if needs := m.Needs(s, want); len(needs) > 0 {
		return stays + ": needs " + strings.Join(needs, " and ")
	}
	if !hasPrompt(s) {
		return stays + ": it has no prompt, others decide about it"
	}
	return stays
}

// hasPrompt reports whether anybody is asked about a symbol.
func hasPrompt(s *model.Symbol) bool { return len(prompts(s)) > 0 }

// prompts are the prompts of a symbol.
func prompts(s *model.Symbol) []*model.Property {
	var out []*model.Property
	for _, p := range s.Props {
		if p.HasText {
			out = append(out, p)
		}
	}
	return out
}

// Needs lists the conditions, with values, that keep a symbol from being set to a value: of the prompt that lacks the
// fewest.
func (m *Model) Needs(s *model.Symbol, want model.Tristate) []string {
	var out []string
	for i, p := range prompts(s) {
		var lacks []string
		for _, e := range m.unmet(p.Cond, want) {
			lacks = append(lacks, string(m.AppendValued(nil, e)))
		}
		if len(lacks) == 0 {
			return nil
		}
		if i == 0 || len(lacks) < len(out) {
			out = lacks
		}
	}
	return out
}

// unmet lists the operands of the ands at the top of a condition that are below a value.
func (m *Model) unmet(e *model.Expr, want model.Tristate) []*model.Expr {
	switch {
	case m.solver.Eval(e) >= want:
		return nil
	case e.Op == model.OpAnd:
		return append(m.unmet(e.L, want), m.unmet(e.R, want)...)
	}
	return []*model.Expr{e}
}

// Selecting lists what selects a symbol at present, with values.
func (m *Model) Selecting(s *model.Symbol) []string {
	m.solver.Calc(s)
	var out []string
	for _, e := range alternatives(s.RevDep.Expr) {
		if m.solver.Eval(e) != model.No {
			out = append(out, string(m.AppendValued(nil, e)))
		}
	}
	return out
}

// alternatives are the operands of the ors at the top of a condition.
func alternatives(e *model.Expr) []*model.Expr {
	switch {
	case e == nil:
		return nil
	case e.Op == model.OpOr:
		return append(alternatives(e.L), alternatives(e.R)...)
	}
	return []*model.Expr{e}
}

// Cause says in words where the value of a symbol comes from.
func (m *Model) Cause(s *model.Symbol) string {
	why := m.solver.Why(s)
	by := func(word string) string {
		var all []string
		for _, e := range why.By {
			all = append(all, string(m.AppendValued(nil, e)))
		}
		return word + " by " + strings.Join(all, " and ")
	}
	switch why.Cause {
	case solve.CauseUser:
		if why.Limited {
			return "it was set to " + s.User.Tri.String() + ", which is more than its conditions allow"
		}
		return "it was set so"
	case solve.CauseDefault:
		return "it is the default of " + why.Prop.Pos.String()
	case solve.CauseSelect:
		return by("it is selected")
	case solve.CauseImply:
		return by("it is implied")
	case solve.CauseRange:
		return "it was moved into the range of " + why.Prop.Pos.String()
	case solve.CauseChoice:
		return "its choice decides"
	case solve.CauseConst:
		return "it is not defined anywhere"
	}
	return "nothing gives it a value"
}

// Invalid says in one line why a text is no value for a symbol.
func (m *Model) Invalid(s *model.Symbol, text string) string {
	if low, high, ok := m.Range(s); ok && model.ValidText(s.Type, text) {
		return text + " is not from " + low + " to " + high
	}
	return "\"" + text + "\" is no " + s.Type.String()
}

// Place names the menus that lead to an entry.
func (m *Model) Place(e *Entry) string {
	var path []string
	for p := e.Parent; p != nil && p != &m.Root; p = p.Parent {
		if p.Prompt != nil {
			path = append([]string{Prompt(p)}, path...)
		}
	}
	return strings.Join(path, " → ")
}

// EntryOf is the entry where a symbol is shown: one that can be seen, or else one with a prompt, or nil.
func (m *Model) EntryOf(s *model.Symbol) *Entry {
	var found *Entry
	for _, e := range s.Menus {
		if e.Prompt == nil {
			continue
		}
		if m.Visible(e) {
			return e
		}
		if found == nil {
			found = e
		}
	}
	return found
}
