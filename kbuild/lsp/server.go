package lsp

// This file answers messages. One goroutine reads them, so that the end of the client is seen at once; another answers, one
// after the other. What is published is published when nothing waits.

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// server is one session with a client.
type server struct {
	conn *jsonrpc2.Conn
	// open makes the tree of a workspace.
	open func(root, output string) (*Tree, error)
	tree *Tree
	// watches says that the client can tell of files that change.
	watches bool
	// published are the URIs for which there are diagnostics.
	published map[string]bool
	shutdown  bool

	mu       sync.Mutex
	queue    []*jsonrpc2.Request
	canceled map[jsonrpc2.ID]bool
	// waiting are questions that only the filled index answers.
	waiting []*jsonrpc2.Request
	// exiting says that the client ended the session; there may be messages before that one.
	exiting bool
	wake    chan struct{}
	// ended gets the exit status; stop is closed when the session ends.
	ended chan int
	stop  chan struct{}
}

func newServer(open func(root, output string) (*Tree, error)) *server {
	return &server{open: open, published: make(map[string]bool), canceled: make(map[jsonrpc2.ID]bool),
		wake: make(chan struct{}, 1), ended: make(chan int, 4), stop: make(chan struct{})}
}

// Handle takes a message in.
func (s *server) Handle(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) {
	s.mu.Lock()
	if r.Method == "$/cancelRequest" {
		var p struct {
			ID jsonrpc2.ID `json:"id"`
		}
		if read(r, &p) == nil {
			s.canceled[p.ID] = true
		}
	} else {
		s.queue = append(s.queue, r)
		s.exiting = s.exiting || r.Method == "exit"
	}
	s.mu.Unlock()
	s.poke()
}

func (s *server) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// quiet is how long a client types nothing before files are checked.
const quiet = 100 * time.Millisecond

// work answers until the session ends.
func (s *server) work() {
	dirty := false
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		r, waits := s.next()
		if waits {
			continue
		}
		if r != nil {
			dirty = s.answer(r) || dirty
			continue
		}
		var late <-chan time.Time
		if dirty {
			late = time.After(quiet)
		}
		select {
		case <-s.stop:
			return
		case <-s.wake:
			dirty = s.tree != nil && s.tree.Ready() || dirty
		case <-look.C:
			s.guard(func() { dirty = s.tree != nil && s.tree.Built() || dirty })
		case <-late:
			dirty = false
			s.guard(func() { s.publish() })
		}
	}
}

// next is the message to be answered next, nil if there is none. One that waits is put aside.
func (s *server) next() (r *jsonrpc2.Request, waits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = slices.DeleteFunc(s.waiting, func(r *jsonrpc2.Request) bool {
		if s.early(r) {
			return false
		}
		s.queue = append(s.queue, r)
		return true
	})
	if len(s.queue) == 0 {
		clear(s.canceled) // what they meant was answered
		return nil, false
	}
	r, s.queue = s.queue[0], s.queue[1:]
	if s.early(r) {
		s.waiting, waits = append(s.waiting, r), true
	}
	return r, waits
}

// early reports whether a question comes too early: who names a symbol is not known before the index is filled. One that was taken back,
// or comes after the end, is answered at once.
func (s *server) early(r *jsonrpc2.Request) bool {
	return r.Method == "textDocument/references" && !r.Notif && s.tree != nil && !s.tree.ready && !s.shutdown && !s.canceled[r.ID]
}

// guard keeps a mistake of ours in one answer from ending the session.
func (s *server) guard(do func()) (failed any) {
	defer func() { failed = recover() }()
	do()
	return nil
}

// answer answers a message, and reports whether files are to be checked again.
func (s *server) answer(r *jsonrpc2.Request) (changed bool) {
	ctx := context.Background()
	s.mu.Lock()
	canceled := !r.Notif && s.canceled[r.ID]
	delete(s.canceled, r.ID)
	s.mu.Unlock()
	var result any
	var err error
	switch failed := any(nil); {
	case canceled:
		err = &jsonrpc2.Error{Code: codeCancelled, Message: "canceled"}
	case s.shutdown && r.Method != "exit":
		err = &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "the server is shut down"}
	default:
		if r.Notif {
			failed = s.guard(func() { changed = s.notified(r) })
		} else {
			failed = s.guard(func() { result, err = s.asked(r) })
		}
		if failed != nil {
			err = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: "an error of gokbuild"}
		}
	}
	if r.Notif {
		return changed
	}
	if err == nil {
		_ = s.conn.Reply(ctx, r.ID, result)
		return changed
	}
	e, ok := err.(*jsonrpc2.Error)
	if !ok {
		e = &jsonrpc2.Error{Code: codeFailed, Message: err.Error()}
	}
	_ = s.conn.ReplyWithError(ctx, r.ID, e)
	return changed
}

// exits reports whether the client has ended the session.
func (s *server) exits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exiting
}

// publish tells the client of what is wrong.
func (s *server) publish() {
	if s.tree == nil || s.shutdown {
		return
	}
	found := s.tree.Check()
	for uri := range s.published {
		if _, ok := found[uri]; !ok {
			found[uri] = []Diagnostic{}
		}
	}
	clear(s.published)
	uris := make([]string, 0, len(found))
	for uri, list := range found {
		uris = append(uris, uri)
		if len(list) > 0 {
			s.published[uri] = true
		}
	}
	slices.Sort(uris)
	for _, uri := range uris {
		_ = s.conn.Notify(context.Background(), "textDocument/publishDiagnostics", map[string]any{"uri": uri, "diagnostics": found[uri]})
	}
}
