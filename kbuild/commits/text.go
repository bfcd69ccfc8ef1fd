package commits

// This file prints for people, one paragraph a commit.

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/progress"
	"gokbuild/kbuild/setting"
)

// shown is a result with all that is told of it.
type shown struct {
	*Result
	Difference
	commit *commit
	config *config
	// kept says that it is from an earlier run, bad that it makes the commit a bad one. old is what was known before, nil for nothing.
	kept, bad bool
	old       *state
	grown     []growth
	log       string
}

// printer is where text and JSON go; either may be nil.
type printer struct {
	text  io.Writer
	json  *os.File
	owned bool
	line  *line
	width int
	// single is set where one commit is named: everything that was said of it is shown.
	single bool
	err    error
}

// open opens what --json names, and the line for who looks on.
func (r *Run) open() (*printer, error) {
	p := &printer{text: r.call.Stdout, line: r.line, single: single(r.flags.Each.Commit)}
	switch name := r.flags.Ask.JSON; name {
	case "":
	case "-":
		p.json, p.text = r.call.Stdout, r.call.Stderr
	default:
		f, err := os.Create(under(r.call.Dir, name))
		if err != nil {
			return nil, fmt.Errorf("--json: %w", err)
		}
		p.json, p.owned = f, true
	}
	env := make(map[string]string)
	for _, entry := range r.call.Env {
		name, value, _ := strings.Cut(entry, "=")
		env[name] = value
	}
	mode, err := progress.Choose(r.flags.Progress, progress.Surroundings{Terminal: setting.IsTerminal(r.call.Stderr), Term: env["TERM"], CI: env["CI"]})
	if err != nil {
		return nil, err
	}
	if mode == progress.OnScreen {
		r.line.term = r.call.Stderr
	}
	return p, nil
}

// close ends the output. The error that is set says what could not be written.
func (p *printer) close(err *error) {
	if p.owned {
		if e := p.json.Close(); p.err == nil {
			p.err = e
		}
	}
	if *err == nil {
		*err = p.err
	}
}

func (p *printer) printf(format string, args ...any) {
	p.line.leave()
	if _, err := fmt.Fprintf(p.text, format, args...); p.err == nil {
		p.err = err
	}
}

func (p *printer) waits(dir string) { p.printf("another gokbuild is at work in %s: waiting\n", dir) }

// begins says what is to be done.
func (p *printer) begins(commits []*commit, configs []*config, dir string) {
	for _, c := range configs {
		p.width = max(p.width, len(c.title))
	}
	n := len(commits)
	if n > 0 && commits[0].base {
		n--
	}
	p.printf("%s, %s, in %s\n", count(n, "commit"), count(len(configs), "configuration"), dir)
}

// commit is the head of a paragraph.
func (p *printer) commit(c *commit, i int, all []*commit) {
	at := "base"
	if !c.base {
		n := len(all)
		if all[0].base {
			n, i = n-1, i-1
		}
		at = fmt.Sprintf("%d/%d", i+1, n)
	}
	p.printf("%s %s %s\n", at, c.short(), c.subject)
}

// mostLines is how many complaints of a kind, and changes of symbols, are shown.
const (
	mostLines   = 20
	mostSymbols = 6
)

// result prints what came of a commit in a configuration.
func (p *printer) result(s *shown) {
	if p.json != nil {
		p.put(s)
	}
	p.printf("  %-*s  %s\n", p.width, s.config.title, s.headline())
	p.complaints("+", s.NewErrors)
	p.complaints("-", s.GoneErrors)
	if s.old != nil || p.single {
		p.complaints("+", s.NewWarnings)
		p.complaints("-", s.GoneWarnings)
	}
	for _, g := range s.grown {
		p.grown(g)
	}
	if s.Status != Built {
		p.printf("    log: %s\n", s.log)
	}
}

