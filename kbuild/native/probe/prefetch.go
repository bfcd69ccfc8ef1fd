package probe

// Prefetching: a caller that can guess which commands it will want says so, and they run side by side while it does
// something else. Only commands of a narrow form are started, since the guess may be wrong.

import (
	"runtime"
	"sync"
)

// prefetcher is the queue of a Memo. Its zero value is ready for use.
type prefetcher struct {
	mu      sync.Mutex
	pending map[string]chan struct{} // closed when the command is done
	slots   chan struct{}
	running sync.WaitGroup
	closed  bool
}

// Close waits for commands that run ahead; more are not started.
func (m *Memo) Close() {
	m.flight.mu.Lock()
	m.flight.closed = true
	m.flight.mu.Unlock()
	m.flight.running.Wait()
}

func flightKey(cmd, dir string) string { return cmd + "\x00" + dir }

// fly notes that the command is being run until done is called. ok is false if it was run already, or should not be.
func (m *Memo) fly(cmd, dir string) (done func(), ok bool) {
	p := &m.flight
	key := flightKey(cmd, dir)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pending == nil {
		p.pending = make(map[string]chan struct{})
		// Some wait for processes to start and for pipes: with two more than processors those are busy.
		p.slots = make(chan struct{}, runtime.NumCPU()+2)
	}
	if _, ok := p.pending[key]; ok || p.closed {
		return nil, false
	}
	end := make(chan struct{})
	p.pending[key] = end
	p.running.Add(1)
	return func() {
		close(end)
		p.running.Done()
	}, true
}

// prefetch starts running a command of a narrow form in the background if its result is not remembered. A later run
// of the same command waits for it.
func (m *Memo) prefetch(r Runner, in Inputs, cmd, dir string, env []string) {
	done, ok := m.fly(cmd, dir)
	if !ok {
		return
	}
	go func() {
		defer done()
		p := &m.flight
		p.slots <- struct{}{}
		defer func() { <-p.slots }()
		p.mu.Lock()
		closed := p.closed
		p.mu.Unlock()
		if !closed {
			_, _ = m.execute(r, in, true, cmd, dir, env, nil, nil)
		}
	}()
}

// wait returns when a prefetch of the command that is under way is done.
func (m *Memo) wait(cmd, dir string) {
	p := &m.flight
	p.mu.Lock()
	done := p.pending[flightKey(cmd, dir)]
	p.mu.Unlock()
	if done != nil {
		<-done
	}
}
