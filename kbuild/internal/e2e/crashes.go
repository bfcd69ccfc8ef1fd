package main

// Crashes: a build is killed at a random moment, or gokbuild's memory is damaged while nothing runs; in both cases the
// next build must end with make's bytes.

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

type crashes struct {
	trial
	kills, damages int
	killed         int // builds that still ran when the signal came
	damaged        int // damages to files that were there
	older          map[string][]byte
}

func crashesCommand(args []string) (bool, error) {
	c := crashes{older: map[string][]byte{}}
	flags := flag.NewFlagSet("e2e crashes", flag.ExitOnError)
	c.setup.flags(flags)
	flags.IntVar(&c.kills, "kills", 100, "builds to be killed")
	flags.IntVar(&c.damages, "corruptions", 50, "times the state is damaged")
	if err := flags.Parse(args); err != nil {
		return false, err
	}
	c.log = os.Stdout
	if err := c.setup.check(); err != nil {
		return false, err
	}
	if again, err := private(); again || err != nil {
		return true, err
	}
	start := time.Now()
	if err := c.open(); err != nil {
		return false, err
	}
	ok, err := c.playCrashes()
	c.summary(time.Since(start))
	if ok && err == nil && c.damages > 0 && c.damaged == 0 {
		err = errors.New("there was no memory to be damaged, so that nothing is proved")
	}
	fmt.Fprintf(c.log, "%d builds killed of %d, %d files of the state damaged of %d tries\n", c.killed, c.kills, c.damaged, c.damages)
	if err != nil || !ok {
		fmt.Fprintf(c.log, "both worlds are kept below %s\n", filepath.Dir(c.make.dir))
		return ok, err
	}
	return true, c.close()
}

func (c *crashes) playCrashes() (bool, error) {
	kinds, err := c.chosen(slices.DeleteFunc(kinds(), func(k kind) bool { return !k.simple }))
	if err != nil {
		return false, err
	}
	total := c.kills + c.damages
	order := bag(kinds, c.seed, total)
	for i, k := range order {
		step := i + 1
		if c.only != 0 && step != c.only {
			continue
		}
		ok, err := c.crash(step, k)
		if err != nil {
			return false, fmt.Errorf("crash %d: %w", step, err)
		}
		if !ok {
			c.count.wrong++
			fmt.Fprintf(c.log, "    repeat with: -seed %d -kills %d -corruptions %d (perhaps -only %d)\n", c.seed, c.kills, c.damages, step)
			if !c.keepGoing {
				return false, nil
			}
			if err := c.reset(); err != nil {
				return false, err
			}
		}
	}
	return c.count.wrong == 0, nil
}

// crash plays one edit that is followed by a killed build or comes with damage. Kills and damages are mixed evenly.
func (c *crashes) crash(step int, k kind) (bool, error) {
	c.count.steps++
	rnd := stepRand(c.seed^0xdead, step)
	harm := step*c.damages/(c.kills+c.damages) != (step-1)*c.damages/(c.kills+c.damages)
	var e *edit
	var err error
	switch {
	case harm && rnd.IntN(3) == 0:
		e = &edit{what: "nothing changed"}
	case !harm && rnd.IntN(12) == 0:
		return c.freshKilled(step, rnd)
	default:
		if e, err = c.choose(step, k); err != nil || e == nil {
			return true, err
		}
		e.what = k.name + ": " + e.what
	}
	e.unlike = true
	began := time.Now()
	if harm {
		e.kind = "damage"
		var what string
		e.other = func(w *world) (err error) {
			what, err = c.damage(w, rnd)
			fmt.Fprintf(c.log, "     %s\n", what)
			return err
		}
		e.builds, e.quiet = []request{{}, {}}, true
	} else {
		e.kind = "kill"
		e.other = func(w *world) error { return c.kill(w, rnd, 1+rnd.IntN(2), 6*time.Second) }
	}
	fmt.Fprintf(c.log, "%4d %s: %s\n", step, e.kind, e.what)
	if err := c.remember(); err != nil {
		return false, err
	}
	return c.play(e, began)
}

// kill starts builds in a world and kills them, with all their processes, at random moments.
func (c *crashes) kill(w *world, rnd *rand.Rand, times int, most time.Duration) error {
	for range times {
		// As many early moments as late ones: reading the state takes little of a build's time.
		after := time.Duration(float64(most) * rnd.Float64())
		for range rnd.IntN(6) {
			after /= 2
		}
		r, err := c.run(w, request{words: []string{"-j" + c.jobs}, after: after + time.Millisecond, signal: syscall.SIGKILL})
		if err != nil {
			return err
		}
		if r.stopped {
			c.killed++
		}
		fmt.Fprintf(c.log, "     after %v: %v\n", after.Round(time.Millisecond), r)
	}
	return nil
}

