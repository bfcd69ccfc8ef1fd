package commits

// This file builds one commit in one configuration.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"gokbuild/kbuild/kernel"
)

// mostText is how much of what a build says on standard error is looked at, in bytes.
const mostText = 64 << 20

// killed is the least exit status by which a shell says that a signal ended a program.
const killed = 128

// build builds what the worktree holds. The error is about what is not the commit's doing.
func (r *Run) build(c *commit, cfg *config, key string) (*Result, error) {
	out := r.room.out(cfg)
	if err := r.begin(out); err != nil {
		return nil, err
	}
	for _, dir := range []string{out, r.room.results(c.id)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	log, err := os.Create(r.room.log(c.id, cfg.name))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	began := time.Now()
	res := &Result{V: version, Commit: c.id, Subject: c.subject, Config: cfg.title, Key: key, Status: Unconfigured}
	if cfg.file != "" {
		if err := copyFile(filepath.Join(out, ".config"), cfg.file); err != nil {
			return nil, err
		}
	}
	said := &limited{}
	if res.Exit, err = r.make(out, log, said, cfg.variables, cfg.goals); err != nil {
		return nil, err
	}
	if res.Exit == 0 {
		res.Status = Failed
		if res.Exit, err = r.make(out, log, said, cfg.variables, r.flags.Goals); err != nil {
			return nil, err
		}
	}
	if res.Exit == 0 {
		res.Status = Built
	}
	res.Seconds = float64(time.Since(began).Milliseconds()) / 1000
	res.Warnings, res.Errors = complaints(said.String(), []string{r.source(), out, r.room.tree()}, res.Status == Built)
	if res.Status == Built {
		if err := r.measure(res, cfg, out); err != nil {
			return nil, err
		}
	}
	if res.Exit >= killed {
		return res, nil // by whom, and whether again, is not known
	}
	if err := os.Remove(begun(out)); err != nil {
		return nil, err
	}
	return res, r.room.keep(res, cfg)
}

// begun is a file that is there while a build is under way in an output folder.
func begun(out string) string { return out + ".begun" }

// begin sees to it that a build says all that it has to say: where the one before it was killed, what that had made, and complained
// of, is made again.
func (r *Run) begin(out string) error {
	if _, err := os.Lstat(begun(out)); err == nil {
		if err := os.RemoveAll(out); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(begun(out), nil, 0o644)
}

// source is the tree in the worktree.
func (r *Run) source() string { return filepath.Join(r.room.tree(), r.repo.prefix) }

// make runs a gokbuild in the worktree and returns its exit status. What is said goes to a log; what is said on standard error to a
// second place as well, with what was said of files that need not be made.
func (r *Run) make(out string, log *os.File, said io.Writer, variables, goals []string) (int, error) {
	args := append([]string{}, r.words...)
	args = append(append(args, variables...), "--replay-warnings", "--progress=never")
	if !r.stops {
		args = append(args, "-k")
	}
	args = append(append(args, "-C", r.source(), "O="+out, "--"), goals...)
	both := &shared{to: log}
	fmt.Fprintf(both, "$ %s %q\n", r.flags.Program, args)
	cmd := exec.Command(r.call.Executable, args...)
	cmd.Args[0] = r.call.Argv[0]
	cmd.Dir, cmd.Env = r.call.Dir, r.env
	cmd.Stdout, cmd.Stderr = &counting{both, r.line}, io.MultiWriter(both, said)
	err := r.children.run(cmd)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if exit.Exited() {
			return exit.ExitCode(), nil
		}
		return killed, nil
	}
	return 0, err
}

// measure adds the sizes of what was linked.
func (r *Run) measure(res *Result, cfg *config, out string) error {
	all := make(map[string]symbols)
	for _, name := range linked(out, r.flags.Each.Files, kernel.Linked) {
		size, syms, err := measure(out, name)
		if err != nil {
			continue // it was not made, or it is not linked: of that file nothing is said
		}
		res.Sizes = append(res.Sizes, size)
		all[name] = syms
	}
	if len(all) == 0 {
		return nil
	}
	return writeSymbols(r.room.symbols(res.Commit, cfg.name), all)
}

// copyFile makes a file a copy of another one. The same content stays untouched.
func copyFile(to, from string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, text) {
		return nil
	}
	return os.WriteFile(to, text, 0o644)
}

// limited keeps the beginning of what is written to it.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.Buffer.Write(p[:min(len(p), max(0, mostText-l.Len()))])
	return len(p), nil
}

// shared lets two write to one file.
type shared struct {
	mu sync.Mutex
	to io.Writer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Write(p)
}

// counting counts lines for who looks on.
type counting struct {
	to   io.Writer
	line *line
}

func (c *counting) Write(p []byte) (int, error) {
	c.line.add(bytes.Count(p, []byte("\n")))
	return c.to.Write(p)
}
