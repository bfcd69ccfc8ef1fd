package scout

// This file takes the commands of the scouting makes, and runs none of them.

import (
	"strings"

	"gokbuild/depgraph"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/setting"
)

// Link is the link of the chain of one scouting make.
type Link struct {
	*Scout
	Make    *setting.Make
	Local   *command.Local
	LeftOut *native.LeftOut
	// Probes answers compiler probes, which Runner runs.
	Probes *probe.Memo
	Runner probe.Runner
	// Below goes through a make that a command calls, in this process.
	Below func(*command.Command, setting.Call) depgraph.Status
}

// Run takes every command (command.Runner).
func (l *Link) Run(c *command.Command) (command.Result, bool) {
	if c.For == event.ShellFunc {
		return l.answer(c), true
	}
	l.line(c)
	return command.Result{By: event.ByNothing}, true
}

// answer is what $(shell) answers the scout. Commands that may have effects are not run: the scout waits until the make that it
// scouts for has run them.
func (l *Link) answer(c *command.Command) command.Result {
	if words, ok := command.PlainWords(c.Text); ok && len(words) > 2 && words[0] == "mkdir" && words[1] == "-p" {
		return command.Result{}
	}
	if c.Shell.Usual && !strings.Contains(c.Text, "\n") {
		if out, status, ok := l.Probes.Shell(l.Runner).Foresee(c.Text, l.Make.Dir, c.Environ()); ok {
			return command.Result{Status: depgraph.Status{Code: status}, Out: out}
		}
	}
	r, ok := l.await(question{l.Make.Dir, c.Text})
	if !ok {
		return command.Result{}
	}
	return command.Result{Status: r.Status, Out: r.Out}
}

// line follows the call of a make, and begins a program that can begin early.
func (l *Link) line(c *command.Command) {
	if l.Stopped() || !c.Shell.Usual {
		return
	}
	if c.Recursive {
		if l.makes.Add(1) > mostMakes {
			l.enough()
		} else if call, ok := l.Local.Submake(c); ok {
			l.Below(c, call)
		}
		return
	}
	argv, ok := l.Local.Words(c)
	if !ok {
		return
	}
	p := l.LeftOut.Program(argv[0])
	if p == nil || p.Begin == nil {
		return
	}
	if drop := p.Begin(argv, l.Make.Dir, c.Environ()); drop != nil {
		l.drop = append(l.drop, drop)
	}
	l.enough()
}
