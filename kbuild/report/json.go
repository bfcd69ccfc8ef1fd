package report

// This file writes events as JSON, one object a line (--json). docs/events.md is its description. The fields of a kind of event
// stay what they are as long as "v" is 1; more may come.

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/event"
)

// head is what each object begins with.
type head struct {
	V int `json:"v"`
	// N counts from 1, T is nanoseconds since the start.
	N     int    `json:"n"`
	T     int64  `json:"t"`
	Event string `json:"event"`
}

// The objects, in the order of docs/events.md.
type (
	jsonBuild struct {
		head
		Argv   []string `json:"argv"`
		Dir    string   `json:"dir"`
		Output string   `json:"output,omitempty"`
		Goals  []string `json:"goals"`
		Jobs   int      `json:"jobs"`
		PID    int      `json:"pid"`
		// Time is nanoseconds since 1970.
		Time int64 `json:"time"`
	}
	jsonMake struct {
		head
		Make     uint32   `json:"make"`
		Parent   uint32   `json:"parent,omitempty"`
		Caller   string   `json:"caller,omitempty"`
		Dir      string   `json:"dir,omitempty"`
		Goals    []string `json:"goals,omitempty"`
		Settling bool     `json:"settling,omitempty"`
		Why      string   `json:"why,omitempty"`
		Status   *int     `json:"status,omitempty"`
	}
	jsonTarget struct {
		head
		Make   uint32   `json:"make"`
		Target string   `json:"target"`
		After  []string `json:"after,omitempty"`
		Remake *bool    `json:"remake,omitempty"`
		Why    string   `json:"why,omitempty"`
		OK     *bool    `json:"ok,omitempty"`
		Ran    *bool    `json:"ran,omitempty"`
		NS     int64    `json:"ns,omitempty"`
	}
	jsonCommand struct {
		head
		ID     uint64 `json:"id,omitempty"`
		Make   uint32 `json:"make"`
		Target string `json:"target,omitempty"`
		Use    string `json:"use"`
		Text   string `json:"text,omitempty"`
		By     string `json:"by,omitempty"`
		Status *int   `json:"status,omitempty"`
		NS     int64  `json:"ns,omitempty"`
	}
	jsonProcess struct {
		head
		Make   uint32 `json:"make"`
		Target string `json:"target,omitempty"`
		Path   string `json:"path"`
		NS     int64  `json:"ns"`
		CPU    int64  `json:"cpu_ns"`
		RSS    int64  `json:"max_rss"`
	}
	jsonText struct {
		head
		Make   uint32 `json:"make,omitempty"`
		Target string `json:"target,omitempty"`
		Stream string `json:"stream"`
		Text   string `json:"text"`
	}
	jsonDiagnostic struct {
		head
		Make   uint32 `json:"make,omitempty"`
		Target string `json:"target,omitempty"`
		Dir    string `json:"dir,omitempty"`
		New    bool   `json:"new"`
		diagnostic.Diagnostic
	}
	jsonEnd struct {
		head
		Status int   `json:"status"`
		NS     int64 `json:"ns"`
	}
)

// writer writes the objects.
type writer struct {
	start time.Time
	n     int
	dirs  map[uint32]string
	out   *lines
	// both says that what commands write to their two outputs is heard as one.
	both bool
}

func newWriter(f *os.File, both bool) *writer {
	return &writer{start: time.Now(), dirs: make(map[uint32]string), out: &lines{f: f}, both: both}
}

func (w *writer) head(kind string) head {
	w.n++
	return head{1, w.n, time.Since(w.start).Nanoseconds(), kind}
}

// put writes an object.
func (w *writer) put(object any) {
	if line, err := json.Marshal(object); err == nil {
		w.out.add(append(line, '\n'))
	}
}

