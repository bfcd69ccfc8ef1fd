package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gokbuild/kbuild/probe"
	"gokbuild/kbuild/shell"
	"gokbuild/kconfig"
)

// runConf is the multi-call name conf: the Kconfig tool of a kernel tree.
func runConf() int {
	dir, err := os.Getwd()
	if err != nil {
		io.WriteString(os.Stderr, "conf: "+err.Error()+"\n")
		return 1
	}
	return kconfig.ConfMain(kconfig.Invocation{
		Name: os.Args[0], Args: os.Args[1:], Dir: dir, Env: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Shell: probe.Open(cacheDir()),
	})
}

// Unbuilt replaces a tree's scripts/kconfig/conf, whose sources tell which
// dialect of Kconfig the tree speaks (kbuild.Natives).
func (n *natives) Unbuilt(target, source string) (shell.NativeFunc, string) {
	dir := filepath.Dir(source)
	if !strings.HasSuffix(target, "kconfig/conf") || filepath.Base(dir) != "kconfig" {
		return nil, ""
	}
	if _, err := os.Stat(filepath.Join(dir, "confdata.c")); err != nil {
		return nil, ""
	}
	return func(_ context.Context, c *shell.Call) (shell.Status, bool) {
		inv := kconfig.Invocation{Name: c.Argv[0], Args: c.Argv[1:], Dir: c.Dir, Env: c.Environ(),
			Stdout: c.Stdout, Stderr: c.Stderr, Shell: n.probes}
		if c.Stdin != nil {
			inv.Stdin = c.Stdin
		} else {
			inv.Stdin = strings.NewReader("")
		}
		return shell.Status{Code: kconfig.ConfMain(inv)}, true
	}, "kconfig"
}
