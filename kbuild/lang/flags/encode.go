package flags

// This file writes MAKEFLAGS and its like.

import (
	"strconv"
	"strings"
)

// Stage is a moment at which MAKEFLAGS is written.
type Stage uint8

// Stages of an invocation.
const (
	// Reading: makefiles are being read.
	Reading Stage = iota
	// Remaking: makefiles are being remade; recipes run in earnest, so -n, -q and -t are not passed on.
	Remaking
	// Building: goals are being made.
	Building
)

// Names of the hidden automatic variables that the text of MAKEFLAGS refers to. The caller defines the first with
// OverridesText, MAKEOVERRIDES with OverridesReference (recursive), and the last with EvalsText.
const (
	OverridesVariable  = "-*-command-variables-*-"
	OverridesReference = "${" + OverridesVariable + "}"
	EvalsVariable      = "-*-eval-flags-*-"
)

// Overrides says what MAKEFLAGS shows after " -- ".
type Overrides uint8

// Forms of the variables in MAKEFLAGS.
const (
	// NoOverrides: MAKEOVERRIDES is undefined or its text is empty.
	NoOverrides Overrides = iota
	// ByReference: a reference to MAKEOVERRIDES, which a makefile may change.
	ByReference
	// ByHiddenReference: a reference to the hidden variable, under .POSIX.
	ByHiddenReference
)

// Makeflags is the text of MAKEFLAGS, a recursive variable: references in it, and doubled dollars, are expanded on use. Its
// origin is file, or environment override under -e; see profile.MakeflagsRawUnderE for what that does to sub-makes.
func (f *Flags) Makeflags(stage Stage, overrides Overrides) string {
	b := f.options(stage)
	if len(f.Evals) > 0 {
		b = append(b, " $("+EvalsVariable+")"...)
	}
	if stage != Reading || f.profile.OverridesWhileReading {
		switch overrides {
		case ByReference:
			b = append(b, " -- $(MAKEOVERRIDES)"...)
		case ByHiddenReference:
			b = append(b, " -- $("+OverridesVariable+")"...)
		}
	}
	return strings.TrimPrefix(string(b), "-")
}

// Mflags is the text of MFLAGS, with origin environment: the options as one would type them, without variables.
func (f *Flags) Mflags(stage Stage) string {
	return strings.TrimPrefix(string(f.options(stage)), "- ")
}

// options writes all options, with one dash in front of the bundle of letters even if there are none.
func (f *Flags) options(stage Stage) []byte {
	b := []byte{'-'}
	bundle := true
	for _, o := range table {
		if !o.toEnv || o.toEnvUntil != 0 && f.profile.Family >= o.toEnvUntil || stage == Remaking && o.notForMakefiles {
			continue
		}
		for _, arg := range f.shown(o, stage) {
			if bundle && o.short != 0 && (o.kind == flagOn || o.kind == flagOff) {
				b = append(b, o.short)
				continue
			}
			bundle = false
			b = append(b, " "+o.spelling()...)
			if arg != "" && o.short == 0 {
				b = append(b, '=')
			}
			b = appendQuoted(b, arg)
		}
	}
	if len(b) == 1 {
		return nil
	}
	return b
}

// shown returns the arguments with which an option appears; nothing means that it does not.
func (f *Flags) shown(o *option, stage Stage) []string {
	switch o.kind {
	case flagOn, flagOff:
		if f.toggleShown(o) {
			return []string{""}
		}
		return nil
	}
	if stage == Reading && !f.profile.OptionsWhileReading {
		return nil
	}
	switch o.kind {
	case text:
		if arg := *o.text(f); arg != "" {
			return []string{arg}
		}
	case textList, fileList:
		return *o.list(f)
	case jobCount:
		jobs := f.Jobs
		if f.shownJobs != 0 {
			jobs = f.shownJobs
		}
		switch {
		case jobs == JobsUnlimited:
			return []string{""}
		case jobs != JobsUnset:
			return []string{strconv.Itoa(jobs)}
		}
	case loadLimit:
		if f.MaxLoad != loadUnset {
			return []string{strconv.FormatFloat(f.MaxLoad, 'g', 6, 64)}
		}
	}
	return nil
}

func (f *Flags) toggleShown(o *option) bool {
	if o.kind == flagOn {
		return o.toggle(f).is(true)
	}
	if o.group == groupPrintDirectory {
		if f.profile.LastPrintDirectoryWins {
			return f.printDirectory == off
		}
		return f.noPrintDirectory
	}
	return f.profile.NegatedOptionsPassedOn && f.specified[o] && o.toggle(f).is(false)
}

// appendQuoted quotes a text so that it stays one word in MAKEFLAGS and survives the expansion of that variable.
func appendQuoted(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '$':
			b = append(b, '$')
		case ' ', '\t', '\\':
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return b
}

// Override is a variable of the command line after evaluation.
type Override struct {
	Name string
	// Simple tells a variable whose value is not expanded again.
	Simple bool
	Value  string
}

// OverridesText is the value of the hidden variable behind MAKEOVERRIDES, for variables in the order in which they were first
// given: the newest comes first, so the order flips from one level to the next. It is settled once, before makefiles are read.
func OverridesText(list []Override) string {
	var b []byte
	for i := len(list) - 1; i >= 0; i-- {
		v := list[i]
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = appendQuoted(b, v.Name)
		if v.Simple {
			b = append(b, ':')
		}
		b = append(b, '=')
		b = appendQuoted(b, v.Value)
	}
	return string(b)
}

// EvalsText is the value of the hidden variable that passes --eval on; what makefiles add does not count.
func (f *Flags) EvalsText() string {
	var b []byte
	for i, text := range f.Evals[:f.startEvals] {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, "--eval="...)
		b = appendQuoted(b, text)
	}
	return string(b)
}

// DisableJobserver is what a profile with JobserverRevoked puts into MAKEFLAGS (before " -- ") and MFLAGS of a child that is
// not a make and does not get the pipe's descriptors.
const DisableJobserver = " --jobserver-auth=-2,-2"

// Rejoin has a variable of an environment, NAME=value, tell another way to join a job server, if it is MAKEFLAGS or MFLAGS.
func Rejoin(variable, old, now string) string {
	if !strings.HasPrefix(variable, "MAKEFLAGS=") && !strings.HasPrefix(variable, "MFLAGS=") {
		return variable
	}
	for _, option := range []string{"--jobserver-auth=", "--jobserver-fds="} {
		variable = strings.Replace(variable, option+old, option+now, 1)
	}
	return variable
}
