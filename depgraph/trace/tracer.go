//go:build linux && (amd64 || arm64)

package trace

// This file stops the processes of the command at each system call, and lets them go again.

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// tracer follows a tree of processes. All of it but rootMu and root belongs to one thread.
type tracer struct {
	dir   string
	files inherited
	rec   record
	walk  walker

	tasks map[int]*task    // threads, by number
	procs map[int]*process // by number of the process
	early map[int]bool     // threads that ended before their maker's event was seen

	firstProcess

	why string // Report.Impure
	terms
	wrote    bool
	wroteErr bool
	output   []Output
	kept     int // bytes of it
	terminal bool
	stdin    bool
	// interrupted is set once nothing can be proved any more, and all were told to stop.
	interrupted bool

	texts
	near together
}

// firstProcess is the one that the command was started as.
type firstProcess struct {
	rootMu    sync.Mutex
	root      int  // 0 when it has ended
	swallowed bool // the SIGCONT of seize has been seen
}

// terms are what the caller has set.
type terms struct {
	// rehearsal is nil if the command may do what it likes.
	rehearsal *rehearsal
	// budget is what tracing may cost, 0 if that is no matter; calls counts the system calls so far.
	budget time.Duration
	calls  int
}

// process is what the threads of one process share.
type process struct {
	pid     int
	program program
	// open are descriptors that were looked at when as many other calls had been seen as lookedAt says.
	open     map[uint64]fileKey
	lookedAt uint64
}

// task is one thread of the command.
type task struct {
	tid  int
	proc *process

	number uint64
	// exit is what remains to be done when the system call returns: nil for most.
	exit exitFunc
	// changes: the call may change files, so an end without a return leaves its effect unknown.
	changes bool
	leaving bool // in exit or exit_group
	// makes is what the call makes where nothing is, in a rehearsal.
	makes []string

	announced bool // its maker's event was seen
}

type exitFunc func(result int64)

func newTracer(dir string, files []uintptr) *tracer {
	callsOnce.Do(listCalls)
	t := &tracer{dir: dir, tasks: map[int]*task{}, procs: map[int]*process{}, early: map[int]bool{}}
	t.rec.init()
	t.texts.init()
	t.walk.init(&t.rec)
	t.near.init()
	t.files.init(files)
	return t
}

// impure notes a reason why nothing is proved. The first one stays.
func (t *tracer) impure(format string, args ...any) {
	if t.why == "" {
		t.why = fmt.Sprintf(format, args...)
	}
}

func (t *tracer) signalRoot(sig syscall.Signal) {
	t.rootMu.Lock()
	defer t.rootMu.Unlock()
	if t.root != 0 {
		syscall.Kill(t.root, sig)
	}
}

// adopt takes the command's first process, stopped before its first instruction, and lets it go.
func (t *tracer) adopt(pid int, path string, argv []string) {
	t.rootMu.Lock()
	t.root = pid
	t.rootMu.Unlock()
	t.walk.locate(t.dir)
	k := t.task(pid)
	k.announced = true
	t.executed(k)
	t.judge(k, base(path), argv)
	t.resume(k, 0)
}

// task returns the task by that number. A thread is seen first either in the event of its maker or in its own first stop;
// the kernel says what it belongs to.
func (t *tracer) task(tid int) *task {
	if k := t.tasks[tid]; k != nil {
		return k
	}
	pid, parent := family(tid)
	p := t.procs[pid]
	if p == nil {
		p = &process{pid: pid}
		if maker := t.procs[parent]; maker != nil {
			p.program = maker.program
			p.program.drawn, p.program.made = 0, 0
		}
		t.procs[pid] = p
	}
	k := &task{tid: tid, proc: p}
	t.tasks[tid] = k
	t.near.add(tid)
	t.numbers[pid] = true
	return k
}

// family reads the process a thread belongs to, and that process's parent.
func family(tid int) (pid, parent int) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", tid))
	if err != nil {
		return tid, 0
	}
	for line := range bytes.Lines(data) {
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		n, err := strconv.Atoi(string(bytes.TrimSpace(value)))
		if err != nil {
			continue
		}
		switch string(name) {
		case "Tgid":
			pid = n
		case "PPid":
			return pid, n
		}
	}
	return pid, 0
}

