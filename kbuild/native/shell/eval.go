package shell

// Control flow. The rules for errexit and for running a command in the shell's
// own place are dash's: a flag "tested" goes down into every command whose
// status somebody looks at, and only simple commands, pipelines and subshells
// look at errexit, and only when the flag is not set.

import "gokbuild/depgraph/descriptors"

type evalFlags uint8

const (
	evExit   evalFlags = 1 << iota // nothing follows: the shell would exec
	evTested                       // the status is looked at: no errexit
)

// eval runs n and returns its exit status, which is also s.status. After every
// call the caller must look at s.exiting.
func (s *state) eval(n node, flags evalFlags) int {
	if s.exiting {
		return s.status
	}
	if s.ctx.Err() != nil || !s.sub && s.proc.killed.Load() {
		s.exiting = true
		return s.status
	}
	switch n := n.(type) {
	case nil:
		return s.status
	case *seqNode:
		last := len(n.list) - 1
		for i, x := range n.list {
			f := flags
			if i < last {
				f &= evTested
			}
			s.eval(x, f)
			if s.exiting {
				break
			}
		}
	case *andNode:
		if s.eval(n.x, evTested) == 0 && !s.exiting {
			s.eval(n.y, flags)
		}
	case *orNode:
		if s.eval(n.x, evTested) != 0 && !s.exiting {
			s.eval(n.y, flags)
		}
	case *notNode:
		st := s.eval(n.x, evTested)
		if !s.exiting {
			s.status = 0
			if st == 0 {
				s.status = 1
			}
		}
	case *ifNode:
		st := s.eval(n.cond, evTested)
		switch {
		case s.exiting:
		case st == 0:
			s.eval(n.then, flags)
		case n.other != nil:
			s.eval(n.other, flags)
		default:
			s.status = 0
		}
	case *forNode:
		s.evalFor(n, flags)
	case *caseNode:
		s.evalCase(n, flags)
	case *groupNode:
		s.evalGroup(n, flags)
	case *simpleNode:
		s.checkExit(s.simple(n, flags), flags)
	case *subshellNode:
		s.checkExit(s.subshell(n, flags), flags)
	case *pipeNode:
		s.checkExit(s.pipeline(n, flags), flags)
	}
	return s.status
}

// checkExit stores the status of a command that errexit looks at.
func (s *state) checkExit(st int, flags evalFlags) {
	s.status = st
	if st != 0 && s.errexit && flags&evTested == 0 {
		s.exiting = true
	}
}

func (s *state) evalGroup(n *groupNode, flags evalFlags) {
	s.line = n.line
	undo, ok := s.redirect(n.redirs)
	if ok {
		s.eval(n.body, flags&evTested)
	} else {
		s.checkExit(2, flags)
	}
	undo()
}

func (s *state) evalFor(n *forNode, flags evalFlags) {
	s.line = n.line
	fields := s.fields(n.words)
	status := 0
	for _, f := range fields {
		if s.exiting {
			return
		}
		s.vars.set(n.name, f)
		status = s.eval(n.body, flags&evTested)
	}
	if !s.exiting {
		s.status = status
	}
}

func (s *state) evalCase(n *caseNode, flags evalFlags) {
	s.line = n.line
	text := s.expandString(n.word)
	for _, item := range n.items {
		for _, p := range item.patterns {
			if !s.caseMatch(p, text) {
				continue
			}
			if item.body == nil {
				s.status = 0
			} else {
				s.eval(item.body, flags)
			}
			return
		}
	}
	s.status = 0
}

func (s *state) subshell(n *subshellNode, flags evalFlags) int {
	s.line = n.line
	child := s.fork()
	undo, ok := child.redirect(n.redirs)
	defer undo()
	if !ok {
		return 2
	}
	// Whatever runs last in a subshell runs in its place. In dash the last
	// command of a subshell that is itself last does so in place of the shell.
	st := child.runChild(n.body, flags)
	s.inherit(child)
	if flags&evExit != 0 && !s.hasTraps() {
		s.final = &st
		s.exiting, s.noExitTrap = true, true
		return st.ExitCode()
	}
	return s.reap(st)
}

// inherit keeps a child's failure that is ours, and fails with it if there was
// no descriptor left.
func (s *state) inherit(child *state) {
	if s.err == nil {
		s.err = child.err
	}
	if descriptors.Exhausted(s.err) {
		s.exhausted("", s.err)
	}
}

// hasTraps: dash does not exec in place while a trap is to be run.
func (s *state) hasTraps() bool { return len(s.traps) > 0 }
