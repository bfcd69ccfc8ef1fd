package watch

// This file opens and closes those who watch.

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/progress"
	"gokbuild/kbuild/setting"
)

// Watchers are those who watch a build; nil are none.
type Watchers struct {
	mk      *setting.Make
	account *Account
	json    *writer
	// files are what is written at the end, by option.
	files []target
	// stdout and stderr, if set, take the place of those of make: the events have its own, or a status line stands below.
	stdout, stderr *os.File
	line           *progress.Line
	screen         *progress.Screen
	summary        bool
	colours        output.Colours
}

// longEnough is how long a build runs before it says more on a terminal than make does.
const longEnough = 500 * time.Millisecond

// target is a file that is written at the end.
type target struct {
	option string
	f      *os.File
	write  func(*os.File) error
}

// Open returns who watches the build of a first make: what the options say; nil if nobody does. It makes the files, so that a
// name that cannot be written is an error before anything is built.
func Open(mk *setting.Make) (*Watchers, error) {
	f := mk.Flags
	w := &Watchers{mk: mk, summary: f.Summary}
	var err error
	if w.colours, err = output.ChooseColours(f.Color, setting.IsTerminal(mk.Call.Stderr), func(name string) string { return mk.Env[name] }); err != nil {
		return nil, err
	}
	mode, err := progress.Choose(f.Progress, progress.Surroundings{Terminal: setting.IsTerminal(mk.Call.Stderr), Quiet: talks(mk) || builds(mk),
		Below: mk.Level > 0, Term: mk.Env["TERM"], CI: mk.Env["CI"]})
	if err != nil {
		return nil, err
	}
	if f.Ask.JSON == "" && f.SARIF == "" && f.TraceFile == "" && f.Report == "" && !w.summary && mode == progress.Never {
		return nil, nil
	}
	if f.Ask.JSON != "" {
		out, err := w.openStream(f.Ask.JSON)
		if err != nil {
			return nil, fmt.Errorf("--json=%s: %w", f.Ask.JSON, err)
		}
		w.json = newWriter(out, w.stdout != nil || output.OneFile(mk.Call.Stdout, mk.Call.Stderr))
	}
	w.account = NewAccount()
	for _, t := range []struct {
		option, name string
		write        func(*os.File) error
	}{{"--sarif", f.SARIF, w.account.writeSARIF}, {"--trace", f.TraceFile, w.account.writeTrace}, {"--report", f.Report, w.account.writeReport}} {
		if t.name == "" {
			continue
		}
		file, err := create(mk, t.name)
		if err != nil {
			return nil, fmt.Errorf("%s=%s: %w", t.option, t.name, err)
		}
		w.files = append(w.files, target{t.option, file, t.write})
	}
	w.open(mode)
	return w, nil
}

// open opens the status line. That it cannot be opened costs the line.
func (w *Watchers) open(mode progress.Mode) {
	if mode == progress.Never {
		return
	}
	w.line = progress.NewLine()
	var err error
	if w.screen, err = progress.Open(mode, w.mk.Call.Stderr, w.line); err != nil {
		w.line = nil
		return
	}
	w.stderr = w.screen.Terminal()
	if w.stderr != nil && w.stdout == nil && output.OneFile(w.mk.Call.Stdout, w.mk.Call.Stderr) {
		w.stdout = w.stderr
	}
}

// builds reports whether the options say that nothing is built, or little is to be said.
func builds(mk *setting.Make) bool {
	f := mk.Flags
	return f.Silent || f.DryRun || f.Question || f.Touch || f.PrintDatabase || f.Kept
}

// talks reports whether a goal may talk to the user.
func talks(mk *setting.Make) bool { return slices.ContainsFunc(mk.Flags.Goals, kernel.ConfigGoal) }

// create makes a file, named relative to the directory in which the program was called.
func create(mk *setting.Make, name string) (*os.File, error) {
	f, err := os.OpenFile(resolve(mk, name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	return f, reason(err)
}

func resolve(mk *setting.Make, name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return mk.Call.Dir + "/" + name
}

// reason is the cause of an error without the name of the file, which the message has.
func reason(err error) error {
	var wrong *os.PathError
	if errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}

// openStream opens what --json names: a file, "-", or "fd:N".
func (w *Watchers) openStream(name string) (*os.File, error) {
	if name == "-" {
		if w.mk.Call.Stdout == nil {
			return nil, syscall.EBADF
		}
		w.stdout = w.mk.Call.Stderr
		return w.mk.Call.Stdout, nil
	}
	number, ok := strings.CutPrefix(name, "fd:")
	if !ok {
		return create(w.mk, name)
	}
	fd, err := strconv.Atoi(number)
	if err != nil || fd < 0 {
		return nil, errors.New("no number of a descriptor")
	}
	if mode, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); err != nil || mode&unix.O_ACCMODE == unix.O_RDONLY {
		return nil, syscall.EBADF
	}
	unix.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), name), nil
}

// Listeners are the functions that hear the events.
func (w *Watchers) Listeners() (all []func(event.Event)) {
	if w == nil {
		return nil
	}
	if w.json != nil {
		all = append(all, w.json.Listen)
	}
	if w.line != nil {
		all = append(all, w.line.Listen)
	}
	return append(all, w.account.Listen)
}

// Hear reports whether somebody wants to know what commands write. On a terminal, goals that talk to the user are let alone.
func (w *Watchers) Hear() bool {
	return w != nil && (!talks(w.mk) || !setting.IsTerminal(w.mk.Call.Stderr))
}

// Outputs are where make's outputs go instead; nil for one that stays.
func (w *Watchers) Outputs() (stdout, stderr *os.File) {
	if w == nil {
		return nil, nil
	}
	return w.stdout, w.stderr
}

// Leave leaves the terminal as it should be, without waiting for anything: the process is about to end.
func (w *Watchers) Leave() {
	if w != nil && w.screen != nil {
		w.screen.Leave()
	}
}

// Close writes what is written at the end; make writes to its own outputs again, of which stderr is one. The error says what could
// not be written.
func (w *Watchers) Close(stderr *os.File) error {
	if w == nil {
		return nil
	}
	var errs []error
	summary := w.summary
	if w.screen != nil {
		w.screen.Close()
		w.line.Keep(w.account.Status == 0)
		summary = summary || w.screen.Terminal() != nil && w.account.Wall >= longEnough && len(w.account.Steps) > 0
	}
	if w.json != nil {
		if err := w.json.out.close(); err != nil {
			errs = append(errs, fmt.Errorf("--json: %w", reason(err)))
		}
	}
	for _, t := range w.files {
		err := t.write(t.f)
		if err2 := t.f.Close(); err == nil {
			err = err2
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", t.option, reason(err)))
		}
	}
	if summary && stderr != nil {
		_, _ = stderr.WriteString(w.account.summary(w.colours))
	}
	return errors.Join(errs...)
}
