package builtin

// This file hands out the built-in variables and rules of the imitated make.

import (
	"strings"

	"gokbuild/kbuild/lang/profile"
)

// Var is a variable of origin default.
type Var struct {
	Name, Value string
	// Recursive tells a value that is expanded on use.
	Recursive bool
}

// SuffixRule is a rule whose target is one suffix (.c: make any file from a .c) or two (.c.o).
type SuffixRule struct {
	Target string
	Recipe []string
}

// PatternRule is a built-in pattern rule.
type PatternRule struct {
	Targets, Prereqs []string
	// DoubleColon marks a terminal rule: it applies only if its prerequisites exist.
	DoubleColon bool
	Recipe      []string
}

// Variables are the built-in variables that -R removes, as long as no makefile has redefined them. All have origin default.
func Variables(p *profile.Profile) []Var {
	vars := append([]Var(nil), table...)
	if p.Family >= profile.V44 {
		for i := range vars {
			if value, ok := newer[vars[i].Name]; ok {
				vars[i].Value = value
			}
		}
	}
	return vars
}

// First are the variables that are there before those of the environment, in the order in which make enters them.
func First(p *profile.Profile) []Var {
	return []Var{
		{Name: ".VARIABLES"},
		{Name: ".RECIPEPREFIX"},
		{Name: ".SHELLFLAGS", Value: "-c"},
		{Name: ".LOADED"},
		{Name: ".FEATURES", Value: strings.Join(p.Features, " ")},
	}
}

// Fixed are the other variables of origin default that are defined whatever the options say and whose value does not depend on the
// invocation. SUFFIXES is one of them, but empty under -r. MAKE_HOST is a parameter because it names the machine.
//
// What depends on the invocation is left to the caller: MAKE_COMMAND and MAKE (recursive, `$(MAKE_COMMAND)`), .INCLUDE_DIRS,
// CURDIR, MAKEFILE_LIST, MAKEFLAGS, MFLAGS, MAKELEVEL, .DEFAULT_GOAL, GNUMAKEFLAGS.
func Fixed(p *profile.Profile, noBuiltinRules bool, host string) []Var {
	list := ""
	if !noBuiltinRules {
		list = strings.Join(suffixes, " ")
	}
	return []Var{
		{Name: "SUFFIXES", Value: list},
		{Name: "MAKE_VERSION", Value: p.Version},
		{Name: "MAKE_HOST", Value: host},
		{Name: "SHELL", Value: "/bin/sh"},
		{Name: "MAKEFILES"},
	}
}

// Posix are the variables that the special target .POSIX sets when it is met, with origin default: they do not replace what a
// makefile or the environment has set.
func Posix(p *profile.Profile) []Var {
	optimize, fortran, archive := "-O1", "-O1", "-rv"
	switch {
	case p.Family < profile.V43:
		optimize, fortran = "-O", "-O 1"
	case p.Family == profile.V43:
		// The make 4.3 that people have is mostly Debian's or Ubuntu's, which also asks ar for real times.
		archive = "-rvU"
	}
	return []Var{
		{Name: ".SHELLFLAGS", Value: "-ec"},
		{Name: "ARFLAGS", Value: archive},
		{Name: "CC", Value: "c99"},
		{Name: "CFLAGS", Value: optimize},
		{Name: "FC", Value: "fort77"},
		{Name: "FFLAGS", Value: fortran},
		{Name: "SCCSGETFLAGS", Value: "-s"},
	}
}

// Automatic are the directory and file forms of the automatic variables. Their origin is automatic.
func Automatic() []Var {
	var vars []Var
	for _, c := range []string{"@", "%", "*", "<", "?", "^", "+"} {
		vars = append(vars,
			Var{Name: c + "D", Value: "$(patsubst %/,%,$(dir $" + c + "))", Recursive: true},
			Var{Name: c + "F", Value: "$(notdir $" + c + ")", Recursive: true})
	}
	return vars
}

// Suffixes are the built-in prerequisites of .SUFFIXES.
func Suffixes() []string { return append([]string(nil), suffixes...) }

// SuffixRules are the built-in suffix rules. They become pattern rules as the makefile's own suffix rules do: for each known
// suffix, in order, the rule of that suffix alone and then those that pair it with each suffix; and for each known suffix a
// rule `%.s:` with nothing else, which keeps match-anything rules away from names with a known ending. One rule (.lm.m) names
// a suffix that is not in the list and takes effect only if a makefile adds it.
func SuffixRules() []SuffixRule { return suffixRules }

// PatternRules are the built-in pattern rules. They come after all rules of makefiles, suffix rules included.
func PatternRules() []PatternRule { return patternRules }
