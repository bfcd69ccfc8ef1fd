package report

// This file writes the report: one HTML page without anything from elsewhere. report.html has its form, this file what is in it.

import (
	"bufio"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/kernel"
)

//go:embed report.html
var reportText string

// reportPage is parsed when it is first wanted: most builds write no report.
var reportPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{"span": took,
		"first": func(rows []row) []row { return rows[:min(len(rows), mostSeen)] }, "others": func(rows []row) []row { return rows[min(len(rows), mostSeen):] }}).Parse(reportText))
})

// What is shown at most of each kind.
const (
	mostRows   = 50
	mostBars   = 4000
	mostPoints = 1500
	mostLanes  = 64
	// mostSeen rows of a table are seen at once, the others after a click.
	mostSeen = 15
)

// report is what the page shows.
type report struct {
	Title, Command string
	Status         int
	Wall           time.Duration
	Facts          []fact
	// Curve are the points of the line of concurrency, Bars the commands in lanes, Height is that of the lanes.
	Curve        template.HTMLAttr
	Bars         []bar
	Height, Most int
	Ticks        []tickMark
	Path         []row
	PathTime     time.Duration
	Slowest      []row
	Tables       []table
	Found        []foundRow
	More         int
}

type (
	fact struct{ Name, Value, Note, Class string }
	// row is a line of a table: Part is its share of the longest, in percent.
	row struct {
		Name, Note string
		Count      int
		Took       time.Duration
		CPU        time.Duration
		At         time.Duration
		Part       float64
	}
	table struct {
		ID, Title, Note string
		Rows            []row
	}
	bar struct {
		X, Width float64
		Y        int
		Class    string
		Title    string
	}
	tickMark struct {
		X    float64
		Text string
	}
	foundRow struct{ Severity, Text, Target, State string }
)

// Percent is the place of a mark, of 100 in width.
func (m tickMark) Percent() float64 { return m.X / 10 }

// writeReport writes the page.
func (a *account) writeReport(f *os.File) error {
	w := bufio.NewWriterSize(f, 1<<16)
	if err := reportPage().Execute(w, a.report()); err != nil {
		return err
	}
	return w.Flush()
}

func (a *account) report() *report {
	r := &report{Title: path.Base(a.Build.Dir), Command: strings.Join(a.Build.Argv, " "), Wall: a.Wall, Status: a.Status, Most: a.Lanes}
	r.facts(a)
	r.lanes(a)
	r.curve(a)
	for _, s := range a.criticalPath() {
		r.Path = append(r.Path, stepRow(s))
		r.PathTime += s.Ended - s.Began
	}
	var slow []row
	for _, s := range a.Steps {
		if !s.Recursive {
			slow = append(slow, stepRow(s))
		}
	}
	r.Slowest = most(slow, func(x row) time.Duration { return x.Took })
	r.Path = parts(r.Path)
	r.Tables = a.tables()
	r.found(a)
	return r
}

func stepRow(s *step) row {
	title := s.Target
	if s.Kind != "" {
		title = s.Kind + " " + s.Target
	}
	return row{Name: title, Note: s.Why, Took: s.Ended - s.Began, CPU: s.CPU, At: s.Began}
}

// facts are the figures at the top.
func (r *report) facts(a *account) {
	errors, fresh, old := a.sorted()
	made, cpu := 0, time.Duration(0)
	for _, s := range a.Steps {
		cpu += s.CPU
		if s.Ran && s.OK && !s.Recursive {
			made++
		}
	}
	add := func(name, value, note, class string) { r.Facts = append(r.Facts, fact{name, value, note, class}) }
	some := func(n int, class string) string {
		if n == 0 {
			return ""
		}
		return class
	}
	add("time", took(a.Wall), took(cpu)+" of processor time in commands", "")
	add("jobs at once", fmt.Sprintf("%.1f", float64(a.commandTime())/float64(max(a.Wall, 1))), fmt.Sprintf("on average, at most %d", a.Lanes), "")
	add("errors", fmt.Sprint(len(errors)), "", some(len(errors), "error"))
	add("warnings", fmt.Sprint(len(fresh)+len(old)), fmt.Sprintf("%d new", len(fresh)), some(len(fresh), "warning"))
	add("targets made", fmt.Sprint(made), fmt.Sprintf("%d kept", a.Kept), "")
	add("left out", fmt.Sprint(a.Recalled), fmt.Sprintf("from memory; %d makes ran", len(a.Makes)), "")
	add("$(shell)", fmt.Sprint(a.Shells), fmt.Sprintf("%d answered from memory", a.Answered), "")
}

