package main

// This file says after a build that failed what to do about it, to a person who looks on.

import (
	"errors"
	"os"
	"slices"
	"strings"

	"gokbuild/cmd/gokbuild/completion"
	"gokbuild/kbuild"
	"gokbuild/kbuild/advice"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// adviceVariable forces advice where nobody looks on ("always"), or has none given ("never").
const adviceVariable = "GOKBUILD_ADVICE"

// advise listens to the builds of a session, and returns what says what to do about one that ended with a status. It does nothing
// where standard error is no terminal, and below another make. f is nil where the command line is wrong: then it looks whether an
// option was mistyped. Goals that talk to the user keep the terminal to themselves: of what their commands say nothing is heard.
func advise(s *kbuild.Session, call kbuild.Call, f *flags.Flags) func(status int) {
	level, when := os.Getenv("MAKELEVEL"), os.Getenv(adviceVariable)
	if when == "never" || when != "always" && (!setting.IsTerminal(os.Stderr) || level != "" && level != "0") {
		return func(int) {}
	}
	if f == nil {
		return func(int) { adviseOption(s, call) }
	}
	r := &completion.Request{Words: call.Argv[1:], Dir: call.Dir, Env: os.Getenv}
	a := &advice.Advisor{System: advice.ThisSystem(), Dir: call.Dir, Program: "gokbuild", Wanted: f.Goals, Makefiles: f.Makefiles, Folders: f.Directories, Env: os.Getenv,
		Goals: func(word string) []string { goals, _ := r.Known(word); return goals },
		Known: func() []string { _, variables := r.Known(""); return variables }}
	for _, word := range call.Argv[1:] {
		if strings.Contains(word, "=") && !strings.HasPrefix(word, "-") {
			a.Variables = append(a.Variables, word)
		}
	}
	if !slices.ContainsFunc(f.Goals, asks) {
		s.Hear()
	}
	s.Listen(a.Listen)
	colours, err := output.ChooseColours(f.Color, setting.IsTerminal(os.Stderr), os.Getenv)
	if err != nil {
		colours = false // make says so
	}
	return func(status int) {
		if line := a.Line(status); line != "" && s.Stopping() == 0 {
			os.Stderr.WriteString(colours.Strong(line) + "\n")
		}
	}
}

// adviseOption names the option of make that was meant by one that there is not.
func adviseOption(s *kbuild.Session, call kbuild.Call) {
	var wrong flags.UsageError
	err := flags.New(s.Profile).Load(call.Argv, flags.Env{})
	if errors.As(err, &wrong) && wrong.Meant != "" && !wrong.Told {
		colours, _ := output.ChooseColours("", setting.IsTerminal(os.Stderr), os.Getenv)
		os.Stderr.WriteString(colours.Strong("gokbuild: did you mean --"+wrong.Meant+"?") + "\n")
	}
}

// asks reports whether a goal is likely to talk to the user, as menuconfig does.
func asks(goal string) bool {
	if !kernel.ConfigGoal(goal) {
		return false
	}
	for _, end := range []string{"defconfig", "def_config", "yesconfig", "noconfig", "modconfig", "syncconfig", ".config", "tinyconfig", "randconfig"} {
		if strings.HasSuffix(goal, end) {
			return false
		}
	}
	return true
}