// headline says in one line what came of it.
func (s *shown) headline() string {
	var b strings.Builder
	switch s.Status {
	case Built:
		b.WriteString("built")
	case Failed:
		b.WriteString("FAILED")
	case Unconfigured:
		b.WriteString("CANNOT BE CONFIGURED")
	}
	if s.Status != Built {
		fmt.Fprintf(&b, ", status %d", s.Exit)
	}
	if s.kept {
		b.WriteString(" (before)")
	} else {
		fmt.Fprintf(&b, " in %.1f s", s.Seconds)
	}
	b.WriteString(amount(len(s.Errors), "error", len(s.NewErrors), len(s.GoneErrors), s.old != nil))
	b.WriteString(amount(len(s.Warnings), "warning", len(s.NewWarnings), len(s.GoneWarnings), s.old != nil))
	for _, size := range s.Sizes {
		fmt.Fprintf(&b, "; %s: text %s, data %s, bss %s", size.File, figure(size.Text), figure(size.Data), figure(size.BSS))
	}
	if s.bad && s.Status == Built {
		b.WriteString("  BAD")
	}
	return b.String()
}

// amount counts complaints; "" if there are none and there were none.
func amount(n int, what string, fresh, gone int, compared bool) string {
	if n+gone == 0 {
		return ""
	}
	text := ", " + count(n, what)
	if compared && fresh+gone > 0 {
		text += fmt.Sprintf(" (%d new, %d gone)", fresh, gone)
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// complaints prints a list, each on a line behind a sign.
func (p *printer) complaints(sign string, all []diagnostic.Diagnostic) {
	for i := range all {
		if i == mostLines {
			p.printf("    %s and %d more\n", sign, len(all)-i)
			return
		}
		p.printf("    %s %s\n", sign, all[i].OneLine())
	}
}

// grown prints by how much a file grew.
func (p *printer) grown(g growth) {
	if len(g.Sections)+len(g.Symbols) == 0 {
		return
	}
	p.printf("    %s: text %+d, data %+d, bss %+d\n", g.File, g.Text, g.Data, g.BSS)
	p.changes("sections", g.Sections)
	p.changes("symbols", g.Symbols)
}

func (p *printer) changes(what string, all []Change) {
	if len(all) == 0 {
		return
	}
	var words []string
	for i, c := range all {
		if i == mostSymbols {
			words = append(words, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		words = append(words, fmt.Sprintf("%s %+d", c.Name, c.By))
	}
	p.printf("      %s: %s\n", what, strings.Join(words, ", "))
}

// ends sums up.
func (p *printer) ends(t *tally) {
	if p.json != nil {
		p.putEnd(t)
	}
	p.printf("%d built, %d failed, %d could not be configured; %s, %d gone\n", t.built, t.failed, t.unconfigured,
		count(t.fresh, "new warning"), t.gone)
	for _, w := range t.worse {
		p.printf("worse: %s %s (%s)\n", w.commit.short(), w.commit.subject, w.how)
	}
}

// line is one line on a terminal that says what is built now; it does nothing without one.
type line struct {
	mu    sync.Mutex
	term  *os.File
	title string
	began time.Time
	lines int
	last  time.Time
	shown bool
}

const (
	// lineFirst is how long something is built before the line is drawn, lineTick how often it may change.
	lineFirst = 500 * time.Millisecond
	lineTick  = 200 * time.Millisecond
)

// begin is called when something begins to be built.
func (l *line) begin(title string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.title, l.began, l.lines = title, time.Now(), 0
}

// add is called when a build has printed so many lines.
func (l *line) add(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines += n
	now := time.Now()
	if l.term == nil || now.Sub(l.began) < lineFirst || now.Sub(l.last) < lineTick {
		return
	}
	l.last, l.shown = now, true
	fmt.Fprintf(l.term, "\r\x1b[K  %.40s: building, %d s, %d lines", l.title, int(now.Sub(l.began).Seconds()), l.lines)
}

// leave takes the line away.
func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		l.shown = false
		_, _ = io.WriteString(l.term, "\r\x1b[K")
	}
}
