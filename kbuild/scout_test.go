package kbuild

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gokbuild/depgraph"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
)

// begun is a Natives whose program can begin before it is wanted.
type begun struct {
	mu                sync.Mutex
	ready             chan struct{}
	begun, ran        []string
	begunEnv, ranEnv  []string
	beganFirst, ended bool
}

func (b *begun) Program(string, string) (shell.NativeFunc, string) { return nil, "" }

func (b *begun) Unbuilt(target string, _ func() string, _ func(string) bool) *native.Unbuilt {
	if target != "dir/tool" {
		return nil
	}
	run := func(_ context.Context, c *shell.Call) (depgraph.Status, bool) {
		<-b.ready
		b.mu.Lock()
		defer b.mu.Unlock()
		b.ran, b.ranEnv = c.Argv, c.Environ()
		return depgraph.Status{}, true
	}
	begin := func(argv []string, _ string, env []string) func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.begun, b.begunEnv, b.beganFirst = argv, env, b.ran == nil
		close(b.ready)
		return func() { b.ended = true }
	}
	return &native.Unbuilt{Step: "tool", Run: run, Begin: begin}
}

// twoProcessors makes sure that a scout is sent.
func twoProcessors(t *testing.T) {
	old := runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
	t.Cleanup(func() { runtime.GOMAXPROCS(old) })
}

// TestScout: the scout finds the program and its environment two makes down, while the real makes have not come to it, and has no
// effects: what has any is done once, by the makes themselves.
func TestScout(t *testing.T) {
	const makefile = `HERE := $(shell echo real >>log; pwd)
GUESS := $(shell set -e; TMP=.tmp_$$$$; trap "rm -rf $$TMP" EXIT; mkdir $$TMP; if (test -d $$TMP) >/dev/null 2>&1; then echo "good"; else echo "bad"; fi)
WORD := $(shell printf '%s' word | sed s/w/W/)
export HERE GUESS WORD
$(file >>log,file)
x_config: first
	$(MAKE) -f sub.mk x_config
first:
	@echo recipe >>log; echo said
.PHONY: first
`
	const sub = `X := $(shell mkdir -p made)
x_config: dir/tool
	$< --x $(GUESS)
	@echo done >>log
%/tool: %/tool.c
	false
`
	twoProcessors(t)
	for _, jobs := range []string{"-j1", "-j4"} {
		t.Run(jobs, func(t *testing.T) {
			p := newProject(t, "4.3", map[string]string{"Makefile": makefile, "sub.mk": sub, "dir/tool.c": ""})
			b := &begun{ready: make(chan struct{})}
			p.s.Natives, p.s.Probes = b, probe.Open("")
			if status := p.make(jobs, "x_config"); status != 0 {
				t.Fatalf("status %d\n%s", status, p.output())
			}
			p.s.Close()
			if want := []string{"dir/tool", "--x", "good"}; !b.beganFirst || !b.ended || !slices.Equal(b.begun, want) || !slices.Equal(b.ran, want) {
				t.Errorf("begun as %q (first: %v, ended: %v), run as %q", b.begun, b.beganFirst, b.ended, b.ran)
			}
			if !slices.Equal(b.begunEnv, b.ranEnv) {
				t.Errorf("begun with\n%s\nrun with\n%s", strings.Join(b.begunEnv, "\n"), strings.Join(b.ranEnv, "\n"))
			}
			log, err := os.ReadFile(filepath.Join(p.dir, "log"))
			if want := "real\nfile\nrecipe\ndone\n"; err != nil || string(log) != want {
				t.Errorf("%q, %v; want %q", log, err, want)
			}
			if n := strings.Count(p.output(), "said"); n != 1 {
				t.Errorf("recipe printed %d times", n)
			}
		})
	}
}

// TestGuess: what the same call of make came to the last time begins before any makefile is read; where something else comes to it, that
// runs as ever.
func TestGuess(t *testing.T) {
	const makefile = `seen := $(shell test -e begun && echo seen)
x_config: dir/tool
	$< --x $(word)
	@echo $(seen)
%/tool: %/tool.c
	false
`
	twoProcessors(t)
	p := newProject(t, "4.3", map[string]string{"Makefile": makefile, "dir/tool.c": ""})
	memo := probe.Open(filepath.Join(p.dir, "cache"))
	for i, turn := range []struct{ word, guess, seen string }{{"a", "", ""}, {"a", "a", "seen"}, {"b", "a", "seen"}, {"b", "b", "seen"}} {
		b := &begun{ready: make(chan struct{})}
		p.s.Natives, p.s.Probes = &marking{b, filepath.Join(p.dir, "begun")}, memo
		p.write("Makefile", "word := "+turn.word+"\n"+makefile)
		from := len(p.output())
		if status := p.make("x_config"); status != 0 {
			t.Fatalf("%d: status %d\n%s", i, status, p.output())
		}
		if want := []string{"dir/tool", "--x", turn.word}; !slices.Equal(b.ran, want) {
			t.Errorf("%d: ran %q", i, b.ran)
		}
		if want := []string{"dir/tool", "--x", turn.guess}; turn.guess != "" && (!slices.Equal(b.begun, want) || !b.ended) {
			t.Errorf("%d: begun as %q (ended: %t)", i, b.begun, b.ended)
		}
		if said := p.output()[from:]; turn.guess != "" && !strings.Contains(said, turn.seen+"\n") {
			t.Errorf("%d: it was not begun before the makefile was read:\n%s", i, said)
		}
		os.Remove(filepath.Join(p.dir, "begun"))
	}
	p.s.Close()
}

