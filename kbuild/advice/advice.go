package advice

// This file listens to a build, and finds the first thing said in it of which the cure is known.

import (
	"path"
	"slices"
	"strings"
	"sync"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/near"
)

// Advisor listens to a build. It is safe for concurrent use.
type Advisor struct {
	System System
	// Dir is the directory that the first make works in, Program the name that the user calls gokbuild by.
	Dir, Program string
	// Variables are those of the command line, as NAME=value.
	Variables []string
	// Wanted are the goals of the command line.
	Wanted []string
	// Makefiles are those that the command line names, Folders those behind -C.
	Makefiles, Folders []string
	// Env returns the setting of a variable of the environment; it may be nil.
	Env func(name string) string
	// Goals returns names of goals among which a mistyped word may be looked for: those in its folder, if the word names one.
	// Known returns the variables that the tree documents. Both are called only after a build has failed; either may be nil.
	Goals func(word string) []string
	Known func() []string

	mu sync.Mutex
	// strong holds what failing recipes and make's errors said. weak holds all other messages; it is read only if strong helps
	// nobody. For example, a probe that does not find a tool complains, but that is seldom why a build fails.
	strong, weak strings.Builder
	// dirs are the working directories of makes, by the number of the make.
	dirs map[uint32]string
}

// mostText bounds what is kept of each of the two texts, in bytes. The first error is the one to cure, and it comes first.
const mostText = 128 << 10

// Listen takes in an event.
func (a *Advisor) Listen(e event.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch e := e.(type) {
	case event.MakeStarted:
		if a.dirs == nil {
			a.dirs = make(map[uint32]string)
		}
		a.dirs[e.Make] = e.Dir
	case event.RecipeEnded:
		if !e.OK {
			keep(&a.strong, e.Stderr)
		}
	case event.MakeSaid:
		if !e.Stderr {
			return
		}
		if strings.Contains(e.Text, "*** ") {
			keep(&a.strong, e.Text)
			return
		}
		keep(&a.weak, e.Text)
	}
}

// keep adds a text to what is kept, as long as there is room.
func keep(b *strings.Builder, text string) {
	if b.Len() < mostText {
		b.WriteString(text[:min(len(text), mostText)])
	}
}

// Line returns what to do about a build that ended with a status: one line without its newline, "" if nothing is known.
func (a *Advisor) Line(status int) string {
	if status != 2 { // 1 is an answer of -q
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, cure := range []string{a.variable(longName), a.inList()} {
		if cure != "" {
			return "gokbuild: " + cure
		}
	}
	for _, text := range []string{a.strong.String(), a.weak.String()} {
		if cure := a.cure(text); cure != "" {
			return "gokbuild: " + cure
		}
	}
	// Not all programs say why they cannot write.
	if where := a.fullFolder(1); where != "" {
		return "gokbuild: " + ofFull(where)
	}
	if cure := a.variable(0); cure != "" {
		return "gokbuild: " + cure
	}
	return ""
}

// cure goes through the lines of a text, and returns what helps against the first of which a cause is known.
func (a *Advisor) cure(text string) string {
	lines := strings.Split(plain(text), "\n")
	for i, line := range lines {
		if line == "" {
			continue
		}
		for _, c := range causes {
			if !strings.Contains(line, c.word) {
				continue
			}
			m := c.line.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			if cure := c.cure(a, m, lines[i+1:]); cure != "" {
				return cure
			}
		}
	}
	return ""
}

// plain takes colours and carriage returns out of a text.
func plain(text string) string {
	text = strings.ReplaceAll(text, "\r", "")
	return colour.ReplaceAllString(text, "")
}

// longName is the length from which on a name that looks like one of the tree's is rather a slip than a name of somebody's own.
const longName = 6

// variable tells of a variable on the command line that looks like one that the tree documents, and is not, if its name has at
// least so many letters.
func (a *Advisor) variable(least int) string {
	if a.Known == nil {
		return ""
	}
	known := a.Known()
	for _, v := range a.Variables {
		name, _, _ := strings.Cut(v, "=")
		if len(name) < least || slices.Contains(known, name) {
			continue
		}
		if meant := near.Name(name, known); meant != "" {
			return "this tree knows no variable " + name + ": did you mean " + meant + "?"
		}
	}
	return ""
}

// goals are the names among which a mistyped word may be looked for.
func (a *Advisor) goals(word string) []string {
	if a.Goals == nil {
		return nil
	}
	return a.Goals(word)
}

// set reports whether a variable is set on the command line.
func (a *Advisor) set(name string) (value string, ok bool) {
	for _, v := range a.Variables {
		if n, value, _ := strings.Cut(v, "="); strings.TrimRight(n, ":+?") == name {
			return value, true
		}
	}
	return "", false
}

// value is the setting of a variable, on the command line or in the environment; "" if there is none.
func (a *Advisor) value(name string) string {
	if value, ok := a.set(name); ok || a.Env == nil {
		return value
	}
	return a.Env(name)
}

// call is a command line for the same tree and output folder, with other goals.
func (a *Advisor) call(goals string) string {
	words := []string{a.Program}
	for _, dir := range a.Folders {
		words = append(words, "-C", dir)
	}
	for _, name := range []string{"O", "ARCH"} {
		if value, ok := a.set(name); ok {
			words = append(words, name+"="+value)
		}
	}
	if goals != "" {
		words = append(words, goals)
	}
	return strings.Join(words, " ")
}

// setConfig is the command that sets options of the configuration, as scripts/config of the tree takes them.
func (a *Advisor) setConfig(options string) string {
	if out := a.value("O"); out != "" {
		options = "--file " + path.Join(out, ".config") + " " + options
	}
	return "scripts/config " + options
}
