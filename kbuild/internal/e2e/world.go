package main

// This file makes a world: a copy of a tree in a place of its own name.

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A world is everything one of the two builders sees: a source tree (an overlay over the untouched one), an
// output folder, and a folder of programs in front of PATH. The worlds lie side by side, but each build enters a
// mount namespace in which its own world is found at the view, so that both see the same absolute paths.
type world struct {
	name    string
	dir     string // src, out and bin below it
	view    string // where a build sees dir
	program string // make or gokbuild, a path
	args    []string
	env     []string // further settings of every build
}

// buildLimit is how long one build may take before it counts as hung, startLimit how long that of a start state may, which is
// of thousands of modules where nullbench asks for them.
const (
	buildLimit = 20 * time.Minute
	startLimit = 3 * time.Hour
)

func (w *world) path(rel string) string { return filepath.Join(w.dir, rel) }

// set makes the world from nothing: the tree unchanged, the output folder as in start.
func (w *world) set(tree, start string) error {
	if err := w.close(); err != nil {
		return err
	}
	for _, d := range []string{"src", "bin", "upper", "work"} {
		if err := os.MkdirAll(w.path(d), 0o755); err != nil {
			return err
		}
	}
	if err := w.overlay(tree); err != nil {
		return fmt.Errorf("overlay over %s: %w", tree, err)
	}
	if start == "" {
		return os.MkdirAll(w.path("out"), 0o755)
	}
	return copyTree(start, w.path("out"))
}

// overlay puts the tree at src, so that it can be changed there. A folder that is renamed stays one: redirect_dir. Within a user
// namespace the kernel refuses that, and its own marks have to be user attributes.
func (w *world) overlay(tree string) error {
	folders := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", tree, w.path("upper"), w.path("work"))
	err := unix.Mount("overlay", w.path("src"), "overlay", 0, folders+",redirect_dir=on")
	if errors.Is(err, unix.EPERM) {
		err = unix.Mount("overlay", w.path("src"), "overlay", 0, folders+",userxattr")
	}
	return err
}

// setOutput replaces what is in the output folder, but for gokbuild's own state.
func (w *world) setOutput(from string) error {
	state, kept := filepath.Join(w.path("out"), stateDir), w.path("state.kept")
	if err := os.Rename(state, kept); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := copyTree(from, w.path("out")); err != nil {
		return err
	}
	if err := os.Rename(kept, state); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (w *world) close() error {
	if err := unix.Unmount(w.path("src"), unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return err
	}
	return os.RemoveAll(w.dir)
}

// request is one start of a builder.
type request struct {
	words   []string // goals, options, variables
	own     []string // options for gokbuild only
	env     []string
	after   time.Duration  // when to send the signal or to play during; 0: never
	signal  syscall.Signal // to the whole group, as a terminal would
	during  []op
	program string        // instead of the world's own
	limit   time.Duration // instead of buildLimit
}

// result is what came of it.
type result struct {
	status   string // as the shell of a user would see it: "exit status 2", "signal: killed"
	ok       bool
	out, err string
	took     time.Duration
	stopped  bool // the signal was sent while it ran
}

func (r *result) String() string {
	return fmt.Sprintf("%s, %.2f s", r.status, r.took.Seconds())
}

func (w *world) run(req request) (*result, error) {
	program, args := w.program, slices.Concat(w.args, req.own)
	if req.program != "" {
		program, args = req.program, nil
	}
	words := append([]string{"enter", w.dir, w.view, program}, args...)
	words = append(words, "-C", filepath.Join(w.view, "src"), "O="+filepath.Join(w.view, "out"))
	cmd := exec.Command("/proc/self/exe", append(words, req.words...)...)
	cmd.Env = append(w.environment(), req.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGTERM}
	// Files, not pipes: a process that outlives a killed build must not keep us waiting.
	logs := [2]*os.File{}
	for i := range logs {
		f, err := os.CreateTemp("", "e2e-log")
		if err != nil {
			return nil, err
		}
		os.Remove(f.Name())
		defer f.Close()
		logs[i] = f
	}
	cmd.Stdout, cmd.Stderr = logs[0], logs[1]
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var res result
	most := cmp.Or(req.limit, buildLimit)
	limit, stop := time.After(most), (<-chan time.Time)(nil)
	if req.after > 0 {
		stop = time.After(req.after)
	}
	played := req.during == nil
	for ended := false; !ended; {
		select {
		case <-done:
			ended = true
		case <-stop:
			if !played {
				if err := w.apply(req.during, time.Now()); err != nil {
					return nil, err
				}
				played = true
				continue
			}
			res.stopped = syscall.Kill(-cmd.Process.Pid, req.signal) == nil
		case <-limit:
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-done
			return nil, fmt.Errorf("%s %s: still running after %v", w.name, strings.Join(req.words, " "), most)
		}
	}
	res.took = time.Since(start)
	if !played {
		if err := w.apply(req.during, time.Now()); err != nil {
			return nil, err
		}
	}
	res.status, res.ok = cmd.ProcessState.String(), cmd.ProcessState.Success()
	for i, text := range []*string{&res.out, &res.err} {
		var b bytes.Buffer
		if _, err := logs[i].Seek(0, 0); err != nil {
			return nil, err
		}
		if _, err := b.ReadFrom(logs[i]); err != nil {
			return nil, err
		}
		*text = b.String()
	}
	return &res, nil
}

func (w *world) environment() []string {
	var p plan
	env := p.env()
	for i, kv := range env {
		if path, ok := strings.CutPrefix(kv, "PATH="); ok {
			env[i] = "PATH=" + filepath.Join(w.view, "bin") + ":" + path
		}
	}
	for _, kv := range os.Environ() {
		if strings.HasPrefix(kv, "CCACHE_") || strings.HasPrefix(kv, "FAKECC_") {
			env = append(env, kv)
		}
	}
	return append(env, w.env...)
}

// enter is the part of world.run in the new process: it puts the world where builds see it and becomes the builder.
func enter(args []string) error {
	if len(args) < 3 {
		return errors.New("usage: e2e enter WORLD VIEW PROGRAM ARGS…")
	}
	if err := unix.Mount(args[0], args[1], "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("%s at %s: %w", args[0], args[1], err)
	}
	return syscall.Exec(args[2], args[2:], os.Environ())
}
