// The model: a configuration as a front end sees it.

package menu

import (
	"gokbuild/kconfig/internal/engine"
	"gokbuild/kconfig/internal/files"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
)

// An Entry is one entry of the menu tree.
type Entry = model.Menu

// A Model is a configuration in the hands of a person.
type Model struct {
	*model.Tree
	solver *solve.Solver
	files  *files.Files
	history
}

// New makes a model of a tree whose configuration has been read. From now on only the model may change it.
func New(e *engine.Engine) *Model {
	m := &Model{Tree: e.Tree, solver: e.Solver, files: e.Files}
	m.ledger = e.Solver.Ledger()
	return m
}

// Visible reports whether the entry is shown as a rule.
func (m *Model) Visible(e *Entry) bool { return m.solver.IsVisible(e) }

// Empty reports whether a menu shows nothing (menu_is_empty in menu.c).
func (m *Model) Empty(e *Entry) bool {
	for c := e.List; c != nil; c = c.Next {
		if m.Visible(c) {
			return false
		}
	}
	return true
}

// Prompt is the text of an entry.
func Prompt(e *Entry) string {
	if e.Prompt != nil {
		return e.Prompt.Text
	}
	if e.Sym != nil {
		return e.Sym.Name
	}
	return ""
}

// Value is the value of a bool or tristate.
func (m *Model) Value(s *model.Symbol) model.Tristate {
	m.solver.Calc(s)
	return s.Curr.Tri
}

// Text is the value of a symbol as text.
func (m *Model) Text(s *model.Symbol) string {
	m.solver.Calc(s)
	return s.Text()
}

// Type is the type of a symbol after modules and choices had their say.
func (m *Model) Type(s *model.Symbol) model.Type {
	m.solver.Calc(s)
	return m.solver.EffectiveType(s)
}

// Changeable reports whether there is anything to decide about a symbol.
func (m *Model) Changeable(s *model.Symbol) bool {
	m.solver.Calc(s)
	return m.solver.Changeable(s)
}

// IsNew reports whether nobody has decided about a symbol that can be decided about.
func (m *Model) IsNew(s *model.Symbol) bool { return m.Changeable(s) && !s.HasValue() }

// AtLeastM reports whether a select keeps a symbol from being n, and lets it be m.
func (m *Model) AtLeastM(s *model.Symbol) bool {
	m.solver.Calc(s)
	return s.RevDep.Tri == model.Mod
}

// InChoice reports whether a symbol is a member of a choice.
func (m *Model) InChoice(s *model.Symbol) bool { return m.ChoiceOf(s) != nil }

// Chosen is the member that a choice has selected, nil if it has none.
func (m *Model) Chosen(choice *Entry) *model.Symbol {
	if m.D.NewChoices {
		return m.solver.CalcChoiceNew(choice)
	}
	m.solver.Calc(choice.Sym)
	return choice.Sym.Chosen
}

// Range is the range that holds for a number; ok is false if there is none.
func (m *Model) Range(s *model.Symbol) (low, high string, ok bool) {
	e := m.solver.RangeOf(s)
	if e == nil {
		return "", "", false
	}
	return m.Text(e.LS), m.Text(e.RS), true
}

// Help is the help of an entry, with what is known about its symbol, for a page of so many columns.
func (m *Model) Help(e *Entry, width int) string { return m.solver.Help(e, width) }

// Relations tells what is known about symbols, one after the other, and where to go from there.
func (m *Model) Relations(symbols []*model.Symbol) (string, []solve.Jump) {
	return m.solver.Relations(symbols)
}
