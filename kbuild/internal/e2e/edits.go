package main

// This file plays random edits in two worlds, one for make and one for gokbuild.

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gokbuild/depgraph/facts/tick"
)

// trial holds two worlds that get the same edits, and what came of the builds so far.
type trial struct {
	setup
	make, own *world
	left      []undoing // edits that are still in force, oldest first
	seen      pairs     // files known to be equal
	debris    debris
	count     tally
	log       io.Writer
}

type undoing struct {
	what string
	ops  []op
}

// tally is what a run of edits or crashes has to show.
type tally struct {
	steps, builds, equal, clean, failed, wrong, slow, words int
	more, less                                              int // steps that only one of the two ran
	makeTime, ownTime                                       time.Duration
}

// setup is what the command line of edits and of crashes says.
type setup struct {
	tree, fragment   string
	makeProgram, own string
	ownArgs          []string
	scratch          string // worlds, start states
	seed             uint64
	edits            int
	only             int // play this step alone; 0: all
	keepGoing        bool
	jobs             string
	kindName         string // only edits of these kinds

	// What the worlds start with; empty: the fragment on top of allnoconfig, built in full.
	startConfig string
	startGoals  []string          // goals and variables of the first build, and of the comparison with it
	startLinks  map[string]string // programs in front of PATH: name in the world, and what it is
}

func (s *setup) flags(fs *flag.FlagSet) {
	fs.StringVar(&s.tree, "src", "", "the kernel tree; it is only read")
	fs.StringVar(&s.fragment, "fragment", "", "configuration on top of allnoconfig")
	fs.StringVar(&s.makeProgram, "ref", "/usr/bin/make", "the reference program, an absolute path")
	fs.StringVar(&s.own, "new", "", "the program to test, an absolute path")
	fs.StringVar(&s.scratch, "scratch", filepath.Join(defaultCache(), "edits"), "where worlds and start states are kept")
	fs.Uint64Var(&s.seed, "seed", 1, "decides every choice")
	fs.IntVar(&s.only, "only", 0, "play only this step, on the start state")
	fs.BoolVar(&s.keepGoing, "keep-going", false, "go on after a difference, from the start state")
	fs.StringVar(&s.jobs, "j", "2", "jobs")
	fs.StringVar(&s.kindName, "kinds", "", "regular expression: only edits whose kind it matches")
}

func (s *setup) check() error {
	if s.tree == "" || s.own == "" {
		return fmt.Errorf("-src and -new are needed")
	}
	for _, p := range []*string{&s.tree, &s.own, &s.fragment, &s.scratch} {
		if *p == "" {
			continue
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	return nil
}

func editsCommand(args []string) (bool, error) {
	var t trial
	fs := flag.NewFlagSet("e2e edits", flag.ExitOnError)
	t.setup.flags(fs)
	fs.IntVar(&t.edits, "count", 300, "number of edits")
	newArgs := fs.String("new-args", "", "further arguments for -new, separated by blanks")
	if err := fs.Parse(args); err != nil {
		return false, err
	}
	t.ownArgs, t.log = strings.Fields(*newArgs), os.Stdout
	if err := t.setup.check(); err != nil {
		return false, err
	}
	if again, err := private(); again || err != nil {
		return true, err
	}
	start := time.Now()
	if err := t.open(); err != nil {
		return false, err
	}
	ok, err := t.playEdits()
	t.summary(time.Since(start))
	if err != nil || !ok {
		fmt.Fprintf(t.log, "both worlds are kept below %s\n", filepath.Dir(t.make.dir))
		return ok, err
	}
	return true, t.close()
}

func (t *trial) playEdits() (bool, error) {
	kinds, err := t.chosen(kinds())
	if err != nil {
		return false, err
	}
	order := bag(kinds, t.seed, max(t.edits, t.only))
	for i, k := range order {
		step := i + 1
		if t.only != 0 && step != t.only {
			continue
		}
		ok, err := t.step(step, k)
		if err != nil {
			return false, fmt.Errorf("step %d (%s): %w", step, k.name, err)
		}
		if !ok {
			t.count.wrong++
			fmt.Fprintf(t.log, "    repeat with: -seed %d -count %d (perhaps -only %d)\n", t.seed, step, step)
			if !t.keepGoing {
				return false, nil
			}
			if err := t.reset(); err != nil {
				return false, err
			}
		}
	}
	return t.count.wrong == 0, nil
}

func (t *trial) chosen(all []kind) ([]kind, error) {
	re, err := regexp.Compile(t.kindName)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k kind) bool { return !re.MatchString(k.name) })
	if len(all) == 0 {
		return nil, fmt.Errorf("-kinds %s: no such kind of edit", t.kindName)
	}
	return all, nil
}

// step plays one edit in both worlds. It reports false after a difference that cannot be excused.
func (t *trial) step(step int, k kind) (bool, error) {
	t.count.steps++
	e, err := t.choose(step, k)
	if err != nil || e == nil {
		return true, err
	}
	e.kind = k.name
	began := time.Now()
	fmt.Fprintf(t.log, "%4d %s: %s\n", step, e.kind, e.what)
	return t.play(e, began)
}

