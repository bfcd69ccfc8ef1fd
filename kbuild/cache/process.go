package cache

// This file holds a process that a command is about to start: what it inherits, where its output goes, what it says.

import (
	"os"
	"path"
	"strconv"
	"syscall"
	"time"

	"gokbuild/depgraph"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// process is a process of a command that is to be started.
type process struct {
	*shell.Process
	command *command.Command
	make    *setting.Make
	start   command.Starter
	// umask and terminal tell what it inherits and where its messages go.
	umask, terminal string
	// whole is told what it depended on; kept says that it will be, once it has ended.
	whole *Whole
	kept  bool
	// wroteAt is when its command may have written something last, by the clock of file dates; 0 if it has written nothing.
	wroteAt int64
}

// umask is the mask of permissions for new files.
var umask = func() string {
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	return strconv.FormatInt(int64(mask), 8)
}()

// process returns a process of a command, which start starts.
func (l Link) process(c *command.Command, sp *shell.Process, start command.Starter) *process {
	p := &process{Process: sp, command: c, make: l.Make, umask: umask, whole: l.Whole}
	p.start = func(sp *shell.Process) (shell.Waiter, error) {
		if !p.kept {
			p.whole.Unknown(c.Target() + ": " + sp.Path)
		}
		return start(sp)
	}
	if setting.IsTerminal(sp.Stderr) {
		p.terminal = "terminal"
	}
	if wrote, _ := c.Watch.Deeds.All(); len(wrote) > 0 {
		p.wroteAt = coarse()
	}
	return p
}

// file is the absolute name of the program.
func (p *process) file() string {
	if path.IsAbs(p.Path) {
		return p.Path
	}
	return p.Dir + "/" + p.Path
}

// otherName is another name of the directory in which the process runs, which it is told in PWD and writes into debugging information; ""
// if it is told none.
func (p *process) otherName() string {
	name := setting.Getenv(p.Env, "PWD")
	if !setting.OtherName(name, p.Dir) {
		return ""
	}
	return name
}

// writesToJob reports whether what the process says goes where the messages of its command go, and nowhere else.
func (p *process) writesToJob() bool {
	if p.Stderr == nil || p.Stderr == p.command.Stderr {
		return true
	}
	h := p.command.Watch.Listener
	return h != nil && p.Stderr == h.File()
}

// usualOutput reports whether nobody in this process waits for what is written to standard output: it is the job's, or a file.
func (p *process) usualOutput() bool {
	if p.Stdout == nil || p.Stdout == p.command.Stdout {
		return true
	}
	st, err := p.Stdout.Stat()
	return err == nil && st.Mode().IsRegular()
}

// emptyInput reports whether nothing can come from standard input.
func emptyInput(f *os.File) bool {
	if f == nil {
		return true
	}
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	const null = 1<<8 | 3 // /dev/null
	sys, ok := st.Sys().(*syscall.Stat_t)
	return ok && sys.Rdev == null
}

// said notes what the process has written where its command writes.
func (p *process) said(errs bool, text string) {
	if p.whole != nil && text != "" && (errs || p.Stdout == p.command.Stdout && p.Stdout != nil) {
		p.whole.Said(errs, text)
	}
}

// ended is a process that need not be waited for.
type ended struct{}

func (ended) Wait() (depgraph.Status, error) { return depgraph.Status{}, nil }

// done is a process that was waited for.
type done struct {
	st  depgraph.Status
	err error
}

func (d done) Wait() (depgraph.Status, error) { return d.st, d.err }

// hear runs a process, and calls then with what it wrote to standard error if it ends well.
func (v *view) hear(p *process, then func(text string, began moment, took time.Duration)) (shell.Waiter, error) {
	run := *p.Process
	var heard *output.Listener
	if p.Stderr != nil {
		if heard = output.Hear(p.Stderr); heard == nil {
			return p.start(p.Process)
		}
		run.Stderr = heard.File()
	}
	v.awaitTick(p)
	began, at := now(), time.Now()
	w, err := p.start(&run)
	if err != nil {
		if heard != nil {
			heard.Stop()
		}
		return nil, err
	}
	var d done
	d.st, d.err = w.Wait()
	text := ""
	if heard != nil {
		text = heard.Stop()
	}
	if d.err != nil || !d.st.Success() || v.ctx.Err() != nil {
		p.whole.Unknown(p.command.Target() + ": it failed: " + p.Path)
		return d, nil
	}
	then(text, began, time.Since(at))
	return d, nil
}
