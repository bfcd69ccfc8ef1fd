package kbuild

import (
	"io/fs"
	"os"
	"time"

	"gokbuild/kbuild/lang/rules"
)

// deleteTarget removes a target that a failed recipe left half made.
func (inv *Invocation) deleteTarget(f *rules.File) {
	inv.deleteFile(f, "")
	for _, also := range f.AlsoMake {
		inv.deleteFile(also, f.Name)
	}
}

func (inv *Invocation) deleteFile(f *rules.File, onBehalf string) {
	if f.Precious || f.Phony || inv.onlyLooks() {
		return
	}
	name := inv.view.Abs(f.Name)
	st, err := os.Stat(name)
	if err != nil || !st.Mode().IsRegular() {
		return
	}
	if f.Mtime >= 0 && inv.db.SameTime(f, st.ModTime()) {
		return
	}
	if onBehalf != "" {
		inv.errorf("*** [%s] Deleting file '%s'", onBehalf, f.Name)
	} else {
		inv.errorf("*** Deleting file '%s'", f.Name)
	}
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		inv.errorf("unlink: %s: %s", f.Name, errorText(err))
	}
	inv.session.FS.Changed()
}

// touchTarget does what -t does instead of the recipe.
func (inv *Invocation) touchTarget(f *rules.File) bool {
	if f.Recipe == nil || f.Phony || allRecursive(f.Recipe) && len(f.Recipe.Lines) > 0 {
		return false
	}
	if !inv.silent() {
		inv.message("touch " + f.Name)
	}
	inv.goal.started.Store(true)
	if inv.dryRun {
		return true
	}
	if f.IsMember() {
		if problem := inv.db.TouchMember(f); problem != "" {
			inv.errorf("%s", problem)
			f.Status = rules.Failed
		}
		inv.session.FS.Changed()
		return true
	}
	name := inv.view.Abs(f.Name)
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		inv.errorf("touch: open: %s: %s", f.Name, errorText(err))
		f.Status = rules.Failed
		return true
	}
	file.Close()
	now := time.Now()
	if err := os.Chtimes(name, now, now); err != nil && !isPermission(err) {
		inv.errorf("touch: %s: %s", f.Name, errorText(err))
		f.Status = rules.Failed
	}
	inv.session.FS.Changed()
	return true
}

func isPermission(err error) bool { return os.IsPermission(err) || err == fs.ErrPermission }
