package report

// This file writes a trace in the JSON of Chrome, which Perfetto reads (Trace Event Format: complete events "X", names "M", counters
// "C"; times in microseconds). Events of one thread must not overlap there: a thread is a job slot.

import (
	"bufio"
	"encoding/json"
	"os"
	"path"
	"slices"
	"strconv"
	"time"
)

// The processes of a trace: job slots, and our own work.
const (
	jobsPID = 1
	ownPID  = 2
)

// traceEvent is one line of a trace.
type traceEvent struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	At    float64        `json:"ts"`
	Took  float64        `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Args  map[string]any `json:"args,omitempty"`
}

// writeTrace writes the file.
func (a *account) writeTrace(f *os.File) error {
	w := bufio.NewWriterSize(f, 1<<16)
	w.WriteString(`{"displayTimeUnit":"ms","traceEvents":[`)
	for i, e := range a.trace() {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteByte('\n')
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		w.Write(line)
	}
	w.WriteString("\n]}\n")
	return w.Flush()
}

// trace are the events: names first, then in order of time.
func (a *account) trace() []traceEvent {
	events := []traceEvent{named("process_name", jobsPID, 0, "jobs"), named("process_name", ownPID, 0, "gokbuild")}
	for lane := range a.Lanes {
		events = append(events, named("thread_name", jobsPID, lane, "job "+strconv.Itoa(lane+1)))
	}
	head := len(events)
	for _, c := range a.Commands {
		events = append(events, a.command(c))
	}
	events = append(events, a.ownWork()...)
	events = append(events, a.counters()...)
	slices.SortStableFunc(events[head:], func(x, y traceEvent) int {
		switch {
		case x.At < y.At:
			return -1
		case x.At > y.At:
			return 1
		}
		return 0
	})
	return events
}

func named(what string, pid, tid int, text string) traceEvent {
	return traceEvent{Name: what, Phase: "M", PID: pid, TID: tid, Args: map[string]any{"name": text}}
}

// command is the event of a command.
func (a *account) command(c *command) traceEvent {
	e := c.event(jobsPID, a.Wall)
	e.Cat = "command"
	e.Args = map[string]any{"by": string(c.By), "command": shorten(c.Text, 4000), "cpu_ms": float64(c.CPU.Microseconds()) / 1000}
	if s := c.Step; s != nil {
		e.Name, e.Cat = path.Base(s.Target), s.Kind
		if s.Kind != "" {
			e.Name = s.Kind + " " + s.Target
		}
		e.Args["target"], e.Args["dir"], e.Args["why"] = s.Target, s.Make.Dir, s.Why
	}
	return e
}

// event is the event of a span; one that has not ended, as the build was interrupted, ends with the build.
func (s *span) event(pid int, end time.Duration) traceEvent {
	ended := s.Ended
	if ended == 0 {
		ended = end
	}
	return traceEvent{Name: s.Name, Phase: "X", At: micros(s.Began), Took: micros(ended) - micros(s.Began), PID: pid, TID: s.Lane}
}

// ownWork are the events of our own work. What was noted when it ended gets its lane here.
func (a *account) ownWork() (events []traceEvent) {
	spans := slices.Clone(a.Own)
	slices.SortFunc(spans, func(x, y *span) int { return int(x.Began - y.Began) })
	var busy []time.Duration
	for _, s := range spans {
		s.Lane = slices.IndexFunc(busy, func(until time.Duration) bool { return until <= s.Began })
		if s.Lane < 0 {
			s.Lane = len(busy)
			busy = append(busy, 0)
			events = append(events, named("thread_name", ownPID, s.Lane, "own work "+strconv.Itoa(s.Lane+1)))
		}
		busy[s.Lane] = s.Ended
		e := s.event(ownPID, a.Wall)
		e.Name = shorten(e.Name, 200)
		events = append(events, e)
	}
	return events
}

// counters tell how many commands run.
func (a *account) counters() (events []traceEvent) {
	for _, p := range a.concurrency() {
		events = append(events, traceEvent{Name: "running", Phase: "C", At: micros(p.At), PID: jobsPID, Args: map[string]any{"commands": p.Running}})
	}
	return events
}

// point says how many commands run from a moment on.
type point struct {
	At      time.Duration
	Running int
}

// concurrency is how many commands ran when.
func (a *account) concurrency() (points []point) {
	type change struct {
		at time.Duration
		by int
	}
	var changes []change
	for _, c := range a.Commands {
		ended := c.Ended
		if ended == 0 {
			ended = a.Wall
		}
		changes = append(changes, change{c.Began, 1}, change{ended, -1})
	}
	slices.SortFunc(changes, func(x, y change) int {
		if x.at != y.at {
			return int(x.at - y.at)
		}
		return x.by - y.by
	})
	n := 0
	for _, c := range changes {
		n += c.by
		if k := len(points); k > 0 && points[k-1].At == c.at {
			points[k-1].Running = n
			continue
		}
		points = append(points, point{c.at, n})
	}
	return points
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()/100) / 10 }

// shorten cuts a text that is too long for a label.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}
