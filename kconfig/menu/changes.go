// What is different from the configuration that was read or written last.

package menu

import (
	"cmp"
	"slices"

	"gokbuild/kconfig/internal/model"
)

// value is what a symbol had before the first answer.
type value struct {
	text    string
	written bool
}

// A Difference is a symbol that is no longer what it was when the configuration was read or written last.
type Difference struct {
	Symbol *model.Symbol
	// From and To are the values; one that does not appear in the configuration is empty.
	From, To string
	// Answered says that the user answered for this symbol; otherwise its value followed from an answer.
	Answered bool
}

// remember keeps the values before the first answer.
func (m *Model) remember() {
	if m.base == nil {
		m.base = m.values()
	}
}

// values are the values of all symbols, in order of creation.
func (m *Model) values() []value {
	out := make([]value, len(m.Syms.All))
	for i, s := range m.Syms.All {
		m.solver.Calc(s)
		out[i] = value{s.Text(), s.Has(model.FlagWrite)}
	}
	return out
}

// Changes lists what is different now: first what was answered, in the order of the answers, then what followed, by
// name. A string that is empty and one that is not there are told apart by their quotes.
func (m *Model) Changes() []Difference {
	if m.base == nil {
		return nil
	}
	order := map[*model.Symbol]int{}
	for i, s := range m.past {
		if s.symbol != nil {
			order[s.symbol] = i + 1
		}
	}
	var out []Difference
	for i, now := range m.values() {
		s := m.Syms.All[i]
		if s.IsChoice() || s.IsConst() || now == m.base[i] || shown(s, now) == shown(s, m.base[i]) {
			continue
		}
		out = append(out, Difference{s, shown(s, m.base[i]), shown(s, now), order[s] > 0})
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		switch {
		case a.Answered != b.Answered:
			if a.Answered {
				return -1
			}
			return 1
		case a.Answered:
			return cmp.Compare(order[a.Symbol], order[b.Symbol])
		}
		return cmp.Compare(a.Symbol.Name, b.Symbol.Name)
	})
	return out
}

// shown is a value as the configuration has it.
func shown(s *model.Symbol, v value) string {
	switch {
	case !v.written:
		return ""
	case s.Type == model.String:
		return `"` + v.text + `"`
	}
	return v.text
}
