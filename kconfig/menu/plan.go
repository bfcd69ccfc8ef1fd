// What would turn a symbol on.

package menu

import (
	"slices"
	"strconv"

	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
)

// A Step is an answer that a plan asks for.
type Step struct {
	Symbol *model.Symbol
	Value  string
}

// planner looks for answers by giving them and looking what comes of it. It takes what is simplest first, and goes back
// where that leads nowhere.
type planner struct {
	*Model
	steps  []Step
	done   []solve.Change
	path   map[target]bool // what is being tried now
	budget int             // how many answers may be tried
}

// target is a symbol and what it is to be.
type target struct {
	symbol *model.Symbol
	value  string
}

// maxTries bounds a search: about a second on the largest trees.
const maxTries = 600

// Plan finds answers, to be given in their order, after which a symbol is at least want: the last one is for the
// symbol itself, if it can be asked for. ok is false if none were found, which does not mean that there are none. The
// configuration stays as it is.
func (m *Model) Plan(s *model.Symbol, want model.Tristate) (steps []Step, ok bool) {
	changed := m.solver.Changed
	m.absorb()
	p := &planner{Model: m, path: map[target]bool{}, budget: maxTries}
	ok = p.raise(s, want) && m.Value(s) >= want
	steps = slices.Clone(p.steps)
	p.back(0)
	m.solver.Changed = changed
	return steps, ok
}

// TurnOn is a plan to make a bool or tristate y or, where nothing leads there and it is off, m.
func (m *Model) TurnOn(s *model.Symbol) (steps []Step, want model.Tristate, ok bool) {
	if steps, ok = m.Plan(s, model.Yes); ok || s.Type != model.TristateType || m.Value(s) != model.No {
		return steps, model.Yes, ok
	}
	steps, ok = m.Plan(s, model.Mod)
	return steps, model.Mod, ok
}

// Follow gives the answers of a plan; one at a time they can be taken back. It reports whether all were taken.
func (m *Model) Follow(steps []Step) bool {
	for _, st := range steps {
		if !m.Answer(st.Symbol, st.Value) {
			return false
		}
	}
	return true
}

// Answer gives a symbol of any kind a value and reports whether that is allowed.
func (m *Model) Answer(s *model.Symbol, value string) bool {
	m.solver.Calc(s)
	return m.do(s, func() bool { return m.solver.Set(s, value) })
}

// try gives an answer. It reports whether that was allowed.
func (p *planner) try(s *model.Symbol, value string) bool {
	if p.budget--; p.budget < 0 {
		return false
	}
	p.solver.Calc(s)
	if !p.solver.Set(s, value) {
		return false
	}
	p.steps = append(p.steps, Step{s, value})
	p.done = append(p.done, p.ledger.Note())
	return true
}

// back takes back what was tried after the first n answers.
func (p *planner) back(n int) {
	for len(p.done) > n {
		seen := p.ledger.Note()
		last := len(p.done) - 1
		p.ledger.Undo(p.done[last].Then(seen))
		p.done, p.steps = p.done[:last], p.steps[:last]
	}
}

// or tries one way after the other until one succeeds.
func (p *planner) or(ways ...func() bool) bool {
	n := len(p.done)
	for _, way := range ways {
		if p.budget > 0 && way() {
			return true
		}
		p.back(n)
	}
	return false
}

// within keeps a search from asking for what it is just looking for.
func (p *planner) within(s *model.Symbol, value string, f func() bool) bool {
	t := target{s, value}
	if p.path[t] {
		return false
	}
	p.path[t] = true
	defer delete(p.path, t)
	return f()
}

// raise makes a bool or tristate at least want.
func (p *planner) raise(s *model.Symbol, want model.Tristate) bool {
	if !s.Type.Logic() || s.IsConst() {
		return p.Value(s) >= want
	}
	is := func() bool { return p.Value(s) >= want }
	if is() {
		return true
	}
	return p.within(s, "raise "+want.String(), func() bool {
		set := func() bool { return p.set(s, want) && is() }
		ways := []func() bool{set}
		for _, prop := range p.byNeed(prompts(s), want) {
			ways = append(ways, func() bool { return p.satisfy(prop.Cond, p.least(s, want)) && p.open(s) && (is() || set()) })
		}
		for _, e := range alternatives(s.RevDep.Expr) {
			ways = append(ways, func() bool { return p.satisfy(e, want) && is() })
		}
		for _, prop := range s.Props {
			if prop.Kind == model.PropDefault {
				ways = append(ways, func() bool { return p.satisfy(prop.Cond, want) && p.satisfy(prop.Expr, want) && is() })
			}
		}
		return p.or(ways...)
	})
}

// least is what the condition of a prompt must be for a value: a bool can be set wherever it is seen.
func (p *planner) least(s *model.Symbol, want model.Tristate) model.Tristate {
	if s.Type == model.Bool && !p.InChoice(s) {
		return model.Mod
	}
	return want
}

// set gives a symbol a value that makes it at least want.
func (p *planner) set(s *model.Symbol, want model.Tristate) bool {
	if want == model.Mod && p.Type(s) == model.TristateType && p.try(s, "m") {
		return true
	}
	return p.try(s, "y")
}

// open sees to it that the choice around a symbol can be decided about.
func (p *planner) open(s *model.Symbol) bool {
	choice := p.ChoiceOf(s)
	if choice == nil {
		return true
	}
	if p.D.NewChoices {
		p.solver.Calc(choice)
		return choice.Visible != model.No
	}
	return p.raise(choice, model.Yes)
}

