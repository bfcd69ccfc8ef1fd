package update

import (
	stdcmp "cmp"
	"context"
	"errors"

	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// This file plays scenarios: a makefile, files with dates and a command line, and all that a walk does about them.

// scenario is one story, named by what it shows.
type scenario struct {
	name string
	// makefile is the text; recipes are in the words of runner_test.go.
	makefile string
	// files are those there are, as "name=second".
	files string
	// args is the command line. What counts is goals, -j, -k, -n, -q, -t, -B, -W, -o, -s, --debug and --shuffle.
	args string
	// remade names makefiles that are brought up to date first. "-name" is one that may be missing, "~name" one that
	// make looks for by itself. After one was made everything begins again, as make begins again.
	remade string
	// plan says what happens while the walk waits; see runner_test.go.
	plan string
	// others is the number of slots that others hold at first.
	others int
	// still says that the clock stands still.
	still bool
	// version is the imitated make; "" is 4.3.
	version string
	// spares names prerequisites that hold what they held; told names targets whose makes would be told something else.
	spares, told string
	// leaveOut names programs that need not be built.
	leaveOut string

	// want is what happens, in order, separated by "; ": what the runner does ("run a", "end a"), what the walk does
	// itself ("deleted a", "dated a"), and all that is printed.
	want string
	// why are verdicts: "a DoesNotExist; b PrereqChanged c d". Targets that are not named are not looked at.
	why string
	// status is the exit status.
	status int
	// left, if set, are the files there are in the end.
	left string
}

// harness is what a scenario is played in.
type harness struct {
	scenario
	t        *testing.T
	world    *world
	make     *setting.Make
	printer  *output.Printer
	db       *rules.DB
	seat     *depgraph.Seat
	runner   *runner
	walk     *Walk
	serial   bool
	lines    []string
	partial  string
	why      map[string]Verdict
	released int
	devNull  *os.File
}

func (h *harness) log(line string) { h.lines = append(h.lines, line) }

// heard takes what is printed, line by line.
func (h *harness) heard(_ output.Stream, text string) {
	h.partial += text
	for {
		line, rest, ok := strings.Cut(h.partial, "\n")
		if !ok {
			return
		}
		h.partial = rest
		h.log(strings.TrimSpace(line))
	}
}

// quiet is an evaluator's Host without an outside world.
type quiet struct{}

func (quiet) Shell(string) ([]byte, int)        { return nil, 127 }
func (quiet) Load(string) (*syntax.File, error) { return nil, os.ErrNotExist }
func (quiet) SpecialVar(*eval.Var)              {}

// play plays scenarios, each in a world of its own.
func play(t *testing.T, scenarios []scenario) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			h := &harness{scenario: s, t: t, why: make(map[string]Verdict), devNull: null}
			status := h.run()
			if diff := cmp.Diff(strings.ReplaceAll(s.want, "; ", "\n"), strings.Join(h.lines, "\n")); diff != "" {
				t.Errorf("what happens (-want +got):\n%s\nin short: %s", diff, strings.Join(h.lines, "; "))
			}
			if status != s.status {
				t.Errorf("status %d, want %d", status, s.status)
			}
			if s.why != "" {
				for v := range strings.SplitSeq(s.why, "; ") {
					name, _, _ := strings.Cut(v, " ")
					if got := h.verdict(name); got != v {
						t.Errorf("verdict %q, want %q", got, v)
					}
				}
			}
			if left := h.world.names(); s.left != "" && left != s.left {
				t.Errorf("files left: %s, want %s", left, s.left)
			}
			h.invariants()
		})
	}
}