// freshKilled kills builds of an output folder that is only configured.
func (c *crashes) freshKilled(step int, rnd *rand.Rand) (bool, error) {
	fmt.Fprintf(c.log, "%4d kill: a build from nothing\n", step)
	if err := c.reset(); err != nil {
		return false, err
	}
	start, err := c.startDir()
	if err != nil {
		return false, err
	}
	if err := os.RemoveAll(c.own.path("out")); err != nil {
		return false, err
	}
	if err := copyTree(filepath.Join(start, "configured"), c.own.path("out")); err != nil {
		return false, err
	}
	if err := c.kill(c.own, rnd, 2, 25*time.Second); err != nil {
		return false, err
	}
	ok, err := c.settle("after a build from nothing was killed")
	if ok {
		fmt.Fprintf(c.log, "     ok\n")
	}
	return ok, err
}

// stateFiles returns gokbuild's state files, sorted.
func stateFiles(w *world) ([]string, error) {
	var l []string
	root := filepath.Join(w.path("out"), stateDir)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && d.Type().IsRegular() {
			l = append(l, path)
		}
		return err
	})
	return l, err
}

// remember keeps copies of the state, for a damage that brings back an old one.
func (c *crashes) remember() error {
	files, err := stateFiles(c.own)
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, ok := c.older[f]; !ok {
			if c.older[f], err = os.ReadFile(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// damage spoils one state file and says how.
func (c *crashes) damage(w *world, rnd *rand.Rand) (string, error) {
	files, err := stateFiles(w)
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "no state to damage", nil
	}
	c.damaged++
	f := files[rnd.IntN(len(files))]
	data, err := os.ReadFile(f)
	if err != nil {
		return "", err
	}
	name := filepath.Base(f)
	write := func(b []byte) error {
		if rnd.IntN(2) == 0 {
			// In the same inode, with the same time: nothing but the content tells.
			info, err := os.Stat(f)
			if err != nil {
				return err
			}
			return errors.Join(os.WriteFile(f, b, info.Mode().Perm()), os.Chtimes(f, info.ModTime(), info.ModTime()))
		}
		return errors.Join(os.Remove(f), os.WriteFile(f, b, 0o644))
	}
	what, b := damaged(data, rnd)
	switch {
	case b != nil:
		return name + " " + what, write(b)
	case what == "old":
		b, ok := c.older[f]
		if !ok {
			return name + " removed", os.Remove(f)
		}
		delete(c.older, f)
		return name + " as it was some steps before", write(b)
	case what == "folder":
		return name + " replaced by a folder", errors.Join(os.Remove(f), os.MkdirAll(filepath.Join(f, "x"), 0o755))
	}
	// What nobody may read, not even root.
	return name + " replaced by a link to itself", errors.Join(os.Remove(f), os.Symlink(name, f))
}

// damaged returns spoiled bytes, or nil and what else to do.
func damaged(data []byte, rnd *rand.Rand) (what string, b []byte) {
	b = slices.Clone(data)
	switch k := rnd.IntN(11); k {
	case 0, 1, 2:
		n := rnd.IntN(len(data) + 1)
		if k == 2 { // near the end, where a crash would cut it
			n = max(0, len(data)-1-rnd.IntN(64))
		}
		return fmt.Sprintf("cut to %d of %d bytes", n, len(data)), b[:n:n]
	case 3, 4, 5:
		n := 1 << rnd.IntN(6)
		for range n {
			if len(b) > 0 {
				b[rnd.IntN(len(b))] ^= 1 << rnd.IntN(8)
			}
		}
		return fmt.Sprintf("with %d bits flipped", n), b
	case 6:
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		return "replaced by noise", b
	case 7:
		for i := range b[len(b)/2:] {
			b[len(b)/2+i] = 0
		}
		return "half of it zeroed", b
	case 8:
		return "old", nil
	case 9:
		return "folder", nil
	}
	return "link", nil
}

// complaints returns what gokbuild said on standard error that make did not.
func complaints(want, got string) []string {
	known := map[string]int{}
	for line := range strings.Lines(want) {
		known[line]++
	}
	var l []string
	for line := range strings.Lines(got) {
		if known[line]--; known[line] < 0 {
			l = append(l, strings.TrimRight(line, "\n"))
		}
	}
	return l
}
