package cache

// This file is the link of the chain: it has the processes of commands started through the cache.

import (
	"path"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Link is the link of a make (command.Runner).
type Link struct {
	Cache *Cache
	Make  *setting.Make
	// Whole is what is noted of the make; may be nil.
	Whole *Whole
}

// Run declines every command, and has those of recipes start their processes through the cache.
func (l Link) Run(c *command.Command) (command.Result, bool) {
	if c.For != event.Recipe {
		c.After(func(*command.Result) { l.Cache.files.forgetAll() })
		return command.Result{}, false
	}
	if c.Harmless {
		return command.Result{}, false
	}
	if c.Watch.Deeds == nil {
		c.Watch.Deeds = new(command.Deeds)
	}
	deeds := c.Watch.Deeds
	if l.Cache.Mode != Auto || l.makesAnew(c) {
		c.Watch.Start = func(p *shell.Process, start command.Starter) (shell.Waiter, error) {
			return l.start(c, p, start)
		}
	}
	c.After(func(r *command.Result) {
		wrote, unknown := deeds.All()
		// The commands of a make in this process have told what they wrote.
		unknownTo := unknown != "" || r.Unknown != "" && r.By != event.BySubmake || r.By == event.ByTrace
		l.Cache.Wrote(append(wrote, r.Wrote...), unknownTo)
	})
	return command.Result{}, false
}

// makesAnew reports whether the target of a command was missing when the first line of its recipe was to run. A phony one always is: it
// does not count.
func (l Link) makesAnew(c *command.Command) bool {
	if c.Always {
		return false
	}
	name := c.Target()
	if !path.IsAbs(name) {
		name = l.Make.Dir + "/" + name
	}
	l.Cache.mu.Lock()
	defer l.Cache.mu.Unlock()
	anew := l.Cache.missing[name] || facts.Look(facts.Exists, "", name).Errno == syscall.ENOENT
	if anew {
		l.Cache.missing[name] = true
	}
	return anew
}

// process is a process of a command that is to be started.
type process struct {
	*shell.Process
	command *command.Command
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

// start restores what a process left, or starts it and keeps that.
func (l Link) start(c *command.Command, sp *shell.Process, start command.Starter) (shell.Waiter, error) {
	p := &process{Process: sp, command: c, umask: umask, whole: l.Whole}
	plainly := start
	start = func(sp *shell.Process) (shell.Waiter, error) {
		if !p.kept {
			p.whole.Unknown(c.Target() + ": " + sp.Path)
		}
		return plainly(sp)
	}
	p.start = start
	if setting.IsTerminal(sp.Stderr) {
		p.terminal = "terminal"
	}
	// What the command has written so far may be read now.
	wrote, unknown := c.Watch.Deeds.All()
	l.Cache.files.forget(wrote)
	if unknown != "" {
		l.Cache.files.forgetAll()
	}
	if len(wrote) > 0 {
		p.wroteAt = coarse()
	}
	v := l.Cache.view(kernel.SourceRoot(func(name string) string { return setting.Getenv(sp.Env, name) }))
	began := time.Now()
	if isCheck(p) && p.writesToJob() && usualOutput(p) && p.Stdout != nil && p.Stderr != nil {
		return v.check(p, began)
	}
	k, err := v.compilation(p)
	switch {
	case err == errForm:
		weak, ok := v.traced(p)
		if !ok {
			return start(sp)
		}
		return v.look(p, &weak, began, nil, func() (shell.Waiter, error) {
			if why := v.hopeless(&weak); why != "" {
				v.refuse(p, missing(why))
				return start(sp)
			}
			if v.Mode == Auto && !v.metBefore(&weak) {
				v.refuse(p, missing("it is traced when it is met again"))
				return start(sp)
			}
			l.Make.Events.Send(event.ProcessStarted{Path: sp.Path})
			return v.runTraced(p, &weak)
		})
	case err != nil:
		v.refuse(p, err)
		return start(sp)
	case !p.writesToJob():
		return start(sp)
	}
	return v.look(p, &k.weakKey, began, k, func() (shell.Waiter, error) { return v.runCompilation(p, k) })
}

// look restores what a process left, by its weak key, or runs it; k is nil if it is no compilation.
func (v *view) look(p *process, weak *weakKey, began time.Time, k *compilation, run func() (shell.Waiter, error)) (shell.Waiter, error) {
	entry, found, why := v.find(weak.weak)
	if entry != nil && v.toVerify() {
		return v.verify(p, k, entry, found.strong)
	}
	if entry != nil {
		if err := v.restore(p, entry); err == nil {
			v.stats.spent.Add(int64(time.Since(began)))
			v.hit(entry, found)
			p.depends(v, found.facts)
			return ended{}, nil
		}
		why = "what was kept is damaged"
	}
	v.stats.misses.Add(1)
	v.sayMissed(p, weak, why)
	v.stats.spent.Add(int64(time.Since(began)))
	if v.Mode <= ReadOnly {
		return p.start(p.Process)
	}
	return run()
}

// writesToJob reports whether what the process says goes where the messages of its command go, and nowhere else.
func (p *process) writesToJob() bool {
	if p.Stderr == nil || p.Stderr == p.command.Stderr {
		return true
	}
	h := p.command.Watch.Listener
	return h != nil && p.Stderr == h.File()
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

// coarse is the time by the clock that files are dated with, in nanoseconds since 1970.
func coarse() int64 {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_REALTIME_COARSE, &ts) != nil {
		return 0
	}
	return ts.Nano()
}

// moment is a time by the clock that files are dated with, and by the exact one: some kernels date files by the latter, if somebody has
// looked at them (multigrain timestamps of Linux 6.13).
type moment struct{ coarse, exact int64 }

func now() moment { return moment{coarse(), time.Now().UnixNano()} }

// after reports whether a file of a date was changed before that moment; wrote says that a command that has ended has written it.
func (m moment) after(date int64, wrote func() bool) bool {
	return date < m.coarse || date <= m.exact && wrote()
}

// awaitTick waits until the clock of file dates tells what is written now from what was just written by the command of a process, or by one
// of which nothing is known.
func (v *view) awaitTick(p *process) {
	for range 20 {
		if tick := coarse(); tick != v.unknownAt.Load() && tick != p.wroteAt {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// runCompilation runs a compiler, and keeps what it leaves if it ends well.
func (v *view) runCompilation(p *process, k *compilation) (shell.Waiter, error) {
	p.kept = true
	return v.hear(p, func(text string, began moment, took time.Duration) {
		storing := time.Now()
		if err := v.keepCompilation(p, k, text, began, took); err != nil {
			v.refuse(p, err)
		}
		v.stats.storing.Add(int64(time.Since(storing)))
	})
}

// verify runs a process, and compares what it leaves with an entry, which is dropped if it is something else.
func (v *view) verify(p *process, k *compilation, e *store.Entry, strong store.Digest) (shell.Waiter, error) {
	if k == nil && len(e.Printed) > 0 {
		// What it prints to a file cannot be heard.
		return p.start(p.Process)
	}
	return v.hear(p, func(text string, _ moment, _ time.Duration) {
		v.stats.verified.Add(1)
		var names []string
		list := ""
		for i := range e.Outputs {
			name, _ := v.roots.unpack(e.Outputs[i].Name)
			names = append(names, name)
		}
		if k != nil {
			list = k.abs(k.Deps)
		}
		out, err := v.outputs(names, list)
		if why := v.unequal(e, out, text); err != nil || why != "" {
			v.stats.differed.Add(1)
			v.Store.Drop(v.ctx, strong)
			v.Say(p.command.Target() + ": what the cache had of it differs: " + why)
		}
	})
}

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

// keepCompilation keeps what a compilation has left.
func (v *view) keepCompilation(p *process, k *compilation, heard string, began moment, took time.Duration) error {
	if len(heard) >= output.MostHeard {
		return missing("it says too much")
	}
	names := []string{k.abs(k.Output), k.abs(k.Deps)}
	v.files.forget(names)
	outputs, err := v.outputs(names, k.abs(k.Deps))
	if err != nil {
		return err
	}
	list, ok := forms.ParseDeps(outputs[1].text)
	if !ok {
		return missing("its list of dependencies has an unusual form")
	}
	g, err := k.gather(list.Names, began, heard)
	if err != nil {
		return err
	}
	if outputs.bound(v.roots) || v.roots.in(v.roots.pack(heard)) {
		g.add(store.Roots, "")
	}
	e := &store.Entry{Origin: store.Origin{What: p.command.Target(), Host: v.Host, Program: v.Program, At: time.Now().Unix(), Took: took, Known: "form"}}
	if heard != "" {
		e.Printed = []store.Piece{{Err: true, Text: v.roots.pack(heard)}}
	}
	p.depends(v, g.facts)
	p.said(true, heard)
	return v.keep(&k.weakKey, g.facts, g.values, outputs, e)
}

// refuse notes that a process is not cached.
func (v *view) refuse(p *process, why error) {
	p.whole.Unknown(p.command.Target() + ": not cached: " + why.Error())
	v.stats.refuse(why.Error())
	if v.WhyMissed != nil && v.WhyMissed(p.command.Target()) {
		v.Say(p.command.Target() + ": not cached: " + why.Error())
	}
}
