package main

// This file answers --each-commit.

import (
	"os"
	"slices"
	"strings"

	"gokbuild/kbuild/commits"
	"gokbuild/kbuild/lang/profile"
)

// runCommits builds the commits of a range, if that is asked for.
func runCommits(argv []string, p *profile.Profile, cache string) (status int, ok bool) {
	if !slices.ContainsFunc(argv[1:], func(arg string) bool { return strings.HasPrefix(arg, "--each-") }) {
		return 0, false
	}
	f := optionsOf(p, argv)
	if !commits.Asked(f) {
		return 0, false
	}
	dir, err := workingDir()
	if err != nil {
		os.Stderr.WriteString("make: getcwd: No such file or directory\n")
		return 2, true
	}
	r := commits.New(commits.Call{Executable: executable(), Cache: cache, Argv: argv, Dir: dir, Env: environ(), Stdout: os.Stdout, Stderr: os.Stderr}, f)
	signals := handleSignals(r)
	status = r.Main()
	signals.die()
	return status, true
}
