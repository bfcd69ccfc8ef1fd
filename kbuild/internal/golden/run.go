package golden

// This file runs a case with some make, and tells what came of it.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph/facts/tick"
)

// timeout bounds one command of a case; the slowest case waits for two seconds.
const timeout = 30 * time.Second

// epoch dates every input file, so that all are equally old and anything a case makes is newer.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Program is one make under test.
type Program struct {
	Label   string  // for reports
	Dir     string  // a folder that holds it under the name make, and nothing else
	Profile Profile // which version it is or imitates
	Version string  // the version to ask our own binary for; the others see it too and take no notice
	// Env is added to the environment.
	Env []string
	// Repeat is how often the commands are run, 0 for once, in a folder that holds a .config, so that gokbuild
	// remembers.
	Repeat int
}

// Result is what a run of all commands of a case showed, normalised.
type Result struct {
	Stdout, Stderr string
	Exit           string // one status per run of make
	Files          string // "+ path" made, "- path" gone, "~ path" changed
}

func (r *Result) part(name string) *string {
	switch name {
	case "stdout":
		return &r.Stdout
	case "stderr":
		return &r.Stderr
	case "exit":
		return &r.Exit
	default:
		return &r.Files
	}
}

// Run plays the case below the empty folder scratch.
func (p Program) Run(c *Case, scratch string) (Result, error) {
	// Makes print the working directory with links resolved.
	scratch, err := filepath.EvalSymlinks(scratch)
	if err != nil {
		return Result{}, err
	}
	dir, tmp := filepath.Join(scratch, "work"), filepath.Join(scratch, "tmp")
	for _, d := range []string{dir, tmp} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return Result{}, err
		}
	}
	if err := p.writeFiles(c, dir); err != nil {
		return Result{}, err
	}
	before, err := snapshot(dir)
	if err != nil {
		return Result{}, err
	}
	var out, errs, exit strings.Builder
	for i, cmd := range slices.Repeat(c.Commands, max(p.Repeat, 1)) {
		if i > 0 && i%len(c.Commands) == 0 {
			// What the commands touch when they are run again must be newer than what they made before.
			if _, err := tick.Next(tmp); err != nil {
				return Result{}, err
			}
		}
		stdout, stderr, status, err := p.command(c, cmd, dir, tmp)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", cmd.Text, err)
		}
		stdout, stderr = normalise(stdout, dir), normalise(stderr, dir)
		for _, s := range c.Sort {
			if s == "stdout" {
				stdout = sorted(stdout)
			} else {
				stderr = sorted(stderr)
			}
		}
		if len(c.Commands) > 1 || p.Repeat > 1 {
			head := "$ make " + cmd.Text
			if cmd.Shell != "" {
				head = cmd.Text
			}
			head = strings.TrimRight(head, " ") + "\n"
			out.WriteString(head)
			if stderr != "" {
				errs.WriteString(head)
			}
		}
		out.WriteString(stdout)
		errs.WriteString(stderr)
		if cmd.Shell == "" {
			exit.WriteString(strconv.Itoa(status) + "\n")
		} else if status != 0 {
			return Result{}, fmt.Errorf("%s: exit status %d", cmd.Text, status)
		}
	}
	after, err := snapshot(dir)
	if err != nil {
		return Result{}, err
	}
	files := changes(before, after)
	left, err := os.ReadDir(tmp)
	for _, f := range left {
		files += "left in TMPDIR: " + f.Name() + "\n"
	}
	return Result{Stdout: out.String(), Stderr: errs.String(), Exit: exit.String(), Files: files}, err
}

// writeFiles makes the input files of a case, all of one date.
func (p Program) writeFiles(c *Case, dir string) error {
	for _, f := range c.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return err
		}
		if err := os.Chtimes(name, epoch, epoch); err != nil {
			return err
		}
	}
	if p.Repeat > 0 {
		return os.WriteFile(filepath.Join(dir, ".config"), nil, 0o644)
	}
	return nil
}

