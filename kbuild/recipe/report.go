package recipe

// This file says what make says about a recipe that runs: why a command failed, what --trace shows.

import (
	"fmt"

	"gokbuild/depgraph"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// report prints why a command failed: "make: *** [Makefile:3: all] Error 1".
func (j *Job) report(l *Line, st depgraph.Status, ignored bool) {
	mk := j.ctx.Make
	if ignored && (mk.Flags.Silent || j.ctx.DB.SilentAll) {
		return
	}
	what := st.String()
	text := fmt.Sprintf("[%s: %s] %s", l.where(), j.File.Name, what)
	if ignored {
		text += " (ignored)"
	} else {
		text = "*** " + text
		if mk.Flags.Shuffle != "" {
			text += " shuffle=" + mk.Flags.Shuffle
		}
		if j.DontCare {
			return
		}
		if j.Mode.Remaking {
			j.IncludeError()
		}
	}
	j.out.Errorf("%s", text)
}

// ReportKilled prints how the command ended that ran when the build was interrupted, if a signal ended it.
func (j *Job) ReportKilled() {
	if k := j.killed; k != nil && k.status.Signal != 0 {
		j.report(k.line, k.status, false)
	}
}

// where is the place of a line, as messages name it.
func (l *Line) where() string {
	if l.Pos.File == "" {
		return "<builtin>"
	}
	return l.Pos.String()
}

// tracing tells whether each target is announced with a reason (--trace).
func (j *Job) tracing() bool { return j.shows(flags.DebugWhy) }

// printing tells whether even silent commands are shown.
func (j *Job) printing() bool { return j.shows(flags.DebugPrint) }

// shows tells whether --trace shows something. Since make 4.4 it is two topics of --debug.
func (j *Job) shows(topic flags.Debug) bool {
	if j.ctx.Make.Profile.TraceIsPrintAndWhy {
		return j.ctx.Printer.DebuggingIn(topic, j.Mode.Remaking)
	}
	return j.ctx.Make.Flags.Trace
}

// trace prints what --trace shows before the first command.
func (j *Job) trace(l *Line) {
	newer, _ := j.ctx.DB.Auto(j.File).Automatic('?')
	update := l.where() + ": update target '" + j.File.Name + "' due to: "
	text := update + newer
	if j.ctx.Make.Profile.TraceIsPrintAndWhy {
		switch {
		case j.File.Phony:
			text = update + "target is .PHONY"
		case j.File.Mtime == rules.TimeNone:
			text = update + "target does not exist"
		case newer == "":
			text = update + "unknown reasons"
		}
	} else if newer == "" {
		text = l.where() + ": target '" + j.File.Name + "' does not exist"
	}
	j.out.Line(text)
}
