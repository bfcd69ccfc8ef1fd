package kbuild

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"gokbuild/depgraph"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/native/shell"
)

// job is the running of one target's recipe. Its lines run one after another in
// a goroutine of their own; everything that needs variables was done before.
type job struct {
	inv   *Invocation
	file  *rules.File
	goal  *goal
	lines []line
	// cmd is the command to be started next and cur its line; rest is what
	// follows it on lines[at].
	cmd, rest string
	cur       line
	at        int
	out       sink
	// synced is where output is held back under -O; out may be the real one all
	// the same.
	synced sink
	prio   depgraph.Priority
	// hasSlot is set while the job holds a job slot.
	hasSlot bool
	// wholeStdin is set for the one job that reads the real standard input.
	wholeStdin bool

	env     []string
	envOnce sync.Once
	// shell is how the next command is run, if it was worked out ahead.
	shell *shellChoice
	// pos is the place of the line that runs.
	pos eval.Pos
	// fatal is an error in what was evaluated for the job while it ran.
	fatal atomic.Pointer[eval.Fatal]

	// dontCare is set if failing is no error: the target is made on behalf of a
	// makefile that may be missing.
	dontCare bool

	status rules.Status
	// tail is set while the last command was one that started nothing.
	tail bool
	// ran is set once a command was run that may have made something, recalled once memory showed that one need not.
	ran, recalled bool
	// calledMake is set once a command has called make in this process.
	calledMake bool
	// began is when the job was launched, by the clock that files are dated with; buildsBefore is what [sessionMemory.builds] was then.
	began        int64
	buildsBefore uint64
	// listener hears what the command that runs writes to standard error, heard is what those before it wrote.
	listener *heard
	heard    string
	// explained is set once --explain has told why the recipe runs.
	explained bool
	// signalled is set if a signal ended the recipe, so that its target is suspect.
	signalled bool
	// killed is how the command ended that ran when the build was interrupted,
	// killedLine its line; nil if none ran.
	killed     shell.Status
	killedLine *line
}

// line is one line of a recipe after expansion. It may still hold several
// commands, separated by newlines.
type line struct {
	text                      string
	silent, ignore, recursive bool
	// dash is set if the line as written begins with '-'.
	dash bool
	pos  eval.Pos
}

// execute runs a target's recipe, now or when a slot is free.
func (inv *Invocation) execute(f *rules.File) {
	inv.setState(f, rules.Running)
	inv.target(f).dontCare = f.DontCare && inv.remaking
	if blankRecipe(f.Recipe) {
		f.Status = rules.Success
		inv.finished(f)
		return
	}
	if inv.dying {
		return
	}
	t := inv.target(f)
	if inv.serial {
		for !inv.takeSlot() {
			inv.graph.Ready(t.node)
			inv.await()
			inv.graph.TakeReady()
			if inv.dying {
				return
			}
		}
		inv.launch(f)
		for f.State == rules.Running && inv.liveJobs > 0 {
			inv.await()
		}
		return
	}
	if inv.graph.FirstReady() == nil && inv.takeSlot() {
		inv.launch(f)
		return
	}
	inv.graph.Ready(t.node)
}

// launch expands a recipe and starts it; the caller has taken a slot. The first
// command is announced here, so that parallel jobs are in their order; a recipe
// that starts nothing needs no goroutine.
func (inv *Invocation) launch(f *rules.File) {
	t := inv.target(f)
	j := &job{inv: inv, file: f, goal: t.forGoal, hasSlot: true, out: inv.out, dontCare: t.dontCare}
	if inv.rec != nil {
		j.began = inv.session.memory.lock.Now()
		j.buildsBefore = inv.session.memory.builds.Load()
	}
	j.openOutput()
	inv.prepare(j)
	if !j.begin() {
		j.closeOutput()
		inv.jobEnded(j)
		return
	}
	j.prio = append(inv.prio[:len(inv.prio):len(inv.prio)], t.node.Order())
	inv.liveJobs++
	j.journal((*memory.Journal).Begin)
	inv.ready(j)
	inv.debugJob("Putting child", " ("+f.Name+")", j, "on the chain")
	go func() {
		j.run()
		inv.done <- j
	}()
}

// ready evaluates for the first command of a job what make evaluates before it
// goes on to other targets.
func (inv *Invocation) ready(j *job) {
	j.pos = j.cur.pos
	j.evaluateLocked(func() {
		choice := inv.shellOf(j)
		j.shell = &choice
	})
	if j.fatal.Load() == nil && inv.environmentEvaluates(j.file) {
		j.envOnce.Do(func() { j.evaluateLocked(func() { j.env = inv.environment(j.file) }) })
	}
}

