package probe

// This file tells by a text alone what is not worth an observed run, and what would not be seen in one.

import (
	"path/filepath"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/facts"
)

// worthwhile reports whether the first program that is named in a command could have a form, or is a script.
func worthwhile(f *syntax.File, dir string, env []string) bool {
	worth := true
	path := newEnviron(env).get("PATH")
	syntax.Walk(f, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			return worth
		}
		name := c.Args[0].Lit()
		if name == "" || interp.IsBuiltin(name) {
			if name == "cd" || name == "eval" || name == "." || name == "umask" || name == "ulimit" {
				worth = false
			}
			return worth
		}
		if base := filepath.Base(name); forms[base] == nil && tools[toolOf(base)] == nil && !ownFiles.Has(base) &&
			base != "env" && base != "sh" {
			if p, found := lookPath(name, dir, path); found && facts.MachineCode(p) {
				worth = false
			}
		}
		return worth
	})
	return worth
}

// observable reports whether a shell text holds nothing that is decided in ways that are not seen.
func observable(f *syntax.File) bool {
	ok := true
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			ok = ok && !n.Background && !n.Coprocess && !n.Disown
		case *syntax.Redirect:
			ok = ok && redirectable(n)
		case *syntax.ParamExp:
			ok = ok && n.Param != nil && !n.Excl && n.Names == 0 && n.Index == nil && !hidden(n.Param.Value)
		case *syntax.ArithmCmd, *syntax.LetClause, *syntax.TestClause, *syntax.CoprocClause, *syntax.TimeClause,
			*syntax.ProcSubst, *syntax.ExtGlob,
			*syntax.TestDecl:
			ok = false
		case *syntax.DeclClause:
			// Without a name it lists all variables.
			v := n.Variant.Value
			ok = ok && (v == "local" || v == "export" || v == "readonly") && len(n.Args) > 0
			for _, as := range n.Args {
				ok = ok && as.Name != nil
			}
		case *syntax.Assign:
			ok = ok && n.Index == nil && n.Array == nil && (n.Name == nil || n.Name.Value != "PATH")
		case *syntax.Lit:
			// What an arithmetic expression may come upon.
			ok = ok && !strings.Contains(n.Value, "RANDOM") && !strings.Contains(n.Value, "PPID")
		}
		return ok
	})
	return ok
}

// redirectable reports whether the shell in this process can make a redirection. Of others it says that they fail, as /bin/sh says of
// `cat <&9` while nobody gives it a descriptor 9.
func redirectable(r *syntax.Redirect) bool {
	if r.N != nil && r.N.Value != "0" && r.N.Value != "1" && r.N.Value != "2" {
		return false
	}
	switch r.Op {
	case syntax.DplOut:
		to := r.Word.Lit()
		return (to == "1" || to == "2") && (r.N == nil || r.N.Value != "0")
	case syntax.RdrIn:
		return r.N == nil || r.N.Value == "0"
	case syntax.RdrOut, syntax.AppOut:
		return r.N == nil || r.N.Value != "0"
	case syntax.Hdoc, syntax.DashHdoc:
		return r.N == nil
	}
	return false
}

// hidden are parameters whose values a process gets from nowhere that is seen.
func hidden(name string) bool {
	switch name {
	case "$", "!", "-", "_":
		return true
	case "IFS", "COLUMNS", "LINES", "HOME", "TERM", "SHELL", "SHLVL", "OPTIND", "OPTARG":
		return false
	}
	return unsteady.Has(name) || strings.HasPrefix(name, "BASH")
}
