package flags

// This file refuses options of ours that do not go together: one of them would be left out without a word.

import "slices"

// given is an option that was given or not, as people write it.
type given struct {
	on     bool
	option string
}

// options are the names of those that were given.
func options(of []given) (names []string) {
	for _, g := range of {
		if g.on {
			names = append(names, g.option)
		}
	}
	return names
}

// checkTogether returns the first thing that is wrong with a set of options. --help and --version stand above all others, and
// package commits looks at what goes with --each-commit.
func (f *Flags) checkTogether() error {
	ask, each := &f.Ask, &f.Each
	if f.Help || f.Version || each.Commit != "" || each.Bad != "" || each.Again || len(each.Configs)+len(each.Files) > 0 {
		return nil
	}
	// Each of these is what the program does in place of one build.
	does := options([]given{{ask.Query != "", "--query"}, {f.CompDB != "", "--compdb"}, {f.Watch, "--watch"},
		{f.LSP, "--lsp"}, {f.MCP, "--mcp"}, {f.Kept, "--messages"}})
	if len(does) > 1 {
		return fatalf("%s does not go with %s", does[1], does[0])
	}
	if len(does) == 1 && does[0] != "--watch" {
		about := options([]given{{f.TraceFile != "", "--trace=FILE"}, {f.Report != "", "--report"}, {f.Summary, "--summary"},
			{f.SARIF != "" && !f.Kept, "--sarif"}, {ask.JSON != "" && ask.Query == "" && !f.Kept, "--json"}})
		if len(about) > 0 {
			return fatalf("%s does not go with %s: nothing is built", about[0], does[0])
		}
	}
	return ask.check()
}

// Questions whose answer is a tree.
var trees, targets = []string{"tree", "depends"}, []string{"depends"}

// check returns what is wrong with the options that belong to a question.
func (a *Ask) check() error {
	for _, o := range []struct {
		given
		of    []string
		means string
	}{{given{a.Dot, "--dot"}, trees, "--query=tree and --query=depends"}, {given{a.Depth != "", "--depth"}, trees, "--query=tree and --query=depends"},
		{given{a.Reverse, "--reverse"}, targets, "--query=depends"}} {
		switch {
		case !o.on || slices.Contains(o.of, a.Query):
		case a.Query == "":
			return fatalf("%s says how a query is answered, and there is none: --query=help lists them", o.option)
		default:
			return fatalf("%s goes with %s only", o.option, o.means)
		}
	}
	switch {
	case a.Query == "" || a.JSON == "":
		return nil
	case a.Dot:
		return fatalf("--dot does not go with --json")
	case a.JSON != "-":
		return fatalf("--json=%s: the answer of --query goes to standard output", a.JSON)
	}
	return nil
}
