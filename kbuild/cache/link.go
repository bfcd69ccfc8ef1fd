package cache

// This file is the link of the chain: it has the processes of commands started through the cache.

import (
	"path"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/native/shell"
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

// work is what a process does, of one class.
type work interface {
	// key is what it is found by.
	key() *weakKey
	// deps is the name of the list of dependencies that it leaves; "" if it leaves none.
	deps() string
	// run runs it, and keeps what it leaves if all is known that decided it.
	run(p *process) (shell.Waiter, error)
}

// start restores what a process left, or starts it and keeps that.
func (l Link) start(c *command.Command, sp *shell.Process, start command.Starter) (shell.Waiter, error) {
	// What the command has written so far may be read now.
	wrote, unknown := c.Watch.Deeds.All()
	l.Cache.files.forget(wrote)
	if unknown != "" {
		l.Cache.files.forgetAll()
	}
	v := l.Cache.view(kernel.SourceRoot(func(name string) string { return setting.Getenv(sp.Env, name) }))
	p := l.process(c, sp, start)
	began := time.Now()
	if p.isCheck() {
		return v.check(p, began)
	}
	w, err := v.work(p)
	if err != nil {
		v.refuse(p, err)
	}
	if w == nil {
		return p.start(sp)
	}
	return v.look(p, w, began)
}

// work tells what a process does; nil if that is of no class, or not to be cached, for which the error tells why if somebody may want
// to know.
func (v *view) work(p *process) (work, error) {
	k, err := v.compilation(p)
	switch {
	case err == errForm:
		if t := v.traced(p); t != nil {
			return t, nil
		}
		return nil, nil
	case err != nil || !p.writesToJob():
		return nil, err
	}
	return k, nil
}

// look restores what a process left, or runs it.
func (v *view) look(p *process, w work, began time.Time) (shell.Waiter, error) {
	entry, found, why := v.find(w.key().weak)
	if entry != nil && v.toVerify() {
		return v.verify(p, w, entry, found.strong)
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
	v.sayMissed(p, w.key(), why)
	v.stats.spent.Add(int64(time.Since(began)))
	if v.Mode <= ReadOnly {
		return p.start(p.Process)
	}
	return w.run(p)
}

// refuse notes that a process is not cached.
func (v *view) refuse(p *process, why error) {
	p.whole.Unknown(p.command.Target() + ": not cached: " + why.Error())
	v.stats.refuse(why.Error())
	if v.WhyMissed != nil && v.WhyMissed(p.command.Target()) {
		v.Say(p.command.Target() + ": not cached: " + why.Error())
	}
}
