package kbuild

import (
	"context"
	"errors"
	"os"
	"path"
	"strings"
	"syscall"

	"gokbuild/depgraph"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/native/shell"
)

// start runs one command and waits for its end.
func (j *job) start(cmd string, recursive bool) shell.Status {
	inv := j.inv
	choice := j.shell
	if j.shell = nil; choice == nil {
		j.evaluate(func() {
			next := inv.shellOf(j)
			choice = &next
		})
	}
	if j.fatal.Load() != nil {
		return shell.Status{Code: 2}
	}
	sh, flags, simple := choice.sh, choice.flags, choice.simple
	if sc := inv.session.scouting; sc != nil {
		return j.scouted(sc, cmd, simple, recursive)
	}
	if simple && recursive && inv.native("submake") {
		if st, ok := j.submakeLine(cmd); ok {
			return st
		}
	}
	argv, prog := j.compile(cmd, simple)
	if argv != nil && len(argv) == 0 {
		return shell.Status{}
	}
	harmless := prog != nil && j.harmless(prog, recursive)
	run := func() shell.Status {
		if !j.takeSlot() {
			return shell.Status{Code: 2}
		}
		if !harmless || recursive {
			// It may write files. The commands of a sub-make speak for themselves.
			defer inv.session.FS.Changed()
		}
		switch {
		case prog != nil:
			return j.program(prog, recursive, harmless)
		case argv != nil:
			return j.exec(argv, recursive)
		}
		return j.process(sh, flags, cmd, recursive)
	}
	if inv.rec != nil && !harmless {
		if argv == nil {
			argv = append(append(inv.shellWords(sh), flags...), cmd)
		}
		return j.remembered(argv, cmd, recursive, run)
	}
	return run()
}

// compile finds out how a command can be run without a shell: as a program with
// arguments, which are not nil then, or in the in-process shell.
func (j *job) compile(cmd string, simple bool) (argv []string, prog *shell.Program) {
	inv := j.inv
	if !simple {
		return nil, nil
	}
	if argv, ok := inv.direct(cmd); ok {
		if len(argv) == 0 {
			return []string{}, nil
		}
		// A program that was left unbuilt has its replacement there, whether or
		// not the in-process shell is used for others.
		if inv.native("shell") || j.unbuiltProgram(argv[0]) != nil {
			prog = shell.Command(argv)
		}
		return argv, prog
	}
	if inv.native("shell") {
		prog, _ = inv.session.program(cmd)
	}
	return nil, prog
}

// direct gives the words of a command that runs without a shell.
func (inv *Invocation) direct(cmd string) ([]string, bool) {
	const builtin = "command"
	rest, ok := strings.CutPrefix(strings.TrimLeft(cmd, " \t"), builtin)
	if !ok || !inv.profile.CommandIsProgram || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return shell.Direct(cmd)
	}
	argv, ok := shell.Direct("./" + builtin + rest)
	if ok {
		argv[0] = builtin
	}
	return argv, ok
}

// native reports whether a native step is switched on.
func (inv *Invocation) native(step string) bool { return !inv.flags.NativeOff(step) }

// program parses a command for the in-process shell.
func (s *Session) program(cmd string) (*shell.Program, bool) {
	return shell.Parse(cmd)
}

// takeSlot gets the job a slot again after a sub-make gave it up.
func (j *job) takeSlot() bool {
	if j.hasSlot {
		return true
	}
	if err := j.inv.slots.Acquire(j.inv.session.ctx, j.prio); err != nil {
		return false
	}
	j.hasSlot = true
	return true
}

