package progress

// This file says whether and how progress is shown.

import "fmt"

// Mode says how progress is shown.
type Mode uint8

// The modes. Plain is a whole line now and then, for logs.
const (
	Never Mode = iota
	OnScreen
	Plain
)

// Surroundings are what decides where the option says "auto".
type Surroundings struct {
	// Terminal: standard error is one. Quiet: nothing is built, or a goal talks to the user. Below: another make has called this
	// one.
	Terminal, Quiet, Below bool
	// Term and CI are the variables TERM and CI.
	Term, CI string
}

// Choose returns the mode that an option asks for: auto (also ""), always, never or plain. Where standard error is no terminal,
// "always" is plain. The error is about another word.
func Choose(option string, s Surroundings) (Mode, error) {
	switch option {
	case "", "auto":
		if s.Terminal && !s.Quiet && !s.Below && s.CI == "" && s.Term != "" && s.Term != "dumb" {
			return OnScreen, nil
		}
	case "always":
		if s.Terminal {
			return OnScreen, nil
		}
		return Plain, nil
	case "plain":
		return Plain, nil
	case "never":
	default:
		return Never, fmt.Errorf("no such way to show progress: '%s' (auto, always, never, plain)", option)
	}
	return Never, nil
}
