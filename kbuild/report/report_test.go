package report

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile/profiletest"
	"gokbuild/kbuild/output"
)

// large is the account of a build of so many objects in four job slots, in a few makes.
func large(targets int) *account {
	a := newAccount()
	a.Listen(event.BuildStarted{Argv: []string{"make", "-j4"}, Dir: "/src", Output: "/src", Jobs: 4})
	a.Listen(event.MakeStarted{Make: 1, Dir: "/src"})
	a.Listen(event.MakeRead{Make: 1})
	a.Listen(event.RecipeStarted{Make: 1, Target: "all"})
	a.Listen(event.MakeStarted{Make: 2, Parent: 1, Caller: "all", Dir: "/src"})
	type job struct {
		id     uint64
		target string
	}
	var jobs []job
	end := func() {
		j := jobs[0]
		jobs = jobs[1:]
		a.Listen(event.ProcessEnded{Make: 2, Target: j.target, Path: "/usr/bin/gcc", CPU: 30 * time.Millisecond})
		a.Listen(event.CommandEnded{ID: j.id, Make: 2, Target: j.target, By: event.ByInProcess})
		text := ""
		if j.id%100 == 0 {
			text = fmt.Sprintf("<x>&.c:%d:1: warning: unused variable ‘x’ [-Wunused-variable]\n", j.id)
		}
		a.Listen(event.RecipeEnded{Make: 2, Target: j.target, OK: j.id%1000 != 7, Ran: true, Took: time.Millisecond, Stderr: text})
	}
	for i := range targets {
		target := fmt.Sprintf("drivers/d%d/some_object_with_a_long_name_%d.o", i%300, i)
		if len(jobs) == 4 {
			end()
		}
		a.Listen(event.TargetDecided{Make: 2, Target: target, Remake: true, Why: "changed: include/linux/sched.h"})
		a.Listen(event.RecipeStarted{Make: 2, Target: target})
		a.Listen(event.CommandStarted{ID: uint64(i + 1), Make: 2, Target: target, Text: "echo '  CC      " + target + "'; gcc -c " + strings.Repeat("-Wsomething ", 60)})
		jobs = append(jobs, job{uint64(i + 1), target})
	}
	for len(jobs) > 0 {
		end()
	}
	a.Listen(event.MakeEnded{Make: 2})
	a.Listen(event.CommandEnded{Make: 1, Target: "all", By: event.BySubmake})
	a.Listen(event.RecipeEnded{Make: 1, Target: "all", OK: true, Ran: true, Took: time.Second})
	a.Listen(event.BuildEnded{Status: 0})
	return a
}

// write has an account write a file, and returns its name.
func write(t *testing.T, to func(*os.File) error, base string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), base))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := to(f); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// TestTrace: lanes never overlap and are as many as there are job slots, and what processes used is told.
func TestTrace(t *testing.T) {
	data, err := os.ReadFile(write(t, large(2000).writeTrace, "t"))
	if err != nil {
		t.Fatal(err)
	}
	var trace struct{ TraceEvents []traceEvent }
	if err := json.Unmarshal(data, &trace); err != nil {
		t.Fatal(err)
	}
	type lane struct{ pid, tid int }
	until := make(map[lane]float64)
	lanes, commands, cpu := map[int]bool{}, 0, 0.0
	for _, e := range trace.TraceEvents {
		if e.Phase != "X" {
			continue
		}
		l := lane{e.PID, e.TID}
		if e.At < until[l]-0.15 || e.Took < 0 { // a tenth of a microsecond is rounded
			t.Fatalf("%s begins at %g, before the end %g of the one before", e.Name, e.At, until[l])
		}
		until[l] = e.At + e.Took
		if e.PID == jobsPID {
			lanes[e.TID] = true
			commands++
			cpu += e.Args["cpu_ms"].(float64)
		}
	}
	if len(lanes) != 4 || commands != 2000 || cpu != 2000*30 {
		t.Errorf("%d lanes, %d commands, %g ms", len(lanes), commands, cpu)
	}
}