// program runs a command in the in-process shell.
func (j *job) program(p *shell.Program, recursive, harmless bool) shell.Status {
	inv := j.inv
	if !p.PureText() {
		j.explain()
	}
	noted := inv.rec != nil && harmless
	env := &shell.Env{
		Dir:     inv.dir,
		Environ: func() []string { return j.processEnv(recursive) },
		Stdin:   j.stdin(),
		Stdout:  j.out.stdout,
		Stderr:  j.stderr(),
		Start: func(_ context.Context, p *shell.Process) (shell.Waiter, error) {
			if noted {
				inv.rec.unprove("a process of which nothing is known: " + p.Path)
			}
			w, err := inv.startProcess(p, recursive)
			if err == nil && j.listener != nil {
				return syncedWaiter{w, j.listener}, nil
			}
			return w, err
		},
		NoBuiltinPrograms: !inv.native("shell"),
		Scripts:           &inv.session.scripts,
		Stay:              recursive || j.mentionsUnbuilt(j.cmd),
		Nested:            recursive,
	}
	if noted {
		env.Capture = j.noting()
	}
	env.Native = func(dir, file string) shell.NativeFunc {
		if noted && path.Base(file) == "mkdir" {
			return j.notedMkdir
		}
		if recursive && inv.native("submake") && path.Base(file) == path.Base(inv.call.Argv[0]) {
			return j.nativeMake
		}
		if f := j.unbuiltProgram(file); f != nil && dir == inv.dir {
			return f
		}
		if inv.session.Natives == nil {
			return nil
		}
		if f, step := inv.session.Natives.Program(dir, file); f != nil && inv.native(step) {
			return f
		}
		return nil
	}
	inv.session.counters.inProcess.Add(1)
	st, err := p.Run(inv.session.ctx, env)
	if err != nil && inv.session.Stopping() == 0 {
		var ee *shell.ExecError
		if errors.As(err, &ee) {
			inv.errorTo(&j.out, noPos, inv.execError(ee.Name, ee.Errno))
			return shell.Status{Code: 127}
		}
		if st.Success() {
			inv.errorTo(&j.out, noPos, errorText(err))
			return shell.Status{Code: 127}
		}
	}
	return st
}

// startProcess starts a real process for the in-process shell.
func (inv *Invocation) startProcess(p *shell.Process, recursive bool) (shell.Waiter, error) {
	spec := depgraph.ProcSpec{Path: p.Path, Argv: p.Argv, Dir: p.Dir, Env: p.Env,
		Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr}
	if recursive && inv.server != nil {
		spec.Extra = inv.server.Inherit()
	}
	inv.session.countProcess()
	proc, err := inv.session.Procs.Start(spec)
	if err != nil {
		return nil, err
	}
	return procWaiter{inv.session, proc}, nil
}

type procWaiter struct {
	s *Session
	p *depgraph.Proc
}

func (w procWaiter) Wait() (shell.Status, error) {
	st, err := w.p.Wait()
	w.s.awaitSignal(st.Signal)
	return shell.Status{Code: st.Code, Signal: st.Signal, Core: st.Core}, err
}

// process runs a command with the real shell.
func (j *job) process(sh string, flags []string, cmd string, recursive bool) shell.Status {
	if st := j.buildNeeded(cmd); !st.Success() {
		return st
	}
	if !j.takeSlot() {
		return shell.Status{Code: 2}
	}
	j.inv.session.counters.shells.Add(1)
	argv := append(j.inv.shellWords(sh), flags...)
	return j.exec(append(argv, cmd), recursive)
}

// shellWords is the value of SHELL as the words of a command line: a program,
// perhaps with arguments.
func (inv *Invocation) shellWords(sh string) []string {
	if strings.ContainsAny(sh, " \t") && !inv.db.OneShell {
		if words, ok := plainWords(sh); ok && len(words) > 0 {
			return words
		}
	}
	return []string{sh}
}

// exec starts a program and waits for it.
func (j *job) exec(argv []string, recursive bool) shell.Status {
	inv := j.inv
	j.explain()
	env := j.processEnv(recursive)
	file, err := depgraph.LookPath(argv[0], lookEnv(env, "PATH"), inv.dir)
	if err == nil {
		spec := depgraph.ProcSpec{Path: file, Argv: argv, Dir: inv.dir, Env: env,
			Stdin: j.stdin(), Stdout: j.out.stdout, Stderr: j.stderr()}
		if recursive && inv.server != nil {
			spec.Extra = inv.server.Inherit()
		}
		inv.session.countProcess()
		var proc *depgraph.Proc
		if proc, err = inv.session.Procs.Start(spec); err == nil {
			st, _ := procWaiter{inv.session, proc}.Wait()
			return st
		}
	}
	if inv.session.Stopping() == 0 {
		inv.errorTo(&j.out, noPos, inv.execError(argv[0], err))
	}
	return shell.Status{Code: 127}
}

