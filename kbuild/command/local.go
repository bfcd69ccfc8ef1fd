package command

// This file holds the links that run commands on this machine.

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path"

	"gokbuild/depgraph"
	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Local is what these links share: one for each make.
type Local struct {
	Make *setting.Make
	// Natives knows the replacements for programs, LeftOut the programs that were not even built. Both may be nil.
	Natives native.Programs
	LeftOut *native.LeftOut
	// Scripts are those that were run in this process.
	Scripts *shell.Scripts
	Link    *MakeLink
	// Server is the job server for processes; it may return nil, and changes with -j in a makefile.
	Server func() *depgraph.Server
	// RunMake runs a make in this process. It takes the slot of the command over, and gives it back itself.
	RunMake func(c *Command, call setting.Call) depgraph.Status
	// BuildPrograms builds targets that were left unbuilt; it does with the slot as RunMake does.
	BuildPrograms func(c *Command, targets []string) depgraph.Status
}

// First are the links that look at a command before anything else does.
func (l *Local) First() []Runner { return []Runner{submake{l}, parse{l}} }

// Changes is the link behind which commands run, whoever runs them: it notes that files may have changed once one has ended.
func (l *Local) Changes() Runner { return changes{l} }

// Last are the links that run a command on this machine. They decline nothing.
func (l *Local) Last() []Runner { return []Runner{slot{l}, inProcess{l}, direct{l}, realShell{l}} }

// changes is the link that notes that files may have changed.
type changes struct{ *Local }

func (l changes) Run(c *Command) (Result, bool) {
	if !c.Harmless || c.Recursive {
		// It may write files. The commands of a sub-make speak for themselves.
		c.After(func(r *Result) {
			r.Made = r.Made || !c.Harmless
			l.Make.FS.Changed()
		})
	}
	return Result{}, false
}

// slot is the link that takes a job slot.
type slot struct{ *Local }

func (l slot) Run(c *Command) (Result, bool) {
	if !c.takeSlot(l.Local) {
		return ended(event.ByNothing), true
	}
	c.Begun()
	return Result{}, false
}

// inProcess is the link that runs commands in the in-process shell.
type inProcess struct{ *Local }

func (l inProcess) Run(c *Command) (Result, bool) {
	switch {
	case c.Program == nil:
		return Result{}, false
	case c.For == event.ShellFunc:
		r := l.capture(c, func(stdout *bytes.Buffer, stderr *os.File) depgraph.Status { return l.answer(c, stdout, stderr) })
		r.By = event.ByInProcess
		return r, true
	}
	return l.line(c), true
}

// answer runs the command of a $(shell).
func (l inProcess) answer(c *Command, stdout *bytes.Buffer, stderr *os.File) depgraph.Status {
	env := c.Environ()
	run := &shell.Env{
		Dir: l.Make.Dir, Environ: func() []string { return env },
		Lookup:  func(name string) (string, bool) { return depgraph.LookEnv(env, name) },
		Stdin:   c.Stdin(),
		Capture: stdout,
		Stderr:  stderr,
		Start: func(_ context.Context, p *shell.Process) (shell.Waiter, error) {
			if c.Watch.Process != nil {
				c.Watch.Process(p.Path)
			}
			return l.start(c, specOf(p), true)
		},
		NoBuiltinPrograms: !l.Make.Native("shell"),
		Nested:            true,
		Native:            func(_, file string) shell.NativeFunc { return c.mkdir(file) },
	}
	c.Watch.Looks.watch(run)
	if d := c.Watch.Deeds; d != nil {
		run.Ran, run.Wrote = d.Ran, d.Wrote
	}
	st, err := c.Program.Run(l.Make.Ctx, run)
	var exec *shell.ExecError
	if errors.As(err, &exec) {
		stdout.Reset()
		return l.captured([]string{exec.Name}, stderr, st, exec.Errno)
	}
	return st
}

// line runs a line of a recipe.
func (l inProcess) line(c *Command) Result {
	if !c.Program.PureText() {
		c.explain()
	}
	r := Result{By: event.ByInProcess}
	env := &shell.Env{
		Dir:               l.Make.Dir,
		Environ:           func() []string { return l.ProcessEnv(c) },
		Stdin:             c.Stdin(),
		Stdout:            c.Stdout,
		Stderr:            c.stderr(),
		Start:             func(_ context.Context, p *shell.Process) (shell.Waiter, error) { return l.startFor(c, p) },
		NoBuiltinPrograms: !l.Make.Native("shell"),
		Scripts:           l.Scripts,
		Stay:              c.Recursive || l.LeftOut.Mentioned(c.Text),
		Nested:            c.Recursive,
		Native:            func(dir, file string) shell.NativeFunc { return l.replacement(c, dir, file, &r.CalledMake) },
	}
	c.Watch.Looks.watch(env)
	c.Watch.Deeds.watch(env)
	if c.Watch.Printed != nil {
		env.Capture = noting{c.Watch.Printed, c.Stdout}
	}
	st, err := c.Program.Run(l.Make.Ctx, env)
	r.Status = st
	if err == nil || l.Make.Stopping() != 0 {
		return r
	}
	var exec *shell.ExecError
	switch {
	case errors.As(err, &exec):
		c.Complain(l.Make.ExecError(exec.Name, exec.Errno))
	case st.Success():
		c.Complain(libc.Error(err))
	default:
		return r
	}
	r.Status = depgraph.Status{Code: 127}
	return r
}

