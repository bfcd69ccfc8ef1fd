package command

// This file finds out how a command can be run without a shell.

import (
	"path"
	"strings"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/shell"
)

// parse is the link that does so. It takes commands that start nothing.
type parse struct{ *Local }

func (l parse) Run(c *Command) (Result, bool) {
	var direct []string
	direct, c.Direct = l.direct(c)
	line := c.Text
	if c.For == event.ShellFunc {
		if c.Direct = c.Direct && len(direct) > 0; !c.Direct && !c.Shell.One {
			line = joinLines(line)
		}
	} else if c.Direct && len(direct) == 0 {
		return Result{By: event.ByNothing}, true
	}
	switch {
	case c.Direct:
		c.Argv = direct
		// A program that was left unbuilt has its replacement there, whether or not the in-process shell is used for others.
		if c.For == event.ShellFunc || l.Make.Native("shell") || l.LeftOut.Program(direct[0]) != nil {
			c.Program = shell.Command(direct)
		}
	default:
		c.Argv = c.Shell.Words(line)
		if c.Shell.Usual && l.Make.Native("shell") {
			c.Program, _ = shell.Parse(line)
		}
	}
	c.Harmless = c.For == event.Recipe && c.Program != nil && (c.Program.PureText() || c.Program.Harmless(func(name string) bool {
		return c.Recursive && (name == l.Make.Call.Argv[0] || name == "mkdir")
	}))
	return Result{}, false
}

// programs are the commands of the shell that make 4.2 takes for programs.
var programs = map[string]bool{"alias": true, "bg": true, "command": true, "fc": true, "fg": true, "getopts": true,
	"hash": true, "jobs": true, "return": true, "type": true, "unalias": true}

// direct gives the words of a command that make runs without a shell. Under .ONESHELL a newline is for the shell.
func (l *Local) direct(c *Command) ([]string, bool) {
	text := c.Text
	if !c.Shell.Plain || c.Shell.One && strings.Contains(text, "\n") {
		return nil, false
	}
	if !l.Make.Profile.CommandIsProgram {
		return shell.Direct(text)
	}
	text = strings.TrimLeft(text, " \t")
	word := text
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		word = text[:i]
	}
	if word == "switch" {
		return nil, false
	}
	if !programs[word] {
		return shell.Direct(text)
	}
	argv, ok := shell.Direct("./" + text)
	if ok {
		argv[0] = word
	}
	return argv, ok
}

// Words gives the words of a command that needs no shell; ok is false if it needs one, or has none.
func (l *Local) Words(c *Command) (words []string, ok bool) {
	words, ok = l.direct(c)
	return words, ok && len(words) > 0
}

// joinLines drops the newlines of a command for $(shell) unless a backslash quotes them: make takes the text for one line
// and loses them when it quotes the line for itself.
func joinLines(text string) string {
	if strings.IndexByte(text, '\n') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\n' || i > 0 && text[i-1] == '\\' {
			out = append(out, text[i])
		}
	}
	return string(out)
}

// isMake reports whether a program called by this path is the make that calls.
func (l *Local) isMake(file string) bool { return path.Base(file) == path.Base(l.Make.Call.Argv[0]) }
