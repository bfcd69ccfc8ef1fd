package kbuild

// This file begins a build that only plans: its makes evaluate their makefiles, and package planner takes the lines of their recipes
// in place of running them.

import (
	"slices"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/makefiles"
	"gokbuild/kbuild/plan"
	"gokbuild/kbuild/planner"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/setting"
)

// Plan goes through the recipes of a run of make without running them. It has the effects that make has under -n: commands
// of $(shell) run. What the make says of errors goes to the call's standard error, nothing to its
// standard output. The status is that of the first make: where it is not 0, the plan may lack what comes after the error.
//
// Unless everything is planned, the memory of the output directory is asked as in a build, if there is one, and nothing is added to
// it. The remaking of makefiles is then planned as well, once: what a makefile will say after that is not known (planRemake).
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
	first, rest := local.First(), links.All()
	if inv.recording != nil {
		// A call of make alone goes on in this process; what is read, and then recalled, is not planned.
		c.Links = slices.Concat(first[1:], rest[:1], []command.Runner{inv.planner}, rest[1:])
	} else {
		c.Links = slices.Concat([]command.Runner{inv.planner}, first, rest)
	}
	c.Links = append(c.Links, local.Changes())
	c.Links = append(c.Links, local.Last()...)
	return c
}

// beginPlan begins to take note of what the make would do.
func (inv *Invocation) beginPlan() {
	if p := inv.build.plan; p != nil && inv.Effects == setting.Planning {
		inv.planner = &planner.Make{Make: &inv.Make, Plan: p.Begin(inv.Number, inv.numberAbove(), inv.Dir, inv.Call.Argv),
			Scope: inv.build.scope, Below: inv.runBelow}
	}
}

// missing is what the walk is told of prerequisites that nothing makes: without running anything it can't be known what
// recipes make besides their targets.
func (inv *Invocation) missing() func(f *rules.File) bool {
	if inv.planner == nil {
		return nil
	}
	return func(f *rules.File) bool {
		if inv.printer.Remaking && inv.isMakefile(f) {
			return false
		}
		inv.planner.Plan.Missing(f.Name)
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
	if inv.planner == nil || inv.build.scope == plan.All || inv.reader.Restarts > 0 || !inv.remake() {
		return false
	}
	for _, m := range inv.reading.Makefiles {
		if inv.FS.IsImagined(inv.View.Abs(m.File.Name)) {
			inv.planner.Plan.Remade(m.File.Name)
		}
	}
	return true
}

// suppose has what a recipe would make count as made, so that memory takes that into account.
func (inv *Invocation) suppose(f *rules.File, text string) {
	if inv.build.scope == plan.All || !inv.planner.Plan.Makes(f.Name) {
		return
	}
	least := inv.build.scope == plan.Least
	known, dated := inv.content.Known(f)
	inv.planner.Plan.Known(f.Name, known, dated)
	inv.content.Suppose(f, text, least)
}

// planned is what the walk is told of targets that a recipe of another make makes, as far as the build has come.
func (inv *Invocation) planned() func(f *rules.File) bool {
	if inv.planner == nil {
		return nil
	}
	return func(f *rules.File) bool { return inv.FS.IsImagined(inv.View.Abs(f.Name)) }
}
