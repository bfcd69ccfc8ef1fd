package recipe

// This file goes through the lines of a recipe, and runs their commands.

import (
	"strings"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/rules"
)

// script is how far a job has come in its recipe.
type script struct {
	lines []Line
	// cmd is the command to be started next and cur its line; rest is what follows it on lines[at].
	cmd, rest string
	cur       Line
	at        int
	// tail is set while the last command was one that started nothing.
	tail bool
	// shell is how the next command is run, if it was worked out ahead.
	shell *command.Shell
	// begun is set once the first command was found; until then the make has the turn.
	begun bool
	// killed is set if a command was killed when the build was interrupted.
	killed *killed
}

// begin goes to the first command that has to be started; false if there is none.
func (j *Job) begin() bool {
	if len(j.lines) == 0 {
		return false
	}
	if j.tracing() {
		j.trace(&j.lines[0])
	}
	j.tail = true
	j.at, j.rest, j.cur = 0, j.lines[0].Text, j.lines[0]
	return j.advance()
}

// advance goes to the next command that has to be started, and prints what is to be seen on the way; false if there is none
// or the recipe ends here.
func (j *Job) advance() bool {
	for {
		for j.rest == "" {
			if j.at++; j.at >= len(j.lines) {
				return false
			}
			j.tail = true
			j.rest, j.cur = j.lines[j.at].Text, j.lines[j.at]
		}
		text := j.rest
		if j.rest = ""; !j.ctx.DB.OneShell {
			text, j.rest = cutCommand(text)
		}
		start, end := j.consider(text)
		j.lines[j.at].Recursive = j.cur.Recursive
		if start || end {
			return start
		}
	}
}

// consider tells whether a command is to be started, and prints it if it is to be seen; end ends the recipe.
func (j *Job) consider(text string) (start, end bool) {
	l := &j.cur
	j.tail = true
	cmd, p := rules.CutPrefix(text)
	silent := j.lines[j.at].Silent || p.Silent
	l.Ignore = j.lines[j.at].Ignore || p.Ignore
	// A '+' that an expansion brought marks the commands after it too.
	l.Recursive = l.Recursive || p.Recursive
	switch {
	case blank(cmd):
		return false, false
	case j.Mode.Question && !l.Recursive:
		j.result.Status = rules.Question
		return false, true
	case j.Mode.Touch && !l.Recursive:
		return false, false
	}
	j.out.Turn(l.Recursive)
	if j.Mode.DryRun || j.printing() || !silent {
		j.out.Line(cmd)
	}
	j.Started()
	if j.Mode.DryRun && !l.Recursive || strings.TrimSpace(cmd) == ":" && j.colonIsNothing() {
		return false, false
	}
	j.cmd = cmd
	return true, false
}

// colonIsNothing reports whether the shell of the present line is one for which make leaves out the command ":" (make 4.3, job.c,
// start_job_command). With others, `SHELL = /bin/sh -x` for example, it is run.
func (j *Job) colonIsNothing() (nothing bool) {
	look := func() {
		sh := j.ctx.LineShell(j.File, j.cur.Pos, j.cur.Dash)
		nothing = usualShell(sh.Path) && len(sh.Flags) == 1 && (sh.Flags[0] == "-c" || sh.Flags[0] == "-ec")
	}
	if j.begun {
		j.evaluate(look)
	} else {
		j.evaluateInTurn(look)
	}
	return nothing || j.fatal.Load() != nil
}

// command runs the command that advance found; false ends the recipe.
func (j *Job) command() bool {
	mk, l := j.ctx.Make, &j.cur
	if mk.Stopping() != 0 {
		j.result.Status, j.result.Signalled = rules.Failed, true
		return false
	}
	j.out.BeforeCommand()
	j.tail = false
	st := j.run()
	switch {
	case j.fatal.Load() != nil:
		j.result.Status = rules.Failed
		return false
	case st.Success():
		return true
	case mk.Stopping() != 0:
		j.result.Status, j.result.Signalled = rules.Failed, true
		j.killed = &killed{st.Status, l}
		return false
	case l.Ignore:
		j.report(l, st.Status, true)
		return true
	}
	j.result.Status = rules.Failed
	if l.Recursive && j.Mode.Question && st.Code == 1 {
		j.result.Status, j.result.Answered = rules.Question, true
		return false
	}
	j.result.Signalled = st.Signal != 0
	j.report(l, st.Status, false)
	return false
}

// run sends the present command along the chain.
func (j *Job) run() command.Result {
	sh := j.shell
	if j.shell = nil; sh == nil {
		j.evaluate(func() {
			next := j.ctx.LineShell(j.File, j.cur.Pos, j.cur.Dash)
			sh = &next
		})
	}
	if j.fatal.Load() != nil {
		return command.Result{}
	}
	targets := []string{j.File.Name}
	for _, also := range j.File.AlsoMake {
		targets = append(targets, also.Name)
	}
	r := j.ctx.Chain.Run(&command.Command{
		For: event.Recipe, Text: j.cmd, Targets: targets, Shell: *sh, Recursive: j.cur.Recursive, Hear: !j.File.Phony, Always: j.File.Phony,
		Environ: j.Environ, Stdin: j.stdin, Stdout: j.out.Stdout, Stderr: j.out.Stderr,
		Complain: func(text string) { j.out.Errorf("%s", text) },
		Seat:     j.Seat, Prio: j.Prio, Explain: j.explain,
	})
	j.result.Made = j.result.Made || r.Made
	j.result.Recalled = j.result.Recalled || r.By == event.ByMemory || r.By == event.ByRehearsal
	j.result.CalledMake = j.result.CalledMake || r.CalledMake
	j.result.Heard += r.Stderr
	j.result.Said += r.Said
	j.result.Written.Add(r.Written)
	return r
}
