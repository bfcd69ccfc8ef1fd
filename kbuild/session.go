package kbuild

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/fileid"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/syntax"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
)

// Session is what the invocations of one process share.
type Session struct {
	FS      *fsys.FS
	Profile *profile.Profile
	Dialect *syntax.Dialect
	Procs   depgraph.Procs
	// Probes remembers what compiler probes answered; nil remembers nothing.
	Probes *probe.Memo
	// ProbeRunner runs compiler probes ahead; nil is the real shell.
	ProbeRunner probe.Runner
	// Natives knows in-process replacements for programs; may be nil.
	Natives Natives
	// Executable is this program, for children that call make.
	Executable string

	// Identity stands for this program in what is remembered.
	Identity uint64

	// memory is what is remembered of the output directory; nil if nothing is.
	memory *sessionMemory
	// spared is set once content has spared a target that make would have made because of what this session made.
	spared atomic.Bool
	// terminals are standard output and error of the top invocation.
	terminals [2]*os.File

	// scripts are those that recipes have run.
	scripts shell.Scripts
	// mixedSaid is set once the hint about mixed rules was given.
	mixedSaid atomic.Bool
	// scout runs ahead of this session, if not nil; scouting is set in the scout's own.
	scout, scouting *scout

	counters counters
	reasons  []string
	start    time.Time

	ctx    context.Context
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	parsed  map[string]parsed
	ahead   map[string]*ahead
	makeDir string
	// stdinUsed is set while a job reads the real standard input.
	stdinUsed bool
	stopping  syscall.Signal
}

// parsed is a makefile as it was when it was read.
type parsed struct {
	id   fileid.ID
	file *syntax.File
}

// NewSession returns a session that imitates the make of the profile.
func NewSession(p *profile.Profile) *Session {
	s := &Session{FS: fsys.New(), Profile: p, parsed: make(map[string]parsed), start: time.Now()}
	s.Dialect = &syntax.Dialect{
		CommentInCall: p.HashStartsCommentInCalls,
		NoIntcmp:      !p.HasFunction("intcmp"),
		NoLet:         !p.HasFunction("let"),
		NoTripleColon: !p.ImmediateRecursiveAssign,
		NoGrouped:     !p.GroupedTargets,

		NoUnexportAssign: !p.UnexportAssign,
	}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	return s
}

// Interrupt ends the build because of a signal: processes get it, half-made
// targets are deleted, and the invocations return.
func (s *Session) Interrupt(sig syscall.Signal) {
	s.mu.Lock()
	first := s.stopping == 0
	s.stopping = sig
	s.mu.Unlock()
	if !first {
		return
	}
	// A signal from the terminal has reached the children already; make passes
	// only SIGTERM on, so that they are not interrupted twice.
	pass := syscall.Signal(0)
	if sig == syscall.SIGTERM {
		pass = sig
	}
	s.cancel(shell.Interrupt{Signal: sig})
	s.Procs.Stop(pass)
}

// awaitSignal is called when a process died of sig. A signal from the terminal
// goes to the whole process group: the same signal may be on its way to this
// process, and an in-process shell that went on as if only its child had been
// hit would do what no real shell does.
func (s *Session) awaitSignal(sig syscall.Signal) {
	switch sig {
	case syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT:
	default:
		return
	}
	select {
	case <-s.ctx.Done():
	case <-time.After(100 * time.Millisecond):
	}
}

// Stopping returns the signal that ends the build, 0 if there is none.
func (s *Session) Stopping() syscall.Signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// Close removes temporary files, and waits for probes that nobody waited for.
func (s *Session) Close() {
	if s.Probes != nil {
		s.Probes.Close()
	}
	if s.makeDir != "" {
		os.RemoveAll(s.makeDir)
	}
}

// load reads and parses a makefile. Every directory's make reads the same few
// scripts, so that a parse is shared as long as the file stays the same.
func (s *Session) load(view *fsys.View, name string) (*syntax.File, error) {
	abs := view.Abs(name)
	st, err := os.Stat(abs)
	if err != nil {
		view.Stat(name)
		return nil, err
	}
	if st.IsDir() {
		return nil, &os.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	view.Stat(name) // a fact for those who remember
	id := idOf(st)
	s.mu.Lock()
	p, ok := s.parsed[abs]
	s.mu.Unlock()
	if ok && p.id == id {
		return p.file, nil
	}
	settled := id.Settled()
	f := s.takeAhead(abs, name, id)
	if f == nil {
		data, err := os.ReadFile(abs)
		if err != nil {
			return nil, err
		}
		f = syntax.Parse(name, string(data), 1, s.Dialect)
	}
	// The saved commands of single targets are read once in a build; keeping
	// them would only hold memory.
	if settled && st.Mode().IsRegular() && !strings.HasSuffix(name, ".cmd") {
		s.mu.Lock()
		s.parsed[abs] = parsed{id, f}
		s.mu.Unlock()
	}
	return f, nil
}

func idOf(st os.FileInfo) fileid.ID { return fileid.Of(st.Sys().(*syscall.Stat_t)) }

// makeLinkDir returns a directory with a link called make to this program. It
// goes in front of PATH for recipe lines that may start make from a shell.
func (s *Session) makeLinkDir() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.makeDir != "" {
		return s.makeDir, nil
	}
	dir, err := os.MkdirTemp("", "gokbuild-")
	if err != nil {
		return "", err
	}
	if err := os.Symlink(s.Executable, filepath.Join(dir, "make")); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	s.makeDir = dir
	return dir, nil
}
