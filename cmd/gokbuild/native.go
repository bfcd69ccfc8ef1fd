package main

// This file lists the replacements for programs.

import (
	"io"
	"os"
	"path/filepath"
	"sync/atomic"

	"gokbuild/kbuild/native/ar"
	"gokbuild/kbuild/native/fixdep"
	"gokbuild/kbuild/native/nm"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kconfig/conf"
	"gokbuild/kconfig/menu/front"
)

// natives finds the in-process replacements for programs (native.Programs). One
// that a tree builds for itself is replaced only where its own source says which
// version of it the tree has.
type natives struct {
	probes  *probe.Memo
	fixdeps fixdep.Programs
	nms     nm.Programs
	ars     ar.Programs
	// conf and front are runs that were begun before they were called for.
	conf  atomic.Pointer[conf.Ahead]
	front atomic.Pointer[front.Ahead]
}

// Program returns the replacement for the program at path.
func (n *natives) Program(dir, path string) (f shell.NativeFunc, step string) {
	switch filepath.Base(path) {
	case "fixdep":
		return n.fixdeps.Native(dir, path), "fixdep"
	case "sh", "bash", "dash", "merge_config.sh":
		return mergeConfig, "kconfig"
	}
	if f = n.ars.Native(dir, path); f != nil {
		return f, "ar"
	}
	return n.nms.Native(dir, path), "nm"
}

// runFixdep is the multi-call name fixdep: the newest version of the program.
func runFixdep() int {
	dir, err := workingDir()
	if err != nil {
		io.WriteString(os.Stderr, "fixdep: "+err.Error()+"\n")
		return 1
	}
	return fixdep.Run(os.Args[1:], dir, os.Stdout, os.Stderr, fixdep.Newest(), nil)
}
