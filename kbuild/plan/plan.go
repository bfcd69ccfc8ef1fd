package plan

// This file holds the plan as data.

import "sync"

// Scope says what of a build is planned.
type Scope uint8

const (
	// All plans the recipes of all targets, up to date or not.
	All Scope = iota
	// Most plans what a build would make now if whatever it makes comes out different from before, except where memory proves that
	// it comes out the same.
	Most
	// Least plans what it would make if all that it makes comes out as it was.
	Least
)

// Plan is what a build would do. It is safe for concurrent use until the build has been gone through.
type Plan struct {
	mu sync.Mutex
	// Makes are the runs of make, each before those that it calls.
	Makes []*Make
}

// Make is one run of make.
type Make struct {
	// Number is the place of the make in its build, from 1; Parent is the make whose recipe calls it, 0 for the first.
	Number, Parent uint32
	// Dir is where it works, Argv how it is called.
	Dir  string
	Argv []string
	// Makefiles are those that it reads, in order, as it names them.
	Makefiles []string
	// Open are makefiles that would be remade: what they will say is not known.
	Open []string
	// Phony are the phony targets of its makefiles, considered or not, in no particular order.
	Phony []string
	// Targets are those that it considers, in no particular order.
	Targets []*Target
	// Status is its exit status. One that is not 0 does not end the make above: the plan goes on there, as the recipe might.
	Status int

	mu     sync.Mutex
	byName map[string]*Target
	// missing are files that a target needs and that nothing makes by name; unread are lines of recipes that were not understood,
	// with their targets. See Gaps.
	missing, unread []string
}

// Target is a target and what its recipe would do.
type Target struct {
	Name string
	// Prereqs and OrderOnly are its prerequisites, in order.
	Prereqs, OrderOnly []string
	Phony              bool
	// File and Line tell where the recipe is; File is "" if there is none.
	File string
	Line int
	// Why is why it would be made; Of are the prerequisites that decided it, and the files for which memory did not spare it.
	Why string
	Of  []string
	// Known says that memory knows what the recipe wrote last, Dated that the date of the target counts even so: it
	// is empty, or only names other files.
	Known, Dated bool
	// Writes is set if the recipe writes files with what the shell does itself, as by echo.
	Writes bool
	// Lines are the lines of the recipe that would run, expanded. Commands are the programs that they would start, as far as
	// that can be told without running anything.
	Lines    []string
	Commands []Command
}

// Makes reports whether the recipe would make something: a command of it would run, or write.
func (t *Target) Makes() bool { return t.Writes || len(t.Commands) > 0 }

// Command is a program that a recipe would start.
type Command struct {
	// Argv are the program and its arguments, Assigns the variables set in front of it (NAME=value), Dir is where it runs.
	Argv, Assigns []string
	Dir           string
	// Env is the environment of the tool that reads Kconfig files; it is nil for all other programs.
	Env []string
}

// Begin adds a make.
func (p *Plan) Begin(number, parent uint32, dir string, argv []string) *Make {
	m := &Make{Number: number, Parent: parent, Dir: dir, Argv: argv, byName: make(map[string]*Target)}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Makes = append(p.Makes, m)
	return m
}

// Target returns a target of the make, which is added if it is not known yet.
func (m *Make) Target(name string) *Target {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.target(name)
}

func (m *Make) target(name string) *Target {
	t := m.byName[name]
	if t == nil {
		t = &Target{Name: name}
		m.byName[name] = t
		m.Targets = append(m.Targets, t)
	}
	return t
}

// Find returns a target of the make, nil if there is none of that name.
func (m *Make) Find(name string) *Target {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byName[name]
}

// Ran notes a program that the recipe of a target would start.
func (m *Make) Ran(target string, c Command) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.target(target)
	t.Commands = append(t.Commands, c)
}

// Said notes a line of the recipe of a target.
func (m *Make) Said(target, line string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.target(target)
	t.Lines = append(t.Lines, line)
}

// Because notes why a target would be made, and what decided it.
func (m *Make) Because(target, why string, of []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.target(target)
	t.Why, t.Of = why, append(t.Of, of...)
}

// Doubts notes files for which a target is made that memory would spare otherwise.
func (m *Make) Doubts(target string, of []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.target(target)
	t.Of = append(t.Of, of...)
}

// Known notes what memory knows of a target.
func (m *Make) Known(target string, known, dated bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.target(target)
	t.Known, t.Dated = known, dated
}

// Wrote notes that the recipe of a target writes a file.
func (m *Make) Wrote(target string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.target(target).Writes = true
}

// Makes reports whether the recipe of a target would make something, as far as the plan knows: it starts a program, or writes a file.
func (m *Make) Makes(target string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.byName[target]
	return t != nil && t.Makes()
}

// Remade notes a makefile that would be remade.
func (m *Make) Remade(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Open = append(m.Open, name)
}

// Missing notes a file that a target needs and that nothing makes by name.
func (m *Make) Missing(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.missing = append(m.missing, name)
}

// Unread notes a line of a recipe that is not understood: it may start programs that are not in the plan.
func (m *Make) Unread(target, line string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unread = append(m.unread, target+": "+line)
}

// Gaps lists what the plan does not know of the make, for people: files that nothing makes by name, lines that were not
// understood.
func (m *Make) Gaps() (missing, unread []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.missing, m.unread
}
