package main

// This file plays random edits while gokbuild --watch builds after them by itself: several in a burst, in the ways of editors, also
// in the middle of a build. Make builds once when a burst is over. Soon after that the two worlds must be equal, and stay so.

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// vigil is a trial in which gokbuild watches.
type vigil struct {
	trial
	watcher *watcher
	// patience is how long it may take after a burst until the worlds are equal.
	patience time.Duration
}

// watcher is a gokbuild that watches.
type watcher struct {
	cmd  *exec.Cmd
	log  *os.File
	done chan error
}

func watchCommand(args []string) (bool, error) {
	var v vigil
	fs := flag.NewFlagSet("e2e watch", flag.ExitOnError)
	v.setup.flags(fs)
	fs.IntVar(&v.edits, "count", 200, "number of edits")
	fs.DurationVar(&v.patience, "patience", 2*time.Minute, "how long the worlds may differ after a burst of edits")
	if err := fs.Parse(args); err != nil {
		return false, err
	}
	v.log = os.Stdout
	if err := v.setup.check(); err != nil {
		return false, err
	}
	if again, err := private(); again || err != nil {
		return true, err
	}
	start := time.Now()
	if err := v.open(); err != nil {
		return false, err
	}
	ok, err := v.playBursts()
	v.summary(time.Since(start))
	if err != nil || !ok {
		fmt.Fprintf(v.log, "both worlds are kept below %s\n", filepath.Dir(v.make.dir))
		return ok, err
	}
	return true, v.close()
}

// playBursts plays bursts until there were as many edits as asked for.
func (v *vigil) playBursts() (ok bool, err error) {
	all, err := v.chosen(kinds())
	if err != nil {
		return false, err
	}
	if err := v.begin(); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, v.end()) }()
	order := bag(all, v.seed, 20*v.edits)
	for step := 1; v.count.steps < v.edits && len(order) > 0; step++ {
		rnd := stepRand(v.seed, step)
		n := 1 + rnd.IntN(4)
		if rnd.IntN(3) == 0 {
			n = 1
		}
		burst := min(n, len(order), v.edits-v.count.steps)
		ok, err := v.burst(step, order[:burst])
		if err != nil || !ok {
			v.count.wrong++
			return false, err
		}
		order = order[burst:]
	}
	return true, nil
}

// burst plays some edits one after the other, and waits until the worlds are equal.
func (v *vigil) burst(step int, kinds []kind) (ok bool, err error) {
	rnd := stepRand(v.seed, step)
	var ops, back []op
	harm := false
	for i, k := range kinds {
		cat, err := v.make.catalog()
		if err != nil {
			return false, err
		}
		p := &picker{Rand: stepRand(v.seed, 100*step+i), step: 100*step + i, cat: cat, w: v.make, flip: v.symbols()}
		e := k.make(p)
		if e == nil || !playable(e) || k.name == wrapperKind || e.harm && (len(kinds) > 1 || !seenByDates(e)) {
			continue
		}
		undo, err := v.make.undo(e.ops)
		if err != nil {
			return false, err
		}
		if i > 0 {
			gap := time.Duration(rnd.IntN(250)) * time.Millisecond
			if rnd.IntN(4) == 0 {
				gap = time.Duration(rnd.IntN(2500)) * time.Millisecond
			}
			time.Sleep(gap)
		}
		v.count.steps++
		fmt.Fprintf(v.log, "%4d %s: %s\n", v.count.steps, k.name, e.what)
		if err := v.edit(e.ops); err != nil {
			return false, err
		}
		ops, back, harm = append(ops, e.ops...), append(undo, back...), harm || e.harm
	}
	if len(ops) == 0 {
		return true, nil
	}
	broken, ok, err := v.follow()
	if err != nil || !ok {
		return false, err
	}
	switch {
	case broken:
		fmt.Fprintf(v.log, "     taken back\n")
		if err := v.edit(back); err != nil {
			return false, err
		}
		broken, ok, err = v.follow()
		if broken && err == nil {
			fmt.Fprintf(v.log, "     WRONG: it still cannot be built\n")
			return false, nil
		}
	case harm:
		if heal := v.make.healed(ops, back); len(heal) > 0 {
			if err := v.edit(heal); err != nil {
				return false, err
			}
			_, ok, err = v.follow()
		}
	}
	return ok, err
}

// wrapperKind is left out. After it objects read another header of the same content. Make compiles some of them again later, as a date is
// new, and gokbuild does not, as no content is: then saved commands name different headers. edits.sh judges that.
const wrapperKind = "wildcard: header instead of a wrapper"

// playable reports whether an edit asks for nothing but a build, of which make sees all that gokbuild sees.
func playable(e *edit) bool {
	removed := !slices.ContainsFunc(e.ops, func(o op) bool { return o.kind != opRemove })
	return len(e.ops) > 0 && len(e.builds) == 0 && e.other == nil && !e.swap && !e.twice && !e.again && !e.words && !e.unlike && (!e.harm || removed)
}

