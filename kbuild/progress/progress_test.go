package progress

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/event"
)

func TestChoose(t *testing.T) {
	tty := Surroundings{Terminal: true, Term: "xterm"}
	with := func(change func(*Surroundings)) Surroundings {
		s := tty
		change(&s)
		return s
	}
	for _, tt := range []struct {
		option string
		s      Surroundings
		want   Mode
	}{
		{"", tty, OnScreen},
		{"auto", tty, OnScreen},
		{"auto", with(func(s *Surroundings) { s.Terminal = false }), Never},
		{"auto", with(func(s *Surroundings) { s.Term = "dumb" }), Never},
		{"auto", with(func(s *Surroundings) { s.Term = "" }), Never},
		{"auto", with(func(s *Surroundings) { s.CI = "true" }), Never},
		{"auto", with(func(s *Surroundings) { s.Quiet = true }), Never},
		{"auto", with(func(s *Surroundings) { s.Below = true }), Never},
		{"always", with(func(s *Surroundings) { s.CI, s.Quiet, s.Term = "1", true, "dumb" }), OnScreen},
		{"always", Surroundings{}, Plain},
		{"plain", tty, Plain},
		{"never", tty, Never},
	} {
		if got, err := Choose(tt.option, tt.s); got != tt.want || err != nil {
			t.Errorf("%q with %+v: %d, %v; want %d", tt.option, tt.s, got, err, tt.want)
		}
	}
	if _, err := Choose("sometimes", tty); err == nil || !strings.Contains(err.Error(), "sometimes") {
		t.Errorf("another word: %v", err)
	}
}

// play is a build of leaves that depend on one header, and a step that comes last.
type play struct {
	t    *testing.T
	now  time.Time
	line *Line
	dir  string
	ids  uint64
	left []time.Duration
	jobs int
}

// run has the leaves made by jobs, and calls look after each that has ended.
func (p *play) run(why string, tail time.Duration, look func()) {
	type job struct {
		id     uint64
		target string
		ends   time.Time
	}
	var jobs []job
	p.line.Listen(event.BuildStarted{Output: p.dir, Dir: p.dir})
	p.line.Listen(event.MakeStarted{Make: 1, Dir: p.dir})
	begin := func(target, why string, took time.Duration) {
		p.ids++
		p.line.Listen(event.TargetDecided{Make: 1, Target: target, Remake: true, Why: why})
		p.line.Listen(event.RecipeStarted{Make: 1, Target: target})
		p.line.Listen(event.CommandStarted{ID: p.ids, Make: 1, Target: target})
		jobs = append(jobs, job{p.ids, target, p.now.Add(took)})
	}
	end := func(i int) {
		j := jobs[i]
		jobs = append(jobs[:i], jobs[i+1:]...)
		p.now = j.ends
		p.line.Listen(event.CommandEnded{ID: j.id, Make: 1, Target: j.target})
		p.line.Listen(event.RecipeEnded{Make: 1, Target: j.target, OK: true, Ran: true, Took: 1})
		look()
	}
	next := 0
	for next < len(p.left) || len(jobs) > 0 {
		for next < len(p.left) && len(jobs) < p.jobs {
			begin(fmt.Sprintf("d/%d.o", next), why, p.left[next])
			next++
		}
		first := 0
		for i := range jobs {
			if jobs[i].ends.Before(jobs[first].ends) {
				first = i
			}
		}
		end(first)
	}
	begin("vmlinux", "changed: d/1.o", tail)
	end(0)
	p.line.Listen(event.BuildEnded{})
}

// TestEstimate plays a build of 500 objects and, on a machine that has become slower, what follows when a header of theirs has
// changed: from a fifth of the time on, the time left is right within a quarter in eight of ten builds.
func TestEstimate(t *testing.T) {
	dir := t.TempDir()
	for _, below := range []string{facts.OwnDir, "d"} {
		if err := os.Mkdir(filepath.Join(dir, below), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 500 {
		saved := fmt.Sprintf("savedcmd_d/%d.o := cc\n\ndeps_d/%d.o := \\\n  include/all.h \\\n    $(wildcard include/config/X) \\\n", i, i)
		if err := os.WriteFile(fmt.Sprintf("%s/d/.%d.o.cmd", dir, i), []byte(saved), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	good := 0
	for seed := range uint64(10) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		p := &play{t: t, now: time.Unix(1e9, 0), dir: dir, jobs: 4}
		for range 500 {
			p.left = append(p.left, time.Duration(200+rnd.ExpFloat64()*800)*time.Millisecond)
		}
		p.line = newLine(func() time.Time { return p.now })
		p.run("it does not exist", 10*time.Second, func() {})
		p.line.Keep(true)

		for i := range p.left { // the machine is slower, and not equally so
			p.left[i] = time.Duration(float64(p.left[i]) * (1.2 + 0.6*rnd.Float64()))
		}
		p.line = newLine(func() time.Time { return p.now })
		began := p.now
		type guess struct {
			at   time.Time
			left time.Duration
			ok   bool
		}
		var guesses []guess
		p.run("changed: include/all.h", 10*time.Second, func() {
			left, ok := p.line.estimate.left(p.now)
			guesses = append(guesses, guess{p.now, left, ok})
			if total := p.line.estimate.total(); total < 500 || total > 510 {
				t.Errorf("about %d targets", total)
			}
		})
		wall := p.now.Sub(began)
		right := true
		for _, g := range guesses {
			if g.at.Sub(began) < wall/5 || p.now.Sub(g.at) < 2*time.Second {
				continue
			}
			truth := p.now.Sub(g.at)
			if off := g.left - truth; !g.ok || off.Abs() > truth/4 {
				right = false
			}
		}
		if right {
			good++
		}
	}
	if good < 8 {
		t.Errorf("right in %d of 10 builds", good)
	}
}

// TestLineText looks at the words of the line.
func TestLineText(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := newLine(func() time.Time { return now })
	l.Listen(event.MakeStarted{Make: 1, Dir: "/d"})
	l.Listen(event.RecipeStarted{Make: 1, Target: "b.o"})
	l.Listen(event.CommandStarted{ID: 1, Make: 1, Target: "a.o", Text: "set -e;  echo '  CC      fs/ext4/inode.o'; gcc"})
	now = now.Add(14 * time.Second)
	l.Listen(event.CommandStarted{ID: 2, Make: 1, Target: "b.o", Text: "cp"})
	l.Listen(event.RecipeEnded{Make: 1, Target: "b.o", OK: false})
	got, changed := l.Text(80)
	if want := "[ 0  1 failed  2 jobs  0:14 ]  CC fs/ext4/inode.o 14s"; got != want || !changed {
		t.Errorf("%q, want %q", got, want)
	}
	if got, changed := l.Text(30); got != "[ 0  1 failed  2 jobs  0:14 ]" || changed {
		t.Errorf("cut: %q, changed %v", got, changed)
	}
	now = now.Add(31 * time.Second)
	if got, want := l.Plainly(30*time.Second), "gokbuild: 0, 1 failed, 0:45, running: CC fs/ext4/inode.o 45s\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := l.Plainly(30 * time.Second); got != "" {
		t.Errorf("again: %q", got)
	}
}

func FuzzHistory(f *testing.F) {
	f.Add([]byte(historyFirst + "\ntail 12\ntook 5 /a b\nusers 3 12 x.h\n"))
	f.Add([]byte("took 5 /a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := readHistory(bytes.NewReader(text))
		if err != nil {
			return
		}
		dir := t.TempDir()
		if err := h.save(dir); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(h, loadHistory(dir)); diff != "" {
			t.Error(diff)
		}
	})
}
