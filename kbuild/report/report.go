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
	return template.Must(template.New("report").Funcs(template.FuncMap{"clock": clock}).Parse(reportText))
})

// What is shown at most of each kind.
const (
	mostRows   = 50
	mostBars   = 4000
	mostPoints = 1500
	mostLanes  = 64
)

// report is what the page shows.
type report struct {
	Title, Command, Status string
	Wall                   time.Duration
	Facts                  []fact
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
	fact struct{ Name, Value string }
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

// writeReport writes the page.
func (a *account) writeReport(f *os.File) error {
	w := bufio.NewWriterSize(f, 1<<16)
	if err := reportPage().Execute(w, a.report()); err != nil {
		return err
	}
	return w.Flush()
}

func (a *account) report() *report {
	r := &report{Title: path.Base(a.Build.Dir), Command: strings.Join(a.Build.Argv, " "), Wall: a.Wall, Status: fmt.Sprint(a.Status), Most: a.Lanes}
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
	add := func(name, format string, args ...any) {
		r.Facts = append(r.Facts, fact{name, fmt.Sprintf(format, args...)})
	}
	add("time", "%s", clock(a.Wall))
	add("processor time of commands", "%s", clock(cpu))
	add("jobs at once", "%d, %.1f on average", a.Lanes, float64(a.commandTime())/float64(max(a.Wall, 1)))
	add("targets made", "%d", made)
	add("targets kept", "%d", a.Kept)
	add("makes", "%d", len(a.Makes))
	add("left out from memory", "%d makes and commands", a.Recalled)
	add("$(shell)", "%d, %d answered from memory", a.Shells, a.Answered)
	add("errors", "%d", len(errors))
	add("warnings", "%d, %d new", len(fresh)+len(old), len(fresh))
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
			b.Title = fmt.Sprintf("%s %s, %s", s.Kind, s.Target, clock(c.Ended-c.Began))
			b.Class = fmt.Sprintf("k%d", kindClass(s.Kind))
			if !s.OK {
				b.Class = "bad"
			}
		}
		r.Bars = append(r.Bars, b)
	}
	r.Height = max(min(a.Lanes, mostLanes), 1) * laneHeight
	for i := range 11 {
		r.Ticks = append(r.Ticks, tickMark{float64(i * 100), clock(a.Wall * time.Duration(i) / 10)})
	}
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
					mine.add(dep, s)
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
			r.Found = append(r.Found, foundRow{severity, shorten(f.OneLine(), 1000), target, list.state})
		}
	}
}