func (a *account) commandTime() (sum time.Duration) {
	for _, c := range a.Commands {
		if c.Ended > 0 {
			sum += c.Ended - c.Began
		}
	}
	return sum
}

// x is the place of a moment, of 1000 in width.
func (r *report) x(at time.Duration) float64 {
	return float64(int(at.Seconds()*1e5/max(r.Wall.Seconds(), 1e-6))) / 100
}

// lanes are the longest commands, as bars in the lanes of their job slots.
func (r *report) lanes(a *account) {
	commands := slices.Clone(a.Commands)
	slices.SortFunc(commands, func(x, y *command) int { return cmp.Compare(y.Ended-y.Began, x.Ended-x.Began) })
	for _, c := range commands[:min(len(commands), mostBars)] {
		if c.Lane >= mostLanes || c.Ended == 0 {
			continue
		}
		b := bar{X: r.x(c.Began), Width: max(r.x(c.Ended)-r.x(c.Began), 0.1), Y: c.Lane * laneHeight, Class: "k0"}
		if s := c.Step; s != nil {
			b.Title = fmt.Sprintf("%s %s, %s", s.Kind, s.Target, took(c.Ended-c.Began))
			b.Class = fmt.Sprintf("k%d", kindClass(s.Kind))
			if !s.OK {
				b.Class = "bad"
			}
		}
		r.Bars = append(r.Bars, b)
	}
	r.Height = max(min(a.Lanes, mostLanes), 1) * laneHeight
	step := tickStep(a.Wall)
	for at := time.Duration(0); at <= a.Wall-step/2; at += step {
		r.Ticks = append(r.Ticks, tickMark{r.x(at), took(at)})
	}
}

// tickStep is the time between the marks below a picture: a round one, of which there are ten at most.
func tickStep(wall time.Duration) time.Duration {
	steps := []time.Duration{1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3}
	for _, ms := range steps {
		if step := ms * time.Millisecond; wall <= 10*step {
			return step
		}
	}
	return max(wall/10, time.Millisecond)
}

// took writes a duration as people read it at a glance: 35 ms, 2.5 s, 4:31.
func took(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return clock(d)
}

const laneHeight = 14

// kindClass gives each kind of step one of six colours.
func kindClass(kind string) int {
	switch kind {
	case "CC", "gcc", "cc", "clang", "cc1":
		return 1
	case "LD", "AR", "ld", "ar":
		return 2
	case "AS":
		return 3
	case "HOSTCC", "HOSTLD":
		return 4
	case "":
		return 0
	}
	return 5
}

// curve is the line of how many commands ran, in at most mostPoints steps: of those that fall together the highest counts.
func (r *report) curve(a *account) {
	var b strings.Builder
	b.WriteString(`d="M0 100`)
	last, top := -1.0, 0
	step := 1000.0 / mostPoints
	for _, p := range a.concurrency() {
		x := r.x(p.At)
		if x-last < step && p.Running <= top {
			continue
		}
		last, top = x, p.Running
		fmt.Fprintf(&b, "H%.2fV%.1f", x, 100-100*float64(p.Running)/float64(max(a.Lanes, 1)))
	}
	b.WriteString(`H1000V100Z"`)
	r.Curve = template.HTMLAttr(b.String())
}