// byNeed sorts prompts by how much they lack.
func (p *planner) byNeed(props []*model.Property, want model.Tristate) []*model.Property {
	slices.SortStableFunc(props, func(a, b *model.Property) int {
		return len(p.unmet(a.Cond, want)) - len(p.unmet(b.Cond, want))
	})
	return props
}

// satisfy makes a condition at least want.
func (p *planner) satisfy(e *model.Expr, want model.Tristate) bool {
	if p.solver.Eval(e) >= want {
		return true
	}
	switch e.Op {
	case model.OpSym:
		return p.raise(e.LS, want)
	case model.OpAnd:
		both := func(a, b *model.Expr) func() bool {
			return func() bool { return p.satisfy(a, want) && p.satisfy(b, want) && p.solver.Eval(e) >= want }
		}
		return p.or(both(e.L, e.R), both(e.R, e.L))
	case model.OpOr:
		a, b := e.L, e.R
		if len(p.unmet(b, want)) < len(p.unmet(a, want)) {
			a, b = b, a
		}
		return p.or(func() bool { return p.satisfy(a, want) }, func() bool { return p.satisfy(b, want) })
	case model.OpNot:
		return p.refute(e.L, model.Yes-want)
	case model.OpEq, model.OpNe, model.OpLt, model.OpLe, model.OpGt, model.OpGe:
		return p.compare(e, want)
	}
	return false
}

// refute makes a condition at most limit.
func (p *planner) refute(e *model.Expr, limit model.Tristate) bool {
	if p.solver.Eval(e) <= limit {
		return true
	}
	if e == nil {
		return false
	}
	switch e.Op {
	case model.OpSym:
		return p.lower(e.LS, limit)
	case model.OpAnd:
		return p.or(func() bool { return p.refute(e.L, limit) }, func() bool { return p.refute(e.R, limit) })
	case model.OpOr:
		return p.refute(e.L, limit) && p.refute(e.R, limit) && p.solver.Eval(e) <= limit
	case model.OpNot:
		return p.satisfy(e.L, model.Yes-limit)
	case model.OpEq:
		return p.unequal(e.LS, e.RS) && p.solver.Eval(e) <= limit
	case model.OpNe:
		return p.equal(e.LS, e.RS) && p.solver.Eval(e) <= limit
	}
	return false
}

// lower makes a bool or tristate at most limit.
func (p *planner) lower(s *model.Symbol, limit model.Tristate) bool {
	if !s.Type.Logic() || s.IsConst() {
		return p.Value(s) <= limit
	}
	is := func() bool { return p.Value(s) <= limit }
	if is() {
		return true
	}
	return p.within(s, "lower "+limit.String(), func() bool {
		set := func() bool {
			return limit == model.Mod && p.Type(s) == model.TristateType && p.try(s, "m") && is() || p.try(s, "n") && is()
		}
		ways := []func() bool{set}
		if choice := p.ChoiceOf(s); choice != nil {
			for _, other := range p.Members(choice) {
				if other != s {
					ways = append(ways, func() bool { return p.try(other, "y") && is() })
				}
			}
		}
		ways = append(ways, func() bool {
			for _, e := range alternatives(s.RevDep.Expr) {
				if !p.refute(e, limit) {
					return false
				}
			}
			return is() || set()
		})
		for _, prop := range prompts(s) { // what cannot be seen has no value of its own
			ways = append(ways, func() bool { return p.refute(prop.Cond, limit) && is() })
		}
		return p.or(ways...)
	})
}

// compare makes a comparison true.
func (p *planner) compare(e *model.Expr, want model.Tristate) bool {
	holds := func() bool { return p.solver.Eval(e) >= want }
	switch e.Op {
	case model.OpEq:
		return p.equal(e.LS, e.RS) && holds()
	case model.OpNe:
		return p.unequal(e.LS, e.RS) && holds()
	}
	for _, pair := range [][2]*model.Symbol{{e.LS, e.RS}, {e.RS, e.LS}} {
		s, bound := pair[0], pair[1]
		if !s.Type.Number() || s.IsConst() {
			continue
		}
		base, prefix := 10, ""
		if s.Type == model.Hex {
			base, prefix = 16, "0x"
		}
		n, err := strconv.ParseInt(p.Text(bound), 0, 64)
		if err != nil {
			continue
		}
		for _, v := range []int64{n, n + 1, n - 1} {
			if p.or(func() bool { return p.try(s, prefix+strconv.FormatInt(v, base)) && holds() }) {
				return true
			}
		}
	}
	return false
}

// equal makes a symbol what another is.
func (p *planner) equal(a, b *model.Symbol) bool {
	if p.Text(a) == p.Text(b) {
		return true
	}
	if a.IsConst() || a.Type == model.Unknown {
		a, b = b, a
	}
	want := p.Text(b)
	if a.Type.Logic() {
		switch want {
		case "n":
			return p.lower(a, model.No)
		case "m":
			return p.or(func() bool { return p.try(a, "m") }, func() bool { return p.raise(a, model.Mod) && p.Text(a) == "m" })
		}
		return p.raise(a, model.Yes)
	}
	return p.try(a, want) && p.Text(a) == want
}

// unequal makes a symbol something else than another.
func (p *planner) unequal(a, b *model.Symbol) bool {
	if p.Text(a) != p.Text(b) {
		return true
	}
	if a.IsConst() || a.Type == model.Unknown {
		a, b = b, a
	}
	if !a.Type.Logic() {
		return false
	}
	if p.Text(b) == "n" {
		return p.raise(a, model.Mod)
	}
	return p.or(func() bool { return p.lower(a, model.No) }, func() bool { return p.raise(a, model.Yes) && p.Text(a) != p.Text(b) })
}
