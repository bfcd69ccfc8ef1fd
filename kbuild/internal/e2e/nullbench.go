package main

// This file measures builds in which little or nothing has changed.

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts/tick"
)

// nullBench measures what a build costs that has nothing or little to do, by both builders in turn, each in its own
// world. The world is put in place before the clock starts.
type nullBench struct {
	trial
	config    string
	goals     []string
	rounds    int
	object    string // what is edited: an object, relative to the output folder
	source    string // its source, relative to the world
	variables []string
	compiler  string // what gcc is
}

// measure is one thing that is timed.
type measure struct {
	name string
	unit string
	// run prepares and does it once in a world.
	run func(w *world) (float64, error)
	own bool // makes sense for gokbuild only
}

func nullBenchCommand(args []string) (bool, error) {
	var b nullBench
	flags := flag.NewFlagSet("e2e nullbench", flag.ExitOnError)
	b.setup.flags(flags)
	flags.StringVar(&b.config, "config", "allnoconfig", "the goal that makes .config")
	flags.IntVar(&b.rounds, "rounds", 5, "how often each is measured")
	flags.StringVar(&b.compiler, "compiler", "/usr/bin/gcc", "what gcc is")
	flags.StringVar(&b.object, "object", "", "what is edited and asked for, e.g. lib/sort.o (default: one in the middle)")
	goals := flags.String("goals", "", "goals of the build, separated by blanks")
	variables := flags.String("variables", "", "variables for both, separated by blanks")
	if err := flags.Parse(args); err != nil {
		return false, err
	}
	b.log, b.goals, b.variables = os.Stdout, strings.Fields(*goals), strings.Fields(*variables)
	if err := b.setup.check(); err != nil {
		return false, err
	}
	if again, err := private(); again || err != nil {
		return true, err
	}
	if err := b.open(); err != nil {
		return false, err
	}
	if err := b.bench(); err != nil {
		return false, err
	}
	return true, b.close()
}

// open builds both worlds like the trial's, but with another configuration and its compiler.
func (b *nullBench) open() error {
	b.startConfig, b.startGoals, b.seen = b.config, append(b.variables, b.goals...), pairs{}
	b.startLinks = map[string]string{compiler: b.compiler}
	return b.trial.open()
}

func (b *nullBench) close() error {
	return errors.Join(unix.Unmount(b.view(), unix.MNT_DETACH), b.trial.close())
}

func (b *nullBench) bench() error {
	cat, err := b.make.catalog()
	if err != nil {
		return err
	}
	if err := b.choose(cat); err != nil {
		return err
	}
	fmt.Fprintf(b.log, "\n%s, %s, -j%s, %d rounds; edited: %s; medians (lowest to highest), %d objects, %d modules\n", filepath.Base(b.tree),
		b.config, b.jobs, b.rounds, b.object, len(cat.objects), len(cat.modules))
	for _, m := range b.measures() {
		values := [2][]float64{}
		for range b.rounds {
			for i, w := range []*world{b.make, b.own} {
				if i == 0 && m.own {
					continue
				}
				v, err := m.run(w)
				if err != nil {
					return fmt.Errorf("%s: %s: %w", m.name, w.name, err)
				}
				values[i] = append(values[i], v)
			}
		}
		line := fmt.Sprintf("%-46s", m.name)
		for i, w := range []*world{b.make, b.own} {
			if len(values[i]) > 0 {
				line += fmt.Sprintf("  %s %s", w.name, spread(values[i], m.unit))
			}
		}
		if !m.own {
			line += fmt.Sprintf("  make/gokbuild %.1f", middle(values[0])/middle(values[1]))
		}
		fmt.Fprintln(b.log, line)
	}
	c, err := b.compare()
	if err != nil {
		return err
	}
	fmt.Fprintf(b.log, "afterwards both outputs are compared:\n")
	b.list(c)
	if !c.equal() {
		return errors.New("the outputs differ")
	}
	return nil
}

// choose settles which object is edited: a small one that is part of the image.
func (b *nullBench) choose(cat *catalog) error {
	var l []object
	for _, o := range cat.objects {
		if strings.HasSuffix(o.source, ".c") && (b.object == "" || o.path == "out/"+b.object) {
			l = append(l, o)
		}
	}
	if len(l) == 0 {
		return fmt.Errorf("no object %s with a source in C", b.object)
	}
	o := l[len(l)/2]
	b.object, b.source = strings.TrimPrefix(o.path, "out/"), o.source
	return nil
}

