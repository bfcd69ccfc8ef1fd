package setting

// This file holds the two types, and what follows from them without running anything.

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/native/shell"
)

// Call is what a make process is started with.
type Call struct {
	// Argv holds the program and its arguments.
	Argv []string
	// Dir is the absolute working directory.
	Dir string
	// Env is the environment.
	Env                   []string
	Stdin, Stdout, Stderr *os.File
}

// Effects tells what the makes of a build may do to the world.
type Effects uint8

const (
	// Real makes run commands and write files.
	Real Effects = iota
	// Settling makes learn what a run in which nothing changed would do. They run no command and print nothing.
	Settling
	// Scouting makes run ahead of the real ones to begin early what takes long. They run no command and print nothing.
	Scouting
	// Planning makes find out what recipes say: those of all targets, whether they are up to date or not. They run no line of
	// a recipe and write nothing; $(shell) runs, as it does under -n.
	Planning
)

// Build is what all makes of one build share.
type Build struct {
	// Ctx ends when the build is to end.
	Ctx context.Context
	// Stopping returns the signal that ends the build, 0 if there is none.
	Stopping func() syscall.Signal
	FS       *fsys.FS
	Procs    *depgraph.Procs
	// Terminals are standard output and error of the first make.
	Terminals [2]*os.File
	Effects   Effects
	// Everything has makes that plan take all targets for out of date; Remembers has them ask memory.
	Everything, Remembers bool
	// Events is nil if nobody listens. Hear says that somebody wants to know what commands write, HearMakes what makes say.
	Events          *event.Stream
	Hear, HearMakes bool
}

// Make is one run of make.
type Make struct {
	*Build
	Profile *profile.Profile
	Call    Call
	// Flags are the options. Makefiles change them.
	Flags *flags.Flags
	// Dir is the directory after all -C, Call.Dir the one before. Way is the name by which Dir was reached: it may lead over links.
	Dir, Way string
	View     *fsys.View
	// Env is the environment as received, by name.
	Env map[string]string
	// ShellEnv is the SHELL that recipes inherit; nil if there is none.
	ShellEnv *string
	// Number is that of the make in its build, from 1.
	Number uint32
	// Level is MAKELEVEL.
	Level int
	// Prefix starts messages: make, or make[2] below.
	Prefix string
	// Parent is the make whose recipe called this one in this process; nil for the first.
	Parent *Make

	tempDir string
}

// Mode is what -n, -q and -t say. They do not count for most of what is made while makefiles are remade.
type Mode struct {
	DryRun, Question, Touch bool
	// Remaking is set for what is made on behalf of a makefile.
	Remaking bool
}

// Mode is the mode that the options ask for.
func (m *Make) Mode() Mode {
	return Mode{DryRun: m.Flags.DryRun, Question: m.Flags.Question, Touch: m.Flags.Touch}
}

// SetEnv takes in the environment of the call, and the level it tells of.
func (m *Make) SetEnv() {
	m.Env = make(map[string]string, len(m.Call.Env))
	for _, e := range m.Call.Env {
		if i := strings.IndexByte(e, '='); i > 0 {
			m.Env[e[:i]] = e[i+1:]
		}
	}
	if sh, ok := m.Env["SHELL"]; ok {
		m.ShellEnv = &sh
	}
	m.Level = Level(m.Env["MAKELEVEL"])
}

// Level reads a MAKELEVEL as make does: blanks before the number and what follows it do not count, and 32 bits of it do. One that
// begins with a minus counts as none.
func Level(text string) int {
	if strings.HasPrefix(text, "-") {
		return 0
	}
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	digits := strings.TrimLeft(text, "+-")
	sign := text[:len(text)-len(digits)]
	end := strings.IndexFunc(digits+"x", func(r rune) bool { return r < '0' || r > '9' })
	n, _ := strconv.ParseInt(sign+digits[:end], 10, 64) // beyond its range the outermost one, as in C
	return int(uint32(n))
}

// Native reports whether a native step is switched on.
//
// Where files may only have a certain size (ulimit -f), a program that writes more is ended by a signal. This process would not be,
// so it writes nothing for recipes then.
func (m *Make) Native(step string) bool {
	return !m.Flags.NativeOff(step) && (step != "shell" || !inherited.SizesLimited())
}

// OnlyLooks reports whether the make may have no effects.
func (m *Make) OnlyLooks() bool { return m.Effects != Real }

// MayRead reports whether the make may read a file. What is taken out of a pipe is gone, so only the make that needs it
// takes it.
func (m *Make) MayRead(name string) bool {
	if !m.OnlyLooks() || name == os.DevNull {
		return true
	}
	switch m.View.Stat(name).Mode & syscall.S_IFMT {
	case syscall.S_IFIFO, syscall.S_IFCHR:
		return false
	}
	return true
}

// CanRestart returns why make could not execute itself again; nil if it could. Make does so when a makefile was remade.
func (m *Make) CanRestart() error {
	file := m.Call.Argv[0]
	if !strings.Contains(file, "/") {
		return nil
	}
	return unix.Access(shell.Resolve(m.Call.Dir, file), unix.X_OK)
}

// SyncMode is what -O means here: nothing if there is but one job at a time.
func (m *Make) SyncMode() flags.Sync {
	f := m.Flags
	if f.JobserverAuth == "" && (f.Jobs == flags.JobsUnset || f.Jobs == 1) {
		return flags.SyncNone
	}
	return f.SyncMode
}

// ExecError is the message about a program that could not be executed, in the words of the imitated make.
func (m *Make) ExecError(name string, err error) string {
	if m.Profile.ExecErrorsOld {
		if errors.Is(err, syscall.ENOENT) {
			return name + ": Command not found"
		}
		return "execvp: " + name + ": " + libc.Error(err)
	}
	return name + ": " + libc.Error(err)
}

// Name is the name that starts messages: make, or make[2] at level 2.
func Name(program string, level int) string {
	if level == 0 {
		return program
	}
	return program + "[" + strconv.Itoa(level) + "]"
}

// RealDir is the name that the system gives a directory: without links.
func RealDir(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	return filepath.Clean(dir)
}

// Getenv returns the value of a variable in an environment, "" if it is not there.
func Getenv(env []string, name string) string {
	value, _ := depgraph.LookEnv(env, name)
	return value
}

// IsTerminal reports whether what is written to a file is seen by somebody at once. /dev/null is no terminal.
func IsTerminal(f *os.File) bool {
	if f == nil {
		return false
	}
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	const null = 1<<8 | 3
	sys, ok := st.Sys().(*syscall.Stat_t)
	return !ok || sys.Rdev != null
}

// OtherName reports whether a name leads to a folder that is known by another name: PWD of a shell, where links are on the way.
func OtherName(name, dir string) bool {
	if name == "" || name == dir {
		return false
	}
	a, err1 := os.Stat(name)
	b, err2 := os.Stat(dir)
	return err1 == nil && err2 == nil && os.SameFile(a, b)
}