// invariants hold at the end of every story.
func (h *harness) invariants() {
	r := h.runner
	for _, p := range r.problems {
		h.t.Error(p)
	}
	if len(r.queue) > 0 || h.walk.live > 0 {
		h.t.Errorf("%d jobs run at the end, the walk knows of %d", len(r.queue), h.walk.live)
	}
	if len(r.after) > 0 {
		h.t.Errorf("%d outcomes were not asked for", len(r.after))
	}
	if len(r.plan) > 0 {
		h.t.Errorf("left of the plan: %v", r.plan)
	}
	ran := 0
	for _, l := range h.lines {
		if strings.HasPrefix(l, "run ") {
			ran++
		}
	}
	if ran != h.released {
		h.t.Errorf("%d jobs ran, %d were released", ran, h.released)
	}
	if n := h.walk.graph.Waiting(); n > 0 && !h.walk.dying && h.status == 0 {
		h.t.Errorf("%d targets still wait for others", n)
	}
	pool := h.seat.Pool()
	h.seat.Leave()
	if n := pool.Running(); n != h.others {
		h.t.Errorf("%d slots are held, %d of them by others", n, h.others)
	}
}

// whys are the names of the reasons.
var whys = [...]string{UpToDate: "UpToDate", NothingToRun: "NothingToRun", ToldOtherwise: "ToldOtherwise",
	IsPhony: "IsPhony", DoesNotExist: "DoesNotExist", PrereqMissing: "PrereqMissing", PrereqChanged: "PrereqChanged",
	AlwaysMake: "AlwaysMake", RecipeDecides: "RecipeDecides", NoPrereqs: "NoPrereqs"}

// verdict is what was decided about a target, as a scenario has it.
func (h *harness) verdict(name string) string {
	f := h.db.Lookup(name)
	if f == nil || h.walk.known(f) == nil || !f.Updated {
		return name + " not decided"
	}
	v := h.walk.target(f).verdict
	return strings.Join(append([]string{name, whys[v.Why]}, v.Of...), " ")
}

// run is make from its options to its exit status; see kbuild/invocation.go, remake.go and goals.go.
func (h *harness) run() (status int) {
	p, err := profile.ForVersion(stdcmp.Or(h.version, "4.3"))
	if err != nil {
		h.t.Fatal(err)
	}
	h.world = newWorld(h.t, h.files)
	h.world.log = h.log
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f := flags.New(p)
	none := flags.Env{Lookup: func(string) string { return "" }}
	if err := f.Load(append([]string{"make"}, strings.Fields(h.args)...), none); err != nil {
		h.t.Fatal(err)
	}
	f.Settle(0)
	h.runner = &runner{harness: h, ended: make(chan *Order, 1), after: make(map[*Order]Outcome),
		plan: strings.Fields(h.plan), cancel: cancel}
	stopping := func() syscall.Signal { return h.runner.stopping }
	build := &setting.Build{Ctx: ctx, Stopping: stopping, FS: fsys.NewFrom(h.world)}
	h.make = &setting.Make{Build: build, Profile: p, Flags: f, Dir: top, View: build.FS.View(top), Prefix: "make",
		Call: setting.Call{Argv: []string{"make"}, Dir: top, Stdout: h.devNull, Stderr: h.devNull}}
	h.printer = output.NewPrinter(h.make, nil)
	h.printer.Heard = h.heard
	jobs := f.Jobs
	h.serial = jobs != flags.JobsUnlimited && jobs <= 1
	switch {
	case jobs == flags.JobsUnlimited:
		jobs = 0
	default:
		jobs = max(jobs, 1)
	}
	pool := depgraph.NewSlots(jobs, -1)
	for range h.others {
		pool.TryAcquire()
	}
	h.seat = depgraph.NewSeat(nil)
	h.seat.Move(pool)

	var fatal *eval.Fatal
	if errors.As(eval.Catch(func() { status = h.main() }), &fatal) {
		h.printer.Main().Fatal(fatal)
		if h.walk != nil {
			h.walk.Drain()
			h.walk.RemoveIntermediates()
		}
		return 2
	}
	return status
}

func (h *harness) main() int {
	for again := 0; ; again++ {
		if again == 4 {
			h.log("for ever")
			return 2
		}
		h.read(again)
		if h.remade == "" {
			break
		}
		h.printer.Remaking = true
		goals := h.makefiles()
		status := h.walk.Run(goals)
		h.printer.Remaking = false
		if h.walk.Dying() || status == rules.Failed && h.anyFailed(goals) {
			h.log("makefiles failed")
			return 2
		}
		if status != rules.Success {
			break
		}
		h.log("again")
	}
	h.db.AlwaysMake = h.make.Flags.AlwaysMake
	status := h.walk.Run(h.goals())
	h.walk.Finish(status)
	h.walk.RemoveIntermediates()
	switch {
	case status == rules.Failed || h.walk.Failed():
		return 2
	case status == rules.Question:
		return 1
	}
	return 0
}

