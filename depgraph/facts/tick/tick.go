// Package tick answers one question for tests, and for programs that test: when will the next change of a file show in
// its dates? A build never waits for a clock. It does without what is not settled.
package tick

import (
	"os"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
)

// poll is how long Next sleeps between two looks. Nothing tells when the clock of a file system moves, but a file that
// the clock dates.
const poll = time.Millisecond

// Next returns a time after that of all files written so far in the file system of dir, and before that of all files
// written from now on. Such clocks stand still for milliseconds, so Next waits until this one moves. It leaves nothing
// in dir.
func Next(dir string) (time.Time, error) {
	f, err := os.CreateTemp(dir, "tick")
	if err != nil {
		return time.Time{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var first time.Time
	for ; ; time.Sleep(poll) {
		if _, err := f.Write([]byte("x")); err != nil {
			return time.Time{}, err
		}
		info, err := f.Stat()
		if err != nil {
			return time.Time{}, err
		}
		if now := info.ModTime(); first.IsZero() {
			first = now
		} else if between := first.Add(time.Nanosecond); now.After(between) {
			return between, nil
		}
	}
}

// AwaitAll returns once all files written so far in the file system of dir are settled. It leaves nothing in dir.
func AwaitAll(dir string) error {
	f, err := os.CreateTemp(dir, "tick")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	return Await(f.Name())
}

// Await returns once the file is settled: whatever changes it from then on gives it another identity.
func Await(name string) error {
	var st syscall.Stat_t
	if err := syscall.Stat(name, &st); err != nil {
		return &os.PathError{Op: "stat", Path: name, Err: err}
	}
	id := facts.Of(&st)
	time.Sleep(time.Until(id.Settles())) // a file grows old by the clock, exactly then
	return nil
}
