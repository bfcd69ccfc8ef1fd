package report

// This file opens and closes those who report.

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

// Reporters are those who report on a build; nil are none.
type Reporters struct {
	mk      *setting.Make
	account *account
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

// Open returns who reports on the build of a first make: what the options say; nil if nobody does. It makes the files, so that a
// name that cannot be written is an error before anything is built. Where builds follow one another, before are those of the last one:
// their events go on in the same stream, while other files are made anew.
func Open(mk *setting.Make, before *Reporters) (*Reporters, error) {
	f := mk.Flags
	r := &Reporters{mk: mk, summary: f.Summary}
	var err error
	if r.colours, err = output.ChooseColours(f.Color, setting.IsTerminal(mk.Call.Stderr), func(name string) string { return mk.Env[name] }); err != nil {
		return nil, err
	}
	mode, err := progress.Choose(f.Progress, progress.Surroundings{Terminal: setting.IsTerminal(mk.Call.Stderr), Quiet: talks(mk) || builds(mk),
		Below: mk.Level > 0, Term: mk.Env["TERM"], CI: mk.Env["CI"]})
	if err != nil {
		return nil, err
	}
	if f.Ask.JSON == "" && f.SARIF == "" && f.TraceFile == "" && f.Report == "" && !r.summary && mode == progress.Never {
		return nil, nil
	}
	if f.Ask.JSON != "" && before != nil && before.json != nil {
		r.json = before.json
		if f.Ask.JSON == "-" {
			r.stdout = mk.Call.Stderr
		}
	} else if f.Ask.JSON != "" {
		out, err := r.openStream(f.Ask.JSON)
		if err != nil {
			return nil, fmt.Errorf("--json=%s: %w", f.Ask.JSON, err)
		}
		r.json = newWriter(out, r.stdout != nil || output.OneFile(mk.Call.Stdout, mk.Call.Stderr))
	}
	r.account = newAccount()
	r.account.Bare = bare(f, mk.Call.Argv)
	for _, t := range []struct {
		option, name string
		write        func(*os.File) error
	}{{"--sarif", f.SARIF, r.account.writeSARIF}, {"--trace", f.TraceFile, r.account.writeTrace}, {"--report", f.Report, r.account.writeReport}} {
		if t.name == "" {
			continue
		}
		file, err := create(mk, t.name)
		if err != nil {
			return nil, fmt.Errorf("%s=%s: %w", t.option, t.name, err)
		}
		r.files = append(r.files, target{t.option, file, t.write})
	}
	r.open(mode)
	return r, nil
}

// open opens the status line. That it cannot be opened costs the line.
func (r *Reporters) open(mode progress.Mode) {
	if mode == progress.Never {
		return
	}
	r.line = progress.NewLine()
	var err error
	if r.screen, err = progress.Open(mode, r.mk.Call.Stderr, r.line); err != nil {
		r.line = nil
		return
	}
	r.stderr = r.screen.Terminal()
	if r.stderr != nil && r.stdout == nil && output.OneFile(r.mk.Call.Stdout, r.mk.Call.Stderr) {
		r.stdout = r.stderr
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
func (r *Reporters) openStream(name string) (*os.File, error) {
	if name == "-" {
		if r.mk.Call.Stdout == nil {
			return nil, syscall.EBADF
		}
		r.stdout = r.mk.Call.Stderr
		return r.mk.Call.Stdout, nil
	}
	number, ok := strings.CutPrefix(name, "fd:")
	if !ok {
		return create(r.mk, name)
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
func (r *Reporters) Listeners() (all []func(event.Event)) {
	if r == nil {
		return nil
	}
	if r.json != nil {
		all = append(all, r.json.Listen)
	}
	if r.line != nil {
		all = append(all, r.line.Listen)
	}
	return append(all, r.account.Listen)
}

// Hear reports whether somebody wants to know what commands write. On a terminal, goals that talk to the user are let alone.
func (r *Reporters) Hear() bool {
	return r != nil && (!talks(r.mk) || !setting.IsTerminal(r.mk.Call.Stderr))
}

// Outputs are where make's outputs go instead; nil for one that stays.
func (r *Reporters) Outputs() (stdout, stderr *os.File) {
	if r == nil {
		return nil, nil
	}
	return r.stdout, r.stderr
}

// Leave leaves the terminal as it should be, without waiting for anything: the process is about to end.
func (r *Reporters) Leave() {
	if r != nil && r.screen != nil {
		r.screen.Leave()
	}
}

// Close writes what is written at the end; make writes to its own outputs again, of which stderr is one. The error says what could
// not be written.
func (r *Reporters) Close(stderr *os.File) error {
	if r == nil {
		return nil
	}
	var errs []error
	summary := r.summary
	if r.screen != nil {
		r.screen.Close()
		r.line.Keep(r.account.Status == 0)
		summary = summary || r.screen.Terminal() != nil && r.account.Wall >= longEnough && len(r.account.Steps) > 0
	}
	if r.json != nil {
		if err := r.json.out.close(); err != nil {
			errs = append(errs, fmt.Errorf("--json: %w", reason(err)))
		}
	}
	for _, t := range r.files {
		err := t.write(t.f)
		if err2 := t.f.Close(); err == nil {
			err = err2
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", t.option, reason(err)))
		}
	}
	if summary && stderr != nil {
		text := r.account.summary(r.colours)
		if r.screen != nil && r.screen.Broken() {
			text = "\n" + text
		}
		_, _ = stderr.WriteString(text)
	}
	return errors.Join(errs...)
}
