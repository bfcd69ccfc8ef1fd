package query

// This file is the program: what is asked by options of the command line.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gokbuild/kbuild"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/near"
	"gokbuild/kconfig"
)

// Asked reports whether options ask a question in place of building. nil asks nothing.
func Asked(f *flags.Flags) bool {
	return f != nil && !f.Help && !f.Version && (f.CompDB != "" || f.Ask.Query != "")
}

// answer is what a question finds. It is a struct that begins with a [header], and is printed as JSON as it stands.
type answer interface {
	// text prints the answer for people; it is not asked of an empty one.
	text(w io.Writer)
	// empty reports whether nothing was found.
	empty() bool
	// missing says in lines for people what was asked for and is not in the text.
	missing() []string
}

// header begins every answer.
type header struct {
	V     int    `json:"v"`
	Query string `json:"query"`
}

// question is one kind of question.
type question struct {
	Name  string `json:"name"`
	Args  string `json:"args"`
	Means string `json:"means"`
	// least and most are how many arguments it takes.
	least, most int
	needs       readiness
	ask         func(e *Engine, h header, args []string) (answer, error)
}

const many = 1 << 20

// questions is the table of them; docs/query.md has it in the same order.
var questions []question

func init() {
	questions = []question{
		{"what-builds", "FILE", "the objects that are made of a source, up to the image or module, and why", 1, many, itsConfig, (*Engine).whatBuilds},
		{"config-of", "FILE", "the symbols that decide whether a source is compiled", 1, many, orDefaults, (*Engine).configOf},
		{"from", "CONFIG", "what a symbol decides: makefile lines, Kconfig, sources", 1, 1, orDefaults, (*Engine).from},
		{"value", "SYMBOL", "the value of a symbol", 1, many, orDefaults, (*Engine).values},
		{"why", "SYMBOL", "why it has that value", 1, many, orDefaults, (*Engine).values},
		{"why-off", "SYMBOL", "what keeps it from being y", 1, many, orDefaults, (*Engine).values},
		{"depends", "TARGET", "what a target needs, or with --reverse what needs it", 1, 1, orDefaults, (*Engine).depends},
		{"would-rebuild", "[GOAL]", "what a build would make now, and why", 0, many, itsConfig, (*Engine).wouldRebuild},
		{"would-drop", "FRAGMENT", "the settings of a fragment that would not take effect", 1, 1, itsConfig, (*Engine).wouldDrop},
		{"would-change", "FRAGMENT", "what it would change, and what of it would not take effect", 1, 1, anyTree, (*Engine).wouldChange},
		{"changed", "OLD NEW", "in what two configurations differ", 2, 2, anyTree, (*Engine).changed},
		{"modules", "", "what becomes modules, and what that could be one is built in", 0, 0, itsConfig, (*Engine).modules},
		{"link-order", "[FOLDER]", "the built-in objects in the order in which they are linked", 0, 1, orDefaults, (*Engine).linkOrder},
		{"goals", "", "the goals of the tree", 0, 0, anyTree, (*Engine).goals},
		{"tree", "kconfig|makefiles|objects|targets [GOAL]", "a tree, with --depth, --json or --dot", 1, 2, orDefaults, (*Engine).tree},
	}
}

// errUsage says that a question is asked in a wrong way.
type errUsage string

func (e errUsage) Error() string { return string(e) }

// Main answers the question that options ask, and returns the exit status: 0 if something was found, 1 if there is nothing, 2
// for an error. shell runs $(shell,…) of Kconfig files; nil is /bin/sh.
func Main(s *kbuild.Session, call kbuild.Call, f *flags.Flags, shell kconfig.ShellRunner) int {
	e, err := New(s, call, f)
	if err != nil {
		fmt.Fprintf(call.Stderr, "%s: *** %v.  Stop.\n", f.Program, err)
		return 2
	}
	e.Shell = shell
	if f.CompDB != "" {
		return e.runCompDB()
	}
	a, err := e.ask()
	switch {
	case err == ErrPlan: // why is all there is to say
		return 2
	case err != nil:
		e.errorf("%v", err)
		return 2
	case e.flags.Ask.JSON != "":
		enc := json.NewEncoder(call.Stdout)
		enc.SetEscapeHTML(false)
		err = enc.Encode(a)
	default:
		err = e.print(a)
	}
	if err != nil {
		return 2
	}
	if a.empty() {
		return 1
	}
	return 0
}

// print prints an answer for people: what was found, and on standard error what was not.
func (e *Engine) print(a answer) error {
	for _, line := range a.missing() {
		fmt.Fprintf(e.call.Stderr, "%s: %s\n", e.flags.Program, line)
	}
	if a.empty() {
		return nil
	}
	w := &writer{to: e.call.Stdout}
	if t, ok := a.(*treeAnswer); ok && e.flags.Ask.Dot {
		t.dot(w)
	} else {
		a.text(w)
	}
	return w.err
}

// ifEmpty is what an answer misses of which all is missing or nothing.
func ifEmpty(a answer, line string) []string {
	if a.empty() {
		return []string{line}
	}
	return nil
}

// writer keeps the first error.
type writer struct {
	to  io.Writer
	err error
}

func (w *writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.to.Write(p)
	w.err = err
	return n, err
}

// ask finds the question that is asked, and its answer.
func (e *Engine) ask() (answer, error) {
	name, args := e.flags.Ask.Query, e.flags.Goals
	for i := range questions {
		q := &questions[i]
		if q.Name != name {
			continue
		}
		if len(args) < q.least || len(args) > q.most {
			return nil, errUsage("usage: --query=" + strings.TrimSpace(q.Name+" "+q.Args))
		}
		if err := e.ready(q.needs); err != nil {
			return nil, err
		}
		return q.ask(e, header{1, name}, args)
	}
	if name == "help" {
		return &helpAnswer{header{1, name}, questions}, nil
	}
	if meant := near.Name(name, questionNames()); meant != "" {
		return nil, errUsage("no such question: " + name + " (did you mean " + meant + "?)")
	}
	return nil, errUsage("no such question: " + name + " (--query=help lists them)")
}

func questionNames() (names []string) {
	for _, q := range questions {
		names = append(names, q.Name)
	}
	return names
}

// helpAnswer lists the questions.
type helpAnswer struct {
	header
	Questions []question `json:"questions"`
}

func (*helpAnswer) empty() bool       { return false }
func (*helpAnswer) missing() []string { return nil }
func (a *helpAnswer) text(w io.Writer) {
	for _, q := range a.Questions {
		fmt.Fprintf(w, "  %-14s %-10s  %s\n", q.Name, q.Args, q.Means)
	}
}

// depth is the number of levels that is asked for; 0 is all.
func (e *Engine) depth() (int, error) {
	if e.flags.Ask.Depth == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(e.flags.Ask.Depth)
	if err != nil || n < 1 {
		return 0, errors.New("--depth=" + e.flags.Ask.Depth + ": not a number of levels")
	}
	return n, nil
}

// errorf prints an error, unless a signal has ended the work: what is missing then is no fault of the tree.
func (e *Engine) errorf(format string, args ...any) {
	if e.session.Stopping() != 0 {
		return
	}
	fmt.Fprintf(e.call.Stderr, "%s: *** %s.  Stop.\n", e.flags.Program, fmt.Sprintf(format, args...))
}
