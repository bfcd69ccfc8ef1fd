package main

// The start state is an output folder built by make, and the same one configured only. It takes minutes without
// ccache, so it is kept, keyed by everything that went into it.

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

func stepRand(seed uint64, step int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(step))) }

// ccache returns where ccache is; empty: it is not installed.
func ccache() string {
	path, err := exec.LookPath("/usr/bin/ccache")
	if err != nil {
		return ""
	}
	return path
}

func (t *trial) view() string { return filepath.Join(t.scratch, "view") }

func (t *trial) startDir() (string, error) {
	h := sha256.New()
	p := plan{src: t.tree, out: t.view(), config: t.startConfig, allconfig: t.fragment, goals: t.startGoals}
	key, err := p.key(t.makeProgram)
	if err != nil {
		return "", err
	}
	fmt.Fprintln(h, "start 1", key, t.startLinks)
	return filepath.Join(t.scratch, fmt.Sprintf("start-%x", h.Sum(nil)[:8])), nil
}

// open makes both worlds in the start state and lets each builder look at its own once.
func (t *trial) open() error {
	if t.startConfig == "" {
		t.startConfig = "allnoconfig"
		if path := ccache(); path != "" {
			t.startLinks = map[string]string{compiler: path}
		}
	}
	if err := os.MkdirAll(t.view(), 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(t.scratch, "worlds-")
	if err != nil {
		return err
	}
	// Under the name make, as messages name the program.
	own := filepath.Join(dir, "own")
	if err := os.Mkdir(own, 0o755); err != nil {
		return err
	}
	if err := os.Symlink(t.setup.own, filepath.Join(own, "make")); err != nil {
		return err
	}
	t.make = &world{name: "make", dir: filepath.Join(dir, "make"), view: t.view(), program: t.makeProgram}
	t.own = &world{name: "gokbuild", dir: filepath.Join(dir, "gokbuild"), view: t.view(), program: filepath.Join(own, "make"), args: t.ownArgs}
	start, err := t.startDir()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(start, "built")); errors.Is(err, fs.ErrNotExist) {
		if err := t.buildStart(start); err != nil {
			return err
		}
	}
	return t.reset()
}

func (t *trial) close() error {
	return errors.Join(t.make.close(), t.own.close(), os.RemoveAll(filepath.Dir(t.make.dir)))
}

func (t *trial) buildStart(start string) error {
	fmt.Fprintf(t.log, "building the start state %s\n", start)
	if err := t.setWorld(t.make, ""); err != nil {
		return err
	}
	var fragment []string
	if t.fragment != "" {
		fragment = []string{"KCONFIG_ALLCONFIG=" + t.fragment}
	}
	steps := []struct {
		name string
		req  request
	}{
		{"configured", request{words: []string{t.startConfig}, env: fragment}},
		{"built", request{words: append([]string{"-j" + t.jobs}, t.startGoals...)}},
	}
	for _, s := range steps {
		s.req.limit = startLimit
		r, err := t.make.run(s.req)
		if err != nil {
			return err
		}
		if !r.ok {
			return fmt.Errorf("start state: %s\n%s", r.status, lastLines(r.out+r.err, 30))
		}
		fmt.Fprintf(t.log, "  %s: %.1f s\n", s.name, r.took.Seconds())
		to := filepath.Join(start, s.name)
		if err := os.MkdirAll(start, 0o755); err != nil {
			return err
		}
		if err := copyTree(t.make.path("out"), to+".part"); err != nil {
			return err
		}
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		if err := os.Rename(to+".part", to); err != nil {
			return err
		}
	}
	return nil
}

// reset gives both worlds the start state again.
func (t *trial) reset() error {
	start, err := t.startDir()
	if err != nil {
		return err
	}
	t.left, t.seen, t.debris = nil, pairs{}, debris{}
	for _, w := range []*world{t.make, t.own} {
		if err := t.setWorld(w, filepath.Join(start, "built")); err != nil {
			return err
		}
	}
	if ok, err := t.settle("at the start"); err != nil || !ok {
		return errors.Join(err, errors.New("the start state is not that of both"))
	}
	return nil
}

func (t *trial) setWorld(w *world, start string) error {
	if err := w.set(t.tree, start); err != nil {
		return err
	}
	for name, program := range t.startLinks {
		if err := os.Symlink(program, w.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// borrow makes a world whose sources and programs are another's, and whose output is only configured.
func (w *world) borrow(from *world) error {
	if err := w.giveBack(); err != nil {
		return err
	}
	for _, d := range []string{"src", "out"} {
		if err := os.MkdirAll(w.path(d), 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount(from.path("src"), w.path("src"), "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if err := copyTree(from.path("bin"), w.path("bin")); err != nil {
		return err
	}
	return copyTree(from.path("out/.config"), w.path("out/.config"))
}

func (w *world) giveBack() error {
	err := unix.Unmount(w.path("src"), unix.MNT_DETACH)
	if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return err // what is mounted must not be removed
	}
	return os.RemoveAll(w.dir)
}

// pairs remembers of each path the state of both files when they were equal, so that most need not be read again.
type pairs map[string][2]stamp

// stamp changes whenever a file does: nobody can set the time of the last change of an inode.
type stamp struct {
	ino          uint64
	size         int64
	mtime, ctime syscall.Timespec
}

func stampOf(path string) (stamp, error) {
	var st syscall.Stat_t
	if err := syscall.Lstat(path, &st); err != nil {
		return stamp{}, err
	}
	return stamp{st.Ino, st.Size, st.Mtim, st.Ctim}, nil
}
