package output

// This file keeps the output of jobs together. With -O a job writes to temporary files, which are copied out in one piece,
// under a lock that all makes of a build share: make 4.3 locks its standard output, make 4.4 a file named in --sync-mutex=.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/libc"
)

const mutexPrefix = "fnm:"

// Pieces is where the pieces of output end up in the end. It is safe for concurrent use.
type Pieces struct {
	// Failed, if set, is told of an error of writing to the standard output, at the place where that should stand.
	Failed   func(error)
	out, err *os.File
	combined bool   // both are the same file: one temporary file keeps their order
	tempDir  string // empty: os.TempDir()

	// POSIX locks are the process's, so mu keeps its goroutines apart, and lock other processes. mu comes first.
	mu    *sync.Mutex
	lock  *os.File // nil: out or, if that is closed, err
	owned string   // name of a lock file that we made
	// shared is set if the lock belongs to another Pieces.
	shared bool
}

// NewPieces returns the output to the two files; either may be nil, which drops what is written there.
func NewPieces(stdout, stderr *os.File, tempDir string) *Pieces {
	return &Pieces{out: stdout, err: stderr, combined: sameFile(stdout, stderr), tempDir: tempDir, mu: new(sync.Mutex)}
}

func sameFile(a, b *os.File) bool {
	if a == nil || b == nil {
		return false
	}
	ai, err := a.Stat()
	if err != nil {
		return false
	}
	bi, err := b.Stat()
	return err == nil && os.SameFile(ai, bi)
}

// Share keeps the pieces of two outputs apart that may end up in the same place: both use one lock. It must be called
// before o is used, and o closed before the other.
func (o *Pieces) Share(with *Pieces) {
	with.mu.Lock()
	defer with.mu.Unlock()
	o.mu, o.lock, o.shared = with.mu, with.lock, with.lock != nil
}

// ServeMutex makes the lock a file of its own in dir, as make 4.4 does, and returns the value for --sync-mutex=.
func (o *Pieces) ServeMutex(dir string) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lock != nil {
		return mutexPrefix + o.lock.Name(), nil
	}
	f, err := os.CreateTemp(dir, "Gm")
	if err != nil {
		return "", err
	}
	o.lock, o.owned = f, f.Name()
	return mutexPrefix + o.owned, nil
}

// JoinMutex makes the lock the one that a parent make announced in --sync-mutex=.
func (o *Pieces) JoinMutex(value string) error {
	path, ok := strings.CutPrefix(value, mutexPrefix)
	if !ok {
		return fmt.Errorf("invalid --sync-mutex string '%s'", value)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("cannot open output sync mutex %s: %w", path, errors.Unwrap(err))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lock != nil && !o.shared {
		o.lock.Close()
	}
	o.lock, o.shared = f, false
	return nil
}

// Close closes the lock file and removes it if ServeMutex made it. The two output files stay open.
func (o *Pieces) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var err error
	if o.lock != nil && !o.shared {
		err = o.lock.Close()
	}
	if o.owned != "" {
		err = errors.Join(err, os.Remove(o.owned))
	}
	o.lock, o.owned = nil, ""
	return err
}

func writeTo(f *os.File, text []byte) error {
	if f == nil || len(text) == 0 {
		return nil
	}
	_, err := f.Write(text)
	return err
}

// exclusively runs f while no other make of the build dumps. If the lock cannot be had, it runs f all the same: output
// in the wrong place is better than none. mu is held.
func (o *Pieces) exclusively(f func() error) error {
	lock := o.lock
	if lock == nil {
		lock = o.out
	}
	if lock == nil {
		lock = o.err
	}
	if lock == nil {
		return f()
	}
	// SyscallConn, not Fd: that would change the mode of a description that others share.
	raw, err := lock.SyscallConn()
	if err != nil {
		return f()
	}
	setLock := func(kind int16, cmd int) (err error) {
		region := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: 0, Len: 1}
		ctlErr := raw.Control(func(fd uintptr) {
			_, err = libc.RetryN(func() (int, error) { return 0, unix.FcntlFlock(fd, cmd, &region) })
		})
		return errors.Join(ctlErr, err)
	}
	if setLock(unix.F_WRLCK, unix.F_SETLKW) == nil {
		defer setLock(unix.F_UNLCK, unix.F_SETLK)
	}
	return f()
}

