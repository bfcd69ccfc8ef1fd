package query

// This file answers --compdb.

import (
	"context"
	"slices"

	"gokbuild/depgraph"
	"gokbuild/kbuild/compdb"
	"gokbuild/kbuild/plan"
	"gokbuild/kbuild/setting"
)

// WriteCompDB writes the compilation data base of goals into a file, whose name is relative to the output directory;
// "clang" is the usual name, with the options that clang understands. The status is that of the plan: if it is not 0, what was told
// on standard error, or a goal cannot be made, which is the error, nothing is written: the data base that is there may be a good one.
func (e *Engine) WriteCompDB(name string, goals []string) (entries []compdb.Entry, status int, err error) {
	if !e.configured() {
		return nil, 2, e.errUnconfigured()
	}
	p, status := e.Plan(goals)
	if status != 0 {
		return nil, status, nil
	}
	if err := e.unmade(p, goals); err != nil {
		return nil, 2, err
	}
	entries = compdb.Of(p)
	if len(entries) == 0 && slices.ContainsFunc(p.Makes, func(m *plan.Make) bool { return m.Status != 0 }) {
		return nil, 2, nil
	}
	file, clang := e.forFile(name)
	var refusal *compdb.Refusal
	if clang {
		clangd, _ := depgraph.LookPath("clangd", setting.Getenv(e.call.Env, "PATH"), e.dir)
		if k := readKept(e.Out); k != nil {
			refusal = k.Refusal
		}
		refusal = compdb.Ask(context.Background(), clangd, entries, refusal)
		entries = compdb.Without(entries, refusal.Refused)
	}
	if err := compdb.Write(file, compdb.Text(entries)); err != nil {
		return entries, status, err
	}
	e.keep(&kept{Name: name, Goals: goals, Refusal: refusal}, p)
	return entries, status, nil
}

// unmade is make's error about a goal that no rule makes and that is no file. A plan counts it as there, as what recipes make
// besides their targets is not known. The makefile of a kernel passes goals on to a make in the output directory.
func (e *Engine) unmade(p *plan.Plan, goals []string) error {
	for _, goal := range goals {
		is := func(m *plan.Make, name string) bool {
			name = absolute(m.Dir, name)
			return name == absolute(e.dir, goal) || name == absolute(e.Out, goal)
		}
		missing, made := false, false
		for _, m := range p.Makes {
			names, _ := m.Gaps()
			missing = missing || slices.ContainsFunc(names, func(name string) bool { return is(m, name) })
			made = made || slices.ContainsFunc(m.Targets, func(t *plan.Target) bool { return t.Makes() && is(m, t.Name) })
		}
		if missing && !made {
			return noRule(goal)
		}
	}
	return nil
}

// noRule is a goal that make would not know how to make.
type noRule string

func (goal noRule) Error() string { return "No rule to make target '" + string(goal) + "'" }

// runCompDB is the program for --compdb.
func (e *Engine) runCompDB() int {
	if err := e.checkOutput(); err != nil {
		e.errorf("%v", err)
		return 2
	}
	_, status, err := e.WriteCompDB(e.flags.CompDB, e.flags.Goals)
	if err != nil {
		e.errorf("%v", err)
		return 2
	}
	if status != 0 {
		return 2
	}
	return 0
}
