package mcp

// This file starts gokbuild again, for one piece of work.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// program is how gokbuild is started for the tree of the server.
type program struct {
	// path is the file; args are the words that name the tree, the first being the name of the program.
	path string
	args []string
	dir  string
	env  []string
	// hurried says that this process is about to end.
	hurried atomic.Bool
}

const (
	// patience is how long a gokbuild that was told to end may take for it; hasty is that when the server was told so.
	patience = time.Second
	hasty    = patience / 2
)

// work is what one gokbuild is to do.
type work struct {
	args []string
	// in is standard input; "" is none. out and err are where the outputs go, and may be one.
	in       string
	out, err io.Writer
	// events is descriptor 3; nil if there is none.
	events *os.File
}

// run runs a gokbuild until it ends. If the context ends first, it is told to end by SIGTERM, and when it does not, all of its
// process group is killed. It is told so, too, when this process is gone.
func (p *program) run(ctx context.Context, w work) error {
	cmd := exec.CommandContext(ctx, p.path)
	cmd.Args = slices.Concat(p.args, w.args)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, p.env, w.out, w.err
	if w.in != "" {
		cmd.Stdin = strings.NewReader(w.in)
	}
	if w.events != nil {
		cmd.ExtraFiles = []*os.File{w.events}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	// A process that was left behind may hold the outputs open; nobody waits for it.
	cmd.WaitDelay = patience
	var last *time.Timer
	cmd.Cancel = func() error {
		grace := patience
		if p.hurried.Load() {
			grace = hasty
		}
		last = time.AfterFunc(grace, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		return cmd.Process.Signal(syscall.SIGTERM)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("gokbuild can't be started: %w", err)
	}
	err := cmd.Wait()
	if last != nil {
		last.Stop()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it has left
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	return err
}

// status tells how a program ended: its exit status, and the signal that ended it, "" if none did.
func status(err error) (code int, signal string) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return 2, ""
		}
		return 0, ""
	}
	if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal()), ws.Signal().String()
	}
	return exit.ExitCode(), ""
}

// tail keeps the last bytes that are written to it.
type tail struct {
	most int
	text []byte
	cut  bool
}

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if len(t.text) > 2*t.most {
		t.text = append(t.text[:0], t.text[len(t.text)-t.most:]...)
		t.cut = true
	}
	return len(p), nil
}

// lines are the last lines.
func (t *tail) lines(n int) []string {
	all := strings.Split(strings.TrimSuffix(strings.ToValidUTF8(string(t.text), "\uFFFD"), "\n"), "\n")
	if t.cut && len(all) > 1 {
		all = all[1:] // it may be half a line
	}
	if len(t.text) == 0 || n <= 0 {
		return []string{}
	}
	return all[max(0, len(all)-n):]
}
