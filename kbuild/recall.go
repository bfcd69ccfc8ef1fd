package kbuild

import (
	"bytes"
	"os"
	"syscall"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/native/shell"
)

// Commands that run although nothing they depend on has changed, as Kbuild has them run, are traced when they are run for
// the second time: what they read is known from then on. While that is unchanged, running them again would change
// nothing, so that they are left out.

// commandKey names a command by all that decides it but for files; cheapKey does so without its environment. The answer to
// $(shell) is kept apart from what a recipe does.
func (inv *Invocation) commandKey(use string, argv, env []string) memory.Key {
	parts := append([]string{"command", use, inv.dir, terminalText(inv.out.stdout), terminalText(inv.out.stderr), itoa(len(argv))}, argv...)
	return memory.NewKey(append(parts, decisiveEnv(env, inv.dir)...)...)
}

func (inv *Invocation) cheapKey(argv []string) memory.Key {
	return memory.NewKey(append([]string{"line", inv.dir}, argv...)...)
}

// traceable is the longest that a command may have taken to be traced when it is run the next time: tracing is slow, and
// what runs for long is no check that Kbuild makes every time.
const traceable = time.Second

// remembered deals with a command of a recipe, started as argv, by what is known of it; run runs it in the usual way.
func (j *job) remembered(argv []string, cmd string, recursive bool, run func() shell.Status) shell.Status {
	inv := j.inv
	m := inv.session.memory
	cheap := inv.cheapKey(argv)
	known := m.Wanted(cheap)
	var key memory.Key
	if known {
		key = inv.commandKey("", argv, j.environ())
		if rec := m.Find(key); m.Holds(rec, inv.session.FS.Generation()) {
			inv.session.counters.recalled.Add(1)
			inv.recallCommand(&j.out, rec)
			j.recalled = true
			return shell.Status{}
		}
	}
	why := j.file.Name + ": " + cmd
	if inv.settling() {
		if took, ran := m.timeOf(cheap); ran && took < traceable && !recursive {
			m.Want(cheap)
		}
		inv.rec.unprove(why)
		return shell.Status{}
	}
	if known && !recursive && !j.mentionsUnbuilt(cmd) {
		if !j.takeSlot() {
			return shell.Status{Code: 2}
		}
		j.explain()
		report, err := inv.trace(argv, j.processEnv(recursive), j.stdin(), j.out.stdout, j.out.stderr)
		if err == nil {
			j.ran = true
			for _, o := range report.Output {
				if o.Err {
					j.heard += o.Text
				}
			}
			return inv.traced(cheap, key, why, report)
		}
		why = err.Error() + ": " + why
	}
	inv.rec.unprove(why)
	if !known {
		m.did.Store(true)
	}
	j.ran = true
	start := time.Now()
	if !recursive {
		j.listen()
		defer j.hearNoMore()
	}
	st := run()
	m.setTime(cheap, time.Since(start))
	return st
}

// traced keeps what a trace proved of a command.
func (inv *Invocation) traced(cheap, key memory.Key, why string, report *trace.Report) shell.Status {
	st := shell.Status{Code: report.Status.Code, Signal: report.Status.Signal, Core: report.Status.Core}
	if !st.Success() {
		inv.rec.unprove("it failed: " + why)
		return st
	}
	rec := &memory.Record{Key: key}
	for _, o := range report.Output {
		stream := memory.Stdout
		if o.Err {
			stream = memory.Stderr
		}
		rec.Pieces = append(rec.Pieces, memory.Piece{Stream: stream, Text: o.Text})
	}
	if inv.keepTraced(cheap, rec, why, report) {
		inv.recallCommand(nil, rec)
	}
	return st
}

// recallCommand takes over what a record of a command says, and prints what it printed if out is set.
func (inv *Invocation) recallCommand(out *sink, rec *memory.Record) {
	inv.reliesOn(rec)
	for _, p := range rec.Pieces {
		inv.rec.printed(p.Stream, p.Text)
	}
	if out != nil {
		inv.replayTo(out, rec)
	}
}

// reliesOn makes the facts of a command facts of the invocation.
func (inv *Invocation) reliesOn(rec *memory.Record) {
	for _, id := range rec.Facts {
		inv.rec.facts.Add(id)
	}
}

// keepTraced adds the record of a traced command, if the trace proves anything.
func (inv *Invocation) keepTraced(cheap memory.Key, rec *memory.Record, why string, report *trace.Report) bool {
	inv.session.memory.Traced(cheap, report.Impure == "")
	if report.Impure != "" {
		inv.rec.unprove(report.Impure + ": " + why)
		return false
	}
	m := inv.session.memory
	clock := m.Clock()
	for i, f := range report.Facts {
		kind := kindOf(f.Kind)
		if kind == memory.Exists && tellsMore(report.Facts, i) {
			continue // git asks of every file of a tree
		}
		if kind == memory.Dated && f.Written {
			kind = memory.Content
		}
		id := m.Intern(kind, f.Path)
		m.Saw(id, memory.Look(kind, "", f.Path))
		rec.Facts = append(rec.Facts, id)
	}
	m.Add(rec, clock)
	return true
}

// tellsMore reports whether another fact about the same path, facts are in order of paths, says all that the i-th says: what
// has a size and a date exists.
func tellsMore(facts []trace.Fact, i int) bool {
	for _, step := range []int{-1, 1} {
		for k := i + step; k >= 0 && k < len(facts) && facts[k].Path == facts[i].Path; k += step {
			if facts[k].Kind == trace.Stat && !facts[k].Written {
				return true
			}
		}
	}
	return false
}

