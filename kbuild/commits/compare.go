package commits

// This file has what comes of a commit in a configuration, and compares it with what came of the commit before.

import (
	"slices"
	"strings"

	"gokbuild/kbuild/diagnostic"
)

// version is that of the form of results; those of another one are not read.
const version = 1

// Status says what came of a build.
type Status string

// The ways in which a build ends.
const (
	Built        Status = "built"
	Failed       Status = "failed"
	Unconfigured Status = "unconfigured" // the configuration could not be made
)

func (s Status) known() bool { return s == Built || s == Failed || s == Unconfigured }

// rank is the higher, the worse the status is.
func (s Status) rank() int { return slices.Index([]Status{Built, Failed, Unconfigured}, s) }

// Result is what came of a commit in a configuration.
type Result struct {
	V int `json:"v"`
	// Commit is its full name, Subject the first line of its message.
	Commit  string `json:"commit"`
	Subject string `json:"subject"`
	Config  string `json:"config"`
	// Key stands for what else decided it; see Run.key.
	Key    string `json:"key"`
	Status Status `json:"status"`
	// Exit is the status of the build, or of the goal that configures; Seconds is how long both took.
	Exit    int     `json:"exit"`
	Seconds float64 `json:"seconds"`
	// Warnings and Errors are what the tools complained of, each once. After a build that failed, warnings of commits before are
	// among them that were not seen again.
	Warnings []diagnostic.Diagnostic `json:"warnings"`
	Errors   []diagnostic.Diagnostic `json:"errors"`
	// Sizes are those of the linked files; none if the build failed.
	Sizes []*Size `json:"sizes"`
}

// Difference is in what a result differs from that of the commit that it is compared with.
type Difference struct {
	// Against is that commit; "" if there is none: then everything is new.
	Against                              string
	NewWarnings, GoneWarnings, NewErrors []diagnostic.Diagnostic
	GoneErrors                           []diagnostic.Diagnostic
}

// state is what is known of a configuration after a commit: what it is compared with that comes next.
type state struct {
	commit           string
	status           Status
	warnings, errors []diagnostic.Diagnostic
	// sized is the last commit that was linked, and sizes what came of it.
	sized string
	sizes []*Size
}

// after compares a result with what was known before, nil for nothing, and returns what is known after it. What a build that failed
// did not reach is as it was.
func after(old *state, res *Result) (*state, Difference) {
	if old == nil {
		old = &state{}
	}
	new := &state{commit: res.Commit, status: res.Status, warnings: res.Warnings, errors: res.Errors, sized: res.Commit, sizes: res.Sizes}
	d := Difference{Against: old.commit}
	d.NewWarnings, d.GoneWarnings = differ(old.warnings, res.Warnings)
	d.NewErrors, d.GoneErrors = differ(old.errors, res.Errors)
	if res.Status != Built {
		new.warnings = append(append([]diagnostic.Diagnostic{}, res.Warnings...), d.GoneWarnings...)
		d.GoneWarnings = nil
	}
	if len(res.Sizes) == 0 {
		new.sized, new.sizes = old.sized, old.sizes
	}
	return new, d
}

// differ returns the complaints that are new and those that are gone. On which line they are does not count; that there is one more of
// the same in a file does.
func differ(old, new []diagnostic.Diagnostic) (fresh, gone []diagnostic.Diagnostic) {
	count := func(all []diagnostic.Diagnostic) map[string]int {
		n := make(map[string]int)
		for i := range all {
			n[all[i].Sameness()]++
		}
		return n
	}
	only := func(all []diagnostic.Diagnostic, others map[string]int) (left []diagnostic.Diagnostic) {
		for _, d := range all {
			if k := d.Sameness(); others[k] > 0 {
				others[k]--
			} else {
				left = append(left, d)
			}
		}
		return left
	}
	return only(new, count(old)), only(old, count(new))
}

// complaints are those in what a build wrote to standard error, each once, with names of files as they are in the tree. made says
// whether it ended well.
func complaints(text string, folders []string, made bool) (warnings, errors []diagnostic.Diagnostic) {
	relative := strings.NewReplacer(pairs(folders)...)
	seen := make(map[string]bool)
	var chained []diagnostic.Diagnostic
	for _, d := range diagnostic.Parse(text) {
		for _, s := range []*string{&d.File, &d.Message, &d.Text} {
			*s = relative.Replace(*s)
		}
		for i := range d.Notes {
			d.Notes[i].File, d.Notes[i].Message = relative.Replace(d.Notes[i].File), relative.Replace(d.Notes[i].Message)
		}
		if line := d.OneLine(); seen[line] {
			continue
		} else {
			seen[line] = true
		}
		switch {
		case d.Severity == diagnostic.Warning:
			warnings = append(warnings, d)
		case d.Severity != diagnostic.Error:
		case d.Chained():
			chained = append(chained, d)
		default:
			errors = append(errors, d)
		}
	}
	if made {
		// What an error was said of and was made all the same (recipes with "-" in front) is as a warning.
		return append(warnings, errors...), nil
	}
	if len(errors) == 0 {
		errors = chained[:min(1, len(chained))]
	}
	return warnings, errors
}

// pairs are what a Replacer takes to leave folders out of names.
func pairs(folders []string) (all []string) {
	for _, f := range folders {
		all = append(all, f+"/", "")
	}
	return all
}
