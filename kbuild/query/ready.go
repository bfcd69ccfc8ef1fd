package query

// This file says whether a tree is ready to be asked: its output directory is there, and has a configuration if it needs one. A
// question must neither make folders where the user has mistyped O= nor answer for a configuration that nobody has made.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/setting"
)

// readiness is what a question needs of a tree.
type readiness uint8

const (
	// anyTree is any tree; what is asked does not depend on a configuration.
	anyTree readiness = iota
	// orDefaults is a configuration; without one the defaults are told, and that they are.
	orDefaults
	// itsConfig is a configuration.
	itsConfig
)

// isKernel reports whether a make works in a kernel tree, or in an output directory of one: it has Kconfig files.
func (e *Engine) isKernel() bool {
	return kernel.IsFile(filepath.Join(e.dir, kernel.Kconfig)) || kernel.IsFile(filepath.Join(e.dir, kernel.SourceLink, kernel.Kconfig))
}

// checkOutput says that the command line or the environment names a folder that is not there. Kbuild would make it.
func (e *Engine) checkOutput() error {
	if !e.isKernel() {
		return nil
	}
	for _, names := range [][]string{{"O", "KBUILD_OUTPUT"}, {"M", "KBUILD_EXTMOD"}} {
		name := names[0]
		if e.variable(name) == "" {
			name = names[1]
		}
		dir := e.variable(name)
		if dir == "" || strings.ContainsAny(dir, "$~") { // a shell makes something else of it
			continue
		}
		if _, err := os.Stat(absolute(e.dir, dir)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s=%s: there is no such folder", name, dir)
		}
	}
	return nil
}

// config is the file that holds the configuration: of the kernel, if a module outside of it is built.
func (e *Engine) config() string {
	out, _ := kernel.FindOutput(func(name string) string {
		if name == "O" || name == "KBUILD_OUTPUT" {
			return e.variable(name)
		}
		return ""
	}, e.dir, 0)
	name := kernel.Config
	for _, given := range []string{setting.Getenv(e.call.Env, "KCONFIG_CONFIG"), e.variable("KCONFIG_CONFIG")} {
		if given != "" {
			name = given
		}
	}
	return absolute(out.Dir, name)
}

// configured reports whether the tree has the configuration that it needs.
func (e *Engine) configured() bool { return !e.isKernel() || stateOf(e.config()) != "" }

// errUnconfigured is the error about a tree that is not configured.
func (e *Engine) errUnconfigured() error {
	return fmt.Errorf("there is no configuration in %s: make one first, as by defconfig", e.config())
}

// ready checks what a question needs.
func (e *Engine) ready(needs readiness) error {
	if err := e.checkOutput(); err != nil {
		return err
	}
	switch {
	case needs == anyTree || e.configured():
	case needs == itsConfig:
		return e.errUnconfigured()
	default:
		fmt.Fprintf(e.call.Stderr, "%s: %s has no %s: these are the defaults\n", e.flags.Program, filepath.Dir(e.config()), filepath.Base(e.config()))
	}
	return nil
}
