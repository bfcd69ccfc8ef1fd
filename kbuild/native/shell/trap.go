package shell

// Traps. A trap on a signal matters only when the build is being killed: kbuild
// uses them to remove half-written targets. A trap on EXIT runs when the program
// ends. Actions are compiled with the line.

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/libc"
)

// Interrupt, as the cause of a cancelled context, names the signal that the
// program is to be ended with: its child gets that signal, its trap for it runs.
type Interrupt struct{ Signal syscall.Signal }

func (i Interrupt) Error() string { return "interrupted by " + libc.Signal(i.Signal) }

// interruptSignal is the signal ctx was cancelled with; SIGTERM if it names none.
func interruptSignal(ctx context.Context) syscall.Signal {
	var i Interrupt
	if errors.As(context.Cause(ctx), &i) && i.Signal != 0 {
		return i.Signal
	}
	return syscall.SIGTERM
}

// pidSample stands for $$ when an action is compiled; any digits parse alike.
const pidSample = "4194305"

func (c *compiler) trap(n *simpleNode, call *syntax.CallExpr) (node, error) {
	if c.inTrap {
		// Inside an action only the reset before `kill` on oneself is known.
		if len(n.args) == 3 && n.args[1].static && n.args[1].text == "-" && n.args[2].static {
			if _, ok := trapSignals[n.args[2].text]; ok {
				n.cmd = (*state).colon
				return n, nil
			}
		}
		return nil, refusal("trap in trap")
	}
	if len(n.args) < 3 {
		return nil, refusal("trap form")
	}
	if c.script != nil {
		if c.script.kills {
			return nil, refusal("trap and kill")
		}
		c.script.traps = true
	}
	spec := &trapSpec{}
	for _, w := range n.args[2:] {
		sig, ok := syscall.Signal(0), false
		if w.static {
			sig, ok = trapSignals[w.text]
		}
		if !ok {
			return nil, refusal("trap signal")
		}
		spec.signals = append(spec.signals, sig)
	}
	text, ok := c.literalText(call.Args[1], pidSample)
	if !ok {
		return nil, refusal("computed trap")
	}
	switch {
	case text == "-":
		spec.reset = true
	case text == "":
		// An ignored signal is inherited by children; that is not ours to arrange.
		return nil, refusal("ignored signal")
	case text[0] == '-' || text[0] >= '0' && text[0] <= '9':
		return nil, refusal("trap form") // could be an option or a signal number
	default:
		if _, isName := trapSignals[text]; isName {
			return nil, refusal("trap form")
		}
		if plainAction(text) && !onExit(spec.signals) {
			// Nearly every line of a kernel build sets five of these, and none
			// is ever needed unless somebody interrupts the build.
			spec.action = &trapAction{text: text}
			break
		}
		action, err := compileTrap(text)
		if err != nil {
			return nil, err
		}
		spec.action = action
		if w := n.args[1]; !w.static {
			// The text holds $$: it is expanded now, and compiled again with
			// the real number when the trap is set.
			spec.action = nil
		}
	}
	n.trap, n.cmd = spec, (*state).trapCommand
	return n, nil
}

// plainAction says that an action can be compiled when it is needed: whatever is
// in it, its words hold no variables, so that even /bin/sh could run it then.
func plainAction(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case wordChar(c), strings.IndexByte(" \t;./-+,:@%", c) >= 0:
		case c == '$' && i+1 < len(text) && text[i+1] == '$':
			i++
		default:
			return false
		}
	}
	return true
}

func wordChar(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func onExit(signals []syscall.Signal) bool {
	for _, sig := range signals {
		if sig == 0 {
			return true
		}
	}
	return false
}

func compileTrap(text string) (*trapAction, error) {
	body, err := parseBody(text, false)
	if err != nil {
		return nil, err
	}
	return &trapAction{body: body, clean: cleansOnly(body)}, nil
}

// cleansOnly recognises actions that only remove files, perhaps followed by the
// shell's killing itself: those may run whenever the program is interrupted.
func cleansOnly(n node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case *seqNode:
		for _, x := range n.list {
			if !cleansOnly(x) {
				return false
			}
		}
		return true
	case *simpleNode:
		return n.cmd != nil || n.args[0].text == "rm"
	}
	return false
}

