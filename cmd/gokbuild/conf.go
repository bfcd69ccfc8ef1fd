package main

import (
	"io"
	"os"

	"gokbuild/kbuild/probe"
	"gokbuild/kconfig"
)

// runConf is the multi-call name conf: the Kconfig tool of a kernel tree.
func runConf() int {
	dir, err := os.Getwd()
	if err != nil {
		io.WriteString(os.Stderr, "conf: "+err.Error()+"\n")
		return 1
	}
	memo := probe.Open(cacheDir())
	return kconfig.ConfMain(kconfig.Invocation{
		Name: os.Args[0], Args: os.Args[1:], Dir: dir, Env: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Shell: kconfig.ShellFunc(func(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
			out, _, err := memo.Run(command, dir, env, stdin, stderr)
			return out, err
		}),
	})
}