// follow runs until the command's first process has ended, and returns how.
func (t *tracer) follow() syscall.WaitStatus {
	for {
		var (
			ws syscall.WaitStatus
		)
		tid, err := syscall.Wait4(-1, &ws, syscall.WALL, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			// No child at all, though the command has not ended: cannot be.
			t.impure("the tracer lost its processes: %v", err)
			return 0
		}
		if !ws.Stopped() {
			root := tid == t.root
			t.ended(tid, root)
			if root {
				t.leave()
				return ws
			}
			continue
		}
		t.stopped(tid, ws)
	}
}

// ended handles the end of a thread.
func (t *tracer) ended(tid int, root bool) {
	if root {
		t.rootMu.Lock()
		t.root = 0
		t.rootMu.Unlock()
	}
	k := t.tasks[tid]
	if k == nil {
		return
	}
	t.forget(k)
}

func (t *tracer) forget(k *task) {
	if k.changes {
		t.impure("a process ended in the middle of %s", callName(k.number))
	}
	if !k.announced {
		t.early[k.tid] = true
	}
	t.rehearsal.made(k, 0)
	t.drop(k)
}

func (t *tracer) drop(k *task) {
	delete(t.tasks, k.tid)
	t.near.ended(k.tid)
	if k.tid == k.proc.pid {
		t.settle(&k.proc.program)
		delete(t.procs, k.tid)
	}
}

// announce handles the event of a fork or clone. The new thread is known from then on, so that it is not overlooked
// when the command ends before it has stopped for the first time.
func (t *tracer) announce(maker *task) {
	id, err := unix.PtraceGetEventMsg(maker.tid)
	if err != nil {
		return // killed
	}
	if tid := int(id); t.early[tid] {
		delete(t.early, tid)
	} else {
		t.task(tid).announced = true
	}
}

// leave waits for those that are just ending, and lets go of what the command has left running.
func (t *tracer) leave() {
	background := false
	for len(t.tasks) > 0 {
		for _, k := range t.tasks {
			if !k.leaving && !background {
				background = true
				t.impure("it left a process running: %s", k.proc.program.describe())
			}
		}
		if t.condemned() {
			t.killAll()
			background = false
		}
		if background {
			waiting := false
			for tid, k := range t.tasks {
				ptrace(unix.PTRACE_INTERRUPT, tid, 0, 0)
				waiting = waiting || !k.leaving
			}
			if !waiting {
				return // a first thread that has ended is reported only when its whole process ends
			}
		}
		var ws syscall.WaitStatus
		tid, err := syscall.Wait4(-1, &ws, syscall.WALL, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return
		case !ws.Stopped():
			t.ended(tid, false)
		case background:
			if event := int(uint32(ws) >> 16); event == unix.PTRACE_EVENT_FORK || event == unix.PTRACE_EVENT_VFORK ||
				event == unix.PTRACE_EVENT_CLONE {
				t.announce(t.task(tid))
			}
			t.detach(t.task(tid), deliverable(ws))
		default:
			t.stopped(tid, ws)
		}
	}
}

// deliverable is the signal a stop was about, 0 if it was about something else.
func deliverable(ws syscall.WaitStatus) syscall.Signal {
	if uint32(ws)>>16 != 0 || ws.StopSignal()&0x80 != 0 {
		return 0
	}
	return ws.StopSignal()
}

// interrupt has all tasks stop, to be let go.
func (t *tracer) interrupt() {
	if t.interrupted {
		return
	}
	t.interrupted = true
	t.near.apart(true)
	for tid := range t.tasks {
		ptrace(unix.PTRACE_INTERRUPT, tid, 0, 0)
	}
}

func (t *tracer) detach(k *task, sig syscall.Signal) {
	t.near.letGo(k.tid)
	ptrace(unix.PTRACE_DETACH, k.tid, 0, uintptr(sig))
	t.drop(k)
}

func (t *tracer) resume(k *task, sig syscall.Signal) {
	if t.condemned() {
		t.killAll()
		return
	}
	if t.why != "" {
		// There is nothing more to be learned: it goes on by itself, at its own speed.
		t.interrupt()
		t.detach(k, sig)
		return
	}
	// ESRCH: killed meanwhile; its end is reported by wait.
	ptrace(unix.PTRACE_SYSCALL, k.tid, 0, uintptr(sig))
}