// seenByDates reports whether make makes again what was removed. What it does not look for, only a gokbuild may make again.
func seenByDates(e *edit) bool {
	return !slices.ContainsFunc(e.ops, func(o op) bool { return !slices.Contains([]string{".o", ".h", ".ko"}, filepath.Ext(o.path)) })
}

// follow has make build what was edited, and waits for the one who watches.
func (v *vigil) follow() (broken, ok bool, err error) {
	m, err := v.make.run(request{words: []string{"-j" + v.jobs}})
	if err != nil {
		return false, false, err
	}
	v.count.builds++
	v.count.makeTime += m.took
	began := time.Now()
	for {
		status, busy, err := v.watcher.state()
		if err != nil {
			return false, false, err
		}
		late := time.Since(began) > v.patience
		if !busy && !m.ok && status == "2" {
			v.count.failed++
			fmt.Fprintf(v.log, "     both fail\n")
			return true, true, v.unfinished()
		}
		if !busy && m.ok && status == "0" {
			c, err := v.compare()
			if err != nil {
				return false, false, err
			}
			if c.equal() {
				v.count.equal++
				fmt.Fprintf(v.log, "     equal %.1f s after make, which took %.1f s\n", time.Since(began).Seconds(), m.took.Seconds())
				return false, true, nil
			}
			if late {
				v.list(c)
			}
		}
		if late {
			fmt.Fprintf(v.log, "     WRONG after %v: make %v, gokbuild ends its last build with status %q, busy %t\n%s", v.patience, m, status, busy,
				indent(v.watcher.tail(20)))
			return false, false, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// begin starts the one who watches, and waits until it has nothing to do.
func (v *vigil) begin() error {
	words := []string{"enter", v.own.dir, v.own.view, v.own.program, "-C", filepath.Join(v.own.view, "src"), "O=" + filepath.Join(v.own.view, "out"),
		"--watch", "-j" + v.jobs}
	w := &watcher{cmd: exec.Command("/proc/self/exe", words...), done: make(chan error, 1)}
	w.cmd.Env = v.own.environment()
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGTERM}
	var err error
	if w.log, err = os.Create(filepath.Join(filepath.Dir(v.own.dir), "watch.log")); err != nil {
		return err
	}
	w.cmd.Stdout, w.cmd.Stderr = w.log, w.log
	if err := w.cmd.Start(); err != nil {
		return err
	}
	go func() { w.done <- w.cmd.Wait() }()
	v.watcher = w
	_, ok, err := v.follow()
	if err == nil && !ok {
		err = errors.New("it does not come to rest")
	}
	return err
}

// end interrupts the one who watches in the middle of a build. Nothing may be left of it.
func (v *vigil) end() error {
	w := v.watcher
	defer w.log.Close()
	group := w.cmd.Process.Pid
	if err := syscall.Kill(group, syscall.SIGINT); err != nil {
		return err
	}
	select {
	case <-w.done:
	case <-time.After(10 * time.Second):
		return errors.New("it does not end when it is interrupted")
	}
	if status, ok := w.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGINT {
		return fmt.Errorf("interrupted, it ends with %v", w.cmd.ProcessState)
	}
	if err := syscall.Kill(-group, 0); !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("processes are left: %v", err)
	}
	return nil
}

var waitsLine = regexp.MustCompile(`(?m)^make: status (\d+) after .* are watched$`)

// state returns the status of the last build that has ended, and whether another one runs or may be about to.
func (w *watcher) state() (status string, busy bool, err error) {
	select {
	case err := <-w.done:
		w.done <- err
		return "", false, fmt.Errorf("the one who watches has ended: %v\n%s", err, w.tail(30))
	default:
	}
	text, err := os.ReadFile(w.log.Name())
	if err != nil {
		return "", false, err
	}
	all := waitsLine.FindAllSubmatchIndex(text, -1)
	if len(all) == 0 {
		return "", true, nil
	}
	last := all[len(all)-1]
	children, err := childrenOf(w.cmd.Process.Pid)
	return string(text[last[2]:last[3]]), last[1] < len(text)-1 || children > 0, err
}

// childrenOf counts the processes that a process has started and not waited for.
func childrenOf(pid int) (n int, err error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return 0, err
	}
	for _, name := range tasks {
		text, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ESRCH) {
			return 0, err
		}
		n += len(strings.Fields(string(text)))
	}
	return n, nil
}

// tail are the last lines of what it has printed.
func (w *watcher) tail(n int) string {
	text, err := os.ReadFile(w.log.Name())
	if err != nil {
		return err.Error()
	}
	return lastLines(string(text), n) + "\n"
}
