package mcp

// This file says which words an agent may use. They become arguments of gokbuild; make puts goals and variables into the texts of
// recipes, which shells read, so that whatever means something to make or a shell is refused.

import (
	"fmt"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
)

var (
	goalForm     = pattern.New(`^[A-Za-z0-9_./%@+:,~][-A-Za-z0-9_./%@+:,~]*$`)
	variableForm = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*$`)
	valueForm    = pattern.New(`^[-A-Za-z0-9_./%@+:,=^ ]*$`)
	symbolForm   = pattern.New(`^[A-Za-z0-9_]+$`)
)

// ownVariables decide what make and its shell are, or are the server's own.
var ownVariables = []string{"O", "SHELL", "MAKE", "MAKEFLAGS", "GNUMAKEFLAGS", "MFLAGS", "MAKEFILES", "MAKELEVEL", "MAKEOVERRIDES", "KBUILD_OUTPUT"}

// checkGoals refuses goals that are more than names.
func checkGoals(goals []string) error {
	for _, g := range goals {
		if !goalForm.MatchString(g) {
			return fmt.Errorf("%q is no goal: a goal is a name of letters, digits and _./%%@+:,~- that does not begin with -", g)
		}
	}
	return nil
}

// checkVariables returns the arguments that set variables, in the order of names.
func checkVariables(vars map[string]string) (args []string, err error) {
	for name, value := range vars {
		switch {
		case !variableForm.MatchString(name):
			return nil, fmt.Errorf("%q is no name of a variable", name)
		case slices.Contains(ownVariables, name):
			return nil, fmt.Errorf("the variable %s is not an agent's to set; the tree and its output directory are those the server was started with", name)
		case !valueForm.MatchString(value):
			return nil, fmt.Errorf("the value %q of %s has characters that mean something to make or a shell", value, name)
		}
		args = append(args, name+"="+value)
	}
	slices.Sort(args)
	return args, nil
}

// checkSymbols returns names of symbols without CONFIG_.
func checkSymbols(symbols []string) (names []string, err error) {
	if len(symbols) == 0 {
		return nil, fmt.Errorf("no symbol is named")
	}
	for _, s := range symbols {
		s = strings.TrimPrefix(s, prefix)
		if !symbolForm.MatchString(s) {
			return nil, fmt.Errorf("%q is no name of a symbol", s)
		}
		names = append(names, s)
	}
	return names, nil
}

// prefix begins the names of symbols in configurations.
const prefix = "CONFIG_"
