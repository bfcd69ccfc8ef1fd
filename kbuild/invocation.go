package kbuild

// This file goes through one run of make, from command line to exit status.

import (
	"errors"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"

	"gokbuild/depgraph"
	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/backends"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/makefiles"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/planner"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/setting"
	"gokbuild/kbuild/slots"
)

// Invocation is one run of make.
type Invocation struct {
	setting.Make
	build *Build
	request
	// turn is held while variables are evaluated: by the make's own goroutine except when it waits, and by a job that needs
	// its environment.
	turn    sync.Mutex
	printer *output.Printer
	seat    *depgraph.Seat
	slots   *slots.Slots
	kept
	reader *makefiles.Reader
	// engine belongs to the present reading of the makefiles.
	engine
	// planner plans the recipes of this make; nil unless the build only plans.
	planner *planner.Make
}

// request is who asked for the make, and for what.
type request struct {
	// above is the make whose recipe called this one in this process; nil for the first.
	above *Invocation
	// caller is the target whose recipe called it.
	caller string
	// prio is its place in the order of jobs.
	prio depgraph.Priority
	// programs, if set, are built in place of the goals of the command line, and nothing is left unbuilt.
	programs []string
	// called is how it was called; nil but under --watch (early.go).
	called *called
}

// kept is what memory and the action cache keep of the make, and what they spared it.
type kept struct {
	recording *remember.Recording
	leftOut   *native.LeftOut
	// known is set at the end if memory can tell that the same call would do nothing now.
	known bool
	// adopted says that the make had run early already, and this one only took its outcome over (early.go).
	adopted bool
	// whole is what the action cache notes of the make; restored says that it has restored what the make does.
	whole    *backends.Whole
	restored bool
}

// exit is a panic that ends the make with a status and without a message.
type exit struct{ status int }

// invocation returns a make that has not begun. above is the make that calls it, or nil.
func (b *Build) invocation(call Call, above *Invocation) *Invocation {
	inv := &Invocation{build: b, request: request{above: above}, seat: depgraph.NewSeat(nil)}
	inv.Make = setting.Make{Build: &b.Build, Profile: b.session.Profile, Call: call, Dir: call.Dir, Number: b.makes.Add(1)}
	if above != nil {
		inv.Parent, inv.seat = &above.Make, depgraph.NewSeat(above.seat.Pool())
	}
	inv.printer = output.NewPrinter(&inv.Make, inv.printerAbove())
	inv.slots = slots.New(&inv.Make, inv.seat, inv.printer.Errorf)
	return inv
}

func (inv *Invocation) printerAbove() *output.Printer {
	if inv.above == nil {
		return nil
	}
	return inv.above.printer
}

// run is make from command line to exit status.
func (inv *Invocation) run() (status int) {
	inv.turn.Lock()
	defer inv.turn.Unlock()
	status = 2
	var fatal *eval.Fatal
	if errors.As(eval.Catch(func() { status = inv.mainOrExit() }), &fatal) {
		inv.die(fatal)
		status = 2
	}
	inv.printer.LetGo()
	if inv.reading != nil && inv.Stopping() == 0 {
		switch {
		case inv.Flags.PrintDatabase:
			inv.printDatabase()
		case inv.Flags.Version:
			// Asked for by a makefile's MAKEFLAGS: -v of a command line has ended the make before.
			inv.printVersion()
		}
	}
	inv.seat.Close()
	if inv.reader != nil {
		inv.reader.RemoveStdin()
	}
	inv.printer.Close()
	if inv.printer.Err() != nil && inv.Stopping() == 0 {
		inv.printer.Bare(output.Stderr, inv.Prefix+": write error: stdout\n")
		status = 1
	}
	inv.endWhole(status)
	if !inv.adopted {
		inv.known = inv.known || inv.recording.End(status)
	}
	inv.noteAsked()
	inv.build.calls.end(inv)
	if inv.planner != nil {
		inv.planner.Plan.Status = status
	}
	inv.Events.Send(event.MakeEnded{Make: inv.Number, Status: status})
	return status
}

// die ends the make after a fatal error.
func (inv *Invocation) die(err *eval.Fatal) {
	if inv.reading != nil {
		inv.reading.In.Recover()
	}
	inv.printer.Main().Fatal(err)
	if err.Msg == rules.MixedRules {
		inv.hintMixed()
	}
	inv.removeIntermediates()
}

// removeIntermediates deletes, at an early end, what was made for implicit chains.
func (inv *Invocation) removeIntermediates() {
	if inv.walk != nil {
		inv.walk.Drain()
		inv.walk.RemoveIntermediates()
	}
}

// mainOrExit runs main, which something may end early without a message.
func (inv *Invocation) mainOrExit() (status int) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*exit)
			if !ok {
				panic(r)
			}
			status = e.status
			inv.removeIntermediates()
		}
	}()
	return inv.main()
}

