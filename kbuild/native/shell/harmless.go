package shell

// This file finds out whether a program can do nothing but print.

import "strings"

// Harmless says whether the program can do nothing but print text to its
// standard output and run programs that allowed names: no redirections, no
// substitutions, no builtin that looks at files. Without allowed it runs none.
func (p *Program) Harmless(allowed func(name string) bool) bool {
	h := harmless{allowed}
	if p.direct != nil {
		return p.direct[0] == "echo" || allowed != nil && allowed(p.direct[0])
	}
	return h.node(p.body)
}

type harmless struct{ allowed func(name string) bool }

func (h harmless) node(n node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case *seqNode:
		for _, x := range n.list {
			if !h.node(x) {
				return false
			}
		}
		return true
	case *andNode:
		return h.node(n.x) && h.node(n.y)
	case *orNode:
		return h.node(n.x) && h.node(n.y)
	case *notNode:
		return h.node(n.x)
	case *subshellNode:
		return len(n.redirs) == 0 && h.node(n.body)
	case *ifNode:
		return h.node(n.cond) && h.node(n.then) && h.node(n.other)
	case *forNode:
		return h.words(n.words) && h.node(n.body)
	case *simpleNode:
		return h.simple(n)
	}
	return false
}

func (h harmless) simple(n *simpleNode) bool {
	if len(n.redirs) > 0 || len(n.args) == 0 || !n.args[0].static || !h.words(n.args) {
		return false
	}
	for _, a := range n.assigns {
		if !h.word(a.value) {
			return false
		}
	}
	if n.cmd == nil {
		return h.allowed != nil && h.allowed(n.args[0].text)
	}
	switch n.args[0].text {
	case "echo", "printf", ":", "true", "false", "set", "exit":
		return true
	}
	return false
}

func (h harmless) words(words []word) bool {
	for _, w := range words {
		if !h.word(w) {
			return false
		}
	}
	return true
}

// word accepts what expands without looking at files or running anything.
func (h harmless) word(w word) bool {
	if w.static {
		return true
	}
	for _, p := range w.parts {
		if p.kind == partSubst || p.kind == partParam && !p.quoted || p.kind == partText && !p.quoted && strings.ContainsAny(p.text, "*?[~") {
			return false
		}
	}
	return true
}