// read reads the makefile, and sets up a walk.
func (h *harness) read(again int) {
	d := &syntax.Dialect{Switches: &h.make.Profile.Switches}
	in := eval.NewInterp(h.make.View, d, quiet{}, h.printer.Main(), nil)
	in.Included = func(eval.Inclusion) {}
	h.db = rules.New(in, h.printer.Main().Warn)
	h.db.Clock.Now = func() time.Time { return time.Unix(0, h.world.now) }
	in.Sink = h.db
	in.ReadMakefile(syntax.Parse("m", h.makefile, 1, d), "m", "m", true)
	h.db.AlwaysMake = h.make.Flags.AlwaysMake && again == 0
	h.db.Snap()
	h.serial = h.serial || h.db.NotParallel || h.db.NotParallelSome && !h.make.Profile.NotParallelPrereqs
	for _, name := range h.make.Flags.OldFiles {
		h.enter(name).MarkOld()
	}
	for _, name := range h.make.Flags.NewFiles {
		f := h.enter(name)
		f.Mtime, f.MtimeBefore = rules.TimeNew, rules.TimeNew
	}
	for _, name := range h.make.Flags.Goals {
		h.enter(name).CmdTarget = true
	}
	c := Config{Make: h.make, DB: h.db, Printer: h.printer, Seat: h.seat, Runner: h.runner, Judge: byDate{},
		Files: h.world, Turn: h.runner, Serial: func() bool { return h.serial }, IncludeError: func(*Goal) {}}
	if h.spares != "" || h.told != "" {
		c.Judge = judge{h}
	}
	if h.leaveOut != "" {
		c.LeaveOut = func(f *rules.File) bool { return slices.Contains(strings.Fields(h.leaveOut), f.Name) }
	}
	h.walk = NewWalk(c)
}

func (h *harness) enter(name string) *rules.File {
	if f := h.db.Lookup(name); f != nil {
		return f
	}
	return h.db.Enter(name)
}

func (h *harness) goals() (goals []*Goal) {
	names := h.make.Flags.Goals
	if len(names) == 0 {
		names = []string{"all"}
	}
	for _, name := range names {
		goals = append(goals, &Goal{File: h.enter(name), Mode: h.make.Mode()})
	}
	return goals
}

func (h *harness) makefiles() (goals []*Goal) {
	for name := range strings.FieldsSeq(h.remade) {
		name, byItself := strings.CutPrefix(name, "~")
		name, mayMiss := strings.CutPrefix(name, "-")
		g := &Goal{File: h.enter(name), Mode: setting.Mode{Remaking: true}, DontCare: mayMiss || byItself,
			Included: !byItself}
		h.db.ModTimeHere(g.File)
		goals = append(goals, g)
	}
	return goals
}

// anyFailed reports whether a makefile that may not be missing could not be made.
func (h *harness) anyFailed(goals []*Goal) bool {
	return slices.ContainsFunc(goals, func(g *Goal) bool {
		return !g.DontCare && g.File.Resolve().Status == rules.Failed
	})
}

// judge knows what files held, and what makes would be told.
type judge struct{ *harness }

func (j judge) OutOfDate(dep *rules.File, depTime rules.Time, target *rules.File, thisTime rules.Time) bool {
	if j.ToldOtherwise(target) {
		return true
	}
	return depTime > thisTime && !slices.Contains(strings.Fields(j.spares), dep.Name)
}

func (j judge) ToldOtherwise(target *rules.File) bool {
	return slices.Contains(strings.Fields(j.told), target.Name)
}
func (j judge) Spared(dep *rules.File)  { j.log("spared " + dep.Name) }
func (j judge) Kept(target *rules.File) { j.log("kept " + target.Name) }
