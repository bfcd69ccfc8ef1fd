package main

// This file answers a shell that completes words.

import (
	"os"
	"strings"

	"gokbuild/cmd/gokbuild/completion"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
)

// runCompletion answers the two options that are for shells and not for builds: --completion=SHELL prints the script
// that a shell reads, --complete WORD… what may stand for the last word. ok is false if args are neither.
func runCompletion(args []string, p *profile.Profile) (status int, ok bool) {
	if len(args) == 0 {
		return 0, false
	}
	shell, isScript := strings.CutPrefix(args[0], "--completion=")
	if isScript = isScript && len(args) == 1; args[0] == "--completion" && len(args) <= 2 {
		shell, isScript = strings.Join(args[1:], ""), true
	}
	if isScript {
		text, known := completion.Script(shell)
		if !known {
			os.Stderr.WriteString("gokbuild: there is completion for bash, zsh and fish\n")
			return 2, true
		}
		os.Stdout.WriteString(text)
		return 0, true
	}
	if args[0] != "--complete" {
		return 0, false
	}
	dir, err := os.Getwd()
	if err != nil {
		return 1, true
	}
	r := completion.Request{Words: args[1:], Dir: dir, Env: os.Getenv, Usage: flags.New(p).Usage()}
	if r.Write(os.Stdout) != nil {
		return 1, true
	}
	return 0, true
}
