package remember

// This file holds the links of the chain that leave commands out, or learn what they do. Commands that run although nothing
// they depend on has changed, as Kbuild has them run, are traced when they are run for the second time: what they read is
// known from then on. While that is unchanged, running them again would change nothing.

import (
	"context"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Links are the links of a make's chain that remember.
type Links struct {
	Make *setting.Make
	// Recording is nil if nothing is remembered of the make.
	Recording *Recording
	// Probes remembers what compiler probes answered, in all directories; nil remembers nothing.
	Probes  *probe.Memo
	LeftOut *native.LeftOut
	Local   *command.Local
	// Cached says that processes may be restored from a cache, which is quicker than to trace them, and tells as well what they write.
	Cached bool
}

// All returns the links in their order: they go behind those that parse commands, and before those that run them.
func (l *Links) All() []command.Runner {
	switch {
	case l.Recording != nil:
		return []command.Runner{recall{l}, probes{l}, learn{l}}
	case l.Make.Effects != setting.Real && l.Make.Effects != setting.Planning:
		return []command.Runner{runsNothing{}}
	}
	return []command.Runner{probes{l}, learn{l}}
}

// runsNothing is the link of a make that settles and is not remembered, as one with -B is not: it takes every command.
type runsNothing struct{}

func (runsNothing) Run(*command.Command) (command.Result, bool) {
	return command.Result{By: event.ByNothing}, true
}

// recall is the link that leaves out commands whose record holds. While a make settles it takes all of them.
type recall struct{ *Links }

func (l recall) Run(c *command.Command) (command.Result, bool) {
	if c.For == event.ShellFunc {
		return l.recallShell(c)
	}
	if c.Harmless {
		return command.Result{}, false
	}
	r := l.Recording
	cheap := cheapKey(l.Make, c.For, c.Argv)
	if r.m.Wanted(cheap) {
		k := r.keyOf(c)
		if rec := r.m.findVariant(k.Key, k.settings); r.m.Holds(rec) {
			r.takeOver(rec)
			r.saves(rec)
			r.m.replay(l.Make, rec, c.Stdout, c.Stderr)
			return command.Result{By: event.ByMemory, Said: l.said(rec)}, true
		} else if l.Make.Effects == setting.Planning {
			c.Doubts = r.supposed(rec)
		}
	}
	if l.Make.Effects == setting.Real || l.Make.Effects == setting.Planning {
		return command.Result{}, false
	}
	if st, failed := r.m.failure(cheap); failed {
		// It fails again: what comes behind it is not looked at, or is, as in the first run.
		r.unprove(why(c))
		return command.Result{Status: st, By: event.ByNothing}, true
	}
	if took, ran := r.m.timeOf(cheap); ran && r.m.costs.traceable(took) && !c.Recursive {
		r.m.Want(cheap)
		if rec := l.rehearseLine(c, cheap, took); rec != nil {
			r.takeOver(rec)
			return command.Result{By: event.ByRehearsal}, true
		}
	}
	r.unprove(why(c))
	return command.Result{By: event.ByNothing}, true
}

// said is what a record says that a command wrote to standard error, if somebody wants to know.
func (l *Links) said(rec *memory.Record) (text string) {
	if !l.Make.Hear {
		return ""
	}
	for _, p := range rec.Pieces {
		if p.Stream == memory.Stderr {
			text += p.Text
		}
	}
	return text
}

// why names a command in the words of --stats.
func why(c *command.Command) string {
	if c.For == event.ShellFunc {
		return "$(shell " + c.Text + ")"
	}
	return c.Target() + ": " + c.Text
}

// takeOver makes what a record of a command says a part of what the make did.
func (r *Recording) takeOver(rec *memory.Record) {
	r.reliesOn(rec)
	for _, p := range rec.Pieces {
		r.printed(p.Stream, p.Text)
	}
}

// saves notes that a command was left out, as its record holds.
func (r *Recording) saves(rec *memory.Record) {
	if r.mk.Effects == setting.Real {
		r.m.costs.leavesOut(rec.Cost)
	}
}

// learn is the link that learns what commands do: it runs under trace those that were met before, and watches the others.
type learn struct{ *Links }

func (l learn) Run(c *command.Command) (command.Result, bool) {
	switch {
	case c.For == event.ShellFunc:
		return l.learnShell(c)
	case l.Recording == nil:
		l.listen(c)
		return command.Result{}, false
	case c.Harmless:
		l.watchHarmless(c)
		return command.Result{}, false
	}
	r := l.Recording
	cheap := cheapKey(l.Make, c.For, c.Argv)
	reason := why(c)
	wanted := r.m.Wanted(cheap)
	if budget, ok := l.toTrace(c, cheap); ok {
		res, err := l.traceLine(c, cheap, reason, budget)
		if err == nil {
			return res, true
		}
		reason = err.Error() + ": " + reason
	}
	r.ran(reason)
	if !wanted {
		r.m.mayLearn(cheap)
	}
	began := time.Now()
	c.Watch.Deeds = new(command.Deeds)
	c.After(func(res *command.Result) {
		r.m.ended(cheap, res.Status, !wanted)
		if res.By == event.ByInProcess {
			r.m.costs.lines.Add(1)
		}
		switch res.By {
		case event.ByInProcess, event.ByDirect, event.ByShell:
			res.Written = c.Watch.Deeds.Told()
		default:
			if len(res.Wrote) == 0 && res.Unknown == "" {
				res.Unknown = string(res.By) // it does not tell
			}
			res.Unseen = string(res.By)
		}
		took := time.Since(began)
		r.m.setTime(cheap, took)
		if res.Unknown == "" && len(res.Wrote) > 0 && r.m.costs.writesAgain(took) {
			r.m.noRehearsal(cheap)
		}
		if res.Unknown != "" && res.Success() && r.m.costs.traceable(took) && !c.Recursive {
			// What it writes is found out when it runs the next time.
			r.m.Want(cheap)
		}
	})
	l.listen(c)
	return command.Result{}, false
}

// toTrace reports whether a line of a recipe is to be traced, and what that may cost: one that was met before, and one that each
// build runs, as its target is phony.
func (l learn) toTrace(c *command.Command, cheap memory.Key) (budget time.Duration, ok bool) {
	m := l.Recording.m
	switch {
	case c.Recursive || l.LeftOut.Mentioned(c.Text):
		return 0, false
	case l.Cached && !c.Always && (c.Program != nil || c.Direct):
		return 0, false
	case m.Wanted(cheap):
		return m.costs.mayTrace(m.costs.spent(), m.Tried(cheap))
	case !c.Always:
		return 0, false
	}
	m.Want(cheap)
	budget, ok = m.costs.early(m.costs.spent())
	return budget, ok && m.Wanted(cheap)
}

// listen has what a command writes to standard error heard by the links behind this one.
func (l learn) listen(c *command.Command) {
	if l.hear(c) {
		c.After(func(r *command.Result) { heard(c, r) })
	}
}

// hear begins to hear what a command writes to standard error, if somebody wants to know. Where both outputs go to one file the lines of a command
// are to stay in their order, which cannot be told from two sides; so both are heard as one, and the complaints in it are kept.
func (l learn) hear(c *command.Command) bool {
	if c.Recursive || c.Stderr == nil {
		return false
	}
	both := false
	if !l.Make.Hear && (!c.Hear || l.Recording == nil) {
		return false
	}
	if output.OneFile(c.Stdout, c.Stderr) {
		if both = l.Make.Hear; !both && !l.Make.Flags.ReplayWarnings {
			return false
		}
	}
	c.Watch.Listener, c.Watch.Both = output.Hear(c.Stderr), both
	return c.Watch.Listener != nil
}

// heard ends the hearing, and adds what was heard to a result.
func heard(c *command.Command, r *command.Result) {
	text := c.Watch.Listener.Stop()
	c.Watch.Listener = nil
	if r.Said += text; c.Watch.Both {
		text = diagnostic.Words(text)
	}
	r.Stderr += text
}

// watchHarmless notes what a command does that can do nothing but print, call make, and see to it that directories are
// there.
func (l learn) watchHarmless(c *command.Command) {
	r := l.Recording
	r.mentions(c.Text)
	c.Watch.Printed = func(text string) { r.printed(memory.Stdout, text) }
	c.Watch.Process = func(path string) { r.unprove("a process of which nothing is known: " + path) }
	c.Watch.Mkdir = func(_ context.Context, call *shell.Call) (depgraph.Status, bool) {
		return depgraph.Status{}, r.hasDirs(call)
	}
}

// hasDirs reports whether mkdir -p has nothing to do, as the directories are there already, which is a fact; or must not do
// anything.
func (r *Recording) hasDirs(call *shell.Call) bool {
	known := len(call.Argv) > 2 && call.Argv[1] == "-p"
	for _, name := range call.Argv[min(2, len(call.Argv)):] {
		name = shell.Resolve(call.Dir, name)
		if st, err := os.Stat(name); err != nil || !st.IsDir() {
			known = false
			break
		}
		r.relies(facts.Content, name)
	}
	if !known {
		r.ran("a directory is made")
	}
	return known || r.mk.Effects != setting.Real
}

// traceLine runs a line of a recipe under trace, and keeps what that proves. An error means that it was not run.
func (l learn) traceLine(c *command.Command, cheap memory.Key, reason string, budget time.Duration) (res command.Result, err error) {
	res.By = event.ByTrace
	if c.Seat.Acquire(l.Make.Ctx, c.Prio) != nil {
		res.Status = depgraph.Status{Code: 2}
		return res, nil
	}
	c.Begun()
	c.Explain()
	k, stdin, began := l.Recording.keyOf(c), c.Stdin(), time.Now()
	hearing := l.hear(c)
	stdout, stderr := c.Outputs()
	report, err := l.trace(c.Argv, l.Local.ProcessEnv(c), stdin, stdout, stderr, budget)
	var said command.Result
	if hearing {
		heard(c, &said)
	}
	if err != nil {
		return res, err
	}
	if report.Stdin && report.Impure == "" && inherited.Input(stdin) != inherited.Input(l.Make.Call.Stdin) {
		report.Impure = "another command has the standard input"
	}
	res.Made = true
	res.Status = report.Status
	// Where nothing is proved the report does not tell what was written, and in one file it does not tell errors apart.
	told := report.Impure == "" && !c.Watch.Both
	if !told {
		res.Stderr, res.Said = said.Stderr, said.Said
	}
	rec := &memory.Record{}
	for _, o := range report.Output {
		stream := memory.Stdout
		if o.Err {
			stream = memory.Stderr
		}
		if o.Err && told {
			res.Stderr += o.Text
			res.Said += o.Text
		}
		rec.Pieces = append(rec.Pieces, memory.Piece{Stream: stream, Text: o.Text})
	}
	r := l.Recording
	switch {
	case !res.Success():
		r.m.ended(cheap, res.Status, false)
		r.unprove("it failed: " + reason)
	case r.keepTraced(cheap, k, rec, reason, report):
		r.takeOver(rec)
		// Should the make find another environment when it settles, as a file has come that its variables are read from, the command is
		// rehearsed in that.
		r.m.setTime(cheap, max(0, time.Since(began)-report.Overhead))
		res.Traced = true
		for _, f := range report.Facts {
			if f.Written {
				res.Wrote = append(res.Wrote, f.Path)
			} else {
				res.Saw = append(res.Saw, command.Sight{Kind: f.Kind, Path: f.Path})
			}
		}
		return res, nil
	}
	r.m.setTime(cheap, time.Since(began))
	r.m.mayLearn(cheap)
	res.Unknown = c.Argv[0]
	return res, nil
}

// addSearch adds to a report where the search for the program has looked in vain, as it went on in this process.
func (l *Links) addSearch(report *trace.Report, name string, env []string) {
	if report.Impure != "" || strings.Contains(name, "/") {
		return
	}
	_, _ = depgraph.SearchPath(name, setting.Getenv(env, "PATH"), l.Make.Dir, func(full string) error {
		f := trace.Fact{Kind: facts.Exists, Path: path.Clean(full)}
		if st := facts.Look(f.Kind, "", f.Path); st.Errno == 0 {
			f.ID = st
		}
		report.Facts = append(report.Facts, f)
		return depgraph.Executable(full)
	})
	slices.SortStableFunc(report.Facts, func(a, b trace.Fact) int { return strings.Compare(a.Path, b.Path) })
}

// keepTraced adds the record of a traced command, if the trace proves anything.
func (r *Recording) keepTraced(cheap memory.Key, k keyed, rec *memory.Record, reason string, report *trace.Report) bool {
	r.m.Traced(cheap, report.Impure == "")
	if report.Impure != "" {
		r.unprove(report.Impure + ": " + reason)
		return false
	}
	return r.keepReport(k, rec, report)
}

// keepReport adds the record of what a trace has proved; false if somebody has changed a file meanwhile.
func (r *Recording) keepReport(k keyed, rec *memory.Record, report *trace.Report) bool {
	rec.Cost = report.Cost - report.Overhead
	for i, f := range report.Facts {
		kind := f.Kind
		if kind == facts.Exists && tellsMore(report.Facts, i) {
			continue // git asks of every file of a tree
		}
		if kind == facts.Dated && f.Written {
			kind = facts.Content
		}
		st := facts.Look(kind, "", f.Path)
		if !f.Is(st) {
			r.unprove(f.Path + " was changed while it was read")
			return false
		}
		id := r.m.Intern(kind, f.Path)
		r.m.Saw(id, st)
		rec.Facts = append(rec.Facts, id)
	}
	// What was seen above is what the trace saw: only what is seen to change from now on is a change for the record.
	r.keepCommand(k, rec, r.m.Clock(), report.Names, report.AnyName, report.Stdin)
	return true
}

// keyed is a command by its key, and what else its record may depend on.
type keyed struct {
	memory.Key
	settings
	env    []string
	needed []string
}

func (r *Recording) keyOf(c *command.Command) keyed {
	env := c.Environ()
	key, needed := r.m.commandKey(r.mk, c.For, c.Argv, env)
	return keyed{key, settingsOf(env, r.mk.Call.Stdin), env, needed}
}

// keepCommand keeps the record of a command, with what it has looked at of its environment.
func (r *Recording) keepCommand(k keyed, rec *memory.Record, clock uint64, names []string, any, stdin bool) {
	get := func(name string) (string, bool) { return depgraph.LookEnv(k.env, name) }
	rec.Vars = append(r.m.conditions(get, k.settings, names, any, stdin), k.needed...)
	slices.Sort(rec.Vars)
	r.m.addVariant(k.Key, r.m.variantKey(k.Key, k.settings), rec, clock)
}

// tellsMore reports whether another fact about the same path, facts are in order of paths, says all that the i-th says: what
// has a size and a date exists.
func tellsMore(all []trace.Fact, i int) bool {
	for _, step := range []int{-1, 1} {
		for k := i + step; k >= 0 && k < len(all) && all[k].Path == all[i].Path; k += step {
			if all[k].Kind == facts.Dated && !all[k].Written {
				return true
			}
		}
	}
	return false
}

// trace runs a command under trace, which may cost so much; 0 is no bound. An error means that it was not run.
func (l *Links) trace(argv, env []string, stdin, stdout, stderr *os.File, budget time.Duration) (*trace.Report, error) {
	spec, err := l.spec(argv, env)
	if err != nil {
		return nil, err
	}
	l.Make.Events.Send(event.ProcessStarted{Path: spec.Path})
	defer l.Make.FS.Changed()
	spec.Stdin, spec.Stdout, spec.Stderr = stdin, stdout, stderr
	report, err := trace.RunWithin(l.Make.Ctx, l.Make.Procs, spec, budget)
	if err == nil {
		l.addSearch(report, argv[0], env)
		l.Recording.m.costs.traced(report.Overhead)
	}
	return report, err
}

// spec is how a command is started; the error says why it can't be.
func (l *Links) spec(argv, env []string) (depgraph.ProcSpec, error) {
	file, err := depgraph.LookPath(argv[0], setting.Getenv(env, "PATH"), l.Make.Dir)
	return depgraph.ProcSpec{Path: file, Argv: argv, Dir: l.Make.Dir, Env: env}, err
}
