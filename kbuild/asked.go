package kbuild

// This file tells people which of the targets that --why names never came up, at the end of a build. Where the name is misspelled,
// --why=kernel/frok.o say, nothing else would be printed of it.

import (
	"os"
	"path/filepath"
	"sync"

	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/setting"
)

// asked is what became of the targets that --why names. All makes of a build share it.
type asked struct {
	mu sync.Mutex
	// came are those that a make has met, by name.
	came map[string]bool
	// read is set once a make has read makefiles, leftOut once a make was left out, as nothing had changed for it. unseen is set once
	// a recipe has called make as another process: that one answers --why on its own.
	read, leftOut, unseen bool
}

// noteAsked notes at the end of a make which targets came up in it.
func (inv *Invocation) noteAsked() {
	if len(inv.Flags.Why) == 0 || inv.Effects != setting.Real {
		return
	}
	a := &inv.build.asked
	a.mu.Lock()
	defer a.mu.Unlock()
	a.leftOut = a.leftOut || inv.known || inv.adopted
	for _, goal := range inv.Flags.Goals {
		a.came[goal] = true
	}
	if inv.reading == nil {
		return
	}
	a.read = true
	for _, f := range inv.reading.DB.TableOrder() {
		if f.Considered == 0 {
			continue
		}
		for _, name := range inv.Flags.Why {
			if inv.isFile(f, name) {
				a.came[name] = true
			}
		}
	}
}

// noteUnseen notes it if the recipe of a target calls make and has not done so in this process.
func (b *Build) noteUnseen(f *rules.File, calledMake bool) {
	if f.Recipe.Recursive() && !calledMake {
		b.asked.mu.Lock()
		b.asked.unseen = true
		b.asked.mu.Unlock()
	}
}

// sayAsked prints which targets never came up. Where a make was left out, a file that exists may belong to it: nothing is said of it.
func (inv *Invocation) sayAsked() {
	a, b := &inv.build.asked, inv.build
	if inv.Level > 0 || a.unseen || !a.read && !a.leftOut || b.ready != nil || inv.Stopping() != 0 {
		return
	}
	for _, name := range inv.Flags.Why {
		if a.came[name] {
			continue
		}
		text := name + ": no such target came up"
		if a.leftOut {
			if exists(inv.View.Abs(name)) || b.memory != nil && exists(filepath.Join(b.memory.Output(), name)) {
				continue
			}
			text += "; makes in which nothing has changed were left out"
		}
		inv.printer.Errorf("%s", text)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
