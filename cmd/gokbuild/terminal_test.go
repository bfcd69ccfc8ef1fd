package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph/need"
)

// terminal is a tmux with one window, in which a shell runs one program after the other.
type terminal struct {
	t           *testing.T
	socket, dir string
}

func newTerminal(t *testing.T, columns, rows int, env ...string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		need.Missing(t, "tmux is needed to look at a terminal")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, socket: filepath.Join(t.TempDir(), "tmux"), dir: t.TempDir()}
	if err := os.Symlink(program, filepath.Join(term.dir, "gokbuild")); err != nil {
		t.Fatal(err)
	}
	term.write("Makefile", strings.Join([]string{
		"all: $(patsubst %,%.o,1 2 3 4 5 6 7 8) ; @:",
		"%.o: ; @echo '  CC      $@'; sleep 0.2; test \"$@\" != \"$(BAD)\" || { echo 'x.c:3:4: error: bad thing' >&2; exit 1; }; touch $@", ""}, "\n"))
	term.write(".config", "")
	// The shell runs what the fifo says, and tells when it has ended.
	script := "trap : INT; stty -echo; cd " + term.dir + "; while read line <ask; do eval \"$line\"; echo \"status $?\"; echo ended >answer; done"
	term.write("shell", script)
	for _, name := range []string{"ask", "answer"} {
		if out, err := exec.Command("mkfifo", filepath.Join(term.dir, name)).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cmd := exec.Command("tmux", "-S", term.socket, "-f", "/dev/null", "new-session", "-d", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(rows),
		"sh "+filepath.Join(term.dir, "shell"))
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + term.dir, "GOKBUILD_CACHE=" + term.dir + "/cache", "LC_ALL=C.UTF-8"}, env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Cleanup(func() { term.tmux("kill-server") })
	return term
}

func (term *terminal) write(name, text string) {
	term.t.Helper()
	if err := os.WriteFile(filepath.Join(term.dir, name), []byte(text), 0o666); err != nil {
		term.t.Fatal(err)
	}
}

func (term *terminal) tmux(args ...string) string {
	out, _ := exec.Command("tmux", append([]string{"-S", term.socket}, args...)...).CombinedOutput()
	return string(out)
}

// start has the shell run a command line; the channel is closed when that has ended.
func (term *terminal) start(line string) (ended chan struct{}) {
	term.t.Helper()
	ended = make(chan struct{})
	if err := os.WriteFile(filepath.Join(term.dir, "ask"), []byte(line+"\n"), 0o600); err != nil {
		term.t.Fatal(err)
	}
	go func() {
		_, _ = os.ReadFile(filepath.Join(term.dir, "answer"))
		close(ended)
	}()
	return ended
}

func (term *terminal) wait(ended chan struct{}) {
	term.t.Helper()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		term.t.Fatalf("it does not end:\n%s", term.screen())
	}
}

// screen is what is to be seen, and what has scrolled away, without empty lines at the end.
func (term *terminal) screen() string {
	return strings.TrimRight(term.tmux("capture-pane", "-p", "-J", "-S", "-1000"), "\n ")
}

// until waits until a pattern is to be seen, and returns what is. It looks again and again: tmux tells nobody what a terminal shows.
func (term *terminal) until(pattern string) string {
	term.t.Helper()
	re := regexp.MustCompile(pattern)
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(20 * time.Millisecond) {
		if s := term.screen(); re.MatchString(s) {
			return s
		}
	}
	term.t.Fatalf("%q is not to be seen:\n%s", pattern, term.screen())
	return ""
}

// linePattern is the status line of a build.
const linePattern = `(?m)^\[ \d+.* \d+ jobs?  \d+:\d\d.* \]`

// ours are the lines after the build that make does not print.
var ours = regexp.MustCompile(`(?m)^(\d.* s|\d+\.o  .*|  x\.c:3:4: error.*|again: .*)\n?`)