func (b *nullBench) measures() []measure {
	all := b.goals
	object := []string{b.object}
	wall := func(change func(w *world) error, goals []string) func(*world) (float64, error) {
		return func(w *world) (float64, error) {
			s, _, err := b.once(w, change, goals)
			return s.wall.Seconds(), err
		}
	}
	starts := func(goals []string) func(*world) (float64, error) {
		return func(w *world) (float64, error) {
			_, start, err := b.once(w, b.code, goals)
			if err == nil && start < 0 {
				err = errors.New("its compiler was not started")
			}
			return start.Seconds(), err
		}
	}
	return []measure{
		{name: "nothing changed", unit: "s", run: wall(noChange, all)},
		{name: "nothing changed: peak memory", unit: "MB", run: func(w *world) (float64, error) {
			s, _, err := b.once(w, noChange, all)
			return float64(s.peak) / 1e6, err
		}},
		{name: "one .c changed, all of the build", unit: "s", run: wall(b.code, all)},
		{name: "one .c changed, until its compiler starts", unit: "s", run: starts(all)},
		// What gokbuild has compiled itself it knows by its content.
		{name: "one .c touched", unit: "s", run: wall(b.touch, all)},
		{name: "object up to date", unit: "s", run: wall(noChange, object)},
		{name: "object after an edit, until its compiler starts", unit: "s", run: starts(object)},
		{name: "size of " + stateDir, unit: "MB", own: true, run: func(w *world) (float64, error) {
			size, err := sizeOf(filepath.Join(w.path("out"), stateDir))
			return float64(size) / 1e6, err
		}},
	}
}

// touch gives the source a new date.
func (b *nullBench) touch(w *world) error {
	now, err := tick.Next(w.dir)
	if err != nil {
		return err
	}
	return w.apply([]op{{kind: opTouch, path: b.source}}, now)
}

// code changes what the source compiles to.
func (b *nullBench) code(w *world) error {
	data, err := os.ReadFile(w.path(b.source))
	if err != nil {
		return err
	}
	// The same lines in both worlds: each counts its own edits.
	const mark = "\nstatic const int e2e_edit __attribute__((__used__)) = "
	text, old, _ := strings.Cut(string(data), mark)
	n, _ := strconv.Atoi(strings.TrimSuffix(old, ";\n"))
	text += mark + strconv.Itoa(n+1) + ";\n"
	now, err := tick.Next(w.dir)
	if err != nil {
		return err
	}
	return w.apply([]op{{kind: opReplace, path: b.source, data: []byte(text)}}, now)
}

func noChange(*world) error { return nil }

// once puts the world in place, builds all of it and the goals, so that both builders know what is there, changes it and
// builds the goals. It returns what that cost and after what time somebody else opened the edited source, which is its compiler;
// negative: nobody.
func (b *nullBench) once(w *world, change func(*world) error, goals []string) (sample, time.Duration, error) {
	for range settlingRuns {
		for _, g := range [][]string{b.goals, goals} {
			if _, _, err := b.run(w, g); err != nil {
				return sample{}, 0, err
			}
		}
	}
	if err := change(w); err != nil {
		return sample{}, 0, err
	}
	return b.run(w, goals)
}

// settlingRuns are enough for gokbuild to prove what it has seen once more.
const settlingRuns = 2

func (b *nullBench) run(w *world, goals []string) (sample, time.Duration, error) {
	for unix.Unmount(b.view(), unix.MNT_DETACH) == nil {
	}
	if err := unix.Mount(w.dir, b.view(), "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return sample{}, 0, err
	}
	p := plan{src: filepath.Join(b.view(), "src"), out: filepath.Join(b.view(), "out"), environment: w.environment()}
	words := slices.Concat(w.args, []string{"-j" + b.jobs}, b.variables, goals)
	opened, err := watchFile(w.path(b.source), w.program)
	if err != nil {
		return sample{}, 0, err
	}
	s, err := p.measure(w.program, words...)
	first, watchErr := opened.stop()
	return s, first, errors.Join(err, watchErr)
}

func sizeOf(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}

func spread(l []float64, unit string) string {
	return fmt.Sprintf("%.3f (%.3f to %.3f) %s", middle(l), slices.Min(l), slices.Max(l), unit)
}

func middle(l []float64) float64 {
	l = slices.SortedFunc(slices.Values(l), cmp.Compare[float64])
	return (l[(len(l)-1)/2] + l[len(l)/2]) / 2
}