// startFor starts a process of a line.
func (l *Local) startFor(c *Command, p *shell.Process) (shell.Waiter, error) {
	if c.Watch.Process != nil {
		c.Watch.Process(p.Path)
	}
	spec := *p
	if spec.Stdout == c.Stdout {
		spec.Stdout = c.stdout()
	}
	if spec.Stderr == c.Stdout {
		spec.Stderr = c.stdout()
	}
	w, err := l.startThrough(c, &spec)
	if err == nil && c.Watch.Listener != nil {
		return inOrder{w, c.Watch.Listener}, nil
	}
	return w, err
}

// startThrough starts a process of a line, by way of whoever wants to see to that: they may know what it writes where its words do not
// tell.
func (l *Local) startThrough(c *Command, p *shell.Process) (shell.Waiter, error) {
	known := c.Watch.Deeds.Tell(p.Dir, p.Path, p.Argv) && !forms.LeavesMore(p.Env)
	start := func(p *shell.Process) (shell.Waiter, error) {
		if !known {
			c.Watch.Deeds.Unknown(p.Path)
		}
		return l.start(c, specOf(p), c.Recursive)
	}
	if c.Watch.Start != nil {
		return c.Watch.Start(p, start)
	}
	return start(p)
}

func specOf(p *shell.Process) depgraph.ProcSpec {
	return depgraph.ProcSpec{Path: p.Path, Argv: p.Argv, Dir: p.Dir, Env: p.Env, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr}
}

// inOrder waits for a process whose messages come before those of the next.
type inOrder struct {
	shell.Waiter
	heard *output.Listener
}

func (w inOrder) Wait() (depgraph.Status, error) {
	st, err := w.Waiter.Wait()
	w.heard.Sync()
	return st, err
}

// replacement is what runs in place of a program that a line starts; nil if the program itself does.
func (l *Local) replacement(c *Command, dir, file string, calledMake *bool) shell.NativeFunc {
	if mkdir := c.mkdir(file); mkdir != nil {
		return mkdir
	}
	if c.Recursive && l.Make.Native("submake") && l.isMake(file) {
		return l.nativeMake(c, calledMake)
	}
	if p := l.LeftOut.Program(file); p != nil && dir == l.Make.Dir {
		return c.told(p.Step, p.Run)
	}
	if l.Natives == nil {
		return nil
	}
	if f, step := l.Natives.Program(dir, file); f != nil && l.Make.Native(step) {
		return c.told(step, f)
	}
	return nil
}

// mkdir is what a link runs in place of a program, if that is mkdir and there is such a link.
func (c *Command) mkdir(file string) shell.NativeFunc {
	if path.Base(file) != "mkdir" {
		return nil
	}
	return c.Watch.Mkdir
}

// told has a replacement tell, once it has run, that it did.
func (c *Command) told(step string, f shell.NativeFunc) shell.NativeFunc {
	if c.Watch.Looks == nil {
		return f
	}
	return func(ctx context.Context, p *shell.Call) (depgraph.Status, bool) {
		st, ok := f(ctx, p)
		if ok {
			c.Watch.Looks.Native(step, p)
		}
		return st, ok
	}
}

// direct is the link that starts programs with arguments.
type direct struct{ *Local }

func (l direct) Run(c *Command) (Result, bool) {
	if !c.Direct {
		return Result{}, false
	}
	return l.program(c, event.ByDirect), true
}

// realShell is the link that starts the real shell.
type realShell struct{ *Local }

func (l realShell) Run(c *Command) (Result, bool) {
	if c.For == event.Recipe {
		// The shell may start a program that was left unbuilt.
		if names := l.LeftOut.Need(c.Text); len(names) > 0 {
			if st := l.BuildPrograms(c, names); !st.Success() {
				return Result{Status: st, By: event.ByShell}, true
			}
			if !c.takeSlot(l.Local) {
				return ended(event.ByShell), true
			}
		}
	}
	return l.program(c, event.ByShell), true
}

// program runs the command as a process.
func (l *Local) program(c *Command, by event.By) Result {
	if c.For == event.ShellFunc {
		r := l.capture(c, func(stdout *bytes.Buffer, stderr *os.File) depgraph.Status {
			var got bytes.Buffer
			out, done, err := CopyPipe(&got)
			if err != nil {
				return l.captured(c.Argv, stderr, depgraph.Status{}, err)
			}
			st, err := l.run(c, c.Environ(), out, stderr, true)
			out.Close()
			if !Arrives(l.Make.Ctx, done) {
				return depgraph.Status{Code: 127}
			}
			stdout.Write(got.Bytes())
			return l.captured(c.Argv, stderr, st, err)
		})
		r.By = by
		return r
	}
	c.explain()
	st, err := l.runLine(c)
	if err != nil {
		if l.Make.Stopping() == 0 {
			c.Complain(l.Make.ExecError(c.Argv[0], err))
		}
		st = depgraph.Status{Code: 127}
	}
	return Result{Status: st, By: by}
}

// runLine runs a line of a recipe as a process.
func (l *Local) runLine(c *Command) (depgraph.Status, error) {
	env := l.ProcessEnv(c)
	file, err := depgraph.LookPath(c.Argv[0], setting.Getenv(env, "PATH"), l.Make.Dir)
	if err != nil {
		return depgraph.Status{}, err
	}
	w, err := l.startThrough(c, &shell.Process{Path: file, Argv: c.Argv, Dir: l.Make.Dir, Env: env, Stdin: c.Stdin(), Stdout: c.stdout(), Stderr: c.stderr()})
	if err != nil {
		return depgraph.Status{}, err
	}
	st, _ := w.Wait()
	return st, nil
}
