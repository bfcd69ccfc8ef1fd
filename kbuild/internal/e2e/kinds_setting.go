package main

// This file has the edits of configurations, variables and the environment.

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

func settingKinds() []kind {
	return []kind{
		{"nothing", 4, nothing, false},
		{"revert the oldest edit left", 6, revert, false},
		{"several edits", 5, several, false},
		{".config: symbol changed", 4, configFlip, false},
		{".config: symbol changed, then olddefconfig", 2, configFlipAsk, false},
		{".config: touched", 1, configTouch, true},
		{".config: comment", 1, configComment, false},
		{"variable: flags of one object", 2, variableObject, false},
		{"variable: KCFLAGS", 1, variableFlags, false},
		{"variable: W=1", 1, variableWarn, false},
		{"variable: V=1", 1, variableVerbose, false},
		{"variable: LOCALVERSION", 1, variableVersion, false},
		{"environment: builder", 2, environmentUser, false},
		{"environment: unrelated", 2, environmentOther, false},
		{"compiler: equal wrapper", 1, compilerWrapped, false},
		{"compiler: wrapper that adds an option", 1, compilerOption, false},
		{"compiler: another version", 1, compilerVersion, false},
		{"tool: equal wrapper", 2, toolWrapped, true},
		{"options: -s, -k, …", 1, otherOptions, false},
		{"two builds at once", 2, twoAtOnce, false},
		{"source: code while it is built", 2, whileBuilding, false},
		{"goal: one object", 3, goalObject, false},
		{"goal: folder", 2, goalFolder, false},
		{"goal: vmlinux or modules", 2, goalPart, false},
		{"goal: prepare, scripts, …", 1, goalSmall, false},
		{"goal: clean", 1, goalClean, false},
		{"interrupt", 4, interrupt, false},
		{"make in between", 4, alternate, false},
		{"gokbuild without its state", 1, stateGone, false},
		{"gokbuild --no-native", 1, noNative, false},
	}
}

func nothing(*picker) *edit { return &edit{what: "only built again", words: true} }

func revert(*picker) *edit { return &edit{again: true} }

// several combines two to four edits of different files.
func several(p *picker) *edit {
	var some []kind
	for _, k := range kinds() {
		if k.simple {
			some = append(some, k)
		}
	}
	var e edit
	var what []string
	seen := map[string]bool{}
	for range 2 + p.IntN(3) {
		k, _ := pick(p, some)
		one := k.make(p)
		if one == nil || seen[one.ops[0].path] {
			continue
		}
		for _, o := range one.ops {
			seen[o.path] = true
		}
		e.ops = append(e.ops, one.ops...)
		e.harm = e.harm || one.harm
		what = append(what, k.name+" "+one.what)
	}
	e.what = strings.Join(what, " + ")
	return &e
}

// change is an edit of code that gives a build something to do.
func (p *picker) change() *edit {
	f, _ := pick(p, []func(*picker) *edit{sourceCode, sourceCode, headerCode, makefileFlags, objectDeleted, kconfigSymbol})
	if e := f(p); e != nil {
		return e
	}
	return nothing(p)
}

func (p *picker) configChange() (op, string, bool) {
	const path = "out/.config"
	text, ok := p.text(path)
	symbol, some := pick(p, p.flip)
	if !ok || !some {
		return op{}, "", false
	}
	line := regexp.MustCompile(`(?m)^(# )?` + symbol + `(=([ym])| is not set)$`)
	at := line.FindStringSubmatchIndex(text)
	if at == nil {
		return op{}, "", false
	}
	value := "=m"
	switch old := text[at[0]:at[1]]; {
	case strings.HasSuffix(old, "=m"):
		value = []string{"=y", " is not set"}[p.IntN(2)]
	case strings.HasSuffix(old, "=y"):
		value = []string{"=m", " is not set"}[p.IntN(2)]
	case p.IntN(2) == 0:
		value = "=y"
	}
	now := symbol + value
	if value == " is not set" {
		now = "# " + now
	}
	return p.rewrite(path, text[:at[0]]+now+text[at[1]:]), now, true
}

