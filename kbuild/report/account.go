package report

// This file collects what happened in a build: what the summary, the trace, the report and SARIF are made from.

import (
	"path"
	"strings"
	"time"

	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
)

// account is what happened in a build. It is filled by one stream, and read when that has ended. All times are since Start.
type account struct {
	Start time.Time
	Build event.BuildStarted
	// Bare is the command line of the build without its goals, and without what says how to run it and whom to tell.
	Bare []string
	// Wall is how long the build took, Status its exit status.
	Wall   time.Duration
	Status int
	// Makes are the makes by number, Steps the recipes that ran a command, in the order in which they began.
	Makes map[uint32]*makeRun
	Steps []*step
	// Commands are those that held a job slot, in the order in which they began; Own is our own work.
	Commands []*command
	Own      []*span
	// Lanes is how many commands ran at once at most.
	Lanes int
	Found []*found

	// Kept counts targets that were not made, Recalled the makes and commands that memory left out, Shells the $(shell) and
	// Answered those of them that memory answered.
	Kept, Recalled, Shells, Answered int

	open    map[name]*step
	why     map[name]string
	running map[uint64]*command
	free    lanes
}

// name names a target: one make may have a target of the same name as another.
type name struct {
	make   uint32
	target string
}

// makeRun is one run of make.
type makeRun struct {
	Number, Parent uint32
	// Caller is the step whose recipe called it; nil for the first.
	Caller   *step
	Dir      string
	Goals    []string
	Settling bool
	began    time.Duration
	read     bool
	// Why says why it was looked at in detail: what had changed since the last run.
	Why string
}

// step is the recipe of a target.
type step struct {
	Make         *makeRun
	Target       string
	Kind, Source string
	Why          string
	// After are the prerequisites that have recipes.
	After        []string
	Began, Ended time.Duration
	OK, Ran      bool
	// Recursive says that it called make: its time is that of others.
	Recursive bool
	// CPU is the processor time that its processes used, RSS the most memory of one of them, in bytes.
	CPU time.Duration
	RSS int64

	program   string
	mostCPU   time.Duration
	recursion int
	// command is the last one that began.
	command *command
}

// span is a time in which something was done, in a lane that nothing else has meanwhile.
type span struct {
	Lane         int
	Name         string
	Began, Ended time.Duration
}

// command is a command that held a job slot.
type command struct {
	span
	Step *step
	By   event.By
	Text string
	CPU  time.Duration
}

// found is a complaint of a tool, or of make itself; then Step is nil.
type found struct {
	diagnostic.Diagnostic
	Step *step
	At   time.Duration
	// New says that the same was not said when the recipe ran the last time.
	New bool
}

// newAccount returns the account of a build that begins now.
func newAccount() *account {
	return &account{Start: time.Now(), Makes: make(map[uint32]*makeRun), open: make(map[name]*step), why: make(map[name]string),
		running: make(map[uint64]*command)}
}

func (a *account) now() time.Duration { return time.Since(a.Start) }

// Listen takes an event in.
func (a *account) Listen(e event.Event) {
	switch e := e.(type) {
	case event.BuildStarted:
		a.Build = e
	case event.MakeStarted:
		a.Makes[e.Make] = &makeRun{Number: e.Make, Parent: e.Parent, Caller: a.open[name{e.Parent, e.Caller}], Dir: e.Dir, Goals: e.Goals,
			Settling: e.Settling, began: a.now()}
	case event.MakeRead:
		if m := a.Makes[e.Make]; m != nil && !m.read {
			m.read = true
			a.own("read makefiles: "+m.title(), m.began)
		}
	case event.MakeReplayed:
		a.Recalled++
	case event.MakeUnproved:
		if m := a.Makes[e.Make]; m != nil && m.Why == "" {
			m.Why = e.Why
		}
	case event.MakeEnded:
		if m := a.Makes[e.Make]; m != nil && m.Settling && m.Parent == 0 {
			a.own("look what the next build will find", m.began)
		}
	case event.TargetDecided:
		if e.Remake {
			a.why[name{e.Make, e.Target}] = e.Why
		} else {
			a.Kept++
		}
	case event.MakeSaid:
		if e.Stderr {
			a.find(nil, e.Text, "")
		}
	case event.TextKept:
		a.find(nil, e.Text, e.Text)
	case event.BuildEnded:
		a.Wall, a.Status = a.now(), e.Status
	default:
		a.recipes(e)
	}
}

