package main

import (
	"os"

	"gokbuild/kbuild"
	"gokbuild/kbuild/shell"
)

// nativePrograms returns the in-process replacements for programs of a tree.
func nativePrograms(s *kbuild.Session) func(dir, path string) shell.NativeFunc {
	return nil
}

func runConf() int {
	os.Stderr.WriteString("conf: not built in\n")
	return 1
}

func runFixdep() int {
	os.Stderr.WriteString("fixdep: not built in\n")
	return 1
}
