package fileid

import (
	"os"
	"syscall"
	"time"
)

// The waits of this file are for tests and for programs that test: whoever builds does not wait for a clock, but does without
// what is not settled.

// poll is how long NextTick sleeps between two looks: nothing tells when the clock of a file system moves, but a file that it dates.
const poll = time.Millisecond

// NextTick returns a time after that of all files written so far in the file system of dir, and before that of all files written
// from now on. Such clocks stand still for milliseconds, so it waits until this one moves. It leaves nothing in dir.
func NextTick(dir string) (time.Time, error) {
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

// AwaitSettled returns once the file is settled.
func AwaitSettled(name string) error {
	var st syscall.Stat_t
	if err := syscall.Stat(name, &st); err != nil {
		return &os.PathError{Op: "stat", Path: name, Err: err}
	}
	id := Of(&st)
	time.Sleep(time.Until(time.Unix(0, settles(id.Mtime, id.Ctime))))
	return nil
}
