package diff

// This file lets a test program play conf.

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"gokbuild/kconfig"
	"gokbuild/kconfig/conf"
)

// IsFace reports whether this process was started as conf, which the runner
// does with its own executable unless another program is under test.
func IsFace() bool { return filepath.Base(os.Args[0]) == "conf" }

// Face behaves as conf, for programs that test themselves. If KDIFF_PROBES
// names a probe memory of the C tool, results of $(shell,…) are taken from
// there; what it does not hold is run. KDIFF_TREE names the tree whose dialect
// counts, for runs whose srctree is another folder.
func Face() int {
	debug.SetGCPercent(400)
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	inv := conf.Invocation{
		Name: os.Args[0], Args: os.Args[1:], Dir: dir,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}
	for _, kv := range os.Environ() {
		if probes, ok := strings.CutPrefix(kv, "KDIFF_PROBES="); ok {
			inv.Shell = rememberedShell(probes)
		} else if tree, ok := strings.CutPrefix(kv, "KDIFF_TREE="); ok {
			d := kconfig.DetectDialect(tree)
			inv.Dialect = &d
		} else {
			inv.Env = append(inv.Env, kv)
		}
	}
	return conf.Main(inv)
}

func rememberedShell(probes string) kconfig.ShellRunner {
	return kconfig.ShellFunc(func(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
		base := filepath.Join(probes, probeName(command))
		out, err := os.ReadFile(base + ".out")
		if err != nil {
			return kconfig.SystemShell.RunShell(command, dir, env, stdin, stderr)
		}
		if text, err := os.ReadFile(base + ".err"); err == nil {
			stderr.Write(text)
		}
		return out, nil
	})
}

// probeName is name_of of preload.c.txt.
func probeName(command string) string {
	a, b := uint64(14695981039346656037), uint64(88172645463325252)
	for i := range len(command) {
		a = (a ^ uint64(command[i])) * 1099511628211
		b = (b+uint64(command[i]))*6364136223846793005 + 1442695040888963407
	}
	return fmt.Sprintf("%016x%016x", a, b)
}
