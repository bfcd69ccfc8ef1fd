package kbuild

import (
	"os"
	"strings"
	"testing"

	"gokbuild/kbuild/lang/profile/profiletest"
)

// TestKeyOfOptions gives options one after the other: those that decide nothing must not make another run of make of it,
// those that makefiles can see must.
func TestKeyOfOptions(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{"Makefile": "all:\n\t@echo '[$(MAKEFLAGS)]'\n", ".config": ""})
	for _, tt := range []struct {
		args     string
		recalled bool
	}{
		{"", false}, {"", true}, {"--stats", true}, {"--explain", true}, {"--why=x --stats", true}, {"-j2", false}, {"-j2", true},
		{"-j3", false}, {"-j 3 --stats", true}, {"--jobs=3", true}, {"-j2", true}, {"-j1", false}, {"X=1", false}, {"--no-wait X=1", true}, {"-k", false},
	} {
		p.s.Close()
		p.newSession()
		if status := p.make(strings.Fields(tt.args)...); status != 0 {
			t.Fatalf("%q: status %d\n%s", tt.args, status, p.output())
		}
		if got := p.stats.Recalled > 0; got != tt.recalled {
			t.Errorf("%q: recalled %t, want %t", tt.args, got, tt.recalled)
		}
	}
}

// TestWindowVariables changes variables of the environment that are no part of the key: only makes whose makefiles use them take
// notice.
func TestWindowVariables(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{".config": "",
		"Makefile": "all:\n\t@$(MAKE) -C one\n\t@$(MAKE) -C two\n", "one/Makefile": "all:\n\t@echo '[$(PWD) $(COLUMNS)]'\n", "two/Makefile": "all:\n\t@echo two\n"})
	for _, tt := range []struct {
		env      []string
		want     string
		recalled int
	}{
		{[]string{"PWD=" + p.dir, "COLUMNS=80"}, "DIR 80", 0},
		{[]string{"PWD=" + p.dir, "COLUMNS=80"}, "DIR 80", 1},
		{[]string{"PWD=" + p.dir, "COLUMNS=80", "LINES=20"}, "DIR 80", 1},
		{[]string{"PWD=" + p.dir, "COLUMNS=90"}, "DIR 90", 1}, // the other sub-make
		{[]string{"PWD=" + p.dir, "COLUMNS=90"}, "DIR 90", 1},
		{[]string{"PWD=" + p.dir + "/one", "COLUMNS=90"}, "DIR/one 90", 1},
		{[]string{"PWD=" + p.dir + "/one", "COLUMNS=90"}, "DIR/one 90", 1},
		{[]string{"PWD=/", "COLUMNS=90"}, "/ 90", 1},
		{[]string{"PWD=/"}, "/ ", 1},
		{[]string{"PWD=/"}, "/ ", 1},
		{[]string{"PWD=/", "COLUMNS=70"}, "/ 70", 1},
		{[]string{"PWD=/", "COLUMNS=70", "INSIDE_EMACS=29.1,compile", "VSCODE_PID=1"}, "/ 70", 1},
	} {
		p.s.Close()
		p.newSession()
		p.stdout = p.temp("stdout")
		call := Call{Argv: []string{"make", "--no-print-directory"}, Dir: p.dir, Env: append([]string{"PATH=/usr/bin:/bin"}, tt.env...), Stdout: p.stdout, Stderr: p.stderr}
		if status := p.s.Run(call); status != 0 || p.output() != "["+tt.want+"]\ntwo\n" {
			t.Errorf("%q: status %d, %q", tt.env, status, p.output())
		}
		if got := p.stats.Recalled; got != tt.recalled {
			t.Errorf("%q: %d recalled, want %d", tt.env, got, tt.recalled)
		}
	}
}

// TestWindowVariableAppears: a makefile that looked at a variable that was not there notices when it is, also if a make above sets it.
func TestWindowVariableAppears(t *testing.T) {
	for _, ask := range []string{"$(TMUX)", "$(origin TMUX)", "$(flavor TMUX)", "$(value TMUX)", "$(call TMUX)", "$(W)", "$(TMUX:x=y)"} {
		p := newProject(t, "4.3", map[string]string{".config": "",
			"Makefile": "include top.mk\nifdef TMUX\nW = is set\nendif\nall:\n\t@echo '[" + ask + "]'\n\t@$(MAKE) -C sub\n", "top.mk": "",
			"sub/Makefile": "ifdef TMUX\nW = is set\nendif\nall:\n\t@echo '[" + ask + "]'\n"})
		outputs := map[string]int{}
		for i, env := range []string{"A=", "A=", "TMUX=x", "TMUX=x", "A=", "A=", "above"} {
			p.s.Close()
			p.newSession()
			p.stdout = p.temp("stdout")
			if env == "above" {
				if err := os.WriteFile(p.dir+"/top.mk", []byte("export TMUX = x\n"), 0o666); err != nil {
					t.Fatal(err)
				}
				env = "A="
			}
			call := Call{Argv: []string{"make", "--no-print-directory"}, Dir: p.dir, Env: []string{"PATH=/usr/bin:/bin", env}, Stdout: p.stdout, Stderr: p.stderr}
			if status := p.s.Run(call); status != 0 {
				t.Fatalf("status %d, %q", status, p.output())
			}
			fresh := NewSession(profiletest.Of("4.3"))
			got := p.output()
			p.stdout = p.temp("stdout")
			call.Argv, call.Stdout = append(call.Argv, "--no-native=memory"), p.stdout
			fresh.Run(call)
			fresh.Close()
			if want := p.output(); got != want {
				t.Errorf("%s, run %d: %q, want %q", ask, i, got, want)
			}
			outputs[got]++
			if recalled := p.stats.Recalled; (i == 1 || i == 3 || i == 5) && recalled == 0 {
				t.Errorf("%s, run %d: nothing recalled", ask, i)
			}
		}
		if len(outputs) < 2 {
			t.Errorf("%s: the same output always", ask)
		}
	}
}
