package kbuild

// This file changes the environment between builds: what a variable decides is what looked at it.

import (
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/event"
)

// lookers are lines of makefiles that look at variables of the environment in some way. X is the name of one, at the
// beginning or in the recipe of a target t.
var lookers = []string{
	"$(info $(X))", "$(info $(origin X))", "$(info $(flavor X))", "$(info $(value X))", "$(info $(call X))", "$(info $(X:a=b))",
	"ifdef X\n$(info set)\nendif", "ifeq ($X,)\n$(info empty)\nendif", "X ?= own\n$(info $(X))", "X += more\n$(info $(X))",
	"X := $(X) more\n$(info $(X))", "N := X\n$(info $($(N)))", "export X\nt: ; @echo \"[$$X]\"", "X = of file\nt: ; @echo \"[$$X]\"",
	"unexport X\nt: ; @echo \"[$$X]\"", "undefine X\n$(info $(X))", "export X := mine\nt: ; @echo $$X", "$(info $(filter X,$(.VARIABLES)))",
	"t: X += joined\nt: ; @echo $(X)", "t: ; @echo \"$$X\"", "t: ; @echo $${X:-none}", "t: ; @echo $(X)", "t: export X = target\nt: ; @echo \"$$X\"",
	"A := $(shell echo \"$$X\")\n$(info $(A))", "A := $(shell printenv X)\n$(info $(A))", "A := $(shell env | grep ^X=)\n$(info $(A))",
	"A := $(shell eval echo \\$$X)\n$(info $(A))", "A := $(shell echo $$((X)))\n$(info $(A))", "A := $(shell set -- X; echo $$(($$1)))\n$(info $(A))",
	"A := $(shell sh ./look.sh)\n$(info $(A))", "t: FORCE ; @sh ./look.sh", "t: FORCE ; @printenv X || echo none", "t: FORCE ; @awk 'BEGIN { print ENVIRON[\"X\"] }'",
	"t: FORCE ; @perl -e 'print \"$$ENV{X}\\n\"'", "t: FORCE ; @sh -c 'echo $$X' >$@.t; if cmp -s $@.t $@; then rm $@.t; else mv $@.t $@; echo new $@; fi",
	"t: FORCE ; @env | grep -c ^X || true", "t: FORCE ; @$(MAKE) -f leaf.mk V=$(X)", "t: FORCE ; @$(MAKE) -f leaf.mk V=$$X", "t: FORCE ; @X=$${X}a $(MAKE) -f leaf.mk",
	"t: FORCE ; @$(MAKE) -f nothing.mk", "$(foreach X,a b,$(info $(X)))", "define X +=\nline\nendef\n$(info $(X))", "override X = o\n$(info $(X))",
	"export\nX = all\nt: FORCE ; @sh ./look.sh", "MAKEFLAGS += -e\nX = weak\n$(info $(X))\nt: ; @echo $(X)",
	"$(eval X ?= evaluated)$(info $(X))", "Y = $(X)\nexport Y\nt: FORCE ; @sh ./looky.sh", "t: FORCE ; @cd . && echo $$X",
}

// environWorld is a pair of trees of makefiles that look at variables.
func environWorld(t *testing.T, rnd *rand.Rand) (with, without *world) {
	names := []string{"FOO", "bar_2", "TMUX", "Q"}
	files := map[string]string{".config": "", "nothing.mk": "all: ; @echo nothing\n",
		"leaf.mk": "$(info leaf [$(V)] [$(FOO)] [$(origin bar_2)])\nall: ; @echo \"leaf $$FOO$$Q\"\n",
		"look.sh": "echo \"look $FOO ${bar_2-unset} $Q\"\n", "looky.sh": "echo \"$Y\"\n"}
	part := func(name string, below string) string {
		text, last := "all: t\n", "t: ;\n"
		for range 1 + rnd.Intn(3) {
			look := strings.ReplaceAll(lookers[rnd.Intn(len(lookers))], "printenv X", "printenv @")
			look = strings.ReplaceAll(strings.ReplaceAll(look, "X", names[rnd.Intn(len(names))]), "@ ||", "FOO ||")
			look = strings.ReplaceAll(look, "printenv @", "printenv FOO")
			if i := strings.Index(look, "t: FORCE ;"); i >= 0 {
				text, last = text+look[:i], look[i:]+"\n"
				continue
			}
			if i := strings.Index(look, "\nt: ;"); i >= 0 {
				text, last = text+look[:i+1], look[i+1:]+"\n"
				continue
			}
			if strings.HasPrefix(look, "t: ;") {
				last = look + "\n"
				continue
			}
			text += look + "\n"
		}
		for _, b := range strings.Fields(below) {
			text += fmt.Sprintf("all: %s\n%s: FORCE ; @$(MAKE) -f %s.mk\n", b, b, b)
		}
		return text + last + "FORCE:\n.PHONY: all FORCE " + below + "\n"
	}
	files["Makefile"], files["one.mk"], files["two.mk"], files["three.mk"] = part("top", "one two"), part("one", "three"), part("two", ""), part("three", "")
	return &world{project: newProject(t, "4.3", files)}, &world{project: newProject(t, "4.3", files), args: []string{"--no-native=memory"}}
}

