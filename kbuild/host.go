package kbuild

// This file runs $(shell) and != for the evaluator, and gives a hint.

import (
	"bytes"
	"os"
	"strings"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/makefiles"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// shellFunc runs a command for $(shell) and !=, and returns what it wrote and its exit status.
func (inv *Invocation) shellFunc(r *makefiles.Reading, text string) ([]byte, int) {
	x := inv.jobs.Expander
	env := x.ShellEnviron()
	voice, ok := r.In.Voice.(*output.Sink)
	if !ok {
		voice = inv.printer.Main()
	}
	if !r.Early {
		voice.Announce()
	}
	if strings.TrimLeft(text, " \t\n") == "" {
		return nil, eval.NotRun
	}
	res := inv.jobs.Chain.Run(&command.Command{
		For: event.ShellFunc, Text: text, Shell: x.FuncShell(r.Early),
		Environ:  func() []string { return env },
		Stdin:    func() *os.File { return inv.Call.Stdin },
		Complain: func(text string) { voice.Errorf("%s", text) },
	})
	if res.Code == 127 && inv.Profile.ShellNotFoundShown {
		// make takes what it wrote for the message of a shell that did not find the command.
		message, _, _ := bytes.Cut(res.Out, []byte{0})
		res.Out, res.Stderr = nil, res.Stderr+string(message)
	}
	if inv.Effects == setting.Planning {
		// Commands ask of files that are not there yet.
		res.Stderr = ""
	}
	if res.Stderr != "" {
		voice.Pass(res.Stderr)
	}
	inv.build.scout.Hear(inv.Dir, text, res)
	return res.Out, res.Code
}

// hintMixed tells people at a terminal, once, of the option that makes rules work which mix patterns and names.
func (inv *Invocation) hintMixed() {
	if setting.IsTerminal(inv.Call.Stderr) && inv.build.mixedSaid.CompareAndSwap(false, true) {
		inv.printer.Bare(output.Stderr, inv.Prefix+": old trees have such rules; with --accept-mixed-rules both halves work\n")
	}
}
