package main

// This file measures how long it takes from the save of a source until its compiler starts, while gokbuild --watch looks on. The events
// of the build tell when that was.

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// saves are the saves of one source.
type saves struct {
	tree, out, program, source string
	goals                      []string
	count                      int

	events *bufio.Reader
	// start is when the events' clock began.
	start time.Time
}

func savesCommand(args []string) (bool, error) {
	s := &saves{}
	fs := flag.NewFlagSet("e2e saves", flag.ExitOnError)
	fs.StringVar(&s.program, "new", "", "gokbuild, an absolute path")
	fs.StringVar(&s.tree, "src", "", "the kernel tree; it is only read")
	fs.StringVar(&s.out, "out", "", "an output folder in which gokbuild has built")
	fs.StringVar(&s.source, "file", "kernel/fork.c", "the source, relative to the tree")
	fs.IntVar(&s.count, "count", 20, "how often it is saved")
	goals := fs.String("goals", "", "goals and variables of the build, separated by blanks")
	if err := fs.Parse(args); err != nil {
		return false, err
	}
	s.goals = strings.Fields(*goals)
	if s.program == "" || s.tree == "" || s.out == "" {
		return false, errors.New("-new, -src and -out are needed")
	}
	if again, err := private(); again || err != nil {
		return true, err
	}
	return true, s.measure()
}

func (s *saves) measure() (err error) {
	// The tree is written to in a layer above it, which nobody else sees.
	layer, err := os.MkdirTemp("", "e2e-saves")
	if err != nil {
		return err
	}
	w := &world{dir: layer}
	for _, d := range []string{"src", "upper", "work"} {
		if err := os.Mkdir(w.path(d), 0o755); err != nil {
			return err
		}
	}
	if err := w.overlay(s.tree); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := syscall.Mount(w.path("src"), s.tree, "", syscall.MS_BIND, ""); err != nil {
		return err
	}
	defer syscall.Unmount(s.tree, syscall.MNT_DETACH)
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	s.events = bufio.NewReaderSize(read, 1<<20)
	cmd := exec.Command(s.program, append([]string{"-C", s.tree, "O=" + s.out, "-j2", "--watch", "--json=fd:3"}, s.goals...)...)
	cmd.ExtraFiles = []*os.File{write}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	log, err := os.Create(w.path("log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	write.Close()
	defer func() {
		err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM))
		_ = cmd.Wait()
	}()
	return s.save(&watcher{cmd: cmd, log: log, done: make(chan error, 1)})
}

// save saves the source again and again.
func (s *saves) save(w *watcher) error {
	compiled := make(chan time.Time, 1000)
	go s.listen(compiled)
	name := filepath.Join(s.tree, s.source)
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var took []time.Duration
	for i := range s.count {
		if err := rest(w); err != nil {
			return err
		}
		for len(compiled) > 0 {
			<-compiled
		}
		// As editors do it: another file takes the name.
		line := fmt.Sprintf("static const int e2e_save __attribute__((__used__)) = %d;\n", i)
		if err := os.WriteFile(name+".tmp", append(slices.Clip(text), line...), 0o644); err != nil {
			return err
		}
		saved := time.Now()
		if err := os.Rename(name+".tmp", name); err != nil {
			return err
		}
		select {
		case at := <-compiled:
			took = append(took, at.Sub(saved))
		case <-time.After(2 * time.Minute):
			return fmt.Errorf("nothing is compiled\n%s", w.tail(20))
		}
	}
	slices.Sort(took)
	fmt.Printf("%s, saved %d times: until its compiler starts median %v, least %v, most %v\n", s.source, len(took),
		took[len(took)/2].Round(100*time.Microsecond), took[0].Round(100*time.Microsecond), took[len(took)-1].Round(100*time.Microsecond))
	return nil
}

// rest waits until the one who watches has nothing to do.
func rest(w *watcher) error {
	quiet := time.Now()
	for began := time.Now(); time.Since(quiet) < time.Second; time.Sleep(20 * time.Millisecond) {
		_, busy, err := w.state()
		if err != nil {
			return err
		}
		if busy {
			quiet = time.Now()
		}
		if time.Since(began) > 30*time.Minute {
			return fmt.Errorf("it does not come to rest\n%s", w.tail(20))
		}
	}
	return nil
}

// listen tells when processes were started for the object of the source.
func (s *saves) listen(compiled chan<- time.Time) {
	object := strings.TrimSuffix(s.source, filepath.Ext(s.source)) + ".o"
	for {
		line, err := s.events.ReadBytes('\n')
		if err != nil {
			return
		}
		var e struct {
			Event, Target string
			T, NS, Time   int64
		}
		if json.Unmarshal(line, &e) != nil {
			continue
		}
		switch {
		case e.Event == "build":
			s.start = time.Unix(0, e.Time-e.T)
		case e.Event == "process" && e.Target == object:
			compiled <- s.start.Add(time.Duration(e.T - e.NS))
		}
	}
}
