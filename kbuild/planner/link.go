package planner

// This file takes the commands of a make that plans, and runs none of them.

import (
	"bytes"
	"context"
	"os"
	"path"
	"slices"
	"strings"

	"gokbuild/depgraph"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/plan"
	"gokbuild/kbuild/setting"
)

// Make is one make that plans. It is a link of its chain of commands.
type Make struct {
	*setting.Make
	// Plan is what has been found out of this make, Scope says how much of the build is planned.
	Plan  *plan.Make
	Scope plan.Scope
	// Below goes through a make that a command calls, in this process.
	Below func(*command.Command, setting.Call) depgraph.Status
}

// Run takes every line of a recipe, and a $(shell) that asks for the text of a file which is not there yet (command.Runner). Any other
// $(shell) runs, as it does under -n, unless its text says that it writes a file (writes); and it makes no folders but for its own use.
func (m *Make) Run(c *command.Command) (command.Result, bool) {
	if c.For == event.ShellFunc {
		if m.writes(c) {
			return command.Result{By: event.ByNothing}, true
		}
		c.Watch.Mkdir = func(_ context.Context, call *shell.Call) (depgraph.Status, bool) { return m.mkdir(c.Text, call) }
		return m.answer(c)
	}
	calledMake := false
	target := c.Target()
	m.Plan.Doubts(target, c.Doubts)
	script := plan.Script{Dir: m.Dir, Scripts: c.Recursive, Environ: c.Environ, Read: m.read,
		Wrote: func(name string, text []byte) { m.wrote(target, name, text) },
		Ran: func(cmd plan.Command) {
			switch {
			case m.Stopping() != 0:
			case cmd.Argv[0] == m.Call.Argv[0] && c.Recursive:
				calledMake = true
				m.call(c, cmd)
			default:
				m.ran(c, cmd)
			}
		}}
	if !script.Walk(c.Text) {
		m.Plan.Unread(target, c.Text)
	}
	m.Plan.Said(target, c.Text)
	for _, name := range c.Targets {
		if c.Hear { // it is not phony
			m.imagine(name)
		}
	}
	return command.Result{By: event.ByNothing, CalledMake: calledMake}, true
}

// wrote notes that the shell itself would write a file, as "echo x >name" does. text is nil where it is not known.
func (m *Make) wrote(target, name string, text []byte) {
	if now, ok := m.read(name); text == nil || ok && bytes.Equal(now, text) {
		m.imagine(name)
	} else {
		m.FS.Imagine(name, text)
	}
	m.Plan.Wrote(target)
}

// ran notes a program that a line would start, and the files that it makes besides the target, as far as its words tell.
func (m *Make) ran(c *command.Command, cmd plan.Command) {
	if kernel.ConfTool(cmd.Argv[0]) {
		cmd.Env = slices.Concat(c.Environ(), cmd.Assigns)
	}
	made := kernel.MadeBy(cmd.Argv, func(name string) ([]byte, bool) { return m.read(path.Join(cmd.Dir, name)) })
	for _, name := range made {
		m.imagine(path.Join(cmd.Dir, name))
	}
	m.Plan.Ran(c.Target(), cmd)
}

// imagine has a file count as there, and as new. With [plan.Least] a file that is there already counts as it is: the recipe may
// leave it alone.
func (m *Make) imagine(name string) {
	name = m.View.Abs(name)
	if m.Scope == plan.Least && m.View.Lexists(name) {
		return
	}
	if _, known := m.FS.Imagined(name); !known {
		m.FS.Imagine(name, nil)
	}
}

// read returns the text that a file has, or will have as far as the plan knows.
func (m *Make) read(name string) ([]byte, bool) {
	text, err := m.View.ReadFile(name)
	return text, err == nil
}

// call goes on to a make that a recipe calls. Its failure does not end this one: there may be more to find out.
func (m *Make) call(c *command.Command, cmd plan.Command) {
	env := c.Environ()
	if len(cmd.Assigns) > 0 {
		env = command.OverrideEnv(env, cmd.Assigns)
	}
	m.Below(c, setting.Call{Argv: cmd.Argv, Dir: cmd.Dir, Env: env, Stdout: c.Stdout, Stderr: c.Stderr})
	_ = c.Seat.Acquire(m.Ctx, c.Prio) // if the build ends, the makes see it themselves
}

// writes reports whether a $(shell), or a script that it is, opens a file of a known name for writing, as the script does that counts the
// builds in .version. What it would print is not known then. Temporary files have names that are not known.
func (m *Make) writes(c *command.Command) bool {
	words, plain := command.PlainWords(c.Text)
	if plain && (len(words) == 0 || !strings.Contains(words[0], "/")) || !plain && !strings.Contains(c.Text, ">") {
		return false
	}
	wrote := false
	script := plan.Script{Dir: m.Dir, Environ: c.Environ, Read: m.read, Ran: func(plan.Command) {}, Wrote: func(string, []byte) {}, Scripts: true,
		Opens: func(string) { wrote = true }}
	return script.Walk(c.Text) && wrote
}

// mkdir takes the place of mkdir in a $(shell) of some text: the folders count as there from then on. ok is false if the real one is to
// make them, or to say what is wrong. A folder named after the process, as .tmp_$$ is, is the command's own, and gone when it ends:
// compilers are asked in such a one. Its name does not stand in the text.
func (m *Make) mkdir(text string, call *shell.Call) (st depgraph.Status, ok bool) {
	var names []string
	words := call.Argv[1:]
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-m" || w == "--mode":
			i++ // the mode
		case !strings.HasPrefix(w, "-"):
			names = append(names, w)
		}
	}
	for _, name := range names {
		if strings.Contains(text, "$$") && !strings.Contains(text, name) {
			return st, false
		}
		name = shell.Resolve(call.Dir, name)
		switch found, err := os.Stat(name); {
		case err != nil:
			m.FS.ImagineDir(name)
		case !found.IsDir() || len(names) == len(words):
			return st, false
		}
	}
	return st, len(names) > 0
}

// answer answers "cat FILE…" in a $(shell) where one of the files is not there yet, from what recipes would write there. It
// declines all else: other commands of $(shell) run, as they do under -n.
func (m *Make) answer(c *command.Command) (command.Result, bool) {
	words, ok := command.PlainWords(c.Text)
	if !ok || len(words) < 2 || words[0] != "cat" {
		return command.Result{}, false
	}
	var out []byte
	imagined := false
	for _, name := range words[1:] {
		if strings.HasPrefix(name, "-") {
			return command.Result{}, false
		}
		_, known := m.FS.Imagined(path.Clean(m.View.Abs(name)))
		imagined = imagined || known
		text, _ := m.View.ReadFile(name)
		out = append(out, text...)
	}
	return command.Result{By: event.ByNothing, Out: out}, imagined
}
