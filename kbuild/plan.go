package kbuild

// This file finds out what would be run to make goals from nothing, and runs none of it. Makes evaluate their makefiles and
// go on to the makes that recipes call; the lines of recipes are expanded and kept. What a recipe would make counts as there
// for the makes that come later.

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"gokbuild/depgraph"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/makefiles"
	"gokbuild/kbuild/plan"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/setting"
)

// Plan goes through the recipes of a run of make without running them. It has the effects that make has under -n: commands
// of $(shell) run. What the make says of errors goes to the call's standard error, nothing to its
// standard output. The status is that of the first make: where it is not 0, the plan may lack what comes after the error.
//
// Where not everything is planned the memory of the output directory is asked as in a build, if there is one, and nothing is added to
// it; makefiles are remade then, as far as that goes: what they will say is not known.
func (s *Session) Plan(call Call, scope plan.Scope) (p *plan.Plan, status int) {
	b := s.newBuild(call)
	b.Everything, b.Remembers, b.scope = scope == plan.All, scope != plan.All, scope
	defer func() { b.lock.Release() }()
	b.Effects, b.plan, b.FS = setting.Planning, new(plan.Plan), fsys.NewImagining()
	defer b.link.Close()
	status = b.invocation(call, nil).run()
	return b.plan, status
}

// planChain is the chain of a make that plans. A command that memory would leave out is left out of a plan of what would be done
// now.
func (inv *Invocation) planChain(c *command.Chain, links *remember.Links, local *command.Local) *command.Chain {
	take := &planLink{inv, local}
	first, rest := local.First(), links.All()
	if inv.recording != nil {
		// A call of make alone goes on in this process; what is read, and then recalled, is not planned.
		c.Links = slices.Concat(first[1:], rest[:1], []command.Runner{take}, rest[1:])
	} else {
		c.Links = slices.Concat([]command.Runner{take}, first, rest)
	}
	c.Links = append(c.Links, local.Changes())
	c.Links = append(c.Links, local.Last()...)
	return c
}

// beginPlan begins to take note of what the make would do.
func (inv *Invocation) beginPlan() {
	if p := inv.build.plan; p != nil && inv.Effects == setting.Planning {
		inv.plan = p.Begin(inv.Number, inv.numberAbove(), inv.Dir, inv.Call.Argv)
	}
}

// endPlan takes note of the makefiles and targets.
func (inv *Invocation) endPlan() {
	if inv.plan == nil {
		return
	}
	for _, m := range inv.reading.Makefiles {
		if m.Err == nil {
			inv.plan.Makefiles = append(inv.plan.Makefiles, m.File.Name)
		}
	}
	for _, f := range inv.reading.DB.TableOrder() {
		if f.Phony {
			inv.plan.Phony = append(inv.plan.Phony, f.Name)
		}
		if f.Considered == 0 || !f.IsTarget && f.Recipe == nil {
			continue
		}
		t := inv.plan.Target(f.Name)
		t.Phony = f.Phony
		if f.Recipe != nil {
			t.File, t.Line = f.Recipe.Pos.File, f.Recipe.Pos.Line
		}
		for g := range f.Chain {
			for i := range g.Deps {
				d := &g.Deps[i]
				switch {
				case d.File == nil:
				case d.OrderOnly:
					t.OrderOnly = append(t.OrderOnly, d.File.Name)
				default:
					t.Prereqs = append(t.Prereqs, d.File.Name)
				}
			}
		}
	}
}

// missing is what the walk is told of prerequisites that nothing makes: without running anything it can't be known what
// recipes make besides their targets.
func (inv *Invocation) missing() func(f *rules.File) bool {
	if inv.plan == nil {
		return nil
	}
	return func(f *rules.File) bool {
		if inv.printer.Remaking && inv.isMakefile(f) {
			return false
		}
		inv.plan.Missing(f.Name)
		return true
	}
}

// isMakefile reports whether a file is one of those that the make reads.
func (inv *Invocation) isMakefile(f *rules.File) bool {
	return slices.ContainsFunc(inv.reading.Makefiles, func(m *makefiles.Makefile) bool { return m.File.Resolve() == f })
}

// planRemake plans how makefiles are remade, if what a build would do now is planned. It reports whether they are to be read again:
// once, as what they will say is not known.
func (inv *Invocation) planRemake() (again bool) {
	if inv.plan == nil || inv.build.scope == plan.All || inv.reader.Restarts > 0 || !inv.remake() {
		return false
	}
	for _, m := range inv.reading.Makefiles {
		if inv.FS.IsImagined(inv.View.Abs(m.File.Name)) {
			inv.plan.Remade(m.File.Name)
		}
	}
	return true
}

