package mcp

// This file hears what happens in a build: the objects of --json (docs/events.md).

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"path/filepath"
	"runtime"
	"slices"

	"gokbuild/kbuild/diagnostic"
)

// account is what is known of a build from its events.
type account struct {
	made, commands int
	// running are the targets that are being made, in the order in which they were begun.
	running []target
	failed  []string
	// complaints are the first that there were, counts how many there were of each kind, make's own
	// left out.
	complaints []complaint
	counts     map[diagnostic.Severity]int
	// dirs are the directories of the makes; settling are those that run without effects.
	dirs     map[uint32]string
	settling map[uint32]bool
}

// target is a target of one make.
type target struct {
	make uint32
	name string
}

// complaint is what a tool says is wrong. File is absolute, if the directory is known.
type complaint struct {
	Target string `json:"target,omitempty"`
	// New is false if the same was said when the target was made the last time.
	New bool `json:"new"`
	diagnostic.Diagnostic
}

const (
	mostComplaints = 10000
	mostFailed     = 1000
)

func newAccount() account {
	return account{counts: make(map[diagnostic.Severity]int), dirs: make(map[uint32]string), settling: make(map[uint32]bool)}
}

// happened is one event: those fields of all kinds that count here.
type happened struct {
	Event    string `json:"event"`
	Make     uint32 `json:"make"`
	Target   string `json:"target"`
	Dir      string `json:"dir"`
	Settling bool   `json:"settling"`
	ID       uint64 `json:"id"`
	OK       *bool  `json:"ok"`
	Ran      bool   `json:"ran"`
	New      bool   `json:"new"`
	diagnostic.Diagnostic
}

// listen hears events until there are no more. A line that is none is left out.
func (b *build) listen(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		var h happened
		if json.Unmarshal(line, &h) == nil {
			b.mu.Lock()
			b.take(&h)
			b.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// take takes note of an event.
func (a *account) take(h *happened) {
	if a.settling[h.Make] {
		return
	}
	here := target{h.Make, h.Target}
	switch h.Event {
	case "make":
		a.dirs[h.Make] = h.Dir
		if h.Settling {
			a.settling[h.Make] = true
		}
	case "begin":
		a.running = append(a.running, here)
	case "command":
		a.commands++
	case "done":
		if i := slices.Index(a.running, here); i >= 0 {
			a.running = slices.Delete(a.running, i, i+1)
		}
		switch {
		case h.OK == nil:
		case *h.OK && h.Ran:
			a.made++
		case !*h.OK && len(a.failed) < mostFailed:
			a.failed = append(a.failed, a.name(here))
		}
	case "diagnostic":
		if h.Tool != "make" { // make only tells where tools failed
			a.counts[h.Severity]++
		}
		if len(a.complaints) < mostComplaints {
			c := complaint{h.Target, h.New, h.Diagnostic}
			if h.Target != "" {
				c.Target = a.name(here)
			}
			c.File = within(h.Dir, h.File)
			for i := range c.Notes {
				c.Notes[i].File = within(h.Dir, c.Notes[i].File)
			}
			a.complaints = append(a.complaints, c)
		}
	}
}

// within is a file that is named in a directory, as all directories know it; "" stays.
func within(dir, file string) string {
	if dir == "" || file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}

// name is a target as all makes know it.
func (a *account) name(t target) string {
	if dir := a.dirs[t.make]; dir != "" && !filepath.IsAbs(t.name) && t.name != "" {
		return filepath.Join(dir, t.name)
	}
	return t.name
}

// now are the targets that are being made.
func (a *account) now() []string {
	names := []string{}
	for _, t := range a.running {
		names = append(names, a.name(t))
	}
	return names
}

// worst are the first complaints: errors before warnings, those of tools before make's own, which only tell where they were.
func (a *account) worst(most int) []complaint {
	rank := func(c complaint) int {
		n := slices.Index([]diagnostic.Severity{diagnostic.Error, diagnostic.Warning, diagnostic.Note}, c.Severity)
		if c.Tool == "make" {
			n += 3
		}
		return n
	}
	list := slices.Clone(a.complaints)
	slices.SortStableFunc(list, func(x, y complaint) int { return cmp.Compare(rank(x), rank(y)) })
	list = list[:min(most, len(list))]
	for i := range list {
		list[i].Text = "" // the tool diagnostics has it
	}
	return append([]complaint{}, list...)
}

// processors is how many jobs may run at once if nobody says.
func processors() int { return runtime.GOMAXPROCS(0) }
