package kbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/profile/profiletest"
)

// project is a directory with makefiles and a session to run them in.
type project struct {
	t   *testing.T
	dir string
	s   *Session
	// stats counts what the last session did.
	stats  *event.Stats
	stdout *os.File
	stderr *os.File
}

// newProject writes files ("name: content" pairs) into a new directory.
func newProject(t *testing.T, version string, files map[string]string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir()}
	p.newSessionOf(version)
	for name, text := range files {
		name = filepath.Join(p.dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
	t.Cleanup(func() { p.s.Close() })
	return p
}

// newSession begins a session as a new process would.
func (p *project) newSession() { p.newSessionOf("4.3") }

func (p *project) newSessionOf(version string) {
	p.s, p.stats = NewSession(profiletest.Of(version)), event.NewStats()
	p.s.Listen(p.stats.Listen)
}

func (p *project) temp(name string) *os.File {
	f, err := os.Create(filepath.Join(p.t.TempDir(), name))
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { f.Close() })
	return f
}

// make runs make with arguments in the project's directory.
func (p *project) make(args ...string) int {
	env := []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent"}
	return p.s.Run(Call{Argv: append([]string{"make"}, args...), Dir: p.dir, Env: env, Stdout: p.stdout, Stderr: p.stderr})
}

// output is what was printed: standard output, then standard error.
func (p *project) output() string {
	out := ""
	for _, f := range []*os.File{p.stdout, p.stderr} {
		data, err := os.ReadFile(f.Name())
		if err != nil {
			p.t.Fatal(err)
		}
		out += string(data)
	}
	return strings.ReplaceAll(out, p.dir, "DIR")
}

func (p *project) exists(name string) bool {
	_, err := os.Lstat(filepath.Join(p.dir, name))
	return err == nil
}