// Piece keeps the output of one job. Its files can be given to processes. Its methods are for one goroutine at a time.
type Piece struct {
	pieces   *Pieces
	out, err *os.File // the same file if the real ones are; nil where the real one is
}

// Piece makes the temporary files for a job. They have no name, and vanish with the last process that has them open.
func (o *Pieces) Piece() (*Piece, error) {
	b := &Piece{pieces: o}
	var err error
	if o.out != nil {
		if b.out, err = tempFile(o.tempDir); err != nil {
			return nil, err
		}
	}
	switch {
	case o.err == nil:
	case o.combined:
		b.err = b.out
	default:
		if b.err, err = tempFile(o.tempDir); err != nil {
			b.Close()
			return nil, err
		}
	}
	return b, nil
}

// tempFile makes a file without a name, for appending: several processes write to it without a common offset.
func tempFile(dir string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	f, err := os.OpenFile(dir, unix.O_TMPFILE|os.O_RDWR|os.O_APPEND, 0o600)
	if err == nil {
		return f, nil
	}
	// Not every file system can do that.
	named, err := os.CreateTemp(dir, "Gm")
	if err != nil {
		return nil, err
	}
	defer named.Close()
	f, err = os.OpenFile(named.Name(), os.O_RDWR|os.O_APPEND, 0)
	return f, errors.Join(err, os.Remove(named.Name()))
}

// Stdout is the file for the job's standard output; nil if the real one is closed.
func (b *Piece) Stdout() *os.File { return b.out }

// Stderr is the file for the job's standard error output; nil if the real one is closed.
func (b *Piece) Stderr() *os.File { return b.err }

// Print adds text of make's own to the standard output.
func (b *Piece) Print(text []byte) error { return writeTo(b.out, text) }

// PrintError adds text of make's own to the standard error output.
func (b *Piece) PrintError(text []byte) error { return writeTo(b.err, text) }

// Dump writes everything out in one piece and empties the buffer. If there is anything, before and after (the
// "Entering directory" lines) go to the standard output around it. An error is one of writing there.
func (b *Piece) Dump(before, after []byte) error {
	outSize, err1 := fileSize(b.out)
	errSize := int64(0)
	var err2 error
	if b.err != b.out {
		errSize, err2 = fileSize(b.err)
	}
	if err := errors.Join(err1, err2); err != nil || outSize+errSize == 0 {
		return err
	}
	o := b.pieces
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.exclusively(func() error {
		err := errors.Join(writeTo(o.out, before), drain(o.out, b.out, outSize))
		if err != nil && o.Failed != nil {
			o.Failed(err)
		}
		_ = drain(o.err, b.err, errSize) // nothing could be said of it
		return errors.Join(err, writeTo(o.out, after))
	})
}

func fileSize(f *os.File) (int64, error) {
	if f == nil {
		return 0, nil
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// drain copies the first size bytes of a temporary file, and empties it.
func drain(to, from *os.File, size int64) error {
	if size == 0 {
		return nil
	}
	// Plain reads and writes: the short cuts of os.File do not work for files opened for appending.
	_, err := io.Copy(struct{ io.Writer }{to}, io.NewSectionReader(from, 0, size))
	return errors.Join(err, from.Truncate(0))
}

// Close drops what has not been dumped.
func (b *Piece) Close() error {
	var err1, err2 error
	if b.out != nil {
		err1 = b.out.Close()
	}
	if b.err != nil && b.err != b.out {
		err2 = b.err.Close()
	}
	b.out, b.err = nil, nil
	return errors.Join(err1, err2)
}
