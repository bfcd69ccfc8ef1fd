package kbuild

// This file ends the memory of a build. A make that ran commands proves nothing about the next run. So the first make is run
// once more, without running or printing anything, to see what a run in which nothing changed will find.

import (
	"os"

	"gokbuild/kbuild/setting"
)

// settle runs the first make once more if the memory needs it, saves what was learned, and lets other builds into the output
// directory.
func (b *Build) settle(first *Invocation, status int) {
	defer b.lock.Release()
	if b.memory == nil {
		return
	}
	b.memory.Close(&first.Make, status == 0, first.known, func() {
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			return
		}
		defer null.Close()
		call := first.Call
		call.Stdout, call.Stderr = null, null
		again := &Build{session: b.session, Build: b.Build, memory: b.memory, stats: b.stats, following: following{calls: b.calls}}
		again.Effects, again.Hear = setting.Settling, false
		again.invocation(call, nil).run()
	})
}