// TestReport writes that of 20,000 targets.
func TestReport(t *testing.T) {
	a := large(20000)
	began := time.Now()
	name := write(t, a.writeReport, "r.html")
	took := time.Since(began)
	st, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %v", st.Size(), took)
	if took > 3*time.Second || st.Size() > 2<<20 {
		t.Errorf("%d bytes in %v", st.Size(), took)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"http:", "https:", "src=", "@import"} {
		if strings.Contains(string(text), part) {
			t.Errorf("it has %q: it may need the network", part)
		}
	}
	for _, part := range []string{"include/linux/sched.h", "drivers/d7", "&lt;x&gt;&amp;.c:100:1: warning", "Critical path"} {
		if !strings.Contains(string(text), part) {
			t.Errorf("no %q", part)
		}
	}
}

// TestReportInBrowser opens a report in a browser that has no network: it must have nothing to say.
func TestReportInBrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		need.Missing(t, "chromium is needed to open a page")
	}
	name := write(t, large(500).writeReport, "r.html")
	cmd := exec.Command(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--enable-logging=stderr",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+name)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, errs.String())
	}
	if strings.Contains(errs.String(), "CONSOLE") {
		t.Errorf("it says:\n%.2000s", errs.String())
	}
	if n := strings.Count(string(out), "<rect"); n != 500 || !strings.Contains(string(out), `<h2 id="folders">`) {
		t.Errorf("%d bars:\n%.500s", n, out)
	}
}

// TestCriticalPath has a step wait for another, across makes.
func TestCriticalPath(t *testing.T) {
	a := newAccount()
	top, below := &makeRun{Number: 1}, &makeRun{Number: 2, Parent: 1}
	sub := &step{Make: top, Target: "sub", Began: 1, Ended: 50, Recursive: true, OK: true}
	below.Caller = sub
	ms := func(n int) time.Duration { return time.Duration(n) * 10 * time.Millisecond }
	made := func(m *makeRun, target string, began, ended int, after ...string) *step {
		return &step{Make: m, Target: target, Began: ms(began), Ended: ms(ended), After: after, OK: true}
	}
	a.Steps = []*step{made(top, "gen.h", 0, 10), sub, made(below, "a.o", 11, 30), made(below, "b.o", 11, 20), made(below, "lib.a", 30, 40, "a.o", "b.o"),
		made(top, "c.o", 11, 25, "gen.h"), made(top, "prog", 41, 60, "sub", "c.o")}
	sub.Began, sub.Ended, sub.After = ms(10), ms(41), []string{"gen.h"}
	path := func() (targets string) {
		for _, s := range a.criticalPath() {
			targets += s.Target + " "
		}
		return targets
	}
	if got, want := path(), "gen.h a.o lib.a prog "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	// The recipe of sub has called another make before.
	first := &makeRun{Number: 3, Parent: 1, Caller: sub}
	a.Steps = append(a.Steps, made(first, "first.o", 10, 11, "gone.h"), made(first, "late.o", 10, 39))
	if got, want := path(), "gen.h first.o a.o lib.a prog "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAgain: the command that is told after an error makes the target alone, with the options of the build in one word each.
func TestAgain(t *testing.T) {
	plain, err := output.ChooseColours("never", false, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"--summary -j 8 -k":                             "gokbuild b.o",
		"--summary -kj8 -s O=out all":                   "gokbuild -s O=out b.o",
		"-C /src -f m.mk --jobs 3 --json=x --no-native": "gokbuild -C/src -fm.mk --no-native b.o",
		"--keep-going --trace=t --sarif s -j -- a.o":    "gokbuild b.o",
		"CFLAGS=-O2|x -I i -l 4":                        "gokbuild 'CFLAGS=-O2|x' -Ii -l4 b.o",
	} {
		argv := append([]string{"make"}, strings.Fields(args)...)
		f := flags.New(profiletest.Of("4.3"))
		if err := f.Load(argv, flags.Env{}); err != nil {
			t.Fatal(err)
		}
		a := newAccount()
		a.Bare = bare(f, argv)
		a.Listen(event.BuildStarted{Argv: argv, Dir: "/src", Goals: f.Goals})
		a.Listen(event.MakeStarted{Make: 1, Dir: "/src"})
		a.Listen(event.RecipeStarted{Make: 1, Target: "b.o"})
		a.Listen(event.CommandStarted{ID: 1, Make: 1, Target: "b.o", Text: "gcc"})
		a.Listen(event.CommandEnded{ID: 1, Make: 1, Target: "b.o"})
		a.Listen(event.RecipeEnded{Make: 1, Target: "b.o", Ran: true})
		a.Listen(event.BuildEnded{Status: 2})
		if _, got, _ := strings.Cut(a.summary(plain), "again: "); got != want+"\n" {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
}
