package commits

// This file starts git and gokbuild, such that a signal that ends us ends them in their own way.

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// errStopped says that a signal has come.
var errStopped = errors.New("stopped by a signal")

// children has the process that runs, at most one.
type children struct {
	mu      sync.Mutex
	running *exec.Cmd
	stopped syscall.Signal
	// note is told of each process that begins; nil for nobody.
	note func(pid int)
}

// pipesLeft is how long a pipe is read after the process has ended that it was for: one that it left behind may hold it open.
const pipesLeft = 2 * time.Second

// run runs a command to its end. It is a process group of its own: what is typed at a terminal reaches it through us, once. If we are
// killed it is told to end.
func (c *children) run(cmd *exec.Cmd) error {
	// The kernel tells it when the thread ends that started it (prctl(2), PR_SET_PDEATHSIG): the thread is to last as long as we do.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.WaitDelay = pipesLeft
	c.mu.Lock()
	if c.stopped != 0 {
		c.mu.Unlock()
		return errStopped
	}
	err := cmd.Start()
	if err == nil {
		c.running = cmd
	}
	note := c.note
	c.mu.Unlock()
	if err == nil && note != nil {
		note(cmd.Process.Pid)
	}
	if err != nil {
		return err
	}
	err = cmd.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = nil
	switch {
	case c.stopped != 0:
		return errStopped
	case errors.Is(err, exec.ErrWaitDelay):
		return nil
	}
	return err
}

// interrupt ends what runs by a signal. Nothing is started any more.
func (c *children) interrupt(sig syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = sig
	if c.running != nil {
		_ = c.running.Process.Signal(sig)
	}
}

// stopping is the signal that has come; 0 for none.
func (c *children) stopping() syscall.Signal {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stopped
}

func (c *children) live() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil {
		return 0
	}
	return 1
}

// output runs a program in a directory and returns what it writes. The error says what it complained of.
func (c *children) output(dir string, env []string, argv ...string) (string, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	var out, complaint bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &out, &complaint
	err := c.run(cmd)
	if err == nil || errors.Is(err, errStopped) {
		return out.String(), err
	}
	if text := strings.TrimSpace(complaint.String()); text != "" {
		return "", errors.New(text)
	}
	return "", fmt.Errorf("%s: %w", argv[0], err)
}
