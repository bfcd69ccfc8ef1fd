package output

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/depgraph/need"
)

// helperEnv makes this program one of the helpers below.
const (
	helperEnv   = "GOKBUILD_OUTPUT_TEST_HELPER"
	noRaceSleep = "GORACE=atexit_sleep_ms=0" // programs built with -race stay a second longer otherwise
)

func TestMain(m *testing.M) {
	if os.Getenv(helperEnv) == "" {
		os.Exit(m.Run())
	}
	var err error
	switch args := os.Args[1:]; args[0] {
	case "dump":
		err = dumpHelper(args[1:])
	case "lock":
		err = lockHelper()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// sink is a file for output, opened for appending as a log is.
func sink(t *testing.T, dir, name string) *os.File {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func content(t *testing.T, f *os.File) string {
	t.Helper()
	data, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestPieceKeepsStreamsApart(t *testing.T) {
	dir := t.TempDir()
	out, errOut := sink(t, dir, "out"), sink(t, dir, "err")
	o := NewPieces(out, errOut, dir)
	b, err := o.Piece()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var ps depgraph.Procs
	for i := range 2 { // a buffer can be used again after Dump
		b.Print([]byte("recipe\n"))
		spec := depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", "echo one; echo two >&2; echo three"}}
		spec.Stdout, spec.Stderr = b.Stdout(), b.Stderr()
		p, err := ps.Start(spec)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Wait(); err != nil {
			t.Fatal(err)
		}
		b.PrintError([]byte("failed\n"))
		if got := content(t, out); i == 0 && got != "" {
			t.Errorf("written before Dump: %q", got)
		}
		if err := b.Dump([]byte("enter\n"), []byte("leave\n")); err != nil {
			t.Error(err)
		}
	}
	if err := b.Dump([]byte("enter\n"), []byte("leave\n")); err != nil { // nothing there: not even the frame
		t.Error(err)
	}
	if diff := cmp.Diff(strings.Repeat("enter\nrecipe\none\nthree\nleave\n", 2), content(t, out)); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(strings.Repeat("two\nfailed\n", 2), content(t, errOut)); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	if files, _ := filepath.Glob(dir + "/Gm*"); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestPieceKeepsOrderWhenBothAreOne(t *testing.T) {
	dir := t.TempDir()
	out := sink(t, dir, "out")
	o := NewPieces(out, out, dir)
	b, err := o.Piece()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if b.Stdout() != b.Stderr() {
		t.Error("two temporary files for one output")
	}
	b.Print([]byte("1\n"))
	b.PrintError([]byte("2\n"))
	b.Print([]byte("3\n"))
	if err := b.Dump(nil, nil); err != nil {
		t.Error(err)
	}
	if got := content(t, out); got != "1\n2\n3\n" {
		t.Errorf("%q", got)
	}
}

func TestPiecesWithClosedStreams(t *testing.T) {
	dir := t.TempDir()
	errOut := sink(t, dir, "err")
	for _, o := range []*Pieces{NewPieces(nil, errOut, dir), NewPieces(nil, nil, dir)} {
		b, err := o.Piece()
		if err != nil {
			t.Fatal(err)
		}
		b.Print([]byte("lost\n"))
		b.PrintError([]byte("seen\n"))
		if err := b.Dump([]byte("enter\n"), nil); err != nil {
			t.Error(err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := content(t, errOut); got != "seen\n" {
		t.Errorf("%q", got)
	}
}

func TestTempFileWithoutTmpfileFlag(t *testing.T) {
	// Missing folder: both ways fail, with an error.
	if f, err := tempFile(t.TempDir() + "/none"); err == nil {
		f.Close()
		t.Error("no error")
	}
}

// TestDumpsStayInOnePiece has several goroutines of this process, and helper processes, dump into one file.
func TestDumpsStayInOnePiece(t *testing.T) {
	for _, mutex := range []bool{false, true} {
		t.Run(fmt.Sprintf("mutex=%v", mutex), func(t *testing.T) {
			dir := t.TempDir()
			out := sink(t, dir, "out")
			o := NewPieces(out, out, dir)
			value := ""
			if mutex {
				var err error
				if value, err = o.ServeMutex(""); err != nil {
					t.Fatal(err)
				}
				if again, err := o.ServeMutex(""); err != nil || again != value {
					t.Errorf("second ServeMutex = %q, %v", again, err)
				}
			}
			var wg sync.WaitGroup
			for i := range 3 {
				wg.Go(func() {
					if err := dumpBlocks(o, string(rune('a'+i))); err != nil {
						t.Error(err)
					}
				})
			}
			for i := range 2 {
				wg.Go(func() {
					cmd := helperCommand("dump", value, string(rune('x'+i)), dir)
					cmd.Stdout = out
					var stderr bytes.Buffer
					cmd.Stderr = &stderr
					if err := cmd.Run(); err != nil || stderr.Len() > 0 {
						t.Errorf("helper: %v\n%s", err, &stderr)
					}
				})
			}
			wg.Wait()
			checkPieces(t, content(t, out), 5*dumpRounds)
			if err := o.Close(); err != nil {
				t.Error(err)
			}
			if files, _ := filepath.Glob(dir + "/Gm*"); len(files) > 0 {
				t.Errorf("left behind: %v", files)
			}
		})
	}
}

// checkPieces checks that text is made of so many pieces of dumpLines equal lines.
func checkPieces(t *testing.T, text string, pieces int) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if want := pieces * dumpLines; len(lines) != want {
		t.Fatalf("%d lines, want %d", len(lines), want)
	}
	for i := 0; i < len(lines); i += dumpLines {
		for _, l := range lines[i : i+dumpLines] {
			if l != lines[i] {
				t.Fatalf("a line of a piece is %q, its first line is %q", l, lines[i])
			}
		}
	}
}

const (
	dumpRounds = 10
	dumpLines  = 7000 // more than is copied with one write
)

func dumpBlocks(o *Pieces, name string) error {
	for range dumpRounds {
		b, err := o.Piece()
		if err != nil {
			return err
		}
		b.Print([]byte(strings.Repeat(name+"\n", dumpLines)))
		if err := b.Dump(nil, nil); err != nil {
			return err
		}
		b.Close()
	}
	return nil
}

// dumpHelper is the other process of TestDumpsStayInOnePiece: args are mutex (or nothing,
// or "auto" for what MAKEFLAGS says), name, folder.
func dumpHelper(args []string) error {
	o := NewPieces(os.Stdout, nil, args[2])
	mutex := args[0]
	if mutex == "auto" {
		_, rest, _ := strings.Cut(os.Getenv("MAKEFLAGS"), "--sync-mutex=")
		mutex, _, _ = strings.Cut(rest, " ")
	}
	if mutex != "" {
		if err := o.JoinMutex(mutex); err != nil {
			return err
		}
	}
	return dumpBlocks(o, args[1])
}

// TestLockIsThatOfMake: while a GNU make with -O could be dumping (it holds its lock), we do not.
func TestLockIsThatOfMake(t *testing.T) {
	dir := t.TempDir()
	out := sink(t, dir, "out")
	cmd := helperCommand("lock")
	cmd.Stdout = out
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	told, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := told.Read(make([]byte, 1)); err != nil { // it has the lock
		t.Fatal(err)
	}
	o := NewPieces(out, out, dir)
	b, err := o.Piece()
	if err != nil {
		t.Fatal(err)
	}
	b.Print([]byte("ours\n"))
	done := make(chan error)
	go func() { done <- b.Dump(nil, nil) }()
	stdin.Close() // now it writes, and ends
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := content(t, out); got != "theirs\nours\n" {
		t.Errorf("%q", got)
	}
}

// lockHelper locks its standard output as make 4.3 does, until its input ends.
func lockHelper() error {
	region := unix.Flock_t{Type: unix.F_WRLCK, Len: 1}
	if err := unix.FcntlFlock(1, unix.F_SETLKW, &region); err != nil {
		return err
	}
	fmt.Fprint(os.Stderr, ".")
	io.Copy(io.Discard, os.Stdin)
	_, err := fmt.Println("theirs")
	return err
}

func TestJoinMutexRefuses(t *testing.T) {
	o := NewPieces(nil, nil, "")
	for _, value := range []string{"", "x", "fnm:/nonexistent/file"} {
		if err := o.JoinMutex(value); err == nil {
			t.Errorf("JoinMutex(%q) succeeded", value)
		}
	}
}

// helperCommand runs a part of this test program, see TestMain.
func helperCommand(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), helperEnv+"=1", noRaceSleep)
	return cmd
}

// TestMakeOutputSync: a make with -O and we below it write to one file, and no piece is torn.
func TestMakeOutputSync(t *testing.T) {
	need.EachMake(t, func(t *testing.T, program, _ string) {
		dir := t.TempDir()
		text := fmt.Sprintf("all: a b c h i\na b c:\n\t@yes $@ | head -n %d\nh i:\n\t+@$(HELPER) dump auto $@ $(CURDIR)\n", dumpLines)
		if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, "-j5", "-Otarget", "HELPER="+os.Args[0])
		cmd.Dir, cmd.Env = dir, append(os.Environ(), helperEnv+"=1", noRaceSleep)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%.1000s", err, out)
		}
		checkPieces(t, string(out), 3+2*dumpRounds)
	})
}