// choose makes the edit of a step; nil if there is none to be made.
func (t *trial) choose(step int, k kind) (*edit, error) {
	cat, err := t.make.catalog()
	if err != nil {
		return nil, err
	}
	p := &picker{Rand: stepRand(t.seed, step), step: step, cat: cat, w: t.make, flip: t.symbols()}
	e := k.make(p)
	if e == nil {
		fmt.Fprintf(t.log, "%4d %s: the tree offers nothing for it\n", step, k.name)
		return nil, nil
	}
	if e.again {
		if len(t.left) == 0 {
			e.what = "there is none"
		} else {
			e.what, e.ops = t.left[0].what, t.left[0].ops
			t.left = t.left[1:]
		}
	}
	return e, nil
}

func (t *trial) play(e *edit, began time.Time) (bool, error) {
	t.debris = debris{}
	back, err := t.make.undo(e.ops)
	if err != nil {
		return false, err
	}
	if err := t.edit(e.ops); err != nil {
		return false, err
	}
	if e.other != nil {
		if err := e.other(t.own); err != nil {
			return false, err
		}
	}
	builds := e.builds
	if len(builds) == 0 {
		builds = []request{{}}
	}
	state := same
	for _, req := range builds {
		if state, err = t.both(e, req); err != nil || state == wrong {
			return false, err
		}
		if state != same {
			break
		}
	}
	if state == stale {
		// gokbuild saw what make did not: make's world is the same now, gokbuild's gets the same hint.
		fmt.Fprintf(t.log, "     make left stale bytes, gokbuild those of a clean build\n")
		t.count.clean++
		if ok, err := t.settle("after both were told"); !ok || err != nil {
			return ok, err
		}
	}
	if state == broken {
		t.count.failed++
	}
	heal := back
	if e.harm && state != broken {
		heal = t.make.healed(e.ops, back)
	}
	switch {
	case state == broken || e.fails || e.harm && len(heal) > 0:
		if err := t.edit(heal); err != nil {
			return false, err
		}
		if ok, err := t.settle("after the edit was taken back"); !ok || err != nil {
			return ok, err
		}
	case e.again || len(back) == 0:
	default:
		var rest []op // of harm nothing is left
		for _, o := range back {
			if !e.harm || strings.HasPrefix(o.path, "src/") {
				rest = append(rest, o)
			}
		}
		if len(rest) > 0 {
			t.left = append(t.left, undoing{e.kind + ": " + e.what, rest})
		}
	}
	fmt.Fprintf(t.log, "     ok, %.1f s\n", time.Since(began).Seconds())
	return true, nil
}

// edit plays ops in both worlds, with the same times.
func (t *trial) edit(ops []op) error {
	now, err := tick.Next(t.make.dir)
	if err != nil {
		return err
	}
	for _, w := range []*world{t.make, t.own} {
		if err := w.apply(ops, now); err != nil {
			return err
		}
	}
	return nil
}

// settle builds everything; make must succeed and gokbuild's world be equal.
func (t *trial) settle(when string) (bool, error) {
	state, err := t.both(&edit{unlike: true, what: when}, request{words: t.startGoals})
	if err != nil {
		return false, err
	}
	switch state {
	case same:
		return true, nil
	case broken:
		// An edit that is still in force hurts only now: nothing can be said but that both stumble.
		fmt.Fprintf(t.log, "     %s neither can build: from the start again\n", when)
		return true, t.reset()
	}
	fmt.Fprintf(t.log, "     WRONG %s\n", when)
	return false, nil
}

// state is how two builds compare.
type state int

const (
	same   state = iota
	broken       // both failed
	stale        // gokbuild has what a clean build leaves, make did not
	wrong
)

