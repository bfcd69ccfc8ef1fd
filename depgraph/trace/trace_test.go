package trace

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/need"
)

var testEnv = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}

// sandbox makes a directory without links in its path and runs setup in it.
func sandbox(t *testing.T, setup string) string {
	t.Helper()
	dir := need.Dir(t)
	if setup != "" {
		untraced(t, "", dir, setup)
	}
	return dir
}

func shellOf(name string) string {
	if name == "" {
		return "/bin/sh"
	}
	return "/bin/" + name
}

func untraced(t *testing.T, shell, dir, script string) string {
	t.Helper()
	cmd := exec.Command(shellOf(shell), "-c", script)
	cmd.Args[0] = "sh" // it ends up in messages
	cmd.Dir, cmd.Env = dir, testEnv
	out, _ := cmd.CombinedOutput() // its end is a part of what is tested
	return string(out)
}

// runShell traces a script in dir.
func runShell(t testing.TB, shell, dir, script string) (*Report, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var r *Report
	text := outputOf(t, func(out *os.File) {
		var err error
		r, err = Run(ctx, nil, depgraph.ProcSpec{Path: shellOf(shell), Argv: []string{"sh", "-c", script}, Dir: dir, Env: testEnv, Stdout: out, Stderr: out})
		if err != nil {
			t.Fatalf("%s: %v", script, err)
		}
		if ctx.Err() != nil {
			t.Fatalf("%s: it does not end", script)
		}
	})
	return r, text
}

// outputOf returns what arrives in the pipe that it hands to f.
func outputOf(t testing.TB, f func(out *os.File)) string {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	text := make(chan string)
	go func() {
		data, _ := io.ReadAll(in)
		text <- string(data)
	}()
	func() {
		defer out.Close()
		f(out)
	}()
	return <-text
}

// snapshot lists the files of a directory with their types, permissions, contents and targets.
func snapshot(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		text := ""
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text = string(data)
		case info.Mode()&fs.ModeSymlink != 0:
			if text, err = os.Readlink(path); err != nil {
				return err
			}
		}
		list = append(list, fmt.Sprintf("%v %s %q", info.Mode(), path, text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
