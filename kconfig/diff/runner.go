package diff

// This file plays scenarios with both tools.

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Runner runs scenarios with both tools.
type Runner struct {
	Scratch string // references, probe memories and cached results of the C tool
	Work    string // folders in which the tools run; a memory file system is best
	Ours    string // program that behaves as conf when started under that name
	Workers int
	Limit   time.Duration              // for one run; 0: 3 minutes
	Select  func(stepName string) bool // nil: all
	COnly   bool                       // fill the cache, run nothing of ours
	Probe   bool                       // let ours run every compiler probe instead of using the results of the C tool
	Report  func(StepReport)           // called one at a time

	mu   sync.Mutex
	refs map[string]*refSlot
}

// refSlot makes the first user of a tree build its reference.
type refSlot struct {
	mu  sync.Mutex
	ref *Reference
	err error
	set bool
}

// StepReport is the outcome of one step.
type StepReport struct {
	Name     string
	Scenario *Scenario
	Index    int
	Skipped  string // why it was not compared
	Err      error  // the harness failed
	Diffs    []Difference
	C, Ours  float64 // seconds
}

// Run works through the scenarios. The error is of the harness itself;
// differences are only reported.
func (r *Runner) Run(ctx context.Context, scenarios []*Scenario) error {
	if r.Limit == 0 {
		r.Limit = 3 * time.Minute
	}
	if err := os.MkdirAll(r.Work, 0o777); err != nil {
		return err
	}
	work, err := os.MkdirTemp(r.Work, "kdiff")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	todo := make(chan *Scenario)
	var wg sync.WaitGroup
	for i := range max(r.Workers, 1) {
		dir := filepath.Join(work, fmt.Sprint(i))
		wg.Add(1)
		go func() {
			defer wg.Done()
			for s := range todo {
				r.scenario(ctx, s, dir)
			}
		}()
	}
	for _, s := range scenarios {
		if ctx.Err() != nil {
			break
		}
		todo <- s
	}
	close(todo)
	wg.Wait()
	return ctx.Err()
}

// Reference returns the C tool of a tree, built once.
func (r *Runner) Reference(ctx context.Context, t *Tree) (*Reference, error) {
	r.mu.Lock()
	if r.refs == nil {
		r.refs = map[string]*refSlot{}
	}
	slot := r.refs[t.Dir]
	if slot == nil {
		slot = &refSlot{}
		r.refs[t.Dir] = slot
	}
	r.mu.Unlock()
	slot.mu.Lock()
	defer slot.mu.Unlock()
	if !slot.set {
		slot.ref, slot.err = BuildReference(ctx, t, r.Scratch)
		slot.set = true
	}
	return slot.ref, slot.err
}

// env serialises the recording of environments, which shares a folder.
func (r *Runner) env(ctx context.Context, ref *Reference, arch string) ([]string, error) {
	r.mu.Lock()
	slot := r.refs[ref.Tree.Dir]
	r.mu.Unlock()
	slot.mu.Lock()
	defer slot.mu.Unlock()
	return ref.Env(ctx, arch)
}

func (r *Runner) scenario(ctx context.Context, s *Scenario, dir string) {
	wanted := make([]bool, len(s.Steps)) // by selection
	needed := make([]bool, len(s.Steps)) // to reach a wanted one
	for i := range s.Steps {
		if r.Select == nil || r.Select(s.StepName(i)) {
			wanted[i] = true
			for j := i; j >= 0; j = s.Steps[j].From {
				needed[j] = true
			}
		}
	}
	results := make([]*Result, len(s.Steps))
	for i := range s.Steps {
		if !needed[i] || ctx.Err() != nil {
			continue
		}
		rep := r.step(ctx, s, i, results, dir, wanted[i])
		if wanted[i] && ctx.Err() == nil {
			r.mu.Lock()
			if r.Report != nil {
				r.Report(rep)
			}
			r.mu.Unlock()
		}
	}
}

func (r *Runner) step(ctx context.Context, s *Scenario, i int, results []*Result, dir string, compare bool) StepReport {
	st := &s.Steps[i]
	rep := StepReport{Name: s.StepName(i), Scenario: s, Index: i}
	if st.From >= 0 && results[st.From] == nil {
		rep.Skipped = "the step it starts from has no result"
		return rep
	}
	start, err := r.start(ctx, st, results, dir)
	if err != nil {
		rep.Err = err
		return rep
	}
	want, env, err := r.runC(ctx, s.Tree, s.Arch, st, start, dir)
	if err != nil {
		rep.Err = err
		return rep
	}
	rep.C = want.Seconds
	if want.Exit == -1 {
		rep.Skipped = "the C tool does not end"
		return rep
	}
	results[i] = want
	if !compare || r.COnly {
		return rep
	}
	if !r.Probe {
		if env, err = r.refs[s.Tree.Dir].ref.probeEnv(env); err != nil {
			rep.Err = err
			return rep
		}
	}
	got, err := runIn(ctx, r.Ours, filepath.Join(dir, "run"), env, st, start, r.Limit)
	if err != nil {
		rep.Err = err
		return rep
	}
	rep.Ours = got.Seconds
	rep.Diffs = Compare(want, got)
	return rep
}

func (r *Runner) start(ctx context.Context, st *Step, results []*Result, dir string) (State, error) {
	start := State{}
	if st.From >= 0 {
		start = results[st.From].Files
		if st.Keep != nil {
			start = start.Only(st.Keep...)
		}
	}
	if st.Seed != nil {
		from, _, err := r.runC(ctx, st.Seed.Tree, st.Seed.Arch, &st.Seed.Step, State{}.With(st.Seed.Step.Add), dir)
		if err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
		start = start.With(from.Files.Only(".config"))
	}
	return start.With(st.Add), nil
}

// runC returns the C tool's result, from the cache if it is there, and the
// environment in which our tool must be run.
func (r *Runner) runC(ctx context.Context, t *Tree, arch string, st *Step, start State, dir string) (*Result, []string, error) {
	ref, err := r.Reference(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	base, err := r.env(ctx, ref, arch)
	if err != nil {
		return nil, nil, err
	}
	env := append(base[:len(base):len(base)], st.Env...)
	store := cache{filepath.Join(r.Scratch, "cache")}
	key := cacheKey(ref.ID, env, st, start)
	if res, ok := store.get(key); ok {
		return res, env, nil
	}
	cenv, err := ref.probeEnv(env)
	if err != nil {
		return nil, nil, err
	}
	res, err := runIn(ctx, ref.Conf, filepath.Join(dir, "run"), append(cenv, "LD_PRELOAD="+ref.preload), st, start, r.Limit)
	if err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if res.Exit == -1 && !res.Flood {
		return res, env, nil // perhaps the machine was busy: not kept
	}
	return res, env, store.put(key, res)
}