// tables are what things cost, by folder, kind, reason and header.
func (a *account) tables() []table {
	folders, kinds, whys := make(sums), make(sums), make(sums)
	for _, s := range a.Steps {
		if s.Recursive {
			continue
		}
		folders.add(a.folder(s), s)
		kinds.add(cmp.Or(s.Kind, "other"), s)
		whys.add(cmp.Or(shorten(s.Why, 120), "not known"), s)
	}
	return []table{
		{"folders", "Folders", "what is made in them took so long together", folders.rows()},
		{"headers", "Headers", "the targets of this build that depend on them took so long together: what a change of one costs", a.headers().rows()},
		{"whys", "Why things were made", "", whys.rows()},
		{"kinds", "Kinds of steps", "", kinds.rows()},
	}
}

// folder is where a step makes its target, relative to the build.
func (a *account) folder(s *step) string {
	dir := path.Dir(s.Target)
	if below, ok := strings.CutPrefix(a.abs(s, dir), strings.TrimSuffix(cmp.Or(a.Build.Output, a.Build.Dir), "/")+"/"); ok {
		return below
	}
	return dir
}

// short is the name of a file without the folder of the build.
func (a *account) short(name string) string {
	for _, dir := range []string{a.Build.Output, a.Build.Dir} {
		if below, ok := strings.CutPrefix(name, strings.TrimSuffix(dir, "/")+"/"); ok && dir != "" {
			return below
		}
	}
	return name
}

// headers are the files that the targets of this build depend on, as their saved commands tell.
func (a *account) headers() sums {
	all := make(sums)
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan *step)
	for range 4 {
		wg.Go(func() {
			mine := make(sums)
			for s := range work {
				text, err := os.ReadFile(kernel.SavedFile(a.abs(s, s.Target)))
				if err != nil {
					continue
				}
				for _, dep := range kernel.SavedDeps(text) {
					mine.add(a.short(dep), s)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for name, m := range mine {
				sum := all[name]
				all[name] = row{Name: name, Count: sum.Count + m.Count, Took: sum.Took + m.Took, CPU: sum.CPU + m.CPU}
			}
		})
	}
	for _, s := range a.Steps {
		if !s.Recursive && s.OK {
			work <- s
		}
	}
	close(work)
	wg.Wait()
	return all
}

// sums add up what steps cost, by name.
type sums map[string]row

func (m sums) add(name string, s *step) {
	r := m[name]
	m[name] = row{Name: name, Count: r.Count + 1, Took: r.Took + s.Ended - s.Began, CPU: r.CPU + s.CPU}
}

func (m sums) rows() []row {
	var all []row
	for _, r := range m {
		all = append(all, r)
	}
	return most(all, func(x row) time.Duration { return x.Took })
}

// most are the rows that took longest, longest first.
func most(rows []row, by func(row) time.Duration) []row {
	slices.SortFunc(rows, func(x, y row) int { return cmp.Or(cmp.Compare(by(y), by(x)), cmp.Compare(x.Name, y.Name)) })
	return parts(rows[:min(len(rows), mostRows)])
}

// parts sets the share of each row of the longest one.
func parts(rows []row) []row {
	longest := time.Millisecond
	for _, r := range rows {
		longest = max(longest, r.Took)
	}
	for i := range rows {
		rows[i].Part = float64(int(1000*rows[i].Took/longest)) / 10
	}
	return rows
}

// found are the complaints, errors first.
func (r *report) found(a *account) {
	errors, fresh, old := a.sorted()
	for _, list := range []struct {
		state string
		found []*found
	}{{"", errors}, {"new", fresh}, {"as before", old}} {
		for _, f := range list.found {
			if len(r.Found) >= 10*mostRows {
				r.More++
				continue
			}
			target := ""
			if f.Step != nil {
				target = f.Step.Target
			}
			severity := string(f.Severity)
			if f.Severity == diagnostic.Note {
				severity = "note"
			}
			r.Found = append(r.Found, foundRow{severity, shorten(a.short(f.OneLine()), 1000), target, list.state})
		}
	}
}
