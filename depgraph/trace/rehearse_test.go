package trace

// This file tests that a rehearsal changes nothing, and tells the same as a run that changes nothing.

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph"
	"gokbuild/depgraph/need"
)

// statuses are the dates, sizes, permissions and inodes of all files in a directory, but not the dates of folders: temporary
// files come and go.
func statuses(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var st syscall.Stat_t
		if err := syscall.Lstat(path, &st); err != nil {
			return err
		}
		if e.IsDir() {
			st.Mtim, st.Ctim, st.Size = syscall.Timespec{}, syscall.Timespec{}, 0
		}
		list = append(list, fmt.Sprintf("%s %v %o %d %v %v", path, st.Ino, st.Mode, st.Size, st.Mtim, st.Ctim))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// rehearseShell rehearses a script in dir.
func rehearseShell(t *testing.T, shell, dir, script string, limit time.Duration) *Report {
	t.Helper()
	var r *Report
	outputOf(t, func(out *os.File) {
		var err error
		r, err = Rehearse(context.Background(), nil, depgraph.ProcSpec{Path: shellOf(shell), Argv: []string{"sh", "-c", script}, Dir: dir, Env: testEnv, Stdout: out, Stderr: out}, limit, 0)
		if err != nil {
			t.Fatalf("%s: %v", script, err)
		}
	})
	return r
}

// checkRehearsal rehearses a script twice: before it has ever run, and when it has.
func checkRehearsal(t *testing.T, shell, dir, script string) {
	t.Helper()
	for _, when := range []string{"before", "after"} {
		files, before := snapshot(t, dir), statuses(t, dir)
		r := rehearseShell(t, shell, dir, script, time.Minute)
		if diff := cmp.Diff(append(files, before...), append(snapshot(t, dir), statuses(t, dir)...)); diff != "" {
			t.Fatalf("a rehearsal %s the run of\n%s\nchanged files (%q):\n%s", when, script, r.Impure, diff)
		}
		run, _ := runShell(t, shell, dir, script)
		if r.Impure != "" {
			continue
		}
		if run.Impure != "" || run.Status != r.Status || outputSeen(run) != outputSeen(r) {
			t.Fatalf("%s the run of\n%s\n%q %v %q, rehearsed %q %v", when, script, run.Impure, run.Status, outputSeen(run), outputSeen(r), r.Status)
		}
		// Who reads from a pipe may end before the other has begun.
		if diff := cmp.Diff(inside(dir, run.Facts), inside(dir, r.Facts)); diff != "" && !strings.Contains(script, "|") {
			t.Fatalf("%s the run of\n%s\n-run +rehearsal:\n%s", when, script, diff)
		}
	}
}

// TestRehearsals rehearses the cases of scripts_test.go.
func TestRehearsals(t *testing.T) {
	for _, s := range need.Sample(t, scripts, 30) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if strings.Contains(s.run, "t.") {
				return // names by lot, which the facts name
			}
			checkRehearsal(t, s.shell, sandbox(t, s.setup), s.run)
		})
	}
}

// TestRandomRehearsals does so with random scripts.
func TestRandomRehearsals(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	for range need.Rounds(4, 10) {
		g := &generator{rand.New(rand.NewPCG(seed, 1))}
		dir := sandbox(t, g.setup())
		script := strings.ReplaceAll(g.script(), "t.$$", "t")
		if checkRehearsal(t, "", dir, script); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		seed++
	}
}

