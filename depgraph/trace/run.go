package trace

// This file is the side of Run that lives in the build's process. Tracing needs wait4(-1), which in a process that
// starts others would steal their ends, and a thread of its own for every ptrace call; so a small process does it: this
// very executable under another name.

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph"
)

// bounds are what a tracer heeds: how long a rehearsal may take, 0 if it is none; and what tracing may cost, 0 if that is no
// matter.
type bounds struct{ rehearsal, budget time.Duration }

func (b bounds) String() string { return b.rehearsal.String() + "," + b.budget.String() }

// parseBounds reads what String wrote.
func parseBounds(s string) (b bounds) {
	rehearsal, budget, _ := strings.Cut(s, ",")
	b.rehearsal, _ = time.ParseDuration(rehearsal)
	b.budget, _ = time.ParseDuration(budget)
	return b
}

func run(ctx context.Context, procs *depgraph.Procs, c depgraph.ProcSpec, limits bounds) (*Report, error) {
	if !supported {
		return nil, fmt.Errorf("%w: not implemented for this architecture", ErrUnavailable)
	}
	if len(os.Args) > 0 && filepath.Base(os.Args[0]) == Name {
		// Started as the tracer, a program that does not call Main would start tracers without end.
		return nil, fmt.Errorf("%w: main does not call trace.Main", ErrUnavailable)
	}
	if err := ctx.Err(); err != nil {
		return nil, depgraph.ErrStopped
	}
	if c.Stdin == nil {
		// Known to stay empty, as a pipe of somebody else's is not.
		null, err := os.Open(os.DevNull)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		defer null.Close()
		c.Stdin = null
	}
	reports, end, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer reports.Close()
	if procs == nil {
		procs = new(depgraph.Procs)
	}
	proc, err := procs.Start(tracerSpec(&c, end, limits))
	end.Close()
	if errors.Is(err, depgraph.ErrStopped) {
		return nil, err
	}
	if err != nil {
		// The tracer's own start. E2BIG counts too: its command line is a little longer.
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	// The kernel kills the command when its tracer is dead.
	stop := context.AfterFunc(ctx, func() { proc.Kill(syscall.SIGKILL) })
	data, readErr := io.ReadAll(reports)
	status, err := proc.Wait()
	stop()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if len(data) == 0 && ctx.Err() != nil {
		return nil, depgraph.ErrStopped // before anything was started
	}
	return outcome(&c, data, readErr, status)
}

// tracerSpec is the process that traces c. Its arguments: the number of the pipe, the bounds, the program, the command's argv. What it
// gets besides the pipe the command gets, too.
func tracerSpec(c *depgraph.ProcSpec, pipe *os.File, limits bounds) depgraph.ProcSpec {
	var taken []int
	for _, x := range c.Extra {
		taken = append(taken, x.Num)
	}
	number := depgraph.FreeNumber(taken...)
	argv := c.Argv
	if len(argv) == 0 {
		argv = []string{c.Path}
	}
	own := []string{Name, strconv.Itoa(number), limits.String(), c.Path}
	tracer := *c
	tracer.Optional = true // what it would have told can do without
	tracer.Path, tracer.Argv = "/proc/self/exe", append(own, argv...)
	tracer.Extra = append(slices.Clone(c.Extra), depgraph.ExtraFD{Num: number, FD: int(pipe.Fd())})
	return tracer
}

// outcome makes sense of what the tracer wrote and how it ended.
func outcome(c *depgraph.ProcSpec, data []byte, readErr error, status depgraph.Status) (*Report, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("%w: the tracer ended at once: %v", ErrUnavailable, status)
	}
	switch data[0] {
	case msgUnavailable:
		return nil, fmt.Errorf("%w: %s", ErrUnavailable, data[1:])
	case msgExecFailed:
		errno, n := binary.Uvarint(data[1:])
		if n <= 0 {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, errReport)
		}
		return nil, &os.PathError{Op: "exec", Path: c.Path, Err: syscall.Errno(errno)}
	case msgStarted:
		r, err := decodeReport(data[1:])
		if readErr != nil {
			err = readErr
		}
		if err != nil {
			// The command ran, so its end, as far as it is known, has to be told.
			return &Report{Impure: "the tracer's report was lost: " + err.Error(), Status: status}, nil
		}
		return r, nil
	}
	return nil, fmt.Errorf("%w: %w", ErrUnavailable, errReport)
}
