package rules

// This file prints rules and files as make -p does.

import (
	"fmt"
	"io"
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/hashorder"
)

// PrintPatternVars writes the pattern-specific variables for -p.
func (db *DB) PrintPatternVars(w io.Writer) {
	fmt.Fprint(w, "\n# Pattern-specific Variable Values\n")
	for _, v := range db.patVars {
		v.Print(w)
	}
	if len(db.patVars) == 0 {
		fmt.Fprint(w, "\n# No pattern-specific variable values.\n")
		return
	}
	fmt.Fprintf(w, "\n# %d pattern-specific variable values\n", len(db.patVars))
}

// PrintRules writes the implicit rules for -p.
func (db *DB) PrintRules(w io.Writer) {
	fmt.Fprint(w, "# Implicit Rules\n")
	terminal := 0
	for _, r := range db.patterns {
		fmt.Fprintf(w, "\n%s\n", r.text())
		if r.Terminal {
			terminal++
		}
		r.Recipe.print(w)
	}
	if len(db.patterns) == 0 {
		fmt.Fprint(w, "\n# No implicit rules.\n")
		return
	}
	fmt.Fprintf(w, "\n# %d implicit rules, %d (%.1f%%) terminal.\n", len(db.patterns), terminal,
		float64(terminal)/float64(len(db.patterns))*100)
}

// text is the rule without its recipe.
func (r *PatternRule) text() string {
	var b strings.Builder
	for i := range r.Targets {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(r.Targets[i].text)
	}
	b.WriteByte(':')
	if r.Terminal {
		b.WriteByte(':')
	}
	names := make([]prereq, 0, len(r.Deps))
	for i := range r.Deps {
		names = append(names, prereq{name: r.Deps[i].name, orderOnly: r.Deps[i].orderOnly})
	}
	if r.Second != "" {
		names = append(names, prereq{name: r.Second})
	}
	writePrereqs(&b, names)
	return b.String()
}

// PrintFiles writes every file for -p: rules, state, variables, recipe. secondary
// tells files of .SECONDARY apart; hideBuiltin leaves out what only built-in
// rules mention.
func (db *DB) PrintFiles(w io.Writer, secondary, hideBuiltin bool) {
	fmt.Fprint(w, "# Files\n")
	for _, head := range db.TableOrder() {
		for f := range head.Chain {
			if !hideBuiltin || !f.Builtin {
				db.printFile(w, f, secondary)
			}
		}
	}
}

func (db *DB) printFile(w io.Writer, f *File, secondary bool) {
	fmt.Fprintln(w)
	if f.Vars != nil {
		f.Vars.Set.Print(w, f.Name+": ", hashorder.Target, db.Switches.ShiftHash, func(v *eval.Var) bool { return v.Origin != eval.OriginAutomatic })
	}
	note := func(on bool, text string) {
		if on {
			fmt.Fprintln(w, text)
		}
	}
	note(!f.IsTarget, "# Not a target:")
	fmt.Fprint(w, f.Name, ":")
	if f.DoubleColon != nil {
		fmt.Fprint(w, ":")
	}
	var names []prereq
	for i := range f.Deps {
		d := &f.Deps[i]
		name := d.Text
		if d.File != nil {
			name = d.File.Resolve().Name
		}
		names = append(names, prereq{name: name, orderOnly: d.OrderOnly})
	}
	writePrereqs(w, names)
	fmt.Fprintln(w)
	note(f.Precious, "#  Precious file (prerequisite of .PRECIOUS).")
	note(f.Phony, "#  Phony target (prerequisite of .PHONY).")
	note(f.CmdTarget, "#  Command line target.")
	note(f.DontCare, "#  A default, MAKEFILES, or -include/sinclude makefile.")
	note(f.Builtin, "#  Builtin rule")
	note(f.TriedImplicit, "#  Implicit rule search has been done.")
	note(!f.TriedImplicit, "#  Implicit rule search has not been done.")
	auto := db.Auto(f)
	switch {
	case f.HasStem:
		fmt.Fprintf(w, "#  Implicit/static pattern stem: '%s'\n", f.Stem)
	case f.Expanded:
		fmt.Fprintf(w, "#  Implicit/static pattern stem: '%s'\n", auto.compute('*'))
	}
	note(f.Intermediate, "#  File is an intermediate prerequisite.")
	note(f.NotIntermed, "#  File is a prerequisite of .NOTINTERMEDIATE.")
	note(f.Secondary && secondary, "#  File is secondary (prerequisite of .SECONDARY).")
	if len(f.AlsoMake) > 0 {
		fmt.Fprint(w, "#  Also makes:")
		for _, also := range f.AlsoMake {
			fmt.Fprint(w, " ", also.Name)
		}
		fmt.Fprintln(w)
	}
	switch f.Mtime {
	case TimeUnknown:
		fmt.Fprintln(w, "#  Modification time never checked.")
	case TimeNone:
		fmt.Fprintln(w, "#  File does not exist.")
	case TimeOld:
		fmt.Fprintln(w, "#  File is very old.")
	default:
		fmt.Fprintf(w, "#  Last modified %s\n", f.Mtime.text())
	}
	note(f.Updated, "#  File has been updated.")
	note(!f.Updated, "#  File has not been updated.")
	switch f.Status {
	case Success:
		fmt.Fprintln(w, "#  Successfully updated.")
	case Question:
		fmt.Fprintln(w, "#  Needs to be updated (-q is set).")
	case Failed:
		fmt.Fprintln(w, "#  Failed to be updated.")
	}
	if f.Expanded {
		for i := 0; i < len(autoNames); i++ {
			v := eval.Var{Name: autoNames[i : i+1], Value: auto.compute(autoNames[i]), Origin: eval.OriginAutomatic}
			v.Print(w, "# ")
		}
	}
	f.Recipe.print(w)
}

func writePrereqs(w io.Writer, names []prereq) {
	for _, orderOnly := range []bool{false, true} {
		first := true
		for _, n := range names {
			if n.orderOnly != orderOnly {
				continue
			}
			if first && orderOnly {
				fmt.Fprint(w, " |")
			}
			first = false
			fmt.Fprint(w, " ", n.name)
		}
	}
}

// print writes a recipe for -p; r may be nil.
func (r *Recipe) print(w io.Writer) {
	if r == nil {
		return
	}
	if r.Pos.File == "" {
		fmt.Fprint(w, "#  recipe to execute (built-in):\n")
	} else {
		fmt.Fprintf(w, "#  recipe to execute (from '%s', line %d):\n", r.Pos.File, r.Pos.Line)
	}
	for _, l := range r.Lines {
		fmt.Fprintf(w, "\t%s\n", strings.TrimPrefix(l.Raw, "\t"))
	}
}

// PrintVpath writes the search paths for -p.
func (db *DB) PrintVpath(w io.Writer) {
	v := &db.vpath
	fmt.Fprint(w, "# VPATH Search Paths\n\n")
	for _, e := range v.selective {
		fmt.Fprintf(w, "vpath %s %s\n", e.pattern, strings.Join(e.dirs, ":"))
	}
	if len(v.selective) == 0 {
		fmt.Fprint(w, "# No 'vpath' search paths.\n")
	} else {
		fmt.Fprintf(w, "\n# %d 'vpath' search paths.\n", len(v.selective))
	}
	if len(v.general) == 0 {
		fmt.Fprint(w, "\n# No general ('VPATH' variable) search path.\n")
	} else {
		fmt.Fprintf(w, "\n# General ('VPATH' variable) search path:\n# %s\n", strings.Join(v.general, ":"))
	}
}