// TestRehearsalIsHarmless: nothing is changed, sent or taken, by whatever means.
func TestRehearsalIsHarmless(t *testing.T) {
	for _, c := range need.Sample(t, []struct{ name, run string }{
		{"append", "echo x >>a"}, {"truncate", ": >a"}, {"count", "n=$(cat a); echo $((n+1)) >a"}, {"remove", "rm a"}, {"touch", "touch a"},
		{"chmod", "chmod 600 a"}, {"replace", "echo x >t; mv t a"}, {"second name", "ln a b"}, {"take away", "mv a b"}, {"move a folder", "mv d e"},
		{"make a file", "echo x >new"}, {"make folders", "mkdir -p new/sub; echo x >new/sub/f"}, {"make a link", "ln -s a new"},
		{"remove a folder", "rmdir d"}, {"behind a temporary file", "echo x >t; cat t; echo y >>a"}, {"in the background", "(sleep 5; echo x >>a) & echo y >new"},
		{"in a pipeline", "echo x | tee -a a"}, {"by descriptor", "exec 3<>a; echo x >&3"}, {"by date", "touch -r d a"}, {"a pipe", "echo x >p"},
		{"from a pipe", "read x <p"}, {"rename away and back", "mv a b; mv b a"}, {"truncate by name", "truncate -s 0 a"}, {"dd", "dd if=/dev/null of=a status=none"},
		{"through a link", "echo x >>l"}, {"a file of that name in a new folder", "mkdir new; cp a new/a; echo x >>a; rm -r new"},
		{"a signal", "kill -USR1 $PPID_OF_TEST"}, {"a connection", "bash -c 'echo x >/dev/tcp/127.0.0.1/PORT'"}, {"niceness of others", "renice -n 19 -p $PPID_OF_TEST"},
		{"by another program", "python3 -c 'import os; os.utime(\"a\")'"}, {"perl", "perl -e 'unlink \"a\"; open F, \">>new\"'"},
	}, 12) {
		t.Run(c.name, func(t *testing.T) {
			dir := sandbox(t, "echo 1 >a; mkdir d; ln -s a l; mkfifo p")
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			port := l.Addr().String()[strings.LastIndexByte(l.Addr().String(), ':')+1:]
			hit := make(chan os.Signal, 1)
			signal.Notify(hit, syscall.SIGUSR1)
			defer signal.Stop(hit)
			run := strings.NewReplacer("PORT", port, "$PPID_OF_TEST", fmt.Sprint(os.Getpid())).Replace(c.run)
			nice, _ := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
			files, before := snapshot(t, dir), statuses(t, dir)
			r := rehearseShell(t, "", dir, run, time.Minute)
			if r.Impure == "" {
				t.Error("it is proved to change nothing")
			}
			if diff := cmp.Diff(append(files, before...), append(snapshot(t, dir), statuses(t, dir)...)); diff != "" {
				t.Errorf("%s: (-before +after)\n%s", r.Impure, diff)
			}
			if now, _ := syscall.Getpriority(syscall.PRIO_PROCESS, 0); now != nice {
				t.Errorf("our priority became %d", now)
			}
			l.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Millisecond))
			if conn, err := l.Accept(); err == nil {
				conn.Close()
				t.Error("it connected")
			}
			select {
			case <-hit:
				t.Error("it sent a signal")
			default:
			}
		})
	}
}

// TestRehearsalLimit: one that takes too long ends, with all its processes, and what it has made is gone.
func TestRehearsalLimit(t *testing.T) {
	dir := sandbox(t, "")
	began := time.Now()
	r := rehearseShell(t, "", dir, "echo x >t; sleep 60 | sleep 60; rm t", 50*time.Millisecond)
	if r.Impure == "" || time.Since(began) > 30*time.Second {
		t.Errorf("%v after %v", r.Impure, time.Since(began))
	}
	if got := snapshot(t, dir); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}

// TestRehearsalOfWhatIsDone: a command that has nothing to do is proved by its rehearsal.
func TestRehearsalOfWhatIsDone(t *testing.T) {
	dir := sandbox(t, "echo x >a; echo x >out")
	i := slices.IndexFunc(scripts, func(s script) bool { return s.name == "filechk" })
	r := rehearseShell(t, "", dir, scripts[i].run, time.Minute)
	if r.Impure != "" {
		t.Fatal(r.Impure)
	}
	if diff := cmp.Diff(scripts[i].facts, inside(dir, r.Facts)); diff != "" {
		t.Error(diff)
	}
}
