package recipe

// This file finds the shell for a command (manual, "Choosing the Shell").

import (
	"path"
	"strings"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
)

// LineShell returns the shell for a line of a target's recipe; dash says that the line begins with '-'.
func (x *Expander) LineShell(f *rules.File, pos eval.Pos, dash bool) (sh command.Shell) {
	frame := eval.Frame{Scope: x.In.Scope, Auto: x.DB.Auto(f), Pos: pos}
	if f.HasVars() {
		frame.Scope = x.DB.Scope(f, false)
	}
	x.In.Within(frame, func() { sh = x.shell(dash) })
	return sh
}

// FuncShell returns the shell for $(shell): that of the standpoint from which it is expanded. early says that the command
// line of make is evaluated: then there is no shell but that of the environment, perhaps none.
func (x *Expander) FuncShell(early bool) command.Shell {
	sh := x.shell(false)
	if early {
		path := ""
		if v := x.In.Global.Get("SHELL"); v != nil {
			path = x.In.Value(v)
		}
		sh.Path = program(path, sh.One)
		sh.Plain = sh.Plain && path == usualPath
		sh.Usual = sh.Usual && sh.Plain
	}
	return sh
}

// usualPath and usualFlags are the shell without which make can run mere words. It compares texts: a blank behind them counts.
const usualPath, usualFlags, errorFlags = "/bin/sh", "-c", "-ec"

func (x *Expander) shell(dash bool) command.Shell {
	path, text := x.shellPath(), usualFlags
	sh := command.Shell{Path: program(path, x.DB.OneShell), One: x.DB.OneShell}
	switch v := x.In.Lookup(".SHELLFLAGS"); {
	case v == nil:
		text = ""
	case dash && x.DB.Posix && v.Origin == eval.OriginDefault && x.Make.Profile.PosixIgnoringErrors:
	default:
		text = x.In.Value(v)
	}
	if sh.Flags = []string{text}; text != usualFlags {
		sh.Flags = splitFlags(text)
	}
	sh.Plain = path == usualPath && (text == usualFlags || text == errorFlags)
	if v := x.In.Lookup("IFS"); v != nil && x.In.Value(v) != " \t\n" {
		sh.Plain = false
	}
	sh.Usual = sh.Plain && text == usualFlags && !sh.One
	return sh
}

// program is the shell that a value of SHELL names. Under .ONESHELL blanks around it belong to it.
func program(path string, one bool) string {
	if one {
		return path
	}
	return strings.TrimSpace(path)
}

// shellPath is the value of SHELL. Where there is none, and no .ONESHELL, make runs the first of the shell's flags in its place.
func (x *Expander) shellPath() string {
	if v := x.In.Lookup("SHELL"); v != nil {
		return x.In.Value(v)
	}
	return ""
}

// usualShell reports whether prefixes inside a recipe for .ONESHELL are make's, not the shell's.
func usualShell(sh string) bool {
	switch path.Base(sh) {
	case "sh", "bash", "dash", "ksh", "rksh", "zsh", "ash":
		return true
	}
	return false
}

func splitFlags(text string) []string {
	if words, ok := command.PlainWords(text); ok {
		return words
	}
	return strings.Fields(text)
}