// suppose has what a recipe would make count as made, so that memory takes that into account.
func (inv *Invocation) suppose(f *rules.File, text string) {
	if inv.build.scope == plan.All || !inv.plan.Makes(f.Name) {
		return
	}
	least := inv.build.scope == plan.Least
	known, dated := inv.content.Known(f)
	inv.plan.Known(f.Name, known, dated)
	inv.content.Suppose(f, text, least)
}

// planned is what the walk is told of targets that a recipe of another make makes, as far as the build has come.
func (inv *Invocation) planned() func(f *rules.File) bool {
	if inv.plan == nil {
		return nil
	}
	return func(f *rules.File) bool { return inv.FS.IsImagined(inv.View.Abs(f.Name)) }
}

// planLink is the link of the chain by which planning makes run nothing.
type planLink struct {
	inv   *Invocation
	local *command.Local
}

func (l *planLink) Run(c *command.Command) (command.Result, bool) {
	if c.For == event.ShellFunc {
		return l.answer(c)
	}
	called := false
	l.inv.plan.Doubts(c.Target(), c.Doubts)
	wrote := func(name string, text []byte) {
		if now, ok := l.read(name); text == nil || ok && bytes.Equal(now, text) {
			l.imagine(name)
		} else {
			l.inv.FS.Imagine(name, text)
		}
		l.inv.plan.Wrote(c.Target())
	}
	script := plan.Script{Dir: l.inv.Dir, Scripts: c.Recursive, Environ: c.Environ, Read: l.read, Wrote: wrote,
		Ran: func(cmd plan.Command) {
			if l.inv.Stopping() != 0 {
				return
			}
			if cmd.Argv[0] == l.inv.Call.Argv[0] && c.Recursive {
				called = true
				l.call(c, cmd)
				return
			}
			if kernel.ConfTool(cmd.Argv[0]) {
				cmd.Env = slices.Concat(c.Environ(), cmd.Assigns)
			}
			made := kernel.MadeBy(cmd.Argv, func(name string) ([]byte, bool) { return l.read(path.Join(cmd.Dir, name)) })
			for _, name := range made {
				l.imagine(path.Join(cmd.Dir, name))
			}
			l.inv.plan.Ran(c.Target(), cmd)
		}}
	if !script.Walk(c.Text) {
		l.inv.plan.Unread(c.Target(), c.Text)
	}
	l.inv.plan.Said(c.Target(), c.Text)
	for _, name := range c.Targets {
		if c.Hear { // it is not phony
			l.imagine(name)
		}
	}
	return command.Result{By: event.ByNothing, CalledMake: called}, true
}

// imagine has a file count as there, and as new. A recipe may leave one alone that is there already: so it does if the least is planned.
func (l *planLink) imagine(name string) {
	name = l.inv.View.Abs(name)
	if l.inv.build.scope == plan.Least && l.inv.View.Lexists(name) {
		return
	}
	if _, known := l.inv.FS.Imagined(name); !known {
		l.inv.FS.Imagine(name, nil)
	}
}

// read is the text of a file, as far as it will be known.
func (l *planLink) read(name string) ([]byte, bool) {
	text, err := l.inv.View.ReadFile(name)
	return text, err == nil
}

// call goes on to a make that a recipe calls. What becomes of it does not end this one: there may be more to find out.
func (l *planLink) call(c *command.Command, cmd plan.Command) {
	env := c.Environ()
	if len(cmd.Assigns) > 0 {
		env = command.OverrideEnv(env, cmd.Assigns)
	}
	l.inv.runBelow(c, Call{Argv: cmd.Argv, Dir: cmd.Dir, Env: env, Stdout: c.Stdout, Stderr: c.Stderr})
	_ = c.Seat.Acquire(l.inv.Ctx, c.Prio) // if the build ends, the makes see it themselves
}

// answer answers a $(shell) that asks for the text of a file which is not there yet. Others run, as they do under -n.
func (l *planLink) answer(c *command.Command) (command.Result, bool) {
	words, ok := command.PlainWords(c.Text)
	if !ok || len(words) < 2 || words[0] != "cat" {
		return command.Result{}, false
	}
	var out []byte
	imagined := false
	for _, name := range words[1:] {
		if strings.HasPrefix(name, "-") {
			return command.Result{}, false
		}
		_, known := l.inv.FS.Imagined(path.Clean(l.inv.View.Abs(name)))
		imagined = imagined || known
		text, _ := l.inv.View.ReadFile(name)
		out = append(out, text...)
	}
	return command.Result{Status: depgraph.Status{}, By: event.ByNothing, Out: out}, imagined
}