// TestEnvironment plays generated makefiles that look at variables, in several environments in turn: what is printed and left
// is what a run prints and leaves that remembers nothing. When each environment was met twice, nothing runs any more.
func TestEnvironment(t *testing.T) {
	seeds, first := int64(need.Rounds(5, 20)), int64(0)
	settings := []string{"FOO=1", "FOO=2", "FOO=", "bar_2=x", "TMUX=/tmp/a", "Q=3", "OTHER=1", "OTHER=2", "bar_2=FOO"}
	for seed := first; seed < first+seeds; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewSource(seed))
			with, without := environWorld(t, rnd)
			var terminals [][]string
			for range 3 {
				var env []string
				for _, i := range rnd.Perm(len(settings))[:rnd.Intn(3)] {
					if slices.ContainsFunc(env, func(e string) bool { return e[:2] == settings[i][:2] }) {
						continue // one variable twice
					}
					env = append(env, settings[i])
				}
				terminals = append(terminals, env)
			}
			history := []string{}
			for i := range 10 {
				env := terminals[rnd.Intn(len(terminals))]
				with.env, without.env = env, env
				history = append(history, fmt.Sprint(env))
				got, want := with.build(), without.build()
				if d := cmp.Diff(want, got); d != "" {
					text, _ := os.ReadFile(with.dir + "/Makefile")
					one, _ := os.ReadFile(with.dir + "/one.mk")
					t.Fatalf("run %d of %v printed (-want +got):\n%s\n%s\none.mk:\n%s", i, history, d, text, one)
				}
				if d := cmp.Diff(without.files(), with.files()); d != "" {
					t.Fatalf("run %d of %v: files (-want +got):\n%s", i, history, d)
				}
			}
		})
	}
}

// TestTerminals: two terminals in turn are both instant once each has built; a third one with a variable that nothing looks at
// is so at once, and one that one make looks at has the makes alone evaluated that lead to it.
func TestTerminals(t *testing.T) {
	p := &world{project: newProject(t, "4.3", map[string]string{".config": "",
		"Makefile":     "all: one two ; @echo done\none two: FORCE ; @$(MAKE) -C $@\nFORCE:\n.PHONY: all one two FORCE\n",
		"one/Makefile": "all: x FORCE ; @sh ./gen.sh\nx: ; @cp /dev/null x\nFORCE:\n", "one/gen.sh": "echo \"[$KBUILD_BUILD_USER]\"\n",
		"two/Makefile": "all: y ; @echo two\ny: ; @cp /dev/null y\n"}), args: []string{"--no-print-directory"}}
	for i, tt := range []struct {
		env       []string
		evaluated int
	}{
		{nil, 3}, {nil, -1}, {nil, 0}, {nil, 0},
		{[]string{"OTHER=1"}, 0}, {[]string{"OTHER=2", "MORE=x"}, 0},
		{[]string{"KBUILD_BUILD_USER=x"}, 2}, {[]string{"KBUILD_BUILD_USER=x"}, 0}, {nil, 0},
		{[]string{"KBUILD_BUILD_USER=x", "OTHER=3"}, 0}, {[]string{"KBUILD_BUILD_USER=y"}, 2}, {nil, 0},
		{[]string{"KBUILD_BUILD_USER=x"}, 0}, {[]string{"KBUILD_BUILD_USER="}, 2}, {[]string{"KBUILD_BUILD_USER="}, 0},
	} {
		evaluated := 0
		p.env, p.heard = tt.env, func(e event.Event) {
			switch e := e.(type) {
			case event.MakeStarted:
				if !e.Settling {
					evaluated++
				}
			case event.MakeReplayed:
				evaluated--
			}
		}
		got, user := p.build(), ""
		for _, e := range tt.env {
			user += strings.TrimPrefix(e, "KBUILD_BUILD_USER=")
			if !strings.HasPrefix(e, "KBUILD") {
				user = user[:len(user)-len(e)]
			}
		}
		if want := fmt.Sprintf("[%s]\ntwo\ndone\nstatus 0\n", user); got != want {
			t.Errorf("run %d: %q, want %q", i, got, want)
		}
		if evaluated > tt.evaluated && tt.evaluated >= 0 {
			t.Errorf("run %d, %q: %d makes were evaluated, want %d", i, tt.env, evaluated, tt.evaluated)
		}
	}
}
