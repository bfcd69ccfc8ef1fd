package kbuild

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"gokbuild/depgraph"
	"gokbuild/depgraph/descriptors"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
)

// shellCache is what an invocation remembers of $(shell) and standard input.
type shellCache struct {
	stdinFile string
	inShell   bool
}

func itoa(n int) string { return strconv.Itoa(n) }

// Info prints the text of $(info) (eval.Host).
func (inv *Invocation) Info(text string) { inv.message(text) }

// Warn prints a warning (eval.Host).
func (inv *Invocation) Warn(pos eval.Pos, text string) { inv.errorAt(pos, text) }

// SpecialVar follows assignments to variables that steer make (eval.Host).
func (inv *Invocation) SpecialVar(v *eval.Var) {
	switch v.Name {
	case ".RECIPEPREFIX":
		inv.in.Prefix = '\t'
		if text := inv.in.Value(v); text != "" {
			inv.in.Prefix = text[0]
		}
	case "MAKEFLAGS":
		if inv.profile.MakeflagsAtOnce && inv.flags != nil {
			inv.makeflagsAtOnce(v)
		}
	}
}

func (inv *Invocation) makeflagsAtOnce(v *eval.Var) {
	origin := flags.FromFile
	switch v.Origin {
	case eval.OriginCommandLine:
		origin = flags.FromCommandLine
	case eval.OriginOverride:
		origin = flags.FromOverride
	case eval.OriginEnvironment:
		origin = flags.FromEnvironment
	case eval.OriginEnvOverride:
		origin = flags.FromEnvironmentOverride
	}
	assigns, err := inv.flags.Assigned(inv.in.Value(v), origin)
	var fatal *flags.FatalError
	if errors.As(err, &fatal) {
		inv.fatal(fatal.Text)
	}
	for _, a := range assigns {
		inv.assignArgument(a)
	}
	inv.defineFlags(inv.stage)
	inv.defineIncludeDirs()
}

// Shell runs a command for $(shell) (eval.Host). What it answers comes from
// memory if everything that decided the answer is unchanged.
func (inv *Invocation) Shell(cmd string) ([]byte, int) {
	env := inv.call.Env
	if inv.profile.ShellSeesExports && !inv.shellCache.inShell {
		env = inv.shellEnvironment()
	}
	if inv.sink().buffer == nil {
		inv.outMu.Lock()
		inv.announce()
		inv.outMu.Unlock()
	}
	trimmed := strings.TrimLeft(cmd, " \t\n")
	if trimmed == "" {
		return nil, 0
	}
	if sc := inv.session.scouting; sc != nil {
		return sc.answer(inv, cmd, env)
	}
	out, status := inv.shellAnswer(cmd, env)
	inv.session.scout.hear(inv.dir, cmd, answer{out: out, status: status})
	return out, status
}

func (inv *Invocation) shellAnswer(cmd string, env []string) ([]byte, int) {
	sh, shflags, simple := inv.shellSettings()
	memo := inv.session.Probes
	useMemo := memo != nil && simple && inv.native("probe")
	inv.session.counters.shellFuncs.Add(1)
	var argv []string
	if inv.rec != nil {
		var direct bool
		if argv, direct = inv.direct(cmd); !direct || !simple || len(argv) == 0 {
			argv = append(append(inv.shellWords(sh), shflags...), joinLines(cmd))
		}
		if a, ok := inv.recallShell(argv, env); ok {
			return a.out, a.status
		}
	}
	if useMemo {
		if out, status, ok := memo.Lookup(cmd, inv.dir, env); ok {
			inv.session.counters.remembered.Add(1)
			inv.keepProbe(cmd, argv, env, answer{out: out, status: status})
			return out, status
		}
	}
	run := func() (a answer, isProbe bool) {
		var trial *probe.Trial
		if useMemo {
			trial = memo.Try(cmd, inv.dir, env)
		}
		var stderr bytes.Buffer
		a.out, a.status = inv.shellOutput(cmd, sh, shflags, simple, env, &stderr)
		inv.session.FS.Changed()
		a.stderr = stderr.String()
		isProbe = trial != nil && a.stderr == "" && inv.session.Stopping() == 0 && trial.Record(a.out, a.status)
		if isProbe {
			inv.keepProbe(cmd, argv, env, a)
		}
		return a, isProbe
	}
	var a answer
	if inv.rec != nil {
		a = inv.learnShell(argv, cmd, env, run)
	} else {
		a, _ = run()
	}
	if a.stderr != "" {
		inv.outMu.Lock()
		inv.writeError(inv.sink(), a.stderr)
		inv.outMu.Unlock()
	}
	return a.out, a.status
}

// shellEnvironment is the environment of $(shell) where it sees exported
// variables. One whose own value is being computed has the value it came with.
func (inv *Invocation) shellEnvironment() []string {
	inv.shellCache.inShell = true
	inv.in.Inherited = func(name string) string { return inv.env[name] }
	defer func() { inv.shellCache.inShell, inv.in.Inherited = false, nil }()
	return inv.environment(nil)
}

