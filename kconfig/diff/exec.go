package diff

// This file runs a tool.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// argv0 is the name under which kbuild starts conf; getopt's complaints
// begin with it. Its base name also selects the conf face of a multi-call
// program.
const argv0 = "scripts/kconfig/conf"

// maxOutput ends a run that repeats a question for ever. The longest honest
// output, every question of a whole tree with its help, is some 6 MB.
const maxOutput = 24 << 20

// runConf starts a program as conf in the folder dir and waits for it.
func runConf(ctx context.Context, prog, dir string, env []string, st *Step, limit time.Duration) (*Result, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, prog)
	cmd.Args = append([]string{argv0}, st.Args...)
	cmd.Dir = dir
	cmd.Env = append(env[:len(env):len(env)], "PWD="+dir)
	var stdout, stderr limited
	stdout.stop, stderr.stop = cancel, cancel
	cmd.Stdin = bytes.NewReader([]byte(st.Stdin))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// The process group, so that a compiler probe does not outlive the limit.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	begin := time.Now()
	err := cmd.Run()
	res := &Result{Stdout: stdout.buf.Bytes(), Stderr: stderr.buf.Bytes(), Seconds: time.Since(begin).Seconds()}
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit):
		res.Exit = exit.ExitCode()
	case cmd.ProcessState != nil && (ctx.Err() != nil || errors.Is(err, syscall.EPIPE)):
		// The input was not read to its end, or the limit was hit.
		res.Exit = cmd.ProcessState.ExitCode()
	default:
		return nil, fmt.Errorf("start %s: %w", prog, err)
	}
	if stdout.flood || stderr.flood {
		return &Result{Exit: -1, Flood: true, Seconds: res.Seconds}, nil
	}
	return res, nil
}

// runIn restores start in dir, runs prog there and takes the resulting files.
func runIn(ctx context.Context, prog, dir string, env []string, st *Step, start State, limit time.Duration) (*Result, error) {
	if err := start.Restore(dir); err != nil {
		return nil, err
	}
	res, err := runConf(ctx, prog, dir, env, st, limit)
	if err != nil {
		return nil, err
	}
	if res.Flood {
		return res, nil
	}
	res.Files, err = TakeState(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return res, nil
}

// limited collects output and ends the run that produces too much of it.
type limited struct {
	buf   bytes.Buffer
	flood bool
	stop  func()
}

func (l *limited) Write(p []byte) (int, error) {
	if l.buf.Len()+len(p) > maxOutput {
		l.flood = true
		l.stop()
		return len(p), nil
	}
	return l.buf.Write(p)
}