// trace runs a command under trace.
func (inv *Invocation) trace(argv, env []string, stdin, stdout, stderr *os.File) (*trace.Report, error) {
	file, err := depgraph.LookPath(argv[0], lookEnv(env, "PATH"), inv.dir)
	if err != nil {
		return nil, err
	}
	inv.session.countProcess()
	defer inv.session.FS.Changed()
	return trace.Run(inv.session.ctx, &inv.session.Procs, depgraph.ProcSpec{Path: file, Argv: argv, Dir: inv.dir, Env: env,
		Stdin: stdin, Stdout: stdout, Stderr: stderr})
}

func kindOf(k trace.Kind) memory.Kind {
	switch k {
	case trace.Content:
		return memory.Content
	case trace.Stat:
		return memory.Dated
	case trace.List:
		return memory.List
	case trace.Link:
		return memory.Link
	case trace.System:
		return memory.System
	}
	return memory.Exists
}

// keepProbe makes a record of what a compiler probe answered: package probe knows what decided it.
func (inv *Invocation) keepProbe(cmd string, argv, env []string, a answer) {
	if inv.rec == nil {
		return
	}
	m := inv.session.memory
	rec, clock := a.record(inv.commandKey("$(shell)", argv, env)), m.Clock()
	stands := inv.session.Probes.Decided(cmd, inv.dir, env, func(paths []string) {
		rec.Facts = rec.Facts[:0]
		for _, p := range paths {
			kind, st := memory.Content, memory.Look(memory.Content, "", p)
			if st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
				kind = memory.List
			}
			id := m.Intern(kind, p)
			m.Saw(id, st)
			rec.Facts = append(rec.Facts, id)
		}
	})
	if !stands {
		inv.rec.unprove("what decided it has changed: $(shell " + cmd + ")")
		return
	}
	m.Add(rec, clock)
	inv.reliesOn(rec)
}

// recallShell answers $(shell) from memory. What went to standard error is printed again.
func (inv *Invocation) recallShell(argv, env []string) (a answer, ok bool) {
	m := inv.session.memory
	rec := m.Find(inv.commandKey("$(shell)", argv, env))
	if !m.Holds(rec, inv.session.FS.Generation()) {
		return a, false
	}
	inv.session.counters.remembered.Add(1)
	inv.reliesOn(rec)
	a = answerOf(rec)
	if a.stderr != "" {
		inv.outMu.Lock()
		inv.writeError(inv.sink(), a.stderr)
		inv.outMu.Unlock()
	}
	return a, true
}

// learnShell runs a command of $(shell) of which nothing is known, under trace if it was met before. run runs it in the usual
// way, and tells whether it is a compiler probe, which is remembered anyhow.
func (inv *Invocation) learnShell(argv []string, cmd string, env []string, run func() (a answer, isProbe bool)) answer {
	m := inv.session.memory
	cheap := inv.cheapKey(append([]string{"$(shell)"}, argv...))
	why := "$(shell " + cmd + ")"
	known := m.Wanted(cheap)
	if inv.settling() {
		// What it answered in the first run serves here; the next run traces it.
		m.Want(cheap)
		inv.rec.unprove(why)
		return m.answerTo(cheap)
	}
	if known {
		a, err := inv.traceShell(cheap, why, argv, env)
		if err == nil {
			m.setAnswer(cheap, a)
			return a
		}
		why = err.Error() + ": " + why
	}
	a, isProbe := run()
	if !isProbe {
		if !known {
			m.did.Store(true)
		}
		inv.rec.unprove(why)
		m.setAnswer(cheap, a)
	}
	return a
}

// record is the record of an answer.
func (a answer) record(key memory.Key) *memory.Record {
	rec := &memory.Record{Key: key, Status: a.status}
	for _, p := range []memory.Piece{{Stream: memory.Stdout, Text: string(a.out)}, {Stream: memory.Stderr, Text: a.stderr}} {
		if p.Text != "" {
			rec.Pieces = append(rec.Pieces, p)
		}
	}
	return rec
}

func answerOf(rec *memory.Record) answer {
	a := answer{status: rec.Status}
	for _, p := range rec.Pieces {
		if p.Stream == memory.Stderr {
			a.stderr += p.Text
		} else {
			a.out = append(a.out, p.Text...)
		}
	}
	return a
}

// traceShell runs a command of $(shell) under trace. An error means that it was not run.
func (inv *Invocation) traceShell(cheap memory.Key, why string, argv, env []string) (answer, error) {
	var out, stderr bytes.Buffer
	outFile, outDone, err := copyPipe(&out)
	if err != nil {
		return answer{}, err
	}
	errFile, errDone, err := copyPipe(&stderr)
	if err != nil {
		outFile.Close()
		return answer{}, err
	}
	report, err := inv.trace(argv, env, inv.call.Stdin, outFile, errFile)
	outFile.Close()
	errFile.Close()
	if err == nil && !(inv.arrives(outDone) && inv.arrives(errDone)) {
		err = depgraph.ErrStopped
	}
	if err != nil {
		return answer{}, err
	}
	a := answer{out.Bytes(), report.Status.Code, stderr.String()}
	if report.Status.Signal != 0 {
		inv.rec.unprove("it was killed: " + why)
		if inv.profile.ShellStatusOfSignals {
			a.status = 128 + int(report.Status.Signal)
		}
		return a, nil
	}
	rec := a.record(inv.commandKey("$(shell)", argv, env))
	if inv.keepTraced(cheap, rec, why, report) {
		inv.reliesOn(rec)
	}
	return a, nil
}
