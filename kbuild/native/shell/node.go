package shell

// This file says what a compiled program consists of.

import "syscall"

// node is one command of a compiled program. The types mirror dash's own parse
// tree, because errexit and "run the last command without forking" are defined
// in its terms.
type node interface{ isNode() }

type (
	// seqNode runs its commands one after the other (`;` or newline).
	seqNode struct{ list []node }

	andNode struct{ x, y node }
	orNode  struct{ x, y node }
	notNode struct{ x node }

	// pipeNode runs its elements concurrently, each in its own subshell.
	pipeNode struct{ elems []node }

	// groupNode is a compound command with redirections: `{ …; } >f`. Without
	// redirections a brace group leaves no node of its own.
	groupNode struct {
		line   int
		body   node
		redirs []redir
	}

	subshellNode struct {
		line   int
		body   node
		redirs []redir
	}

	ifNode struct{ cond, then, other node }

	forNode struct {
		line  int
		name  string
		words []word
		body  node
	}

	caseNode struct {
		line  int
		word  word
		items []caseItem
	}

	// simpleNode is a simple command. cmd is set when the first word names a
	// builtin of dash; otherwise the first word is a program.
	simpleNode struct {
		line    int
		assigns []assign
		args    []word
		redirs  []redir
		cmd     builtinFunc
		special bool // one of POSIX's special builtins: an error in it ends the shell
		trap    *trapSpec
		printf  *printfFormat
	}
)

type caseItem struct {
	patterns []word
	body     node
}

type assign struct {
	name  string
	value word
}

type redirOp uint8

const (
	redirRead redirOp = iota
	redirWrite
	redirAppend
	redirDup
)

type redir struct {
	op   redirOp
	fd   int  // the descriptor that is changed: 0, 1 or 2
	from int  // for redirDup: the descriptor that is copied
	file word // otherwise
}

// trapSpec is what a trap command sets. Its action is compiled together with
// the line, since by the time the trap runs there is no way back to /bin/sh.
type trapSpec struct {
	signals []syscall.Signal // 0 is EXIT
	reset   bool             // `trap - SIG`
	action  *trapAction
}

// trapAction is what a trap runs. With text set it is compiled when it is needed.
type trapAction struct {
	text  string
	body  node
	clean bool // nothing but removal of files: may also run when we are interrupted
}

func (*seqNode) isNode()      {}
func (*andNode) isNode()      {}
func (*orNode) isNode()       {}
func (*notNode) isNode()      {}
func (*pipeNode) isNode()     {}
func (*groupNode) isNode()    {}
func (*subshellNode) isNode() {}
func (*ifNode) isNode()       {}
func (*forNode) isNode()      {}
func (*caseNode) isNode()     {}
func (*simpleNode) isNode()   {}