// main goes through the make: options, memory, makefiles, which are read again while remaking them changes one, goals.
func (inv *Invocation) main() int {
	if status, ok := inv.begin(); !ok {
		return status
	}
	inv.beginPlan()
	if inv.above == nil {
		inv.openBuild()
	}
	inv.Events.Send(event.MakeStarted{Make: inv.Number, Parent: inv.numberAbove(), Caller: inv.caller, Dir: inv.Dir, Goals: inv.Flags.Goals,
		Settling: inv.Effects == setting.Settling})
	if inv.above == nil && inv.Flags.Kept && inv.Effects == setting.Real {
		return inv.messages()
	}
	if inv.programs == nil {
		inv.recording, inv.known = inv.build.memory.Begin(&inv.Make, inv.Number)
	}
	inv.build.calls.begin(inv)
	if inv.known || inv.restoreWhole() {
		return 0
	}
	if status, ok := inv.adopt(); ok {
		return status
	}
	inv.printer.Announcing = true
	if inv.recording != nil {
		if inv.whole != nil {
			inv.recording.ToldApart(inv.whole.Said)
		}
		inv.recording.Attach(inv.printer)
	}
	if inv.Flags.CheckSymlinkTimes {
		inv.View = inv.View.WithSymlinkTimes()
	}
	inv.setupSlots()
	inv.runEarly()
	inv.beginAhead()
	if status, ok := inv.readAll(); !ok {
		return status
	}
	status := inv.makeGoals()
	if inv.planner != nil {
		inv.planner.Collect(inv.reading)
	}
	return status
}

// openBuild opens what the build has, on behalf of its first make.
func (inv *Invocation) openBuild() {
	if inv.Effects == setting.Real || inv.Remembers {
		inv.openMemory()
		inv.openBackends()
	}
	if inv.Effects == setting.Real {
		inv.sendBuildStarted()
	}
}

// readAll reads the makefiles, and again while remaking them changes one (manual, "How Makefiles Are Remade"): make would start itself
// anew. Each reading begins with the options of the command line. ok is false if the make ends here.
func (inv *Invocation) readAll() (status int, ok bool) {
	loaded := inv.Flags
	for {
		inv.Flags = loaded.Clone()
		inv.read()
		inv.Events.Send(event.MakeRead{Make: inv.Number})
		if !inv.mustReadAgain() {
			return 0, true
		}
		inv.removeIntermediates()
		inv.reader.Restarts++
		inv.printer.Debugf(flags.DebugBasic, 0, "Re-executing[%d]: %s\n", inv.reader.Restarts, strings.Join(inv.reading.RestartArgs(), " "))
		if err := inv.CanRestart(); err != nil {
			inv.printer.Bare(output.Stderr, inv.Prefix+": "+inv.ExecError(inv.Call.Argv[0], err)+"\n")
			return 127, false
		}
	}
}

// mustReadAgain brings the makefiles up to date, and reports whether one has changed. A scout guesses that none does; a plan
// runs nothing.
func (inv *Invocation) mustReadAgain() bool {
	switch inv.Effects {
	case setting.Scouting:
		return false
	case setting.Planning:
		return inv.planRemake()
	}
	return inv.remake()
}

// begin reads the environment and the options, and goes to the directory; ok is false if the make ends here.
func (inv *Invocation) begin() (status int, ok bool) {
	inv.SetEnv()
	program := path.Base(inv.Call.Argv[0])
	inv.Prefix = program
	inv.Flags = flags.New(inv.Profile)
	if inv.Profile.TempDirChecked {
		inv.TempDir(inv.printer.Errorf)
	}
	inv.View = inv.FS.View(inv.Dir)
	inv.reader = inv.newReader()
	if status, ok := inv.loadFlags(); !ok {
		return status, false
	}
	inv.Level = inv.reader.Level()
	inv.Prefix = setting.Name(program, inv.Level)
	inv.engine = engine{} // that of the options
	if inv.programs == nil {
		inv.build.listenEarly(inv)
		inv.changeDirectory()
	} else {
		inv.Flags.Goals = inv.programs
	}
	inv.View = inv.FS.View(inv.Dir)
	if inv.above != nil {
		inv.Flags.TakeOwn(inv.above.Flags)
	}
	inv.Flags.Settle(inv.Level)
	if inv.programs == nil && (inv.Effects != setting.Planning || inv.Remembers) {
		inv.leftOut = native.NewLeftOut(&inv.Make, inv.build.session.Natives, inv.build.cameTo)
	}
	inv.build.listen(inv)
	return 0, true
}

func (inv *Invocation) numberAbove() uint32 {
	if inv.above == nil {
		return 0
	}
	return inv.above.Number
}

