package eval

// This file prints variables as make -p does.

import (
	"fmt"
	"io"
	"strings"
)

// describe gives an origin in the words of the data base.
func (o Origin) describe() string {
	return [...]string{"default", "environment", "makefile", "environment under -e",
		"command line", "'override' directive", "automatic"}[o]
}

// Print writes a variable as the data base of -p shows it, with prefix in front
// of its name.
func (v *Var) Print(w io.Writer, prefix string) {
	private := ""
	if v.Private {
		private = " private"
	}
	where := ""
	if v.Pos.File != "" {
		where = fmt.Sprintf(" (from '%s', line %d)", v.Pos.File, v.Pos.Line)
	}
	fmt.Fprintf(w, "# %s%s%s\n%s", v.Origin.describe(), private, where, prefix)
	if v.Recursive && strings.Contains(v.Value, "\n") {
		fmt.Fprintf(w, "define %s\n%s\nendef\n", v.Name, v.Value)
		return
	}
	op, value := "=", v.Value
	switch {
	case v.Recursive && v.Append:
		op = "+="
	case !v.Recursive:
		op = ":="
	}
	switch {
	case value != "" && trim(value) == "":
		// Blanks at the start of a value would be lost when it is read again.
		value = "$(subst ,," + value + ")"
	case !v.Recursive:
		value = strings.ReplaceAll(value, "$", "$$")
	}
	fmt.Fprintf(w, "%s %s %s\n", v.Name, op, value)
}

// Print writes all variables of the set that keep accepts, in the order of make's
// table.
func (s *Set) Print(w io.Writer, prefix string, slots int, old bool, keep func(*Var) bool) {
	for _, v := range s.TableOrder(slots, old) {
		if keep == nil || keep(v) {
			v.Print(w, prefix)
		}
	}
}

// Print writes a pattern-specific variable. It has no flavour until a target
// takes it, and is shown as if it were simple.
func (p *PatternVar) Print(w io.Writer) {
	fmt.Fprintf(w, "\n%s%%%s :\n", p.Before, p.After)
	v := Var{Name: p.Name, Value: p.Value.Source, Origin: p.Origin, Private: p.Private, Pos: p.Pos}
	v.Print(w, "# ")
}