// prepare expands the recipe of a job. An error in it ends the invocation, but
// the slot is for others to use.
func (inv *Invocation) prepare(j *job) {
	done := false
	defer func() {
		if !done {
			inv.keepSlot()
		}
	}()
	// What the expansion prints belongs to the job.
	context := inv.context
	inv.context = &j.out
	j.lines = inv.expandRecipe(j.file)
	inv.context = context
	j.file.Expanded = true
	done = true
}

// keepSlot takes over the slot of a job that has ended.
func (inv *Invocation) keepSlot() {
	if inv.held {
		inv.slots.Release()
	}
	inv.held = true
}

// begin goes to the first command that has to be started; false if there is none.
func (j *job) begin() bool {
	j.status = rules.Success
	if len(j.lines) == 0 {
		return false
	}
	if j.inv.tracing() {
		j.trace(&j.lines[0])
	}
	j.tail = true
	j.at, j.rest, j.cur = 0, j.lines[0].text, j.lines[0]
	return j.advance()
}

// run runs the commands from the one that begin found until one fails.
func (j *job) run() {
	for j.command() {
		if j.synced.buffer != nil {
			j.dumpLine()
		}
		if !j.advance() {
			break
		}
	}
	j.closeOutput()
}

// advance goes to the next command that has to be started, and prints what is to
// be seen on the way; false if there is none or the recipe ends here.
func (j *job) advance() bool {
	for {
		for j.rest == "" {
			if j.at++; j.at >= len(j.lines) {
				return false
			}
			j.tail = true
			j.rest, j.cur = j.lines[j.at].text, j.lines[j.at]
		}
		text := j.rest
		if j.rest = ""; !j.inv.db.OneShell {
			text, j.rest = cutCommand(text)
		}
		start, end := j.consider(text)
		j.lines[j.at].recursive = j.cur.recursive
		if start || end {
			return start
		}
	}
}

// consider tells whether a command is to be started, and prints it if it is to be
// seen; end ends the recipe.
func (j *job) consider(text string) (start, end bool) {
	inv, l := j.inv, &j.cur
	j.tail = true
	cmd, p := prefixes(text)
	silent := j.lines[j.at].silent || p.silent
	l.ignore = j.lines[j.at].ignore || p.ignore
	// A '+' that an expansion brought marks the commands after it too.
	l.recursive = l.recursive || p.recursive
	if blank(cmd) {
		return false, false
	}
	if inv.question && !l.recursive {
		j.status = rules.Question
		return false, true
	}
	if inv.touch && !l.recursive {
		return false, false
	}
	j.syncLine(l)
	if inv.dryRun || inv.printing() || !silent {
		inv.messageTo(&j.out, cmd)
	}
	j.goal.started.Store(true)
	if strings.TrimSpace(cmd) == ":" || inv.dryRun && !l.recursive {
		return false, false
	}
	j.cmd = cmd
	return true, false
}

// command runs the command that advance found; false ends the recipe.
func (j *job) command() bool {
	inv, l := j.inv, &j.cur
	if inv.session.Stopping() != 0 {
		j.status, j.signalled = rules.Failed, true
		return false
	}
	if j.out.buffer == nil || inv.syncMode() == flags.SyncRecurse {
		inv.outMu.Lock()
		inv.announce()
		inv.outMu.Unlock()
	}
	j.tail = false
	j.pos = l.pos
	st := j.start(j.cmd, l.recursive)
	if j.fatal.Load() != nil {
		j.status = rules.Failed
		return false
	}
	if st.Success() {
		return true
	}
	if inv.session.Stopping() != 0 {
		j.status, j.signalled = rules.Failed, true
		j.killed, j.killedLine = st, l
		return false
	}
	if l.ignore {
		j.report(l, st, true)
		return true
	}
	j.status = rules.Failed
	if l.recursive && inv.question && st.Code == 1 {
		j.status = rules.Question
		return false
	}
	j.signalled = st.Signal != 0
	j.report(l, st, false)
	return false
}

// report prints why a command failed.
func (j *job) report(l *line, st shell.Status, ignored bool) {
	inv := j.inv
	if ignored && inv.silent() {
		return
	}
	where := "<builtin>"
	if l.pos.File != "" {
		where = l.pos.String()
	}
	what := depgraph.Status{Code: st.Code, Signal: st.Signal, Core: st.Core}.String()
	text := fmt.Sprintf("[%s: %s] %s", where, j.file.Name, what)
	if ignored {
		text += " (ignored)"
	} else {
		text = "*** " + text
		if inv.flags.Shuffle != "" {
			text += " shuffle=" + inv.flags.Shuffle
		}
		if j.dontCare {
			return
		}
	}
	if !ignored && inv.remaking {
		inv.showIncludeError()
	}
	inv.errorTo(&j.out, eval.Pos{}, text)
}

// tracing tells whether each target is announced with a reason, printing
// whether even silent commands are shown.
func (inv *Invocation) tracing() bool {
	if inv.profile.TraceIsPrintAndWhy {
		return inv.debugging(flags.DebugWhy)
	}
	return inv.flags.Trace
}