// TestErrorsInRecipes sees that an error that turns up while a recipe is
// expanded, or its environment, ends that make and nothing else.
func TestErrorsInRecipes(t *testing.T) {
	for _, c := range []struct {
		name, makefile string
		status         int
		want           string
	}{
		{"recipe", "all: ; @echo $(error boom)\n", 2, "Makefile:1: *** boom.  Stop.\n"},
		{"environment", "all:\n\techo hi | cat\n\nexport X = $(error boom)\n", 2, "echo hi | cat\nMakefile:4: *** boom.  Stop.\n"},
		{"own environment", "all: export X = $(word x,y)\nall: ; @echo hi | cat\n", 2,
			"Makefile:1: *** non-numeric first argument to 'word' function: 'x'.  Stop.\n"},
		{"shell", "all:\n\t@:\n\t@echo hi\nSHELL = $(error boom)\n", 2, "Makefile:2: *** boom.  Stop.\n"},
		{"shell flags", "all: ; @echo hi\n.SHELLFLAGS = $(error boom)\n", 2, "Makefile:1: *** boom.  Stop.\n"},
		{"no names", ".DEFAULT_GOAL = a()\nall: ; @echo hi\n", 2, "make: *** No rule to make target 'a()'.  Stop.\n"},
		{"sub-make", "all: a b\na b: ; -@$(MAKE) -s --no-print-directory -f sub.mk $@\n", 0,
			"sub.mk:1: *** boom.  Stop.\nmake: [Makefile:2: a] Error 2 (ignored)\n" +
				"sub.mk:1: *** boom.  Stop.\nmake: [Makefile:2: b] Error 2 (ignored)\n"},
	} {
		for _, jobs := range []string{"-j1", "-j2"} {
			t.Run(c.name+jobs, func(t *testing.T) {
				p := newProject(t, "4.3", map[string]string{"Makefile": c.makefile, "sub.mk": "a b: ; @echo $(error boom)\n"})
				if status := p.make(jobs); status != c.status {
					t.Errorf("status %d, want %d", status, c.status)
				}
				got := p.output()
				if jobs == "-j2" && c.name == "sub-make" {
					// Two makes at once print in any order.
					if n := strings.Count(got, "boom"); n != 2 {
						t.Errorf("%d errors:\n%s", n, got)
					}
					return
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("output (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestIncludesItself: make has a file open for each makefile it is inside of, and
// ends when it can open no more.
func TestIncludesItself(t *testing.T) {
	for _, word := range []string{"include", "-include"} {
		p := newProject(t, "4.3", map[string]string{"Makefile": word + " Makefile\nall: ;\n"})
		if status := p.make(); status != 2 {
			t.Errorf("%s: status %d", word, status)
		}
		if diff := cmp.Diff("Makefile:1: *** Too many open files.  Stop.\n", p.output()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", word, diff)
		}
	}
}

// TestErrorWhileOthersRun ends one job by an error in its environment while
// another runs: that one ends in peace.
func TestErrorWhileOthersRun(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{"Makefile": "all: a b\n" +
		"a: ; @cat go > $@; echo a >> $@\n" +
		"b: export X = $(error boom)\n" +
		"b: ; @cat /dev/null\n"})
	fifo(t, p.dir+"/go")
	done := make(chan int)
	go func() { done <- p.make("-j2") }()
	// The reader exists once a runs; b fails before or after that.
	w, err := os.OpenFile(p.dir+"/go", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.WriteString("x\n")
	w.Close()
	if status := <-done; status != 2 {
		t.Errorf("status %d", status)
	}
	if data, _ := os.ReadFile(p.dir + "/a"); string(data) != "x\na\n" {
		t.Errorf("a holds %q", data)
	}
	if out := p.output(); !strings.Contains(out, "Makefile:3: *** boom.  Stop.\n") {
		t.Errorf("output:\n%s", out)
	}
}

// TestShellSeesExports: variables that are being worked out have the value they
// came with, others are seen (make 4.4).
func TestShellSeesExports(t *testing.T) {
	p := newProject(t, "4.4.1", map[string]string{"Makefile": "export B = $(shell echo \"[$$A|$$C]\" hi)\n" +
		"export A = $(B)\nexport C = c\n$(info b=$(B))\n$(info a=$(A))\nall: ; @echo $$A $$B\n"})
	if status := p.make(); status != 0 {
		t.Errorf("status %d", status)
	}
	if diff := cmp.Diff("b=[|c] hi\na=[|c] hi\n[|c] hi [|c] hi\n", p.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func fifo(t *testing.T, name string) {
	t.Helper()
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Whoever still waits for it, as a child of a shell that a signal has ended, goes.
		if w, err := os.OpenFile(name, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			w.Close()
		}
	})
}

// TestInterrupt interrupts a build in the middle of a recipe: the half-made
// target is deleted, targets that were there stay, and make returns.
func TestInterrupt(t *testing.T) {
	recipe := "echo half > $@; echo started > ready; cat never; echo whole > $@"
	for _, c := range []struct {
		name, makefile string
		args           []string
	}{
		{"one", "all: done out\ndone: ; @echo d > $@\nout: ; @" + recipe + "\n", nil},
		{"lines", "all: done out\ndone: ; @echo d > $@\nout:\n\t@echo half > $@\n\t@echo started > ready\n\t@cat never\n\t@echo whole > $@\n", nil},
		{"parallel", "all: done out w1 w2\ndone: ; @echo d > $@\nout: done ; @" + recipe + "\nw1 w2: out ; @echo no > $@\n", []string{"-j3"}},
		{"keep going", "all: done out w1\ndone: ; @echo d > $@\nout: done ; @" + recipe + "\nw1: out ; @echo no > $@\n", []string{"-k"}},
		{"sub-make", "all: done ; @$(MAKE) out\ndone: ; @echo d > $@\nout: ; @" + recipe + "\n", []string{"--no-print-directory"}},
		{"sub-make in a list", "all: done ; @set -e; $(MAKE) out; echo no > w1\ndone: ; @echo d > $@\nout: ; @" + recipe + "\n", nil},
		{"real shell", "all: done out\ndone: ; @echo d > $@\nout: ; @" + recipe + "\n", []string{"--no-native"}},
		{"makefile", "all: done\n-include out\nout: done ; @" + recipe + "\ndone: ; @echo d > $@\n", nil},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			t.Run(c.name+"/"+sig.String(), func(t *testing.T) {
				p := newProject(t, "4.3", map[string]string{"Makefile": c.makefile})
				fifo(t, p.dir+"/ready")
				fifo(t, p.dir+"/never")
				status := make(chan int)
				go func() { status <- p.make(c.args...) }()
				r, err := os.Open(p.dir + "/ready")
				if err != nil {
					t.Fatal(err)
				}
				buf := make([]byte, 8)
				if n, err := r.Read(buf); err != nil || string(buf[:n]) != "started\n" {
					t.Fatalf("read %q, %v", buf[:n], err)
				}
				r.Close()
				p.s.Interrupt(sig)
				if sig == syscall.SIGINT {
					// The terminal would have interrupted cat too; here it ends when
					// it is let go on, if it was started at all.
					go func() {
						if w, err := os.OpenFile(p.dir+"/never", os.O_WRONLY, 0); err == nil {
							w.Close()
						}
					}()
					defer func() {
						if r, err := os.OpenFile(p.dir+"/never", os.O_RDONLY|syscall.O_NONBLOCK, 0); err == nil {
							r.Close()
						}
					}()
				}
				if st := <-status; st == 0 {
					t.Error("make ended with status 0")
				}
				for name, want := range map[string]bool{"out": false, "done": true, "w1": false, "w2": false} {
					if got := p.exists(name); got != want && !(name == "done" && c.name == "makefile") {
						t.Errorf("%s exists: %v\n%s", name, got, p.output())
					}
				}
				if out := p.output(); !strings.Contains(out, "*** Deleting file 'out'\n") || strings.Contains(out, "panic") {
					t.Errorf("output:\n%s", out)
				}
				if got := p.s.Stopping(); got != sig {
					t.Errorf("Stopping() = %v", got)
				}
			})
		}
	}
}

// TestInterruptPrecious keeps what is precious, phony, or was not touched.
func TestInterruptPrecious(t *testing.T) {
	for _, c := range []struct{ name, makefile, file string }{
		{"precious", ".PRECIOUS: out\nout: ; @echo half > $@; echo started > ready; cat never\n", "out"},
		{"phony", ".PHONY: out\nout: ; @echo half > $@; echo started > ready; cat never\n", "out"},
		{"untouched", "old: FORCE ; @echo started > ready; cat never\nFORCE:\n", "old"},
		{"directory", "d: FORCE ; @mkdir $@; echo started > ready; cat never\nFORCE:\n", "d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t, "4.3", map[string]string{"Makefile": c.makefile, "old": "old\n"})
			fifo(t, p.dir+"/ready")
			fifo(t, p.dir+"/never")
			status := make(chan int)
			go func() { status <- p.make() }()
			r, err := os.Open(p.dir + "/ready")
			if err != nil {
				t.Fatal(err)
			}
			r.Read(make([]byte, 8))
			r.Close()
			p.s.Interrupt(syscall.SIGTERM)
			if st := <-status; st == 0 {
				t.Error("make ended with status 0")
			}
			if !p.exists(c.file) {
				t.Errorf("%s was deleted\n%s", c.file, p.output())
			}
		})
	}
}

// TestInterruptBefore interrupts before anything runs: nothing does.
func TestInterruptBefore(t *testing.T) {
	for _, jobs := range []string{"-j1", "-j2"} {
		p := newProject(t, "4.3", map[string]string{"Makefile": "$(info read)\nall: a b\na b: ; @cat /dev/null > $@\n"})
		p.s.Interrupt(syscall.SIGTERM)
		if st := p.make(jobs); st == 0 {
			t.Error("make ended with status 0")
		}
		if p.exists("a") || p.exists("b") {
			t.Error("a recipe ran")
		}
		if out := p.output(); strings.Contains(out, "read") {
			t.Errorf("the makefile was read to its end:\n%s", out)
		}
	}
}

// TestSlotsComeBack runs many sub-makes, good and bad, in one slot each: none
// may keep it.
func TestSlotsComeBack(t *testing.T) {
	for _, jobs := range []string{"-j1", "-j3"} {
		p := newProject(t, "4.3", map[string]string{
			"Makefile": "T := $(addprefix t,1 2 3 4 5 6 7 8)\nall: $(T)\n$(T): ; -@$(MAKE) -s --no-print-directory -f sub.mk $@\n",
			"sub.mk":   "t1 t5: ; @$(error boom)\nt2 t6: ; @false\nt3: nosuch\nt4 t7 t8: ; @cat /dev/null > $@\n"})
		if st := p.make(jobs); st != 0 {
			t.Errorf("%s: status %d\n%s", jobs, st, p.output())
		}
		for _, f := range []string{"t4", "t7", "t8"} {
			if !p.exists(f) {
				t.Errorf("%s: %s was not made\n%s", jobs, f, p.output())
			}
		}
	}
}

// TestYoungMakefile: a makefile that was written a moment ago could be written again without a change of its times.
func TestYoungMakefile(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{"Makefile": "include young.mk\nall: ;\n", "young.mk": ""})
	date := time.Now().Add(time.Hour) // no machine is too slow for this test
	if err := os.Chtimes(filepath.Join(p.dir, "young.mk"), date, date); err != nil {
		t.Fatal(err)
	}
	if st := p.make(); st != 0 {
		t.Fatalf("status %d\n%s", st, p.output())
	}
	if kept, _ := p.s.makefiles.Holds(filepath.Join(p.dir, "young.mk")); kept {
		t.Error("what it held is kept")
	}
}

// pipe makes a named pipe out of which a text can be taken once. What it returns tells whether that was done.
func (p *project) pipe(name, text string) (taken func() bool) {
	p.t.Helper()
	name = filepath.Join(p.dir, name)
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		p.t.Fatal(err)
	}
	if err := syscall.Mkfifo(name, 0o666); err != nil {
		p.t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(name, []byte(text), 0) }()
	return func() bool {
		// Who waits for a reader has one now.
		f, err := os.OpenFile(name, os.O_RDWR|syscall.O_NONBLOCK, 0)
		if err != nil {
			p.t.Fatal(err)
		}
		defer f.Close()
		if err := <-written; err != nil {
			p.t.Error(err)
		}
		if err := f.SetReadDeadline(time.Unix(1, 0)); err != nil {
			p.t.Fatal(err)
		}
		_, err = f.Read(make([]byte, 1))
		return err != nil
	}
}

// TestPipesAreReadOnce: what comes out of a pipe is read by the run that needs it only.
func TestPipesAreReadOnce(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{".config": ""})
	// A make that has run a command is gone through once more at its end.
	makefile, file := p.pipe("pipe", "T := $(file <file)\nall: ; @echo $T; sh -c 'echo >a'\n"), p.pipe("file", "text")
	if st := p.make("-f", "pipe"); st != 0 || p.output() != "text\n" {
		t.Errorf("status %d, %q", st, p.output())
	}
	if !makefile() || !file() {
		t.Error("not read")
	}
}

// TestPipesAreNotRemembered: another text may come out of the same pipe.
func TestPipesAreNotRemembered(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{".config": "", "a": ""})
	const fd = 250 // that no test has in use
	for _, tt := range []struct{ makefile, want string }{
		{"all: a\n", "make: Nothing to be done for 'all'.\n"},
		{"all: ; @echo other\n", "other\n"},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Dup3(int(r.Fd()), fd, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		r.Close()
		if _, err := w.WriteString(tt.makefile); err != nil {
			t.Fatal(err)
		}
		w.Close()
		p.newSession()
		p.s.Identity, p.stdout = 1, p.temp("stdout")
		if st := p.make("-f", fmt.Sprintf("/dev/fd/%d", fd)); st != 0 || p.output() != tt.want {
			t.Errorf("%q: status %d, %q", tt.makefile, st, p.output())
		}
		p.s.Close()
	}
	syscall.Close(fd)
}

// TestAppendOnly sees that nothing is lost where a command opens the output once more.
func TestAppendOnly(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{
		"Makefile": "all:\n\t@echo 1; echo 2 >>/dev/stdout\n\t@/bin/echo 3\n\t@$(MAKE) --no-print-directory -f sub.mk >log\n\t@cat log\n",
		"sub.mk":   "all:\n\t@echo 4; sh -c 'echo 5 >>/dev/stdout'; echo 6\n",
	})
	if status := p.make(); status != 0 {
		t.Errorf("status %d", status)
	}
	if diff := cmp.Diff("1\n2\n3\n4\n5\n6\n", p.output()); diff != "" {
		t.Error(diff)
	}
}

// TestMakeInLongerLine sees that a make among other commands is no process, wherever its output goes.
func TestMakeInLongerLine(t *testing.T) {
	for _, to := range []*os.File{nil, os.Stdout} {
		p := newProject(t, "4.3", map[string]string{"Makefile": "all: ; @: && $(MAKE) -s sub && :\nsub: ; @:\n"})
		if to != nil {
			p.stdout, p.stderr = to, os.Stderr
		}
		if status := p.make(); status != 0 {
			t.Errorf("status %d", status)
		}
		if makes, processes := p.stats.Makes, p.stats.Processes; makes != 2 || processes != 0 {
			t.Errorf("%d makes and %d processes", makes, processes)
		}
	}
}

// TestVersion sees that --version says which gokbuild it is, behind the lines of make.
func TestVersion(t *testing.T) {
	p := newProject(t, "4.3", nil)
	if status := p.make("--version"); status != 0 {
		t.Errorf("status %d", status)
	}
	lines := strings.Split(strings.TrimSuffix(p.output(), "\n"), "\n")
	if last := lines[len(lines)-1]; lines[0] != "GNU Make 4.3" || !strings.HasPrefix(last, "gokbuild ") || !strings.HasSuffix(last, runtime.Version()) {
		t.Errorf("%q", lines)
	}
}
