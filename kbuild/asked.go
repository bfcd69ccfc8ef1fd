package kbuild

// This file tells people, at the end of a build, which of the targets that --why names were not made, and on what evidence; and which
// never came up, as a misspelled one, --why=kernel/frok.o say.

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/setting"
)

// asked is what became of the targets that --why names. All makes of a build share it.
type asked struct {
	mu sync.Mutex
	// kept says of those that a make has met, by name, why they were not made; "" if they were, or make itself has said what became
	// of them.
	kept map[string]string
	// phony are those that are phony in a make: another one may have made the file.
	phony map[string]bool
	// read is set once a make has read makefiles, leftOut once a make was left out, as nothing had changed for it. unseen is set once
	// a recipe has called make as another process: that one answers --why on its own.
	read, leftOut, unseen bool
}

// wants reports whether --why names a target.
func (inv *Invocation) wants(f *rules.File) bool {
	return slices.ContainsFunc(inv.Flags.Why, func(name string) bool { return inv.isFile(f, name) })
}

// noteMade notes that the recipe of a target has run something.
func (inv *Invocation) noteMade(f *rules.File) {
	for _, name := range inv.Flags.Why {
		if inv.isFile(f, name) {
			inv.build.asked.note(name, "")
		}
	}
}

// note notes what became of a target in a make. That it was made in one counts more than that it was kept in others.
func (a *asked) note(name, kept string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if before, met := a.kept[name]; !met || before != "" {
		a.kept[name] = kept
	}
}

// noteAsked notes at the end of a make what became of the targets in it.
func (inv *Invocation) noteAsked() {
	if len(inv.Flags.Why) == 0 || inv.Effects != setting.Real {
		return
	}
	a, left := &inv.build.asked, inv.reading == nil && (inv.known || inv.adopted)
	a.mu.Lock()
	a.leftOut = a.leftOut || left
	a.read = a.read || inv.reading != nil
	a.mu.Unlock()
	if inv.reading != nil {
		for _, f := range inv.reading.DB.TableOrder() {
			for _, name := range inv.Flags.Why {
				if f.Considered != 0 && inv.isFile(f, name) {
					inv.noteKept(f, name)
				}
			}
		}
	}
	if left {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, goal := range inv.Flags.Goals {
		if _, met := a.kept[goal]; !met && !a.phony[goal] {
			a.kept[goal] = "" // an error came first
		}
	}
}

// noteKept notes why a target was not made, as far as its make knows.
func (inv *Invocation) noteKept(f *rules.File, name string) {
	why, a := inv.walk.Kept(f), &inv.build.asked
	if !f.Phony || why == "" {
		a.note(name, why)
		return
	}
	a.mu.Lock()
	a.phony[name] = true
	a.mu.Unlock()
}

// noteUnseen notes it if the recipe of a target calls make and has not done so in this process.
func (b *Build) noteUnseen(f *rules.File, calledMake bool) {
	if f.Recipe.Recursive() && !calledMake {
		b.asked.mu.Lock()
		b.asked.unseen = true
		b.asked.mu.Unlock()
	}
}

// sayAsked prints which targets were not made, and why, and which never came up. Where a make was left out, a file that exists may
// belong to it.
func (inv *Invocation) sayAsked() {
	a, b := &inv.build.asked, inv.build
	if inv.Level > 0 || a.unseen || !a.read && !a.leftOut || b.ready != nil || inv.Stopping() != 0 {
		return
	}
	for _, name := range inv.Flags.Why {
		kept, met := a.kept[name]
		if !met && a.leftOut {
			kept, met = inv.leftOutWith(name)
		}
		if !met && a.phony[name] {
			kept, met = "it is phony, and its recipe found nothing to run", true
		}
		switch {
		case kept != "":
			inv.printer.Errorf("not remaking '%s': %s", name, kept)
		case !met && a.leftOut:
			inv.printer.Errorf("%s: no such target came up; makes in which nothing has changed were left out", name)
		case !met:
			inv.printer.Errorf("%s: no such target came up", name)
		}
	}
}

// leftOutWith says why a file was not made that may belong to a make that was left out; is is false if there is no such file.
func (inv *Invocation) leftOutWith(name string) (kept string, is bool) {
	paths := []string{inv.View.Abs(name)}
	m := inv.build.memory
	if m != nil {
		paths = append(paths, filepath.Join(m.Output(), name))
	}
	for _, path := range paths {
		if !exists(path) {
			continue
		}
		kept = "nothing has changed for the makes that may make it, and they were left out"
		if m != nil {
			if how := m.Making(inv.View.Fact(path)); how.Run != 0 {
				kept = "nothing has changed for its make since it was made, " + time.Unix(0, how.Ended).Format(time.DateTime)
			}
		}
		return kept, true
	}
	return "", false
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
