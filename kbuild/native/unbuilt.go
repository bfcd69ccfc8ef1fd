package native

// This file keeps the programs that a tree would build for itself, and that are left unbuilt: recipes that run them run
// their replacements. scripts/kconfig/conf is one.

import (
	"context"
	"strings"
	"sync"

	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

// LeftOut holds the programs that one make has left unbuilt. It is safe for concurrent use; nil holds none.
type LeftOut struct {
	mk       *setting.Make
	programs Programs
	// ran is told of each call of a program that could have begun early.
	ran func(origin Origin, c *shell.Call)

	mu     sync.Mutex
	byName map[string]*leftOut
}

// leftOut is a program that is not built because its replacement will run, until something needs the program itself.
type leftOut struct {
	program *Unbuilt
	built   bool
}

// NewLeftOut returns a set that leaves nothing out yet; nil if there are no replacements. ran is told of each call of a program that
// could have begun early (Unbuilt.Begin).
func NewLeftOut(mk *setting.Make, programs Programs, ran func(origin Origin, c *shell.Call)) *LeftOut {
	if programs == nil {
		return nil
	}
	return &LeftOut{mk: mk, programs: programs, ran: ran, byName: make(map[string]*leftOut)}
}

// Leave decides whether a target is a program that need not be built. Under -n, -t and -q nothing is: make tells what it
// would do.
func (l *LeftOut) Leave(db *rules.DB, name string) bool {
	if l == nil || strings.IndexByte(name, '/') < 0 || l.mk.Flags.DryRun || l.mk.Flags.Touch || l.mk.Flags.Question {
		return false
	}
	origin := Origin{Target: name}
	source := func() string {
		source := name + ".c"
		if !l.mk.View.Stat(source).Exists() {
			found, ok := db.Search(source)
			if !ok {
				return ""
			}
			source = found
		}
		origin.Source = l.mk.View.Abs(source)
		return origin.Source
	}
	if l.Has(name) {
		return true
	}
	program := l.programs.Unbuilt(name, source, l.mk.Native)
	if program == nil || !l.mk.Native(program.Step) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if program.Begin != nil {
		run := program.Run
		program.Run = func(ctx context.Context, c *shell.Call) (shell.Status, bool) {
			l.ran(origin, c)
			return run(ctx, c)
		}
	}
	l.byName[name] = &leftOut{program: program}
	return true
}

// Has reports whether a target was left unbuilt.
func (l *LeftOut) Has(name string) bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byName[name] != nil
}

// Program returns the replacement for a program that is called by the name of its target; nil if it was built after all.
func (l *LeftOut) Program(name string) *Unbuilt {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.byName[name]; p != nil && !p.built {
		return p.program
	}
	return nil
}

// Mentioned reports whether a command may start a program that was left unbuilt.
func (l *LeftOut) Mentioned(command string) bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.byName {
		if strings.Contains(command, name) {
			return true
		}
	}
	return false
}

// Need returns the targets that a command for the real shell may start as programs. They count as built from now on: the
// caller builds them.
func (l *LeftOut) Need(command string) (names []string) {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, p := range l.byName {
		if !p.built && strings.Contains(command, name) {
			p.built = true
			names = append(names, name)
		}
	}
	return names
}