// Listen writes an event.
func (w *writer) Listen(e event.Event) {
	switch e := e.(type) {
	case event.BuildStarted:
		w.put(&jsonBuild{w.head("build"), e.Argv, e.Dir, e.Output, append([]string{}, e.Goals...), e.Jobs, os.Getpid(), time.Now().UnixNano()})
	case event.MakeStarted:
		w.dirs[e.Make] = e.Dir
		w.put(&jsonMake{head: w.head("make"), Make: e.Make, Parent: e.Parent, Caller: e.Caller, Dir: e.Dir, Goals: e.Goals, Settling: e.Settling})
	case event.MakeRead:
		w.put(&jsonMake{head: w.head("read"), Make: e.Make})
	case event.MakeReplayed:
		w.put(&jsonMake{head: w.head("replayed"), Make: e.Make})
	case event.MakeUnproved:
		w.put(&jsonMake{head: w.head("unproved"), Make: e.Make, Dir: e.Dir, Why: e.Why})
	case event.MakeEnded:
		w.put(&jsonMake{head: w.head("made"), Make: e.Make, Status: &e.Status})
	case event.MakeSaid:
		w.said(e)
	case event.TextKept:
		w.put(&jsonText{head: w.head("text"), Target: e.Target, Stream: "stderr", Text: e.Text})
		for _, d := range diagnostic.Parse(e.Text) {
			w.put(&jsonDiagnostic{head: w.head("diagnostic"), Target: e.Target, Diagnostic: d})
		}
	case event.BuildEnded:
		w.put(&jsonEnd{w.head("end"), e.Status, time.Since(w.start).Nanoseconds()})
	default:
		w.recipes(e)
	}
}

// recipes writes the events of recipes and their commands.
func (w *writer) recipes(e event.Event) {
	switch e := e.(type) {
	case event.TargetDecided:
		w.put(&jsonTarget{head: w.head("target"), Make: e.Make, Target: e.Target, Remake: &e.Remake, Why: e.Why})
	case event.RecipeStarted:
		w.put(&jsonTarget{head: w.head("begin"), Make: e.Make, Target: e.Target, After: e.After})
	case event.CommandStarted:
		w.put(&jsonCommand{head: w.head("command"), ID: e.ID, Make: e.Make, Target: e.Target, Use: useName(e.Use), Text: e.Text})
	case event.CommandEnded:
		o := &jsonCommand{head: w.head("ran"), ID: e.ID, Make: e.Make, Target: e.Target, Use: useName(e.Use), By: string(e.By),
			Status: &e.Status, NS: e.Took.Nanoseconds()}
		if e.ID == 0 {
			o.Text = e.Text
		}
		w.put(o)
	case event.ProcessEnded:
		w.put(&jsonProcess{w.head("process"), e.Make, e.Target, e.Path, e.Took.Nanoseconds(), e.CPU.Nanoseconds(), e.MaxRSS})
	case event.RecipeEnded:
		w.ended(e)
	}
}

// said writes what make itself has printed.
func (w *writer) said(e event.MakeSaid) {
	stream := "stdout"
	if e.Stderr {
		stream = "stderr"
	}
	w.put(&jsonText{head: w.head("text"), Stream: stream, Text: e.Text})
	if e.Stderr {
		for _, d := range diagnostic.Parse(e.Text) {
			w.put(&jsonDiagnostic{head: w.head("diagnostic"), New: true, Diagnostic: d})
		}
	}
}

// ended writes what the commands of a recipe have said, and that it has ended.
func (w *writer) ended(e event.RecipeEnded) {
	if e.Stderr != "" {
		stream := "stderr"
		if w.both {
			stream = "both"
		}
		w.put(&jsonText{w.head("text"), e.Make, e.Target, stream, e.Stderr})
		before := make(map[string]bool)
		for _, d := range diagnostic.Parse(e.Before) {
			before[d.Sameness()] = true
		}
		for _, d := range diagnostic.Parse(e.Stderr) {
			w.put(&jsonDiagnostic{w.head("diagnostic"), e.Make, e.Target, w.dirs[e.Make], !before[d.Sameness()], d})
		}
	}
	w.put(&jsonTarget{head: w.head("done"), Make: e.Make, Target: e.Target, OK: &e.OK, Ran: &e.Ran, NS: e.Took.Nanoseconds()})
}

func useName(u event.Use) string {
	if u == event.ShellFunc {
		return "shell"
	}
	return "recipe"
}

// lines writes whole lines to a file, at most a tenth of a second after they were added.
type lines struct {
	mu    sync.Mutex
	f     *os.File
	b     []byte
	timer *time.Timer
	err   error
}

const (
	lineDelay = 100 * time.Millisecond
	mostLines = 64 << 10
)

func (l *lines) add(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b = append(l.b, line...); len(l.b) >= mostLines {
		l.flush()
		return
	}
	if l.timer == nil {
		l.timer = time.AfterFunc(lineDelay, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.flush()
		})
	}
}

// flush writes what there is. mu is held.
func (l *lines) flush() {
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	if l.err == nil && len(l.b) > 0 {
		_, l.err = l.f.Write(l.b)
	}
	l.b = l.b[:0]
}

// close writes the rest, and tells of the first error.
func (l *lines) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flush()
	if l.err != nil {
		return fmt.Errorf("events are missing: %w", l.err)
	}
	return nil
}
