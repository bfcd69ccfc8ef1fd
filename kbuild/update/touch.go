package update

// This file deletes targets that a failed recipe left half made, does what -t does instead of a recipe, and removes
// intermediate files.

import (
	"os"

	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// deleteTarget removes a target that a failed recipe left half made.
func (w *Walk) deleteTarget(f *rules.File) {
	w.deleteFile(f, "")
	for _, also := range f.AlsoMake {
		w.deleteFile(also, f.Name)
	}
}

func (w *Walk) deleteFile(f *rules.File, onBehalf string) {
	if f.Precious || f.Phony || w.Make.OnlyLooks() {
		return
	}
	name := w.Make.View.Abs(f.Name)
	when, regular := w.Files.Dated(name)
	if !regular || w.DB.SameTime(f, when) {
		return
	}
	if onBehalf != "" {
		w.Printer.Errorf("*** [%s] Deleting file '%s'", onBehalf, f.Name)
	} else {
		w.Printer.Errorf("*** Deleting file '%s'", f.Name)
	}
	if err := w.Files.Remove(name); err != nil && !os.IsNotExist(err) {
		w.Printer.Errorf("unlink: %s: %s", f.Name, libc.Error(err))
	}
	w.Make.FS.Changed()
}

// touchTarget does what -t does instead of the recipe.
func (w *Walk) touchTarget(f *rules.File) bool {
	if f.Recipe == nil || f.Phony || f.Recipe.AllRecursive() && len(f.Recipe.Lines) > 0 {
		return false
	}
	if !w.silent() {
		w.Printer.Main().Line("touch " + f.Name)
	}
	w.goal.started.Store(true)
	if w.modeOf(f).DryRun || w.Make.OnlyLooks() {
		return true
	}
	if f.IsMember() {
		if problem := w.DB.TouchMember(f); problem != "" {
			w.Printer.Errorf("%s", problem)
			f.Status = rules.Failed
		}
		w.Make.FS.Changed()
		return true
	}
	name := w.Make.View.Abs(f.Name)
	switch step, err := w.Files.Touch(name); {
	case err != nil && step != "":
		w.Printer.Errorf("touch: %s: %s: %s", step, f.Name, libc.Error(err))
		f.Status = rules.Failed
	case err != nil:
		w.Printer.Errorf("touch: %s: %s", f.Name, libc.Error(err))
		f.Status = rules.Failed
	}
	w.Make.FS.Changed()
	return true
}

// RemoveIntermediates deletes the files that only implicit chains needed (manual, "Chains of Implicit Rules").
func (w *Walk) RemoveIntermediates() {
	mode := w.Make.Mode()
	if mode.Question || mode.Touch || w.Make.OnlyLooks() {
		return
	}
	unwanted := func(f *rules.File) bool {
		return f.Intermediate && (!f.Precious || f.DontCare) && !f.Secondary && !f.NotIntermed && !f.CmdTarget && f.Status != rules.None
	}
	if !w.DB.Any(unwanted) {
		return
	}
	said := false
	for _, f := range w.DB.TableOrder() {
		if !unwanted(f) {
			continue
		}
		if !mode.DryRun {
			if err := w.Files.Remove(w.Make.View.Abs(f.Name)); os.IsNotExist(err) {
				continue
			}
		}
		if !said {
			w.Printer.Debugf(flags.DebugBasic, 0, "Removing intermediate files...\n")
		}
		if f.DontCare || w.silent() {
			continue
		}
		if !said {
			w.Printer.Say("rm " + f.Name)
		} else {
			w.Printer.Say(" " + f.Name)
		}
		said = true
	}
	if said {
		w.Printer.Say("\n")
		w.Make.FS.Changed()
	}
}
