package output

// This file decides whether what we say ourselves has colours, and gives them. What commands print is left as it is.

import "fmt"

// Colours says whether text has colours.
type Colours bool

// ChooseColours reads an option: always, never, or auto (also ""), which asks the variables NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR and
// CLICOLOR, the first that says something, and then whether the text goes to a terminal that can show them. The error is about
// another word.
func ChooseColours(option string, terminal bool, env func(name string) string) (Colours, error) {
	switch option {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "", "auto":
	default:
		return false, fmt.Errorf("no such way to use colours: '%s' (auto, always, never)", option)
	}
	set := func(name string) bool { v := env(name); return v != "" && v != "0" }
	switch term := env("TERM"); {
	case env("NO_COLOR") != "": // whatever it holds: https://no-color.org
		return false, nil
	case set("CLICOLOR_FORCE"), set("FORCE_COLOR"):
		return true, nil
	case env("CLICOLOR") == "0", term == "", term == "dumb":
		return false, nil
	}
	return Colours(terminal), nil
}

// The ways in which text stands out (ECMA-48, SGR).
const (
	bold    = "1"
	red     = "1;31"
	magenta = "1;35"
)

func (c Colours) paint(how, text string) string {
	if !c || text == "" {
		return text
	}
	return "\x1b[" + how + "m" + text + "\x1b[0m"
}

// Error, Warning and Strong make a text stand out as compilers do.
func (c Colours) Error(text string) string { return c.paint(red, text) }

// Warning is for warnings.
func (c Colours) Warning(text string) string { return c.paint(magenta, text) }

// Strong is for names.
func (c Colours) Strong(text string) string { return c.paint(bold, text) }