// TestGuessFirst: of two calls of such programs the first is the one to guess.
func TestGuessFirst(t *testing.T) {
	twoProcessors(t)
	p := newProject(t, "4.3", map[string]string{"Makefile": "x_config: dir/tool\n\t$< --x a\n\t$< --x b\n%/tool: %/tool.c\n\tfalse\n", "dir/tool.c": ""})
	memo := probe.Open(filepath.Join(p.dir, "cache"))
	for i := range 4 {
		b := &begun{ready: make(chan struct{})}
		p.s.Natives, p.s.Probes = b, memo
		if status := p.make("x_config"); status != 0 {
			t.Fatalf("%d: status %d\n%s", i, status, p.output())
		}
		if want := []string{"dir/tool", "--x", "a"}; !slices.Equal(b.begun, want) {
			t.Errorf("%d: begun as %q", i, b.begun)
		}
	}
}

// marking is begun, and makes a file when the program begins.
type marking struct {
	*begun
	file string
}

func (m *marking) Unbuilt(target string, source func() string, on func(string) bool) *native.Unbuilt {
	u := m.begun.Unbuilt(target, source, on)
	if u != nil {
		begin := u.Begin
		u.Begin = func(argv []string, dir string, env []string) func() {
			_ = os.WriteFile(m.file, nil, 0o666)
			return begin(argv, dir, env)
		}
	}
	return u
}

// TestScoutGivesUp: makes that never come to such a program end as ever, and nothing is left behind.
func TestScoutGivesUp(t *testing.T) {
	twoProcessors(t)
	for _, makefile := range []string{
		"x_config:\n\t@$(MAKE) x_config N=x$(N) 2>/dev/null; test -z '$(N)'\nifeq ($(N),xxxx)\n$(error enough)\nendif\n",
		"X := $(shell sleep 0.01; echo no probe)\nx_config:\n\t@echo $(X)\n",
		"x_config: made\nmade: ; @echo x >made; false\n",
		"$(error no)\n",
		"include made.mk\nx_config: ;\nmade.mk: ; @echo 'Y := 1' >$@; echo once >>log\n",
		"x_config: a.c\n%.b: %.a ; cp $< $@\n%.c: %.b ; cp $< $@\n.INTERMEDIATE: a.b\n",
	} {
		var outputs [2]string
		var files [2][]string
		for i, off := range []string{"--no-native=kconfig", ""} {
			p := newProject(t, "4.3", map[string]string{"Makefile": makefile, "a.a": ""})
			p.s.Natives, p.s.Probes = &begun{}, probe.Open("")
			p.make(strings.Fields("x_config " + off)...)
			p.s.Close()
			outputs[i] = strings.ReplaceAll(p.output(), p.dir, "DIR")
			list, err := os.ReadDir(p.dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				text, _ := os.ReadFile(filepath.Join(p.dir, f.Name()))
				files[i] = append(files[i], f.Name()+": "+string(text))
			}
		}
		if outputs[0] != outputs[1] || !slices.Equal(files[0], files[1]) {
			t.Errorf("%s:\nwithout:\n%s%q\nwith:\n%s%q", makefile, outputs[0], files[0], outputs[1], files[1])
		}
	}
}

// TestScoutLeavesPipes: what is in a pipe is for the make that is scouted for.
func TestScoutLeavesPipes(t *testing.T) {
	twoProcessors(t)
	for range 20 {
		p := newProject(t, "4.3", nil)
		p.s.Natives, p.s.Probes = &begun{}, probe.Open("")
		makefile, file := p.pipe("pipe", "T := $(file <file)\nx_config: ; @echo $T\n"), p.pipe("file", "text")
		if status := p.make("-f", "pipe", "x_config"); status != 0 || p.output() != "text\n" {
			t.Errorf("status %d, %q", status, p.output())
		}
		if !makefile() || !file() {
			t.Error("not read")
		}
	}
}