// loadFlags reads options; ok is false if the make ends here.
func (inv *Invocation) loadFlags() (status int, ok bool) {
	f := inv.Flags
	env := flags.Env{GNUMakeflags: inv.reader.ExpandEnv("GNUMAKEFLAGS"), Makeflags: inv.reader.ExpandEnv("MAKEFLAGS"),
		Lookup: func(name string) string { return inv.Env[name] }}
	err := f.Load(inv.Call.Argv, env)
	for _, m := range f.Messages {
		inv.printer.Bare(output.Stderr, strings.TrimSuffix(m, "\n")+"\n")
	}
	var usage flags.UsageError
	var wrong *flags.FatalError
	switch {
	case errors.As(err, &usage):
		if usage.Told {
			return 2, false
		}
		inv.printer.Bare(output.Stderr, f.Usage())
		return 2, false
	case errors.As(err, &wrong):
		eval.Stop(wrong.Text)
	case err != nil:
		eval.Stop(err.Error())
	case f.Help:
		inv.printer.Bare(output.Stdout, f.Usage())
		return 0, false
	case f.Version:
		inv.printVersion()
		return 0, false
	}
	return 0, true
}

// changeDirectory follows each -C.
func (inv *Invocation) changeDirectory() {
	start := inv.Dir
	inv.Way = inv.Call.Dir
	for _, d := range inv.Flags.Directories {
		next := d
		if strings.HasPrefix(next, "~") {
			next = fsys.Tilde(next, func() string { return inv.Env["HOME"] })
		}
		inv.Way = shell.Resolve(inv.Way, next)
		next = shell.Resolve(inv.Dir, next)
		st, err := os.Stat(next)
		if err == nil && !st.IsDir() {
			err = syscall.ENOTDIR
		}
		if err != nil {
			if inv.Profile.DirectoryLinesOnBadC {
				inv.Flags.Settle(inv.Level)
				inv.printer.Announcing = true
			}
			inv.printer.Announcing = inv.printer.Announcing || inv.Flags.PrintDirectoryAsked()
			inv.Dir = start // what the directory lines name
			eval.Stop(d + ": " + libc.Error(err))
		}
		inv.Dir = setting.RealDir(next)
	}
}

// openMemory opens the memory of the output directory for the build.
func (inv *Invocation) openMemory() {
	b := inv.build
	m, lock, err := remember.Open(&inv.Make, inv.printer, b.session.Signer, b.ready)
	b.lock = lock
	if inv.Stopping() != 0 {
		panic(&exit{2})
	}
	if err != nil {
		eval.Stop(err.Error())
	}
	if b.memory = m; m != nil && b.session.learnsAll {
		m.LearnAll()
	}
	if m == nil && b.ready != nil {
		eval.Stop("--watch: nothing is remembered of what is made with these options, or in this directory")
	}
	if b.opened != nil {
		b.opened()
	}
}

// openBackends opens what results are taken from besides memory. A make with a level above 0 that has no memory has no use for it;
// what is wrong with its options was said by the make above.
func (inv *Invocation) openBackends() {
	b := inv.build
	if b.memory == nil && inv.Level > 0 {
		return
	}
	c := backends.Config{Make: &inv.Make, OneByOne: inv.tellsOfTargets(), Store: b.session.OpenStore, Environ: remember.Environ, Program: Version(),
		Say: func(text string) { inv.printer.Errorf("%s", text) }}
	if b.memory != nil {
		c.Output = b.memory.Output()
	}
	b.backends = c.Open()
}

// newReader returns what reads the make's makefiles.
func (inv *Invocation) newReader() *makefiles.Reader {
	return &makefiles.Reader{Make: &inv.Make, Cache: inv.build.session.makefiles, Printer: inv.printer, Above: inv.printerAbove(),
		Shell: inv.shellFunc, Jobs: inv.slots.Change, Begun: inv.setUp, Mixed: inv.hintMixed}
}

// read reads the makefiles, and sets up the engine that makes what they say.
func (inv *Invocation) read() {
	inv.reader.Hooks = inv.hooks()
	r := inv.reader.NewReading()
	r.Read()
	inv.slots.Serial = inv.slots.Serial || r.Serial
}

// hooks tell others what the reading does.
func (inv *Invocation) hooks() (h makefiles.Hooks) {
	h.Poll = func() {
		if inv.Stopping() != 0 || inv.build.scouting.Stopped() {
			panic(&exit{2})
		}
	}
	if inv.Effects != setting.Real {
		h.Writing = func(string) bool { return false }
	}
	if r := inv.recording; r != nil {
		h.Watched, h.Watch, h.Writing = r.Watched, r.Uses, r.Writing
	}
	return h
}