func (inv *Invocation) printing() bool {
	if inv.profile.TraceIsPrintAndWhy {
		return inv.debugging(flags.DebugPrint)
	}
	return inv.flags.Trace
}

// trace prints what --trace shows before each command.
func (j *job) trace(l *line) {
	where := "<builtin>"
	if l.pos.File != "" {
		where = l.pos.String()
	}
	newer, _ := j.inv.db.Auto(j.file).Automatic('?')
	update := where + ": update target '" + j.file.Name + "' due to: "
	text := update + newer
	if j.inv.profile.TraceIsPrintAndWhy {
		switch {
		case j.file.Phony:
			text = update + "target is .PHONY"
		case j.file.Mtime == rules.TimeNone:
			text = update + "target does not exist"
		case newer == "":
			text = update + "unknown reasons"
		}
	} else if newer == "" {
		text = where + ": target '" + j.file.Name + "' does not exist"
	}
	j.inv.messageTo(&j.out, text)
}

// environ returns the environment of the target's commands; it is computed when
// first asked for.
func (j *job) environ() []string {
	j.envOnce.Do(func() {
		j.evaluate(func() { j.env = j.inv.environment(j.file) })
	})
	return j.env
}

// evaluate expands variables on behalf of the job. An error ends the invocation
// once the job has ended; ok is false then.
func (j *job) evaluate(f func()) (ok bool) {
	j.inv.mu.Lock()
	defer j.inv.mu.Unlock()
	return j.evaluateLocked(f)
}

func (j *job) evaluateLocked(f func()) (ok bool) {
	inv := j.inv
	context := inv.context
	inv.context = &j.out
	defer func() { inv.context = context }()
	var fatal *eval.Fatal
	if errors.As(eval.Catch(f), &fatal) {
		inv.in.Recover()
		j.fatal.CompareAndSwap(nil, fatal)
	}
	return j.fatal.Load() == nil
}

// journal notes in the journal of the session that the files of the recipe begin or end to be made.
func (j *job) journal(note func(*memory.Journal, string)) {
	inv, f := j.inv, j.file
	if inv.session.memory == nil || inv.settling() || f.Phony {
		return
	}
	if f.Precious {
		note = (*memory.Journal).Doubt
	}
	note(inv.session.memory.running, inv.view.Abs(f.Name))
	for _, also := range f.AlsoMake {
		note(inv.session.memory.running, inv.view.Abs(also.Name))
	}
}

// jobDone handles the end of a job that had its own goroutine.
func (inv *Invocation) jobDone(j *job) {
	inv.liveJobs--
	how := "winning"
	if j.status != rules.Success {
		how = "losing"
	}
	inv.debugJob("Reaping "+how+" child", "", j, "")
	inv.debugJob("Removing child", "", j, "from chain")
	inv.jobEnded(j)
	j.journal((*memory.Journal).End)
}

func (inv *Invocation) jobEnded(j *job) {
	if j.wholeStdin {
		inv.session.releaseStdin()
	}
	if j.hasSlot {
		inv.keepSlot()
	}
	f := j.file
	f.Status = j.status
	inv.noteContent(j)
	stopping := inv.session.Stopping() != 0
	if stopping && j.status == rules.Success {
		// Whether the recipe was complete is not known.
		inv.deleteTarget(f)
		inv.dying = true
	}
	if j.status == rules.Failed {
		if j.signalled || stopping || inv.db.DeleteOnError {
			inv.deleteTarget(f)
		}
		if j.killedLine != nil && j.killed.Signal != 0 {
			j.report(j.killedLine, j.killed, false)
		}
		inv.failed = rules.Failed
		if j.dontCare {
			inv.failed = rules.Success
		}
		if !inv.flags.KeepGoing && !j.dontCare || stopping {
			inv.dying = true
		}
	}
	if fatal := j.fatal.Load(); fatal != nil {
		inv.printFatal(fatal)
		inv.failed, inv.dying = rules.Failed, true
	}
	inv.target(f).recursive = !slices.ContainsFunc(j.lines, func(l line) bool { return !l.recursive })
	if j.status == rules.Question {
		// Nothing ran.
		inv.setState(f, rules.NotStarted)
	}
	inv.finished(f)
	if inv.touch && j.tail && f.Status == rules.Success {
		// make finishes such a target twice: behind its last command, and when it
		// has passed over the rest.
		inv.touchTarget(f)
	}
}

// debugJob prints what --debug=jobs shows of a job. Many commands are no process
// of their own: the number is that of this one.
func (inv *Invocation) debugJob(what, name string, j *job, where string) {
	if where != "" {
		where += "."
	}
	inv.debugf(debugJobs, 0, "%s %p%s PID %d %s\n", what, j, name, os.Getpid(), where)
}