// killSelf compiles `kill -s SIG $$` at the end of a trap action.
func (c *compiler) killSelf(n *simpleNode, call *syntax.CallExpr) (node, error) {
	if len(n.args) != 4 || len(n.redirs) > 0 || !n.args[1].static || n.args[1].text != "-s" || !n.args[2].static {
		return nil, refusal("kill")
	}
	sig, ok := trapSignals[n.args[2].text]
	pe, okPid := call.Args[3].Parts[0].(*syntax.ParamExp)
	if !ok || sig == 0 || !okPid || len(call.Args[3].Parts) != 1 || pe.Param == nil || pe.Param.Value != "$" || pe.Exp != nil {
		return nil, refusal("kill")
	}
	return &simpleNode{line: n.line, trap: &trapSpec{signals: []syscall.Signal{sig}}, cmd: (*state).killSelf}, nil
}

// killScript compiles `kill $name` of a script that keeps $$ in a variable.
func (c *compiler) killScript(n *simpleNode, call *syntax.CallExpr) (node, error) {
	if len(call.Args) != 2 || len(n.redirs) > 0 || c.script.traps || !slices.Contains(c.script.self, plainParam(call.Args[1])) {
		return nil, refusal("kill")
	}
	c.script.kills = true
	return &simpleNode{line: n.line, cmd: (*state).killScript}, nil
}

// killSelf ends the program as the signal would.
func (s *state) killSelf(n *simpleNode, _ []string) int {
	st := Status{Signal: n.trap.signals[0]}
	s.exiting, s.noExitTrap, s.final = true, true, &st
	return st.ExitCode()
}

func (s *state) trapCommand(n *simpleNode, argv []string) int {
	spec := n.trap
	action := spec.action
	if !spec.reset && action == nil {
		var err error
		if action, err = compileTrap(argv[1]); err != nil {
			// Parse saw the same text with other digits, so this cannot happen.
			return s.warn("trap: " + err.Error())
		}
	}
	if s.traps == nil {
		s.traps = map[syscall.Signal]*trapAction{}
	}
	for _, sig := range spec.signals {
		if spec.reset {
			delete(s.traps, sig)
		} else {
			s.traps[sig] = action
		}
	}
	return 0
}

// runExitTrap runs the EXIT trap once. The status of the program stays, unless
// the action itself fails under set -e.
func (s *state) runExitTrap() {
	action := s.traps[0]
	if action == nil || s.noExitTrap {
		return
	}
	delete(s.traps, 0)
	saved := s.status
	s.exiting = false
	s.eval(action.body, 0)
	if !s.exiting {
		s.status = saved
	}
	s.exiting = true
}

// interrupted runs what the program set up for the signal it is ended with.
func (s *state) interrupted(ctx context.Context) Status {
	sig := interruptSignal(ctx)
	cleanup := *s
	// The context is over, but the clean-up still has to run.
	cleanup.ctx = context.WithoutCancel(ctx)
	cleanup.exiting, cleanup.errexit = false, false
	cleanup.fds = s.base
	if action := s.traps[sig]; action != nil {
		if action.text != "" {
			compiled, err := compileTrap(action.text)
			if err != nil {
				cleanup.start(cleanup.vars, "/bin/sh", []string{"/bin/sh", "-c", action.text}, "")
				return Status{Signal: sig}
			}
			action = compiled
		}
		cleanup.eval(action.body, 0)
		cleanup.exiting = false
	}
	if action := s.traps[0]; action != nil && action.clean {
		cleanup.eval(action.body, 0)
	}
	return Status{Signal: sig}
}
