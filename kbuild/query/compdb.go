package query

// This file answers --compdb.

import (
	"context"

	"gokbuild/depgraph"
	"gokbuild/kbuild/compdb"
	"gokbuild/kbuild/setting"
)

// WriteCompDB writes the compilation data base of goals into a file, whose name is relative to the output directory;
// "clang" is the usual name, with the options that clang understands. The
// status is that of the plan: the data base may lack something if it is not 0.
func (e *Engine) WriteCompDB(name string, goals []string) (entries []compdb.Entry, status int, err error) {
	p, status := e.Plan(goals)
	entries = compdb.Of(p)
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

// runCompDB is the program for --compdb.
func (e *Engine) runCompDB() int {
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
