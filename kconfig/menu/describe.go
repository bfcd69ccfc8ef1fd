// What there is to say about a symbol and about what was changed, as pages of text. Every front end shows the same.

package menu

import (
	"fmt"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// WhyPage tells why a symbol has its value, what it lacks, and what would turn it on: the answers are the steps.
func (m *Model) WhyPage(s *model.Symbol) (text string, steps []Step) {
	var b strings.Builder
	value := m.Text(s)
	fmt.Fprintf(&b, "%s is %s: %s.\n", s.Shown(), shown(s, value2(value)), m.Cause(s))
	if !s.Type.Logic() {
		m.whyText(&b, s)
		return b.String(), nil
	}
	is := m.Value(s)
	if by := m.Selecting(s); len(by) > 0 {
		fmt.Fprintf(&b, "\nIt cannot be less than %s, since it is selected by\n", s.RevDep.Tri)
		list(&b, by)
	}
	switch {
	case is == model.Yes:
		if m.Changeable(s) {
			b.WriteString("\nIt can be changed here.\n")
		}
		return b.String(), nil
	case !hasPrompt(s):
		b.WriteString("\nIt has no prompt: what selects it, and its defaults, decide about it.\n")
	default:
		if needs := m.Needs(s, model.Yes); len(needs) > 0 {
			b.WriteString("\nTo be set to y it needs\n")
			list(&b, needs)
		} else {
			b.WriteString("\nIt can be set to y here.\n")
		}
	}
	steps, want, ok := m.TurnOn(s)
	if !ok {
		b.WriteString("\nNo answers were found that turn it on.\n")
		m.undefined(&b, s)
		return b.String(), nil
	}
	fmt.Fprintf(&b, "\nThese answers, one after the other, make it %s:\n\n", want)
	for _, st := range steps {
		fmt.Fprintf(&b, "  %s = %s", st.Symbol.Shown(), st.Value)
		if e := m.EntryOf(st.Symbol); e != nil {
			fmt.Fprintf(&b, "    %s\n      %s\n", Prompt(e), m.Place(e))
		} else {
			b.WriteByte('\n')
		}
	}
	return b.String(), steps
}

// value2 is a value that is in the configuration.
func value2(text string) value { return value{text: text, written: true} }

// whyText is the page of a number or a string.
func (m *Model) whyText(b *strings.Builder, s *model.Symbol) {
	if low, high, ok := m.Range(s); ok {
		fmt.Fprintf(b, "\nIt can be from %s to %s.\n", low, high)
	}
	if needs := m.Needs(s, model.Mod); len(needs) > 0 {
		b.WriteString("\nTo be asked for it needs\n")
		list(b, needs)
	}
}

func list(b *strings.Builder, lines []string) {
	for _, line := range lines {
		b.WriteString("  - " + line + "\n")
	}
}

// undefined names the symbols in the way of a symbol that no Kconfig file of this architecture defines.
func (m *Model) undefined(b *strings.Builder, s *model.Symbol) {
	var names []string
	seen := map[*model.Symbol]bool{}
	for _, p := range prompts(s) {
		for _, e := range m.unmet(p.Cond, model.Mod) {
			model.Tokens(e, model.OpNone, func(string) {}, func(x *model.Symbol) {
				if !x.IsDefined() && !x.IsConst() && !x.IsChoice() && !seen[x] {
					seen[x] = true
					names = append(names, x.Name)
				}
			})
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(b, "\nNot defined for this architecture: %s.\n", strings.Join(names, ", "))
	}
}

// ChangesPage tells what was answered since the configuration was read or written, and what followed from it.
func (m *Model) ChangesPage() string {
	all := m.Changes()
	if len(all) == 0 {
		return "Nothing has been changed.\n"
	}
	var b strings.Builder
	answered := true
	b.WriteString("Set by you:\n\n")
	for i, d := range all {
		if !d.Answered && answered {
			answered = false
			if i == 0 {
				b.Reset()
			} else {
				b.WriteByte('\n')
			}
			b.WriteString("What followed:\n\n")
		}
		fmt.Fprintf(&b, "  %-32s %s -> %s\n", d.Symbol.Name, orGone(d.From), orGone(d.To))
	}
	return b.String()
}

// orGone is a value as people read it.
func orGone(value string) string {
	if value == "" {
		return "(not there)"
	}
	return value
}

// Line is an entry in one line, as a search shows it.
func (m *Model) Line(e *Entry) string {
	text := Prompt(e)
	if e.Sym != nil && !e.Sym.IsChoice() {
		text = e.Sym.Name + "=" + shown(e.Sym, value2(m.Text(e.Sym)))
		if e.Prompt != nil {
			text += "  " + Prompt(e)
		}
	}
	if !m.Visible(e) {
		text = "(" + text + ")"
	}
	if place := m.Place(e); place != "" {
		text += "   " + place
	}
	return text
}