// both builds in both worlds and compares.
func (t *trial) both(e *edit, req request) (state, error) {
	req.words = append([]string{"-j" + t.jobs}, req.words...)
	if req.program == "" && e.swap {
		swapped := req
		swapped.program = t.make.program
		swapped.own = nil
		if _, err := t.own.run(swapped); err != nil {
			return wrong, err
		}
	}
	makeReq := req
	makeReq.own = nil
	m, err := t.run(t.make, makeReq)
	if err != nil {
		return wrong, err
	}
	g, err := t.runOwn(e, req)
	if err != nil {
		return wrong, err
	}
	t.count.builds++
	t.count.makeTime += m.took
	t.count.ownTime += g.took
	more, less := stepsOf(m.out).difference(stepsOf(g.out))
	fmt.Fprintf(t.log, "     %s: make %v, gokbuild %v; steps %d, +%d -%d\n",
		cmp.Or(strings.Join(slices.Concat(req.words[1:], req.own, req.env), " "), "all"), m, g, len(stepsOf(m.out)), len(more), len(less))
	if req.after > 0 {
		return same, nil // what was reached is a matter of chance
	}
	if !m.ok && !g.ok {
		if m.status == g.status {
			return broken, t.unfinished()
		}
		fmt.Fprintf(t.log, "     WRONG status %s, want %s\n%s", g.status, m.status, indent(lastLines(g.out+g.err, 10)))
		return wrong, nil
	}
	if m.ok && g.ok && e.words && !sameWords(m, g) {
		t.count.words++
		fmt.Fprintf(t.log, "     WORDS differ: gokbuild adds\n%s     and lacks\n%s",
			indent(strings.Join(first(complaints(m.out+m.err, g.out+g.err), 8), "\n")),
			indent(strings.Join(first(complaints(g.out+g.err, m.out+m.err), 8), "\n")))
	}
	if m.ok {
		t.count.more += len(more)
		t.count.less += len(less)
		if len(more) > 0 && !e.unlike && !e.swap {
			t.count.slow++
			fmt.Fprintf(t.log, "     SLOW gokbuild ran %d steps more than make:\n%s", len(more), indent(strings.Join(first(more, 8), "\n")))
			fmt.Fprint(t.log, indent(reasons(g.err)))
		}
	}
	if extra := complaints(m.err, g.err); e.quiet && len(extra) > 1 {
		fmt.Fprintf(t.log, "     WRONG gokbuild complains in %d lines:\n%s", len(extra), indent(strings.Join(first(extra, 8), "\n")))
		return wrong, nil
	}
	if m.ok && g.ok {
		c, err := t.compare()
		if err != nil {
			return wrong, err
		}
		if c.equal() {
			t.count.equal++
			return same, nil
		}
		return t.judge(e, req, g, c)
	}
	return t.judge(e, req, g, nil)
}

// unfinished notes as debris what failed builds have left in one of the worlds only.
func (t *trial) unfinished() error {
	for _, w := range []*world{t.make, t.own} {
		names, err := list(w.path("out"))
		if err != nil {
			return err
		}
		for path := range names {
			if _, ok := t.seen[path]; !ok {
				t.debris.add(w, path)
			}
		}
	}
	return nil
}

// runOwn starts gokbuild, or two of it.
func (t *trial) runOwn(e *edit, req request) (*result, error) {
	if _, err := os.Stat(filepath.Join(t.own.path("out"), stateDir)); !e.twice || err != nil {
		return t.run(t.own, req) // without a memory there is nothing that keeps two apart, as with make
	}
	type outcome struct {
		r   *result
		err error
	}
	other := make(chan outcome, 1)
	go func() {
		r, err := t.own.run(req)
		other <- outcome{r, err}
	}()
	g, err := t.own.run(req)
	o := <-other
	if err := errors.Join(err, o.err); err != nil {
		return nil, err
	}
	fmt.Fprintf(t.log, "     the other gokbuild: %v\n", o.r)
	if g.ok {
		return o.r, nil
	}
	return g, nil
}

// sameWords tells whether two builds printed the same lines; their order is that of jobs.
func sameWords(a, b *result) bool {
	return len(complaints(a.out, b.out)) == 0 && len(complaints(b.out, a.out)) == 0 &&
		len(complaints(a.err, b.err)) == 0 && len(complaints(b.err, a.err)) == 0
}

func (t *trial) compare() (*comparison, error) {
	c, err := t.seen.compare(t.make.path("out"), t.own.path("out"), mayLack)
	if err != nil {
		return nil, err
	}
	if c.missing, err = t.debris.sweep(t.make, c.missing); err != nil {
		return nil, err
	}
	c.extra, err = t.debris.sweep(t.own, c.extra)
	return c, err
}

// mayLack is where gokbuild need not build all that make builds.
var mayLack = []string{"scripts/kconfig"}

func first(l []string, n int) []string {
	if len(l) > n {
		return append(l[:n:n], "… and "+strconv.Itoa(len(l)-n)+" more")
	}
	return l
}

// reasons picks from what gokbuild said why it made things, if it was asked to (-new-args --explain).
func reasons(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, ": remaking '") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func indent(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString("       " + strings.TrimRight(line, "\n") + "\n")
	}
	return b.String()
}

func (t *trial) summary(took time.Duration) {
	c := &t.count
	fmt.Fprintf(t.log, "\nseed %d: %d edits, %d builds by each, %.0f s (%.1f s for an edit): %d equal, %d clean where make was stale, %d failed alike, %d WRONG\n",
		t.seed, c.steps, c.builds, took.Seconds(), took.Seconds()/float64(max(1, c.steps)), c.equal, c.clean, c.failed, c.wrong)
	fmt.Fprintf(t.log, "make %.0f s, gokbuild %.0f s; gokbuild ran %d steps less and %d more than make (%d builds SLOW); other WORDS in %d\n",
		c.makeTime.Seconds(), c.ownTime.Seconds(), c.less, c.more, c.slow, c.words)
}

// symbols are those of the fragment below a line that says so: what may be flipped without reaching far.
func (t *trial) symbols() []string {
	data, err := os.ReadFile(t.fragment)
	if err != nil {
		return nil
	}
	_, tail, _ := strings.Cut(string(data), "# flip\n")
	var l []string
	for _, m := range regexp.MustCompile(`(?m)^(?:# )?(CONFIG_\w+)`).FindAllStringSubmatch(tail, -1) {
		l = append(l, m[1])
	}
	return l
}