func configFlip(p *picker) *edit {
	o, what, ok := p.configChange()
	if !ok {
		return nil
	}
	return &edit{what: what, ops: []op{o}}
}

func configFlipAsk(p *picker) *edit {
	e := configFlip(p)
	if e != nil {
		e.builds = []request{{words: []string{"olddefconfig"}}, {}}
	}
	return e
}

func configTouch(*picker) *edit {
	return &edit{what: "out/.config", ops: []op{{kind: opTouch, path: "out/.config"}}}
}

func configComment(p *picker) *edit {
	text, ok := p.text("out/.config")
	if !ok {
		return nil
	}
	return &edit{what: "out/.config", ops: []op{p.rewrite("out/.config", text+fmt.Sprintf("# edit %d\n", p.step))}}
}

// passing builds with a setting and then without it.
func passing(what string, words, env []string) *edit {
	return &edit{what: what, builds: []request{{words: words, env: env}, {}}}
}

func variableObject(p *picker) *edit {
	o, ok := pick(p, p.cat.objects)
	if !ok {
		return nil
	}
	word := fmt.Sprintf("CFLAGS_%s=-DE2E_EDIT_%d", filepath.Base(o.path), p.step)
	return passing(word, []string{word}, nil)
}

func variableFlags(*picker) *edit {
	return passing("KCFLAGS=-DE2E_EDIT", []string{"KCFLAGS=-DE2E_EDIT"}, nil)
}

func variableWarn(*picker) *edit { return passing("W=1", []string{"W=1"}, nil) }

func variableVerbose(p *picker) *edit {
	e := p.change()
	e.what = "V=1 and " + e.what
	e.builds = []request{{words: []string{"V=1"}}}
	e.unlike = true // command lines, not steps, are shown
	return e
}

func variableVersion(*picker) *edit {
	return passing("LOCALVERSION=-e2e", []string{"LOCALVERSION=-e2e"}, nil)
}

func environmentUser(p *picker) *edit {
	return passing("KBUILD_BUILD_USER", nil, []string{fmt.Sprintf("KBUILD_BUILD_USER=user%d", p.step)})
}

func environmentOther(p *picker) *edit {
	env := fmt.Sprintf("E2E_EDIT=%d", p.step)
	e := passing(env, nil, []string{env})
	e.words = true
	return e
}

const compiler = "bin/gcc"

func wrapper(text string) *edit {
	real := "/usr/bin/gcc"
	if path := ccache(); path != "" {
		real = path + " " + real
	}
	return &edit{what: compiler, ops: []op{{kind: opReplace, path: compiler, mode: 0o755,
		data: []byte("#!/bin/sh\n" + strings.ReplaceAll(text, "REAL", real) + "\n")}}}
}

func compilerWrapped(*picker) *edit { return wrapper(`exec REAL "$@"`) }

// compilerOption is a change no date tells; some builds may see it, and others not.
func compilerOption(p *picker) *edit {
	e := wrapper(fmt.Sprintf(`case $1 in -*c*|-Wp*) exec REAL "$@" -DE2E_EDIT_%d ;; *) exec REAL "$@" ;; esac`, p.step%3))
	e.unlike = true
	return e
}

func compilerVersion(p *picker) *edit {
	e := wrapper(fmt.Sprintf(`case " $* " in *" --version "*) REAL "$@" | sed '1s/$/ e2e %d/' ;; *) exec REAL "$@" ;; esac`, p.step%2))
	e.fails = true // not left for the steps that follow
	return e
}