func (p Program) command(c *Case, cmd Command, dir, tmp string) (stdout, stderr string, status int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var x *exec.Cmd
	if cmd.Shell != "" {
		x = exec.CommandContext(ctx, "/bin/sh", "-c", cmd.Shell)
	} else {
		x = exec.CommandContext(ctx, filepath.Join(p.Dir, "make"), cmd.Args...)
		x.Args[0] = "make"
	}
	x.Dir = dir
	x.Env = append([]string{
		"PATH=" + p.Dir + ":/usr/bin:/bin",
		"LC_ALL=C",
		"HOME=" + dir,
		"TMPDIR=" + tmp,
		"GOKBUILD_MAKE_VERSION=" + p.Version,
		// What gokbuild remembers between runs is kept out of the case.
		"XDG_CACHE_HOME=" + filepath.Join(os.TempDir(), "gokbuild-golden-cache"),
	}, append(p.Env[:len(p.Env):len(p.Env)], c.Env...)...)
	x.Stdin = bytes.NewReader(c.Stdin)
	var out, errs bytes.Buffer
	x.Stdout, x.Stderr = &out, &errs
	// A hung case must not leave children that hold the pipes open.
	x.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	x.Cancel = func() error { return syscall.Kill(-x.Process.Pid, syscall.SIGKILL) }
	x.WaitDelay = time.Second
	err = x.Run()
	if ctx.Err() != nil {
		return "", "", 0, fmt.Errorf("still running after %v\nstdout so far:\n%s\nstderr so far:\n%s", timeout, tail(out.String()), tail(errs.String()))
	}
	if exitErr := (*exec.ExitError)(nil); errors.As(err, &exitErr) {
		status, err = exitErr.ExitCode(), nil
		if ws, ok := exitErr.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			status = 128 + int(ws.Signal())
		}
	}
	return out.String(), errs.String(), status, err
}

func tail(s string) string {
	const most = 2000
	if len(s) > most {
		return "[…]" + s[len(s)-most:]
	}
	return s
}

// normal is the whole table of what is not compared: texts that differ from run to run.
var normal = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`--jobserver-auth=\d+,\d+`), "--jobserver-auth=R,W"},
	{regexp.MustCompile(`--jobserver-auth=fifo:[^\s'\]]+`), "--jobserver-auth=fifo:PATH"},
}

func normalise(s, dir string) string {
	s = strings.ReplaceAll(s, dir, "$WORK")
	for _, n := range normal {
		s = n.re.ReplaceAllString(s, n.to)
	}
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n" // an archive section always ends in a newline
	}
	return s
}

func sorted(s string) string {
	l := strings.SplitAfter(s, "\n")
	slices.Sort(l)
	return strings.Join(l, "")
}

// snapshot maps every path below dir to its content. Our own state folder is no output.
func snapshot(dir string) (map[string]string, error) {
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrPermission) {
				return fs.SkipDir
			}
			return err
		}
		if d.IsDir() && d.Name() == ".gokbuild" {
			return fs.SkipDir
		}
		rel, _ := filepath.Rel(dir, path)
		switch {
		case d.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			files[rel] = "link " + to
			return err
		case d.Type().IsRegular():
			data, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrPermission) {
				err = nil
			}
			files[rel] = "file " + string(data)
			return err
		case rel != ".":
			files[rel+"/"] = ""
		}
		return nil
	})
	return files, err
}

func changes(before, after map[string]string) string {
	var l []string
	for path, was := range before {
		if is, ok := after[path]; !ok {
			l = append(l, "- "+path+"\n")
		} else if is != was {
			l = append(l, "~ "+path+"\n")
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok {
			l = append(l, "+ "+path+"\n")
		}
	}
	slices.SortFunc(l, func(a, b string) int { return strings.Compare(a[2:], b[2:]) })
	return strings.Join(l, "")
}
