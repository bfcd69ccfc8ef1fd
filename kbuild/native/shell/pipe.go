package shell

// This file runs pipelines.

import (
	"context"
	"os"
	"sync"
	"syscall"
)

// pipeline runs every element as a subshell of its own, all at once, joined by
// real pipes. The status is that of the last.
func (s *state) pipeline(n *pipeNode, flags evalFlags) int {
	count := len(n.elems)
	results := make([]Status, count)
	children := make([]*state, count)
	var pipes []*os.File
	var in *os.File
	for i := range n.elems {
		child := s.fork()
		if i > 0 {
			child.fds[0] = sink{file: in, pipe: true}
		}
		if i+1 < count {
			r, w, err := pipe(s.ctx)
			if err != nil {
				for _, f := range pipes {
					f.Close()
				}
				if s.exhausted("Pipe call failed", err) {
					return 2
				}
				s.exiting = true
				s.warn("Pipe call failed")
				return 2
			}
			pipes = append(pipes, r, w)
			child.fds[1] = sink{file: w}
			in = r
		}
		children[i] = child
	}
	var wg sync.WaitGroup
	var reapLock sync.Mutex
	for i, child := range children {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[i] = child.runChild(n.elems[i], flags)
			// Closing our ends is what the exit of the process would do.
			if i > 0 {
				pipes[2*(i-1)].Close()
			}
			if i+1 < count {
				pipes[2*i+1].Close()
			}
			reapLock.Lock()
			s.reap(results[i])
			reapLock.Unlock()
		}()
	}
	wg.Wait()
	for _, c := range children {
		s.inherit(c)
	}
	return results[count-1].ExitCode()
}

// pipe makes a pipe in blocking mode: the ends go to children, which do not
// expect anything else, and os.Pipe would make them non-blocking.
func pipe(ctx context.Context) (r, w *os.File, err error) {
	var fds [2]int
	if _, err := patiently(ctx, func() (int, error) { return 0, syscall.Pipe2(fds[:], syscall.O_CLOEXEC) }); err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(fds[0]), "|0"), os.NewFile(uintptr(fds[1]), "|1"), nil
}