func (inv *Invocation) shellSettings() (sh string, flags []string, simple bool) {
	sh, flags = inv.shellPath(), []string{"-c"}
	if v := inv.in.Lookup(".SHELLFLAGS"); v != nil {
		if text := inv.in.Value(v); text != "-c" {
			flags = splitFlags(text)
		}
	}
	return sh, flags, sh == "/bin/sh" && len(flags) == 1 && flags[0] == "-c"
}

func splitFlags(text string) []string {
	if words, ok := plainWords(text); ok {
		return words
	}
	return strings.Fields(text)
}

// shellOutput runs the command and returns its standard output.
func (inv *Invocation) shellOutput(cmd, sh string, shflags []string, simple bool, env []string, stderr io.Writer) ([]byte, int) {
	errFile, done, err := copyPipe(stderr)
	if err != nil {
		inv.errorf("pipe: %s", errorText(err))
		return nil, 127
	}
	defer func() {
		errFile.Close()
		<-done
	}()
	argv, direct := inv.direct(cmd)
	direct = direct && simple && len(argv) > 0
	if !direct && !inv.db.OneShell {
		cmd = joinLines(cmd)
	}
	if simple {
		var prog *shell.Program
		if direct {
			prog = shell.Command(argv)
		} else if inv.native("shell") {
			prog, _ = inv.session.program(cmd)
		}
		if prog != nil {
			out, st, err := prog.Output(inv.session.ctx, &shell.Env{
				Dir: inv.dir, Environ: func() []string { return env },
				Lookup: func(name string) (string, bool) { return lookup(env, name) },
				Stdin:  inv.call.Stdin, Stderr: errFile,
				Start: func(_ context.Context, p *shell.Process) (shell.Waiter, error) {
					return inv.startProcess(p, true)
				},
				NoBuiltinPrograms: !inv.native("shell"),
			})
			var ee *shell.ExecError
			if errors.As(err, &ee) {
				io.WriteString(errFile, inv.prefix+": "+inv.execError(ee.Name, ee.Errno)+"\n")
				return nil, 127
			}
			if st.Signal != 0 && !inv.profile.ShellStatusOfSignals {
				return out, 0
			}
			return out, st.ExitCode()
		}
	}
	argv = append(append([]string{sh}, shflags...), cmd)
	return inv.capture(argv, env, errFile)
}

// joinLines drops the newlines of a command for $(shell) unless a backslash
// quotes them: make takes the text for one line and loses them when it quotes
// the line for itself.
func joinLines(cmd string) string {
	if strings.IndexByte(cmd, '\n') < 0 {
		return cmd
	}
	out := make([]byte, 0, len(cmd))
	for i := 0; i < len(cmd); i++ {
		if cmd[i] != '\n' || i > 0 && cmd[i-1] == '\\' {
			out = append(out, cmd[i])
		}
	}
	return string(out)
}

func lookup(env []string, name string) (string, bool) {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v, true
		}
	}
	return "", false
}

// copyPipe returns a file whose content goes to w; done is closed at its end.
func copyPipe(w io.Writer) (*os.File, chan struct{}, error) {
	var r, f *os.File
	err := descriptors.Patiently(context.Background(), func() (err error) {
		r, f, err = os.Pipe()
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		io.Copy(w, r)
		r.Close()
		close(done)
	}()
	return f, done, nil
}

// arrives waits until all that was written to a pipe of [copyPipe] has arrived. A process that was left behind may
// hold it open for ever: that ends with the build.
func (inv *Invocation) arrives(done chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-inv.session.ctx.Done():
		return false
	}
}

// capture runs a program and returns what it writes.
func (inv *Invocation) capture(argv, env []string, stderr *os.File) ([]byte, int) {
	file, err := depgraph.LookPath(argv[0], lookEnv(env, "PATH"), inv.dir)
	var buf bytes.Buffer
	if err == nil {
		var out *os.File
		var done chan struct{}
		if out, done, err = copyPipe(&buf); err == nil {
			var proc *depgraph.Proc
			spec := depgraph.ProcSpec{Path: file, Argv: argv, Dir: inv.dir, Env: env, Stdin: inv.call.Stdin, Stdout: out, Stderr: stderr}
			if inv.server != nil {
				spec.Extra = inv.server.Inherit()
			}
			proc, err = inv.session.Procs.Start(spec)
			out.Close()
			if err == nil {
				st, _ := proc.Wait()
				if !inv.arrives(done) {
					return nil, 127
				}
				code := st.Code
				if st.Signal != 0 && inv.profile.ShellStatusOfSignals {
					code = 128 + int(st.Signal)
				}
				return buf.Bytes(), code
			}
			<-done
		}
	}
	io.WriteString(stderr, inv.prefix+": "+inv.execError(argv[0], err)+"\n")
	return nil, 127
}
