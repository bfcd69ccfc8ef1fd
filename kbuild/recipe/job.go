package recipe

// This file holds the job: from its beginning to its end. lines.go has what is between.

import (
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"gokbuild/depgraph"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Context is what the jobs of one make share.
type Context struct {
	*Expander
	Printer *output.Printer
	// Turn is held while variables are evaluated: by the make itself except when it waits, and by a job that evaluates.
	Turn  *sync.Mutex
	Chain *command.Chain
	Stdin *command.Stdin
	// Serial reports whether this make and all above it run one job at a time: all jobs read the real standard input then.
	Serial func() bool
}

// Job is the running of one target's recipe.
type Job struct {
	ctx  *Context
	File *rules.File
	// Mode is what -n, -q and -t said when the job was launched.
	Mode setting.Mode
	// DontCare is set if failing is no error: the target is made on behalf of a makefile that may be missing.
	DontCare bool
	// Seat holds the job slot while the job runs.
	Seat *depgraph.Seat
	Prio depgraph.Priority
	// Started is told, once or more, that a command was started on behalf of the goal.
	Started func()
	// IncludeError says, while makefiles are remade, why the makefile could not be read for which the recipe has failed.
	IncludeError func()
	// Reason says why the target is made, but for what the job itself knows of its commands (--explain).
	Reason Reason

	script
	out *output.JobOutput
	// wholeStdin is set for the one job that reads the real standard input.
	wholeStdin bool
	env        []string
	envOnce    sync.Once
	// fatal is an error in what was evaluated for the job.
	fatal     atomic.Pointer[eval.Fatal]
	explained bool

	result Result
}

// Result is what came of a job.
type Result struct {
	Status rules.Status
	// Made is set once a command was run that may have made something, Recalled once memory showed that one need not.
	Made, Recalled bool
	// CalledMake is set once a command has called make in this process.
	CalledMake bool
	command.Written
	// Heard is what commands wrote to standard error, as far as it was heard, and is to be kept with the target. Said is all of it,
	// for whoever listens.
	Heard, Said string
	// Signalled is set if a signal ended the recipe, so that its target is suspect.
	Signalled bool
	// Answered is set if a command answered -q with status 1.
	Answered bool
	// AllRecursive is set if every line turned out to run make or to begin with '+', as far as the recipe came.
	AllRecursive bool
	// Tail is set if the last command was one that started nothing.
	Tail bool
	// Fatal is an error in what was evaluated for the job; it ends the make.
	Fatal *eval.Fatal
}

// Open prepares a job: its recipe is expanded. A fatal error in it is passed on as a panic of its own kind.
func (ctx *Context) Open(j *Job) {
	j.ctx = ctx
	j.out = ctx.Printer.OpenJob()
	done := false
	defer func() {
		if !done {
			// What the expansion has printed so far is seen before the error that ended it.
			j.out.Close()
		}
	}()
	j.lines = ctx.Lines(j.File, &j.out.Sink)
	j.File.Expanded, done = true, true
}

// Text is the recipe of the job, expanded.
func (j *Job) Text() string {
	var b strings.Builder
	for i := range j.lines {
		b.WriteString(j.lines[i].Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// Begin goes to the first command that has to be started, and announces it, so that parallel jobs are in their order. It is
// false if there is none: then the job has ended, and took no goroutine.
func (j *Job) Begin() bool {
	j.result.Status = rules.Success
	if j.begun = j.begin(); j.begun {
		return true
	}
	j.out.Close()
	return false
}

// Ready evaluates for the first command what make evaluates before it goes on to other targets.
func (j *Job) Ready() {
	j.evaluateInTurn(func() {
		sh := j.ctx.LineShell(j.File, j.cur.Pos, j.cur.Dash)
		j.shell = &sh
	})
	// A make that plans needs the environment for calls of make only.
	planned := j.ctx.Make.Effects == setting.Planning && !j.cur.Recursive
	if !planned && j.fatal.Load() == nil && j.ctx.EvaluatesEnviron(j.File) {
		j.envOnce.Do(func() { j.evaluateInTurn(func() { j.env = j.ctx.Environ(j.File) }) })
	}
}

// Run runs the commands from the one that Begin found until one fails.
func (j *Job) Run() {
	for j.command() {
		j.out.EndLine()
		if !j.advance() {
			break
		}
	}
	j.out.Close()
}

// End gives back what the job has claimed, and returns what came of it. Nothing of the job runs any more.
func (j *Job) End() Result {
	if j.wholeStdin {
		j.ctx.Stdin.Release()
	}
	j.result.AllRecursive = !slices.ContainsFunc(j.lines, func(l Line) bool { return !l.Recursive })
	j.result.Tail, j.result.Fatal = j.tail, j.fatal.Load()
	return j.result
}

// Environ returns the environment of the target's commands; it is worked out when first asked for.
func (j *Job) Environ() []string {
	j.envOnce.Do(func() {
		j.evaluate(func() { j.env = j.ctx.Environ(j.File) })
	})
	return j.env
}

// EnvironInTurn is Environ for whoever holds the turn, once the job has ended.
func (j *Job) EnvironInTurn() []string {
	j.envOnce.Do(func() {
		j.evaluateInTurn(func() { j.env = j.ctx.Environ(j.File) })
	})
	return j.env
}

// evaluate expands variables on behalf of the job, from its own goroutine. An error ends the make once the job has ended.
func (j *Job) evaluate(f func()) {
	j.ctx.Turn.Lock()
	defer j.ctx.Turn.Unlock()
	j.evaluateInTurn(f)
}

// evaluateInTurn is evaluate for whoever holds the turn.
func (j *Job) evaluateInTurn(f func()) {
	in := j.ctx.In
	frame := in.Frame()
	frame.Voice = &j.out.Sink
	var fatal *eval.Fatal
	if errors.As(eval.Catch(func() { in.Within(frame, f) }), &fatal) {
		in.Recover()
		j.fatal.CompareAndSwap(nil, fatal)
	}
}

// stdin is the standard input of the job's commands: the real one for one job at a time, nothing for the others.
func (j *Job) stdin() *os.File {
	if j.wholeStdin || j.ctx.Serial() {
		return j.ctx.Make.Call.Stdin
	}
	if j.ctx.Stdin.Take() {
		j.wholeStdin = true
		return j.ctx.Make.Call.Stdin
	}
	return nil
}

// killed is how a command ended that ran when the build was interrupted.
type killed struct {
	status depgraph.Status
	line   *Line
}
