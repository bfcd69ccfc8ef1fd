package kbuild

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// This file is about -n, and --explain, while several jobs run.

// TestModeOfGoal: a makefile that is a goal is not made under -n, but one that is none is; a job keeps to that when the
// other comes. GNU make 4.3 forgets it and begins anew for ever, so there is nothing to compare with.
func TestModeOfGoal(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{
		"M":    "all: ; @echo all\nM: x ; @sleep 0.01; touch made; touch M\n",
		"a.mk": "a.mk: x ; @touch a.mk made.a\n",
		"x":    "",
	})
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"M", "a.mk"} {
		if err := os.Chtimes(filepath.Join(p.dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan int, 1)
	go func() { ended <- p.make("-n", "-j2", "-f", "a.mk", "-f", "M", "a.mk", "all") }()
	select {
	case st := <-ended:
		if st != 0 {
			t.Errorf("status %d", st)
		}
	case <-time.After(time.Minute):
		t.Fatal("it goes on for ever")
	}
	if !p.exists("made") || p.exists("made.a") {
		t.Errorf("M made: %v, a.mk made: %v", p.exists("made"), p.exists("made.a"))
	}
	if out := p.output(); !strings.HasSuffix(out, "echo all\n") || strings.Count(out, "touch a.mk made.a\n") != 2 {
		t.Errorf("printed:\n%s", out)
	}
}

// TestExplainJobs sees that each of several jobs says its own reason, before its first command.
func TestExplainJobs(t *testing.T) {
	for _, sync := range []string{"-Onone", "-Otarget", "-Oline"} {
		t.Run(sync, func(t *testing.T) {
			p := newProject(t, "4.3", map[string]string{
				"Makefile": "T := 1 2 3 4 5 6 7 8\nall: $(T:%=t%) bad last\n$(T:%=t%): t%: s% missing ; @sleep 0.01; cat $< >$@\n" +
					"bad: s1 ; @sleep 0.01; false\nlast: bad ; @echo never\nmissing: ; @: >$@; sleep 0\n",
				"s1": "", "s2": "", "s3": "", "s4": "", "s5": "", "s6": "", "s7": "", "s8": "",
			})
			if st := p.make("--explain", "-j4", "-k", sync); st != 2 {
				t.Errorf("status %d", st)
			}
			want := []string{"make: *** [Makefile:4: bad] Error 1", "make: Target 'all' not remade because of errors.",
				"make: remaking 'bad': it does not exist", "make: remaking 'missing': it does not exist"}
			for _, n := range "12345678" {
				want = append(want, "make: remaking 't"+string(n)+"': it does not exist")
			}
			slices.Sort(want)
			got := strings.Split(strings.TrimSuffix(p.output(), "\n"), "\n")
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("printed:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			// One changes: only it and what is broken are told of.
			p.newSession()
			p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
			date := time.Now().Add(time.Second)
			if err := os.Chtimes(filepath.Join(p.dir, "s3"), date, date); err != nil {
				t.Fatal(err)
			}
			p.make("--explain", "-j4", "-k", sync)
			if out := p.output(); strings.Count(out, "remaking") != 2 || !strings.Contains(out, "remaking 't3': changed: s3\n") {
				t.Errorf("printed:\n%s", out)
			}
		})
	}
}

// TestWhyNotMade: --why says of a target that it was not made, and on what evidence; of a name that no make met it, unless another
// process may have met it.
func TestWhyNotMade(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{
		"Makefile": "all: made/out ; @$(MAKE) -s below\nmade/out: src ; @mkdir -p made; cp $< $@\nbelow: src ; @: >below\nother: ; @touch $@\n" +
			"always: src FORCE ; @$(if $(filter %src,$?),echo $@; touch $@)\nFORCE:\n.PHONY: FORCE one.o\n" +
			"one.o: ; @$(MAKE) -s -f sub.mk one.o\n" +
			"unseen: ; @sh -c '$(MAKE) -s below'; :\n", "src": "", ".config": "",
		"sub.mk": "one.o: src FORCE ; @$(if $(wildcard $@),,touch $@)\nFORCE:\n.PHONY: FORCE\n",
	})
	const none, left = ": no such target came up", "; makes in which nothing has changed were left out"
	const not, since = "make: not remaking '", "': nothing has changed for its make since it was made, DATE"
	for _, c := range []struct {
		change string // files that get another text; behind a ~, the same under a new date; "known": nothing, until that is remembered
		args   string
		status int
		want   string // what is said besides "remaking"
	}{
		{"", "--why=out --why=below --why=src --why=nosuch", 0, not + "src': it is there, and no rule makes it\nmake: nosuch" + none},
		{"known", "--why=made/out --why=below --why=./src --why=nosuch", 0, not + "made/out" + since + "\n" + not + "below" + since + "\n" +
			not + "src': nothing has changed for the makes that may make it, and they were left out\nmake: nosuch" + none + left},
		{"Makefile", "--why=made/out", 0, not + "made/out': nothing it depends on is newer"},
		{"src", "--why=made/out", 0, ""},
		{"Makefile ~src", "--why=made/out", 0, not + "made/out': what is newer holds what it held when it was made: src"},
		{"src", "--why=always always", 0, "always"},
		{"Makefile", "--why=always always", 0, "make: 'always' is up to date.\n" + not + "always': nothing it depends on has changed, and its recipe found nothing to run"},
		{"", "--why=other --why=nosuch other", 0, "make: nosuch" + none},
		{"", "--why=nosuch unseen", 0, ""},
		{"", "--why=nosuch -n", 0, "mkdir -p made; cp src made/out\nmake -s below\nmake: nosuch" + none},
		{"", "--why=below -n below", 0, "make: 'below' is up to date.\n" + not + "below': nothing it depends on is newer"},
		{"", "--why=one.o one.o", 0, ""},
		{"sub.mk", "--why=one.o one.o", 0, not + "one.o': nothing it depends on has changed, and its recipe found nothing to run"},
		{"known", "--why=one.o one.o", 0, not + "one.o" + since},
		{"Makefile", "--why=FORCE always", 0, "make: 'always' is up to date.\n" + not + "FORCE': it is phony, and its recipe found nothing to run"},
		{"", "--why=nosuch bad", 2, "make: *** No rule to make target 'bad'.  Stop.\nmake: nosuch" + none},
		{"", "--why=bad bad", 2, "make: *** No rule to make target 'bad'.  Stop."},
	} {
		p.newSession()
		for n := 0; c.change == "known" && !p.s.Idle(); n++ {
			if n == 10 {
				t.Fatal("that nothing has changed is never remembered")
			}
			p.make()
		}
		for _, name := range strings.Fields(strings.TrimPrefix(c.change, "known")) {
			name, touch := strings.CutPrefix(name, "~")
			name = filepath.Join(p.dir, name)
			text, err := os.ReadFile(name)
			if err == nil && !touch {
				err = os.WriteFile(name, append(text, "# more\n"...), 0o666)
			}
			if err := errors.Join(err, os.Chtimes(name, time.Time{}, time.Now())); err != nil {
				t.Fatal(err)
			}
		}
		p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
		st := p.make(strings.Fields(c.args)...)
		lines := slices.DeleteFunc(strings.Split(p.output(), "\n"), func(l string) bool { return l == "" || strings.Contains(l, ": remaking '") })
		got := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`).ReplaceAllString(strings.Join(lines, "\n"), "DATE")
		if st != c.status || got != c.want {
			t.Errorf("%s: status %d, printed\n%s\nwant\n%s", c.args, st, got, c.want)
		}
	}
}
