// Answers, and taking them back.

package menu

import (
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
)

// history is what has been done since the configuration was read or written.
type history struct {
	ledger *solve.Ledger
	past   []step
	future []step
	base   []value // the values before the first answer
	saves  int
}

// step is one answer.
type step struct {
	symbol  *model.Symbol // nil for a file that was read
	change  solve.Change
	unsaved bool // there were unsaved changes before
	changed bool // there were some after it; not where the answer was the value already
	saves   int  // how often the configuration had been written by then
}

// do notes what an answer changes.
func (m *Model) do(s *model.Symbol, answer func() bool) bool {
	m.remember()
	step := step{symbol: s, unsaved: m.solver.Changed, saves: m.saves}
	ok := answer()
	if step.change = m.ledger.Note(); !step.change.Empty() {
		step.changed = m.solver.Changed
		m.past, m.future = append(m.past, step), nil
	}
	return ok
}

// SetTristate gives a bool or tristate a value and reports whether that is allowed (sym_set_tristate_value in
// symbol.c).
func (m *Model) SetTristate(s *model.Symbol, v model.Tristate) bool {
	m.solver.Calc(s)
	return m.do(s, func() bool { return m.solver.SetTristate(s, v) })
}

// Toggle goes on to the next value that is allowed: n, m, y, n. A member of a choice is chosen
// (sym_toggle_tristate_value in symbol.c).
func (m *Model) Toggle(s *model.Symbol) bool {
	if m.D.NewChoices {
		if c := model.ChoiceMenu(s); c != nil {
			return m.Choose(c, s)
		}
	}
	old := m.Value(s)
	return m.do(s, func() bool {
		for v := (old + 1) % 3; ; v = (v + 1) % 3 {
			if m.solver.SetTristate(s, v) {
				return v != old
			}
			if v == old {
				return false
			}
		}
	})
}

// SetText gives a symbol of any type a value and reports whether that is allowed (sym_set_string_value in symbol.c).
func (m *Model) SetText(s *model.Symbol, text string) bool {
	m.solver.Calc(s)
	return m.do(s, func() bool { return m.solver.SetText(s, text) })
}

// Choose selects a member of a choice and reports whether that is allowed.
func (m *Model) Choose(choice *Entry, s *model.Symbol) bool {
	m.solver.Calc(s)
	return m.do(s, func() bool {
		if !m.D.NewChoices {
			return m.solver.SetTristate(s, model.Yes)
		}
		if s.Visible == model.No {
			return false
		}
		m.solver.Pick(choice, s)
		return true
	})
}

// Undo takes the last answer back. The symbol is the one that had been answered for, nil for a file that had been read;
// ok is false if there is nothing to take back.
func (m *Model) Undo() (s *model.Symbol, ok bool) {
	if len(m.past) == 0 {
		return nil, false
	}
	m.absorb()
	last := m.past[len(m.past)-1]
	m.past, m.future = m.past[:len(m.past)-1], append(m.future, last)
	m.ledger.Undo(last.change)
	m.solver.Changed = last.unsaved || last.saves != m.saves
	return last.symbol, true
}

// Redo gives the last answer again that was taken back.
func (m *Model) Redo() (s *model.Symbol, ok bool) {
	if len(m.future) == 0 {
		return nil, false
	}
	m.absorb()
	next := m.future[len(m.future)-1]
	m.future, m.past = m.future[:len(m.future)-1], append(m.past, next)
	m.ledger.Redo(next.change)
	m.solver.Changed = next.changed || next.saves != m.saves
	return next.symbol, true
}

// absorb adds what merely looking at entries has changed (older trees) to the last answer, so that it is taken back
// with it.
func (m *Model) absorb() {
	seen := m.ledger.Note()
	if len(m.past) > 0 {
		last := &m.past[len(m.past)-1]
		last.change = last.change.Then(seen)
	}
}
