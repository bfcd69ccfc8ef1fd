package shell

// The table of dash's builtins, and what compiling one needs to know. A builtin
// without an entry in compile is refused.

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/pattern"
)

// builtinFunc runs a builtin. argv[0] is the name. It returns the exit status;
// a builtin that ends the shell sets s.exiting.
type builtinFunc func(s *state, n *simpleNode, argv []string) int

// dashBuiltins holds every name dash 0.5 looks up before PATH.
var dashBuiltins = pattern.NewWords(`. : [ alias bg break cd chdir command continue echo eval exec exit
	export false fc fg getopts hash jobs kill local newgrp printf pwd read readonly return set shift
	test times trap true type ulimit umask unalias unset wait`)

// reservedWords are dash's; one of them as the name of a command was quoted, or is
// a mistake the parser does not see.
var reservedWords = pattern.NewWords("! { } case do done elif else esac fi for if in then until while")

// specialBuiltins are those whose errors end a shell that is not interactive,
// and in front of which assignments stay.
var specialBuiltins = pattern.NewWords(`. : break continue eval exec exit export readonly return set shift times trap unset`)

func (c *compiler) builtin(n *simpleNode, name string, call *syntax.CallExpr) (node, error) {
	if len(n.assigns) > 0 {
		return nil, refusal("assignment before " + name)
	}
	n.special = specialBuiltins.Has(name)
	args := n.args[1:]
	if name == "echo" || name == "printf" {
		for _, w := range args {
			if w.static && strings.Contains(w.text, `\e`) {
				return nil, refusal("escape that not every dash has")
			}
		}
	}
	switch name {
	case ":":
		n.cmd = (*state).colon
	case "true":
		n.cmd = (*state).colon
	case "false":
		n.cmd = (*state).falseCommand
	case "echo":
		n.cmd = (*state).echo
	case "test", "[":
		n.cmd = (*state).test
	case "pwd":
		if len(args) > 0 {
			return nil, refusal("pwd with arguments")
		}
		n.cmd = (*state).pwd
	case "cd":
		if len(args) != 1 || !singleField(args[0]) || strings.HasPrefix(leadingText(args[0]), "-") || leadingText(args[0]) == "" {
			return nil, refusal("cd form")
		}
		n.cmd = (*state).cd
	case "printf":
		if len(args) == 0 || !args[0].static {
			return nil, refusal("computed printf format")
		}
		f, err := parsePrintf(args[0].text)
		if err != nil {
			return nil, err
		}
		n.printf, n.cmd = f, (*state).printfCommand
	case "set":
		switch {
		case len(args) > 0 && args[0].static && args[0].text == "--":
			n.cmd = (*state).setParams
		case len(args) == 1 && args[0].static && (args[0].text == "-e" || args[0].text == "+e"):
			n.cmd = (*state).set
		default:
			return nil, refusal("set form")
		}
	case "exit":
		if len(args) > 1 || len(args) == 1 && !smallNumber(args[0].text) && !lastStatus(args[0]) || c.inTrap {
			return nil, refusal("exit form")
		}
		n.cmd = (*state).exit
	case "exec":
		if err := c.execForm(args); err != nil {
			return nil, err
		}
		n.cmd = (*state).exec
	case "trap":
		return c.trap(n, call)
	case "kill":
		if c.script != nil {
			return c.killScript(n, call)
		}
		if !c.inTrap {
			return nil, refusal("kill")
		}
		return c.killSelf(n, call)
	case "command":
		args, err := commandForm(args)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args[:1:1], args...)
		n.cmd = (*state).commandV
	default:
		return nil, refusal("builtin " + name)
	}
	return n, nil
}

// lastStatus recognises $?, which is always one number.
func lastStatus(w word) bool {
	return len(w.parts) == 1 && w.parts[0].kind == partParam && w.parts[0].param.name == "?" && w.parts[0].param.op == paramPlain
}

// execForm accepts exec for redirections only, and exec of a program.
func (c *compiler) execForm(args []word) error {
	if len(args) == 0 {
		return nil
	}
	if c.inTrap || !args[0].static || args[0].text == "" || strings.HasPrefix(args[0].text, "-") {
		return refusal("exec form")
	}
	return nil
}

// commandForm accepts `command -v name`, also with `--`.
func commandForm(args []word) ([]word, error) {
	if len(args) == 0 || !args[0].static || args[0].text != "-v" {
		return nil, refusal("command form")
	}
	args = args[1:]
	if len(args) > 0 && args[0].static && args[0].text == "--" {
		args = args[1:]
	}
	if len(args) != 1 || !args[0].static || args[0].text == "" || strings.HasPrefix(args[0].text, "-") {
		return nil, refusal("command form")
	}
	return args, nil
}

// singleField says whether w always expands to exactly one field.
func singleField(w word) bool {
	if w.static {
		return true
	}
	for _, p := range w.parts {
		if !p.quoted && (p.kind != partText || strings.ContainsAny(p.text, "*?[")) {
			return false
		}
	}
	return true
}

// leadingText is the text a word is known to begin with.
func leadingText(w word) string {
	if w.static {
		return w.text
	}
	if len(w.parts) > 0 && w.parts[0].kind == partText {
		return w.parts[0].text
	}
	return ""
}

func smallNumber(s string) bool {
	if s == "" || len(s) > 3 {
		return false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n <= 255
}

// literalText gives the text of a word that consists of literals, counting $$ as
// the given digits; false when anything else is in it.
func (c *compiler) literalText(w *syntax.Word, pid string) (string, bool) {
	cw, err := c.compileWord(w)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for _, p := range cw {
		switch {
		case p.kind == partText:
			b.WriteString(p.text)
		case p.kind == partParam && p.param.name == "$":
			b.WriteString(pid)
		default:
			return "", false
		}
	}
	return b.String(), true
}
