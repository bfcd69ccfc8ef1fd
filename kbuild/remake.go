package kbuild

// This file remakes makefiles (manual, "How Makefiles Are Remade").

import (
	"slices"
	"sync"

	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/makefiles"
	"gokbuild/kbuild/setting"
	"gokbuild/kbuild/update"
)

// remake brings the makefiles up to date and reports whether one changed, so that everything must be read again.
func (inv *Invocation) remake() (again bool) {
	inv.printer.Debugf(flags.DebugBasic, 0, "Updating makefiles....\n")
	list, missing := inv.remakeable()
	inv.remaking.list = list
	goals := make([]*update.Goal, len(list))
	for i, m := range list {
		m.Before = inv.reading.DB.ModTimeHere(m.File)
		goals[i] = &update.Goal{File: m.File, Mode: setting.Mode{Remaking: true}, DontCare: m.DontCare, Included: m.Included}
	}
	inv.printer.Remaking = true
	status := inv.walk.Run(goals)
	inv.printer.Remaking = false
	if inv.walk.Answered() {
		panic(&exit{1})
	}
	if inv.walk.Dying() {
		panic(&exit{2})
	}
	for _, m := range slices.Backward(missing) {
		inv.printer.Main().Error(m.Pos, m.File.Name+": "+libc.Error(m.Err))
	}
	failed := len(missing) > 0
	switch {
	case status == rules.Success && !failed:
		inv.walk.Wait()
		return true
	case status == rules.Failed:
		remade, bad := inv.remakingFailed(list)
		if remade {
			inv.walk.Wait()
			return true
		}
		failed = failed || bad
	}
	if failed {
		panic(&exit{2})
	}
	return false
}

// remakeable lists the makefiles in the order in which they are remade, without those that would be remade for ever. missing
// are those of the latter that could not be read, where that ends the make.
func (inv *Invocation) remakeable() (list, missing []*makefiles.Makefile) {
	for _, m := range inv.reading.Makefiles {
		if !inv.mightLoop(m.File) {
			list = append(list, m)
			continue
		}
		inv.printer.Debugf(flags.DebugVerbose, 0, "Makefile '%s' might loop; not remaking it.\n", m.File.Name)
		if m.Err != nil && !m.DontCare && inv.Profile.MakefileFailuresEnd {
			missing = append(missing, m)
		}
	}
	if !inv.Profile.MakefilesInReadOrder {
		slices.Reverse(list)
	}
	return list, missing
}

// mightLoop tells makefiles that would be remade every time.
func (inv *Invocation) mightLoop(f *rules.File) bool {
	f = f.Resolve()
	if f.Phony && inv.Profile.PhonyMakefilesKept {
		return true
	}
	if f.DoubleColon == nil {
		return false
	}
	for g := range f.Chain {
		if len(g.Deps) == 0 && g.Recipe != nil {
			return true
		}
	}
	return false
}

// remakingFailed tells which makefiles could not be remade: remade is set if another one was, failed if make is to end.
func (inv *Invocation) remakingFailed(list []*makefiles.Makefile) (remade, failed bool) {
	db, out := inv.reading.DB, inv.printer.Main()
	for _, m := range list {
		f := m.File.Resolve()
		switch {
		case f.Updated && f.Status == rules.Success:
			remade = remade || db.ModTimeHere(f) != m.Before
		case f.Updated && !m.DontCare:
			pos := m.Pos
			if !inv.Profile.MakefileErrorsPlaced {
				pos = eval.Pos{}
			}
			out.Error(pos, "Failed to remake makefile '"+f.Name+"'.")
			t := db.ModTimeHere(f)
			remade = remade || t != rules.TimeNone && t != m.Before
			inv.walk.Fail()
			failed = failed || inv.Profile.MakefileFailuresEnd
		case !f.Updated && !m.DontCare && m.Included:
			out.Error(m.Pos, "Included makefile '"+f.Name+"' was not found.")
		case !f.Updated && !m.DontCare:
			out.Errorf("Makefile '%s' was not found", f.Name)
			failed = true
		}
	}
	return remade, failed
}

// remaking holds the makefiles that are being remade, for messages about them.
type remaking struct {
	mu   sync.Mutex
	list []*makefiles.Makefile
}

// includeError tells why an included makefile could not be read, once it is known that nothing can make it. Jobs call it,
// too.
func (inv *Invocation) includeError(g *update.Goal) {
	if !g.Mode.Remaking || !g.Included || g.DontCare {
		return
	}
	inv.remaking.mu.Lock()
	defer inv.remaking.mu.Unlock()
	// Of several mentions of one file the first counts.
	for _, first := range inv.remaking.list {
		if first.File.Resolve() != g.File.Resolve() {
			continue
		}
		if first.Err != nil {
			inv.printer.Main().Error(first.Pos, first.File.Name+": "+libc.Error(first.Err))
			first.Err = nil
		}
		return
	}
}