// execError is the message about a program that could not be executed.
func (inv *Invocation) execError(name string, err error) string {
	if inv.profile.ExecErrorsOld {
		if errors.Is(err, syscall.ENOENT) {
			return name + ": Command not found"
		}
		return "execvp: " + name + ": " + errorText(err)
	}
	return name + ": " + errorText(err)
}

func lookEnv(env []string, name string) string {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// processEnv is the environment of a process. Commands that may start make from
// a shell find this program under that name.
func (j *job) processEnv(recursive bool) []string {
	env := j.environ()
	inv := j.inv
	if !recursive {
		return env
	}
	env = append(env[:len(env):len(env)], inv.flags.OwnEnviron()...)
	if strings.Contains(inv.call.Argv[0], "/") {
		return env
	}
	dir, err := inv.session.makeLinkDir()
	if err != nil {
		return env
	}
	out := make([]string, 0, len(env)+1)
	found := false
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			e, found = "PATH="+dir+":"+v, true
		}
		out = append(out, e)
	}
	if !found {
		out = append(out, "PATH="+dir+":/usr/local/bin:/usr/bin:/bin")
	}
	return out
}

// stdin is the standard input of the job's commands: the real one for one job
// at a time, nothing for the others.
func (j *job) stdin() *os.File {
	inv := j.inv
	if j.wholeStdin || inv.serialAll() {
		return inv.call.Stdin
	}
	if inv.session.takeStdin() {
		j.wholeStdin = true
		return inv.call.Stdin
	}
	return nil
}

func (inv *Invocation) serialAll() bool {
	for i := inv; i != nil; i = i.parent {
		if !i.serial {
			return false
		}
	}
	return true
}

func (s *Session) takeStdin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stdinUsed {
		return false
	}
	s.stdinUsed = true
	return true
}

func (s *Session) releaseStdin() {
	s.mu.Lock()
	s.stdinUsed = false
	s.mu.Unlock()
}

// shellChoice is the shell for a command and its flags; simple is true for the
// usual ones, whose lines may run without a shell.
type shellChoice struct {
	sh     string
	flags  []string
	simple bool
}

// shellOf returns the shell for the next command of a job. inv.mu is held.
func (inv *Invocation) shellOf(j *job) shellChoice {
	in := inv.in
	scope, auto, pos := in.Scope, in.Auto, in.Pos
	defer func() { in.Scope, in.Auto, in.Pos = scope, auto, pos }()
	in.Pos = j.pos
	if j.file.HasVars() {
		in.Scope = inv.db.Scope(j.file, false)
	}
	in.Auto = inv.db.Auto(j.file)
	sh, flags := inv.shellPath(), []string{"-c"}
	v := in.Lookup(".SHELLFLAGS")
	if v != nil && j.cur.dash && inv.db.Posix && v.Origin == eval.OriginDefault && inv.profile.PosixIgnoringErrors {
		v = nil
	}
	if v != nil {
		if text := in.Value(v); text != "-c" {
			flags = splitFlags(text)
		}
	}
	simple := sh == "/bin/sh" && len(flags) == 1 && flags[0] == "-c" && !inv.db.OneShell
	if v := in.Lookup("IFS"); v != nil && in.Value(v) != " \t\n" {
		simple = false
	}
	return shellChoice{sh, flags, simple}
}

// shellPath is the value of SHELL.
func (inv *Invocation) shellPath() string {
	if v := inv.in.Lookup("SHELL"); v != nil {
		if sh := strings.TrimSpace(inv.in.Value(v)); sh != "" {
			return sh
		}
	}
	return "/bin/sh"
}

func usualShell(sh string) bool {
	switch path.Base(sh) {
	case "sh", "bash", "dash", "ksh", "rksh", "zsh", "ash":
		return true
	}
	return false
}
