package shell

// Simple commands: expansion, redirection, then a builtin, a native program or
// a real process.

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"

	"gokbuild/depgraph"
	"gokbuild/depgraph/libc"
)

func (s *state) simple(n *simpleNode, flags evalFlags) int {
	s.line = n.line
	s.subst = 0
	var argv []string
	if n.cmd == nil || n.trap == nil || n.trap.action == nil {
		argv = s.fields(n.args)
	} else {
		argv = []string{"trap"} // the action is compiled, nobody reads the words
	}
	if s.exiting {
		return s.status
	}
	undo, ok := s.redirect(n.redirs)
	if !ok {
		undo()
		if n.special {
			s.exiting = true
			s.status = 2
		}
		return 2
	}
	if n.cmd == nil {
		st := s.program(n.assigns, argv, flags)
		undo()
		return st
	}
	st := n.cmd(s, n, argv)
	if len(argv) == 1 && argv[0] == "exec" {
		s.atEnd = append(s.atEnd, undo) // exec without a command
		return st
	}
	undo()
	return st
}

// program runs argv as a program: the last word on whether it is a native one.
func (s *state) program(assigns []assign, argv []string, flags evalFlags) int {
	vars := s.vars
	if len(assigns) > 0 {
		vars = vars.fork(s)
		for _, a := range assigns {
			v := s.expandString(a.value)
			vars.export(a.name, v)
		}
		if s.err != nil {
			return 2
		}
	}
	path, st := s.findProgram(vars, argv[0], "")
	if st != 0 {
		return st
	}
	result, ok := s.runNative(vars, path, argv)
	if !ok {
		result = s.start(vars, path, argv, "")
	}
	if flags&evExit != 0 && !s.hasTraps() {
		s.final = &result
		s.exiting, s.noExitTrap = true, true
		return result.ExitCode()
	}
	return s.reap(result)
}

// findProgram looks name up as dash does before forking. A status other than
// zero means that the message is printed.
func (s *state) findProgram(vars *variables, name, prefix string) (string, int) {
	if strings.Contains(name, "/") {
		return name, 0
	}
	path, err := s.lookPath(vars.path(), name)
	if err != nil {
		s.warn(prefix + name + ": " + execMessage(err))
		return "", 127
	}
	return path, 0
}

// lookPath searches a PATH as dash does: only regular files will do.
func (s *state) lookPath(list, name string) (string, error) {
	return depgraph.SearchPath(name, list, s.dir, func(full string) error {
		s.named(full)
		var st syscall.Stat_t
		if err := syscall.Stat(full, &st); err != nil {
			if err == syscall.ENOTDIR {
				return syscall.ENOENT
			}
			return err
		}
		if st.Mode&syscall.S_IFMT != syscall.S_IFREG || syscall.Access(full, 1) != nil {
			return syscall.EACCES
		}
		return nil
	})
}

// execMessage is dash's text for a failed exec.
func execMessage(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	switch errno {
	case syscall.ENOENT, syscall.ENOTDIR:
		return "not found"
	}
	return libc.Errno(errno)
}

func execStatus(err error) int {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		switch errno {
		case syscall.ELOOP, syscall.ENAMETOOLONG, syscall.ENOENT, syscall.ENOTDIR:
			return 127
		}
	}
	return 126
}

// start runs a real process and waits for it.
func (s *state) start(vars environment, path string, argv []string, prefix string) Status {
	p := &Process{
		Path: path, Argv: argv, Env: vars.environ(), Dir: s.dir,
		Stdin: s.fds[0].file, Stdout: s.fds[1].file, Stderr: s.fds[2].file, Piped: s.fds[0].pipe,
	}
	finish, err := s.collect(p)
	var st Status
	if err == nil {
		st, err = s.startProcess(p)
		finish()
	}
	if err == nil {
		return st
	}
	if s.exhausted(prefix+argv[0], err) {
		return Status{Code: 2}
	}
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		if s.err == nil {
			s.err = err
		}
		return Status{Code: 126}
	}
	if errno == syscall.EAGAIN || errno == syscall.ENOMEM {
		s.exiting = true
		return Status{Code: s.warn("Cannot fork")}
	}
	s.warn(prefix + argv[0] + ": " + execMessage(err))
	return Status{Code: execStatus(err)}
}

// collect gives p pipes in place of descriptors that are being captured. finish
// waits until everything has been read.
func (s *state) collect(p *Process) (finish func(), err error) {
	var ends []*os.File
	var wg sync.WaitGroup
	pipes := map[*capture]*os.File{}
	finish = func() {
		for _, w := range ends {
			w.Close()
		}
		wg.Wait()
	}
	for i, target := range []**os.File{nil, &p.Stdout, &p.Stderr} {
		mem := s.fds[i].mem
		if mem == nil || target == nil {
			continue
		}
		if pipes[mem] == nil {
			r, w, err := pipe(s.ctx)
			if err != nil {
				finish()
				return nil, err
			}
			pipes[mem] = w
			ends = append(ends, w)
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer r.Close()
				io.Copy(mem, r)
			}()
		}
		*target = pipes[mem]
	}
	return finish, nil
}

// startProcess starts p, giving a file without a known format to /bin/sh as
// execvp would.
func (s *state) startProcess(p *Process) (Status, error) {
	start := s.env.Start
	if start == nil {
		start = DefaultStart
	}
	w, err := start(s.ctx, p)
	if errors.Is(err, syscall.ENOEXEC) && p.Path != "/bin/sh" {
		script := *p
		script.Argv = append([]string{p.Argv[0], p.Path}, p.Argv[1:]...)
		script.Path = "/bin/sh"
		script.Argv[0] = "/bin/sh"
		w, err = start(s.ctx, &script)
	}
	if err != nil {
		return Status{}, err
	}
	return w.Wait()
}
