package mcp

// This file builds: a build is begun, asked about, waited for, canceled.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"gokbuild/kbuild/diagnostic"
)

// build is one build. What happens in it is kept after its end.
type build struct {
	id    int
	goals []string
	vars  map[string]string
	began time.Time
	// cancel tells it to end; done is closed when it has ended.
	cancel func()
	done   chan struct{}

	mu sync.Mutex
	account
	output tail
	// canceled says that somebody told it to end. state, code, signal and took tell of its end.
	canceled bool
	state    string
	code     int
	signal   string
	took     time.Duration
}

const (
	// mostOutput is how much of what a build prints is kept, in bytes.
	mostOutput = 256 << 10
	// mostBuilds is how many builds that have ended are kept.
	mostBuilds = 32
)

// Write keeps what the build prints.
func (b *build) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.output.Write(p)
}

func (s *server) toolBuild(_ context.Context, c *call) (any, error) {
	var a struct {
		Goals     []string          `json:"goals"`
		Variables map[string]string `json:"variables"`
		Jobs      int               `json:"jobs"`
		KeepGoing bool              `json:"keep_going"`
	}
	if err := c.arguments(&a); err != nil {
		return nil, err
	}
	if err := checkGoals(a.Goals); err != nil {
		return nil, err
	}
	args, err := checkVariables(a.Variables)
	if err != nil {
		return nil, err
	}
	if a.Jobs < 0 {
		return nil, errors.New("jobs is less than 0")
	}
	if a.Jobs == 0 {
		a.Jobs = processors()
	}
	args = append(args, "-j"+strconv.Itoa(a.Jobs), "--json=fd:3", "--progress=never")
	if a.KeepGoing {
		args = append(args, "-k")
	}
	b, err := s.begin(slices.Concat(args, []string{"--"}, a.Goals), a.Goals, a.Variables)
	if err != nil {
		return nil, err
	}
	return b.status(0), nil
}

// begin begins a build. There is one at a time: they would work in one output directory.
func (s *server) begin(args, goals []string, vars map[string]string) (*build, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if running := s.running(); running != nil || s.ending {
		_, _ = r.Close(), w.Close()
		if s.ending {
			return nil, errors.New("the server ends")
		}
		return nil, fmt.Errorf("build %d is running; wait for it or cancel it", running.id)
	}
	ctx, cancel := context.WithCancel(s.ctx)
	b := &build{id: 1, goals: append([]string{}, goals...), vars: vars, began: time.Now(), cancel: cancel, done: make(chan struct{}),
		account: newAccount(), output: tail{most: mostOutput}, state: "running"}
	if n := len(s.builds); n > 0 {
		b.id = s.builds[n-1].id + 1
	}
	s.builds = append(s.builds, b)
	s.builds = s.builds[max(0, len(s.builds)-mostBuilds):]
	heard := make(chan struct{})
	go func() {
		b.listen(r)
		close(heard)
	}()
	s.begun.Add(1)
	go func() {
		defer s.begun.Done()
		err := s.program.run(ctx, work{args: args, out: b, err: b, events: w})
		_ = w.Close()
		select {
		case <-heard:
		case <-time.After(patience): // something that was left behind holds it open
		}
		_ = r.Close()
		b.end(err)
		cancel()
	}()
	return b, nil
}

// running is the build that runs now; nil if there is none. mu is held.
func (s *server) running() *build {
	for _, b := range s.builds {
		select {
		case <-b.done:
		default:
			return b
		}
	}
	return nil
}

// end takes note of the end.
func (b *build) end(err error) {
	b.mu.Lock()
	b.took = time.Since(b.began)
	b.code, b.signal = status(err)
	b.running = nil
	switch {
	case b.canceled:
		b.state = "canceled"
	case err == nil:
		b.state = "succeeded"
	default:
		b.state = "failed"
	}
	b.mu.Unlock()
	close(b.done)
}

// abandon cancels a build.
func (b *build) abandon() {
	b.mu.Lock()
	if b.state == "running" {
		b.canceled = true
	}
	b.mu.Unlock()
	b.cancel()
}

