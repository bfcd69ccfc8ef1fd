package progress

// This file keeps how long things took in an output directory: .gokbuild/times. It is worth nothing but time: what cannot be read
// is not there.

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gokbuild/depgraph/onestep"
)

// history is how long things took the last time that they were made.
type history struct {
	// Took is the time of each target, by its absolute name.
	Took map[string]time.Duration
	// Users is, for each file that targets depend on, how many there are and how long they took together.
	Users map[string]users
	// Tail is how long builds went on after the last target that has sources was made: what is linked at the end.
	Tail time.Duration
}

// users are the targets that depend on a file.
type users struct {
	Count int
	Took  time.Duration
}

const (
	historyName  = "times"
	historyFirst = "gokbuild times 1"
	mostHistory  = 64 << 20
)

// newHistory returns one that knows nothing.
func newHistory() *history {
	return &history{Took: make(map[string]time.Duration), Users: make(map[string]users)}
}

// loadHistory reads the history that a folder holds.
func loadHistory(dir string) *history {
	f, err := os.Open(filepath.Join(dir, historyName))
	if err != nil {
		return newHistory()
	}
	defer f.Close()
	h, err := readHistory(io.LimitReader(f, mostHistory))
	if err != nil {
		return newHistory()
	}
	return h
}

// readHistory reads lines of the form "tail MS", "took MS NAME" and "users COUNT MS NAME".
func readHistory(r io.Reader) (*history, error) {
	h := newHistory()
	s := bufio.NewScanner(r)
	if !s.Scan() || s.Text() != historyFirst {
		return nil, fmt.Errorf("no history")
	}
	for s.Scan() {
		kind, rest, _ := strings.Cut(s.Text(), " ")
		count := 0
		if kind == "users" {
			text, after, _ := strings.Cut(rest, " ")
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 {
				return nil, fmt.Errorf("no count: %q", s.Text())
			}
			count, rest = n, after
		}
		text, name, _ := strings.Cut(rest, " ")
		ms, err := strconv.ParseInt(text, 10, 32)
		if err != nil || ms < 0 {
			return nil, fmt.Errorf("no time: %q", s.Text())
		}
		took := time.Duration(ms) * time.Millisecond
		switch kind {
		case "tail":
			h.Tail = took
		case "took":
			h.Took[name] = took
		case "users":
			h.Users[name] = users{count, took}
		}
	}
	return h, s.Err()
}

// save writes the history into a folder, in one step.
func (h *history) save(dir string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\ntail %d\n", historyFirst, h.Tail.Milliseconds())
	for name, took := range h.Took {
		if !strings.Contains(name, "\n") {
			fmt.Fprintf(&b, "took %d %s\n", took.Milliseconds(), name)
		}
	}
	for name, u := range h.Users {
		if !strings.Contains(name, "\n") {
			fmt.Fprintf(&b, "users %d %d %s\n", u.Count, u.Took.Milliseconds(), name)
		}
	}
	return onestep.Write(filepath.Join(dir, historyName), []byte(b.String()))
}