func (t *tracer) stopped(tid int, ws syscall.WaitStatus) {
	k := t.task(tid)
	sig := ws.StopSignal()
	switch event := int(uint32(ws) >> 16); {
	case sig == syscall.SIGTRAP|0x80:
		t.near.stopped()
		if t.call(k) {
			return // detached
		}
		t.resume(k, 0)
	case event == unix.PTRACE_EVENT_STOP && sig != syscall.SIGTRAP:
		// A job control stop: it stays stopped until SIGCONT.
		if t.why != "" && t.rehearsal == nil {
			t.detach(k, 0)
			return
		}
		ptrace(unix.PTRACE_LISTEN, tid, 0, 0)
	case event == unix.PTRACE_EVENT_EXEC:
		t.execEvent(k)
		t.resume(k, 0)
	case event == unix.PTRACE_EVENT_FORK, event == unix.PTRACE_EVENT_VFORK, event == unix.PTRACE_EVENT_CLONE:
		t.announce(k)
		t.resume(k, 0)
	case event != 0:
		t.resume(k, 0)
	case sig == syscall.SIGCONT && !t.swallowed && tid == t.root:
		t.swallowed = true
		t.resume(k, 0)
	default:
		t.resume(k, sig)
	}
}

// execEvent: the process runs a new program; of its threads only this one is left, under the number of the process.
func (t *tracer) execEvent(k *task) {
	if former, err := unix.PtraceGetEventMsg(k.tid); err == nil && int(former) != k.tid {
		if old := t.tasks[int(former)]; old != nil {
			k.number, k.exit = old.number, old.exit
		}
	}
	for _, other := range t.tasks {
		if other.proc == k.proc && other != k {
			t.forget(other)
		}
	}
	t.executed(k)
}

// call handles a stop at the entry or the exit of a system call. It reports whether the task was let go.
func (t *tracer) call(k *task) (detached bool) {
	defer func() {
		if err := recover(); err != nil {
			// A mistake in here must not end the command.
			t.impure("the tracer failed at %s: %v", callName(k.number), err)
		}
	}()
	info, err := syscallInfo(k.tid)
	if err != nil {
		return false // killed
	}
	switch info.Op {
	case unix.PTRACE_SYSCALL_INFO_ENTRY:
		k.number, k.exit, k.changes = info.number(), nil, false
		t.files.called(k.number)
		k.leaving = k.number == unix.SYS_EXIT || k.number == unix.SYS_EXIT_GROUP
		if info.Arch != nativeArch {
			t.impure("%s is a program for another architecture", k.proc.program.describe())
			// Its numbers mean other calls. Programs it executes are followed like any other.
			return false
		}
		if isExec(k.number) && t.enterExec(k, info.args()) && t.rehearsal == nil {
			t.detach(k, 0)
			return true
		}
		if t.why != "" {
			return false // nothing can be learned any more
		}
		if t.tooDear() {
			t.impure("it would cost too much to trace it to its end")
			return false
		}
		args := info.args()
		t.aims(k, &args)
		t.enter(k, args)
		if len(t.rec.nodes) > maxFacts {
			t.impure("it looked at more than %d files", maxFacts)
			t.rec.drop()
		}
	case unix.PTRACE_SYSCALL_INFO_EXIT:
		t.files.called(k.number)
		exit := k.exit
		k.exit, k.changes = nil, false
		t.rehearsal.made(k, info.result())
		if exit != nil && t.why == "" {
			if r := info.result(); r > -restartFirst || r < -restartLast {
				exit(r)
			}
		}
	}
	return false
}

// tooDear reports whether tracing has cost too much. It is called at each system call, and looks at every hundredth.
func (m *terms) tooDear() bool {
	if m.calls++; m.budget == 0 || m.calls%100 != 0 {
		return false
	}
	_, overhead := costs()
	return overhead > m.budget
}

// maxFacts bounds the memory and the size of a report.
const maxFacts = 200_000

// Results in this range mean inside the kernel that the call is to be made again after a signal.
const restartFirst, restartLast = 512, 516

// finish turns what was recorded into the report.
func (t *tracer) finish() *Report {
	r := &Report{Wrote: t.wrote, WroteErr: t.wroteErr, Terminal: t.terminal, Stdin: t.stdin}
	t.undo()
	t.near.apart(true)
	if t.why == "" {
		t.judgeTexts()
	}
	if t.why == "" {
		r.Names, r.AnyName = slices.Sorted(maps.Keys(t.names)), t.all
		var err error
		if r.Facts, err = t.rec.facts(); err != nil {
			t.impure("%v", err)
		}
	}
	if r.Impure = t.why; r.Impure != "" {
		r.Facts = nil
	} else {
		r.Output = t.output
	}
	return r
}

func base(path string) string { return filepath.Base(path) }