// statusAnswer is what is known of a build.
type statusAnswer struct {
	V  int `json:"v"`
	ID int `json:"id"`
	// Goals are as they were asked for, State is running, succeeded, failed or canceled.
	Goals     []string          `json:"goals"`
	Variables map[string]string `json:"variables,omitempty"`
	State     string            `json:"state"`
	// ExitStatus is that of make, null while it runs; Signal is what ended it.
	ExitStatus *int    `json:"exit_status"`
	Signal     string  `json:"signal,omitempty"`
	Seconds    float64 `json:"seconds"`
	// Made is how many recipes made something, Commands how many commands ran. Running are the targets that are being made,
	// Failed those that could not be.
	Made     int      `json:"made"`
	Commands int      `json:"commands"`
	Running  []string `json:"running"`
	Failed   []string `json:"failed"`
	Errors   int      `json:"errors"`
	Warnings int      `json:"warnings"`
	// Worst are the first complaints, errors of tools first; diagnostics lists all.
	Worst []complaint `json:"worst"`
	// Output are the last lines that were printed.
	Output []string `json:"output"`
}

// mostWorst bounds the complaints that stand in a status.
const mostWorst = 10

// status tells of the build, with so many of the last lines.
func (b *build) status(lines int) *statusAnswer {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := &statusAnswer{V: 1, ID: b.id, Goals: b.goals, Variables: b.vars, State: b.state, Signal: b.signal, Seconds: time.Since(b.began).Seconds(),
		Made: b.made, Commands: b.commands, Running: b.now(), Failed: append([]string{}, b.failed...), Worst: b.worst(mostWorst),
		Errors: b.counts[diagnostic.Error], Warnings: b.counts[diagnostic.Warning], Output: b.output.lines(lines)}
	if b.state != "running" {
		a.ExitStatus, a.Seconds = &b.code, b.took.Seconds()
	}
	return a
}

// find returns a build by its id; 0 is the last one.
func (s *server) find(id int) (*build, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.builds) == 0 {
		return nil, errors.New("nothing was built yet")
	}
	if id == 0 {
		return s.builds[len(s.builds)-1], nil
	}
	for _, b := range s.builds {
		if b.id == id {
			return b, nil
		}
	}
	return nil, fmt.Errorf("there is no build %d", id)
}

// usualLines is how many of the last lines are told of if the client does not say.
const usualLines = 20

// which are the arguments that say which build is meant.
type which struct {
	ID    int  `json:"id"`
	Lines *int `json:"lines"`
}

func (w *which) lines() int {
	if w.Lines == nil {
		return usualLines
	}
	return *w.Lines
}

// meant is the build that a call says, with its other arguments.
func (s *server) meant(c *call) (a which, b *build, err error) {
	if err = c.arguments(&a); err == nil {
		b, err = s.find(a.ID)
	}
	return a, b, err
}

func (s *server) toolStatus(_ context.Context, c *call) (any, error) {
	a, b, err := s.meant(c)
	if err != nil {
		return nil, err
	}
	return b.status(a.lines()), nil
}

const (
	// usualWait is how many seconds a client waits if it does not say: less than most clients wait for an answer.
	usualWait = 45
	mostWait  = 3600
)

func (s *server) toolWait(ctx context.Context, c *call) (any, error) {
	a := struct {
		which
		Seconds float64 `json:"seconds"`
	}{Seconds: usualWait}
	if err := c.arguments(&a); err != nil {
		return nil, err
	}
	b, err := s.find(a.ID)
	if err != nil {
		return nil, err
	}
	late := time.NewTimer(time.Duration(min(max(a.Seconds, 0), mostWait) * float64(time.Second)))
	defer late.Stop()
	tell := time.NewTicker(time.Second)
	defer tell.Stop()
	for told := -1; ; {
		select {
		case <-b.done:
			return b.status(a.lines()), nil
		case <-late.C:
			return b.status(a.lines()), nil
		case <-ctx.Done():
			return b.status(a.lines()), nil
		case <-tell.C:
			if now := b.status(0); now.Commands > told { // progress must increase
				told = now.Commands
				message := fmt.Sprintf("%d commands, %d errors, %d warnings", now.Commands, now.Errors, now.Warnings)
				if len(now.Running) > 0 {
					message += "; now " + now.Running[0]
				}
				s.progress(c, told, message)
			}
		}
	}
}

func (s *server) toolCancel(ctx context.Context, c *call) (any, error) {
	a, b, err := s.meant(c)
	if err != nil {
		return nil, err
	}
	b.abandon()
	select {
	case <-b.done:
	case <-ctx.Done():
	}
	return b.status(a.lines()), nil
}
