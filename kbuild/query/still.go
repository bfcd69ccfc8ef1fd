package query

// This file answers where nothing may run, as in an editor: opening a folder must not execute what is in it.

import (
	"errors"
	"maps"
	"os"
	"path/filepath"

	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/plan"
	"gokbuild/kconfig"
)

// ErrStill says that a question needs makefiles evaluated, which this engine does not do.
var ErrStill = errors.New("makefiles are not evaluated here")

// BeStill keeps the engine from evaluating makefiles, whose $(shell) would run. The folder of the sources is given; Kconfig files
// are read with the variables that the last configuration of the output directory was made with, or likely ones if there is
// none. unsaved are the texts that stand for files, by absolute name; nil has none. Shell should be set, too.
func (e *Engine) BeStill(source string, unsaved func(name string) (text []byte, ok bool)) {
	e.still, e.source, e.unsaved = true, source, unsaved
}

// stillTool is what confTool finds without the makefiles.
func (e *Engine) stillTool() *plan.Command {
	config, _ := e.read(filepath.Join(e.Out, ".config"))
	env, top := kernel.ConfigRecord(e.Out)
	if env == nil {
		env = kernel.ConfigGuess(e.source, config)
	}
	if top == "" || e.absent(top) {
		top = "Kconfig"
	}
	if e.absent(top) {
		return nil
	}
	vars := []string{}
	src := env["srctree"]
	if src == "" || !sameFile(absolute(e.Out, src), e.source) {
		env = maps.Clone(env)
		env["srctree"] = e.source
	}
	for name, value := range env {
		vars = append(vars, name+"="+value)
	}
	return &plan.Command{Dir: e.Out, Env: append(vars, os.Environ()...), Argv: []string{"conf", top}}
}

// absent reports whether a Kconfig file is neither below the output directory nor below the sources.
func (e *Engine) absent(name string) bool {
	for _, dir := range []string{e.Out, e.source} {
		if _, err := e.read(absolute(dir, name)); err == nil {
			return false
		}
	}
	return true
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// read is the text of a file, unsaved or not.
func (e *Engine) read(name string) ([]byte, error) {
	if e.unsaved != nil {
		if text, ok := e.unsaved(name); ok {
			return text, nil
		}
	}
	return os.ReadFile(name)
}

// Reload reads the Kconfig files and the configuration again. If they can't be read, Kconfig goes on with those of the last
// time. The messages are those of this time.
func (e *Engine) Reload() ([]kconfig.Message, error) {
	k, err := e.load("")
	if err == nil {
		e.kconfig = k
	}
	if k == nil {
		return nil, err
	}
	return k.Messages, err
}

// Forget has a makefile read again when it is next asked for.
func (e *Engine) Forget(file string) { delete(e.lines, file) }

// Env is the value of a variable with which the Kconfig files were read, "" if there is none.
func (k *Kconfig) Env(name string) string {
	for _, v := range k.env {
		if len(v) > len(name) && v[len(name)] == '=' && v[:len(name)] == name {
			return v[len(name)+1:]
		}
	}
	return ""
}