// TestStatusLine builds at several sizes of a terminal: while it runs there is a line, afterwards only what make prints, and the
// summary.
func TestStatusLine(t *testing.T) {
	for _, size := range need.Sample(t, [][2]int{{80, 24}, {132, 50}, {40, 10}}, 1) {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			term := newTerminal(t, size[0], size[1])
			ended := term.start("./gokbuild --progress=never -k BAD=5.o")
			term.wait(ended)
			want := term.until(`status 2`)
			term.tmux("send-keys", "-R")
			term.tmux("clear-history")
			term.wait(term.start("rm -f *.o; clear"))
			ended = term.start("./gokbuild -k BAD=5.o")
			s := term.until(linePattern)
			for line := range strings.Lines(s) {
				if len(strings.TrimRight(line, "\n")) >= size[0] {
					t.Errorf("a line fills the terminal: %q", line)
				}
			}
			// Narrower, wider: no piece of a line may stay.
			term.tmux("resize-window", "-x", "30", "-y", "10")
			term.until(linePattern)
			term.tmux("resize-window", "-x", strconv.Itoa(size[0]), "-y", strconv.Itoa(size[1]))
			term.wait(ended)
			got := term.until(`(?s)status 2`)
			for _, part := range []string{"1 error in 1 file", "again: gokbuild", "5.o  "} {
				if !strings.Contains(got, part) {
					t.Errorf("no %q in the summary:\n%s", part, got)
				}
			}
			_, got, _ = strings.Cut(got, "status 0\n") // that of clear, if it is still to be seen
			if got == "" {
				got = term.screen()
			}
			if plain := ours.ReplaceAllString(got, ""); strings.TrimSpace(plain) != strings.TrimSpace(want) {
				t.Errorf("%q, want %q", plain, want)
			}
		})
	}
}

// TestStatusLineInterrupted ends a build by Ctrl-C while its line is to be seen.
func TestStatusLineInterrupted(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	term.write("shell2", "trap : INT; ./gokbuild; echo $? >status")
	ended := term.start("sh shell2")
	term.until(linePattern)
	term.tmux("send-keys", "C-c")
	term.wait(ended)
	s := term.until(`status \d`)
	if strings.Contains(s, "job") || strings.Contains(s, "[ ") {
		t.Errorf("the line is still there:\n%s", s)
	}
	if !strings.Contains(s, "Interrupt") {
		t.Errorf("make's last line is missing:\n%s", s)
	}
	if text, err := os.ReadFile(filepath.Join(term.dir, "status")); err != nil || strings.TrimSpace(string(text)) != "130" {
		t.Errorf("status %q, %v", text, err)
	}
	if files, _ := filepath.Glob(filepath.Join(term.dir, "8.o")); len(files) > 0 {
		t.Error("it went on")
	}
}

// TestStatusLineAsked has a command ask for a password by way of the terminal itself, over the line that is there: what it asks stays
// whole, and so does a last line without an end. Nothing of the line is left, not even in what has scrolled away.
func TestStatusLineAsked(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	term.write("ask.mk", "all: ; @sleep 0.8; stty -echo </dev/tty; printf 'Secret: ' >/dev/tty; read x </dev/tty; stty echo </dev/tty; echo >/dev/tty; "+
		"echo \"got $$x\"; sleep 1.2; printf 'no end'\n")
	ended := term.start("stty echo; ./gokbuild -f ask.mk; stty -echo")
	term.until(linePattern)
	term.until(`(?m)^Secret: *$`)
	term.tmux("send-keys", "abc", "Enter")
	term.until(linePattern)
	term.wait(ended)
	got := regexp.MustCompile(`(?m) +$|, .* s$`).ReplaceAllString(term.until("status 0"), "")
	if want := "Secret:\ngot abc\nno end\n1 target made\nstatus 0"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestNoStatusLine looks at where there must be none.
func TestNoStatusLine(t *testing.T) {
	for name, line := range map[string]string{
		"a short build": "./gokbuild 1.o",
		"silent":        "./gokbuild -s 1.o 2.o 3.o 4.o",
		"never":         "GOKBUILD_PROGRESS=never ./gokbuild",
		"dumb":          "TERM=dumb ./gokbuild",
		"CI":            "CI=1 ./gokbuild",
		"below":         "MAKELEVEL=1 ./gokbuild",
		"a pipe":        "./gokbuild 2>&1 | cat",
		"stderr a file": "./gokbuild 2>log; cat log",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := newTerminal(t, 80, 24)
			term.tmux("pipe-pane", "cat >"+filepath.Join(term.dir, "bytes"))
			term.wait(term.start(line))
			term.until("status 0")
			bytes, err := os.ReadFile(filepath.Join(term.dir, "bytes"))
			if err != nil || strings.Contains(string(bytes), "\x1b") || strings.Contains(string(bytes), "[ ") || strings.Contains(string(bytes), "made") {
				t.Errorf("%q, %v", bytes, err)
			}
		})
	}
}
