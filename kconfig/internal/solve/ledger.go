// What the user gave, change by change, so that it can be taken back.

package solve

import (
	"slices"

	"gokbuild/kconfig/internal/model"
)

// A Ledger knows what the user, or a file, has given each symbol, and tells what has changed since it was asked last.
// Changes can be taken back and made again.
type Ledger struct {
	solver  *Solver
	symbols []given
	members map[*model.Menu][]*model.Symbol // the members of choices in their order (newer model)
}

// given is all of a symbol from which values are computed.
type given struct {
	user    model.UserValue
	flags   model.Flag
	visible model.Tristate
}

// A Change is what changed between two questions.
type Change struct {
	symbols []symbolChange
	members []membersChange
}

type symbolChange struct {
	index      int
	before, by given
}

type membersChange struct {
	choice     *model.Menu
	before, by []*model.Symbol
}

// Empty reports whether nothing changed.
func (c *Change) Empty() bool { return len(c.symbols)+len(c.members) == 0 }

// Then is the change c and after it the change d.
func (c Change) Then(d Change) Change {
	return Change{append(slices.Clip(c.symbols), d.symbols...), append(slices.Clip(c.members), d.members...)}
}

// Ledger returns one that starts from what is given now.
func (c *Solver) Ledger() *Ledger {
	l := &Ledger{solver: c, symbols: make([]given, len(c.Syms.All)), members: map[*model.Menu][]*model.Symbol{}}
	l.Note()
	return l
}

// lasting are the marks of a symbol that are not computed anew. In older trees the mark of being written stays with
// the members of choices.
func (l *Ledger) lasting(s *model.Symbol) model.Flag {
	keep := model.FlagUser | model.FlagNeedSetChoice
	if l.solver.D.StickyWrite && s.InChoice != nil {
		keep |= model.FlagWrite
	}
	return keep
}

// given is what a symbol holds at present. In newer trees the visibility of a choice's members stays until somebody
// asks for them, and has them written.
func (l *Ledger) given(s *model.Symbol) given {
	g := given{user: s.User, flags: s.Flags & l.lasting(s)}
	if s.Linked {
		g.visible = s.Visible
	}
	return g
}

// Note returns what has changed since the last call.
func (l *Ledger) Note() Change {
	var c Change
	for n := len(l.symbols); n < len(l.solver.Syms.All); n++ {
		l.symbols = append(l.symbols, l.given(l.solver.Syms.All[n])) // a file that was read or written named it first
	}
	for i, s := range l.solver.Syms.All {
		if now := l.given(s); now != l.symbols[i] {
			c.symbols = append(c.symbols, symbolChange{i, l.symbols[i], now})
			l.symbols[i] = now
		}
		if s.IsChoice() && l.solver.D.NewChoices {
			for _, m := range s.Menus {
				if old := l.members[m]; !slices.Equal(old, m.Members) {
					now := slices.Clone(m.Members)
					c.members = append(c.members, membersChange{m, old, now})
					l.members[m] = now
				}
			}
		}
	}
	return c
}

// Undo takes a change back. Changes must be taken back in reverse order.
func (l *Ledger) Undo(c Change) {
	for _, s := range slices.Backward(c.symbols) {
		l.put(s.index, s.before)
	}
	for _, m := range slices.Backward(c.members) {
		m.choice.Members, l.members[m.choice] = slices.Clone(m.before), m.before
	}
	l.solver.Invalidate()
}

// Redo makes a change again that was taken back.
func (l *Ledger) Redo(c Change) {
	for _, s := range c.symbols {
		l.put(s.index, s.by)
	}
	for _, m := range c.members {
		m.choice.Members, l.members[m.choice] = slices.Clone(m.by), m.by
	}
	l.solver.Invalidate()
}

func (l *Ledger) put(index int, g given) {
	s := l.solver.Syms.All[index]
	s.User, s.Flags = g.user, s.Flags&^l.lasting(s)|g.flags
	if s.Linked {
		s.Visible = g.visible
	}
	l.symbols[index] = g
}