// toolWrapped puts a program in front of PATH that does what the one behind it does.
func toolWrapped(p *picker) *edit {
	tool, _ := pick(p, []string{"ld", "ar", "nm", "objcopy", "sed", "grep", "cat", "bc", "awk", "perl", "sort", "uname", "expr"})
	path, err := exec.LookPath("/usr/bin/" + tool)
	if err != nil {
		return nil
	}
	return &edit{what: tool, ops: []op{{kind: opReplace, path: "bin/" + tool, mode: 0o755,
		data: []byte("#!/bin/sh\nexec " + path + " \"$@\"\n")}}}
}

func otherOptions(p *picker) *edit {
	e := p.change()
	option, _ := pick(p, []string{"-s", "-k", "-w", "-r", "-O"})
	e.what = option + " and " + e.what
	e.builds = []request{{words: []string{option}}, {}}
	e.unlike = option == "-s"
	return e
}

// twoAtOnce starts gokbuild twice; one has to wait for the other.
func twoAtOnce(p *picker) *edit {
	e := p.change()
	e.what = "at once, after " + e.what
	e.twice, e.unlike = true, true
	return e
}

// whileBuilding changes a source again while what was changed before is being built.
func whileBuilding(p *picker) *edit {
	e := sourceCode(p)
	if e == nil {
		return nil
	}
	o := e.ops[0]
	o.data = append(slices.Clone(o.data), fmt.Sprintf("static const int e2e_again_%d __attribute__((__used__)) = 1;\n", p.step)...)
	after := time.Duration(p.IntN(5000)) * time.Millisecond
	e.what = fmt.Sprintf("%s, after %v", e.what, after)
	e.builds, e.unlike = []request{{during: []op{o}, after: after}, {}}, true
	return e
}

func (p *picker) goals(goals ...string) *edit {
	e := p.change()
	e.what = strings.Join(goals, " ") + ", then all, after " + e.what
	e.builds = []request{{words: goals}, {}}
	return e
}

// goalObject builds one object, often that of the source just edited.
func goalObject(p *picker) *edit {
	o, ok := pick(p, p.cat.objects)
	text, read := p.text(o.source)
	if !ok || !read {
		return nil
	}
	goal := strings.TrimPrefix(o.path, "out/")
	if p.IntN(3) == 0 {
		return p.goals(goal)
	}
	return &edit{what: goal + ", then all, after source: code " + o.source, ops: []op{p.rewrite(o.source, text+p.newData())},
		builds: []request{{words: []string{goal}}, {words: []string{goal}}, {}}}
}

func goalFolder(p *picker) *edit {
	o, ok := pick(p, p.cat.objects)
	if !ok {
		return nil
	}
	return p.goals(filepath.Dir(strings.TrimPrefix(o.path, "out/")) + "/")
}

func goalPart(p *picker) *edit {
	goal, _ := pick(p, []string{"vmlinux", "modules"})
	return p.goals(goal)
}

func goalSmall(p *picker) *edit {
	goal, _ := pick(p, []string{"prepare", "scripts", "modules_prepare", "kernelrelease", "headers"})
	return p.goals(goal)
}

func goalClean(p *picker) *edit { return p.goals("clean") }

func interrupt(p *picker) *edit {
	e := p.change()
	sig := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[p.IntN(2)]
	after := time.Duration(20+p.IntN(4000)) * time.Millisecond
	e.what = fmt.Sprintf("%v after %v, then all, after %s", sig, after, e.what)
	e.builds, e.unlike = interrupted(sig, after), true
	return e
}

// alternate has make build what was edited in gokbuild's world; gokbuild then finds nothing to do.
func alternate(p *picker) *edit {
	e := p.change()
	e.what = "make in gokbuild's world after " + e.what
	e.swap = true
	return e
}

func stateGone(p *picker) *edit {
	e := p.change()
	e.what = stateDir + " deleted, then " + e.what
	e.other = func(w *world) error { return os.RemoveAll(filepath.Join(w.path("out"), stateDir)) }
	return e
}

func noNative(p *picker) *edit {
	e := p.change()
	e.builds = []request{{own: []string{"--no-native"}}, {}}
	return e
}
