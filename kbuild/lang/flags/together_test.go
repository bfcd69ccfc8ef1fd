package flags

// This file tests which options of ours go together.

import (
	"errors"
	"strings"
	"testing"

	"gokbuild/kbuild/lang/profile/profiletest"
)

func TestTogether(t *testing.T) {
	for args, want := range map[string]string{
		"--watch --query=goals":                   "--watch does not go with --query",
		"--compdb --watch":                        "--watch does not go with --compdb",
		"--lsp --mcp":                             "--mcp does not go with --lsp",
		"--messages --query=value A":              "--messages does not go with --query",
		"--query=goals --sarif=x":                 "--sarif does not go with --query: nothing is built",
		"--mcp --json":                            "--json does not go with --mcp: nothing is built",
		"--compdb --report":                       "--report does not go with --compdb: nothing is built",
		"--dot":                                   "--dot says how a query is answered, and there is none: --query=help lists them",
		"--query=value A --depth=2":               "--depth goes with --query=tree and --query=depends only",
		"--query=tree kconfig --reverse":          "--reverse goes with --query=depends only",
		"--reverse all":                           "--reverse says how a query is answered, and there is none: --query=help lists them",
		"--query=tree kconfig --dot --json":       "--dot does not go with --json",
		"--query=goals --json=out":                "--json=out: the answer of --query goes to standard output",
		"--watch --json=out --sarif=x all":        "",
		"--messages --json=- --sarif=x":           "",
		"--query=depends --reverse --depth=2 all": "",
		"--query=tree kconfig --depth=2 --json":   "",
		"--compdb=clang all":                      "",
		"--watch --query=goals --help":            "",
		"--each-commit=A..B --query=goals":        "", // package commits has an opinion
	} {
		err := New(profiletest.Of("4.3")).Load(append([]string{"make"}, strings.Fields(args)...), Env{})
		var fatal *FatalError
		switch {
		case err == nil && want == "":
		case !errors.As(err, &fatal) || fatal.Text != want:
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}