// recipes takes in the events of recipes and their commands.
func (a *account) recipes(e event.Event) {
	switch e := e.(type) {
	case event.RecipeStarted:
		if m := a.Makes[e.Make]; m != nil && !m.Settling {
			key := name{e.Make, e.Target}
			a.open[key] = &step{Make: m, Target: e.Target, Began: a.now(), Why: a.why[key], After: e.After}
			delete(a.why, key)
		}
	case event.RecipeEnded:
		a.ended(e)
	case event.CommandStarted:
		a.began(e)
	case event.CommandEnded:
		a.commandEnded(e)
	case event.ProcessEnded:
		if s := a.open[name{e.Make, e.Target}]; s != nil {
			if s.CPU += e.CPU; s.command != nil {
				s.command.CPU += e.CPU
			}
			s.RSS = max(s.RSS, e.MaxRSS)
			if e.CPU >= s.mostCPU {
				s.mostCPU, s.program = e.CPU, path.Base(e.Path)
			}
		}
	}
}

func (a *account) began(e event.CommandStarted) {
	s := a.open[name{e.Make, e.Target}]
	if e.Use == event.ShellFunc || e.Recursive {
		if s != nil && e.Recursive {
			s.recursion++
		}
		return
	}
	c := &command{Step: s, Text: e.Text}
	c.Began, c.Lane = a.now(), a.free.take()
	a.Lanes = max(a.Lanes, c.Lane+1)
	if s != nil {
		s.command = c
		if kind, source := kernel.Quiet(e.Text); s.Kind == "" {
			s.Kind, s.Source = kind, source
		}
	}
	a.running[e.ID] = c
	a.Commands = append(a.Commands, c)
}

func (a *account) commandEnded(e event.CommandEnded) {
	if s := a.open[name{e.Make, e.Target}]; s != nil && e.By == event.BySubmake {
		s.Recursive = true
	}
	switch {
	case e.Use == event.ShellFunc:
		a.Shells++
		if e.By == event.ByMemory || e.By == event.ByProbes {
			a.Answered++
		} else if e.Took > time.Millisecond {
			a.own("$(shell "+e.Text+")", a.now()-e.Took)
		}
	case e.By == event.ByMemory:
		a.Recalled++
	}
	if c := a.running[e.ID]; c != nil {
		c.Ended, c.By = a.now(), e.By
		a.free.give(c.Lane)
		delete(a.running, e.ID)
	}
}

func (a *account) ended(e event.RecipeEnded) {
	key := name{e.Make, e.Target}
	s := a.open[key]
	if s == nil {
		return
	}
	delete(a.open, key)
	s.Ended, s.OK, s.Ran = a.now(), e.OK, e.Ran
	if s.Kind == "" {
		s.Kind = s.program
	}
	if s.recursion > 0 && s.CPU == 0 {
		s.Recursive = true
	}
	if e.Ran || !e.OK {
		a.Steps = append(a.Steps, s)
	}
	a.find(s, e.Stderr, e.Before)
}

// find finds the complaints in a text.
func (a *account) find(s *step, text, before string) {
	all := diagnostic.Parse(text)
	if len(all) == 0 {
		return
	}
	said := make(map[string]bool)
	for _, d := range diagnostic.Parse(before) {
		said[d.Sameness()] = true
	}
	for _, d := range all {
		a.Found = append(a.Found, &found{Diagnostic: d, Step: s, At: a.now(), New: !said[d.Sameness()]})
	}
}

// own notes our own work, which ends now.
func (a *account) own(what string, began time.Duration) {
	a.Own = append(a.Own, &span{Name: what, Began: began, Ended: a.now()})
}

// title names a make by its directory below the first one's, and what it was called for.
func (m *makeRun) title() string {
	return strings.TrimSpace(path.Base(m.Dir) + " " + strings.Join(m.Goals, " "))
}

// lanes are numbers, of which each has one holder at a time; the smallest free one is taken.
type lanes []bool

func (l *lanes) take() int {
	for i, taken := range *l {
		if !taken {
			(*l)[i] = true
			return i
		}
	}
	*l = append(*l, true)
	return len(*l) - 1
}

func (l *lanes) give(i int) { (*l)[i] = false }
