package lsp

// This file answers messages. One goroutine reads them, so that the end of the client is seen at once; another answers, one
// after the other. What is published is published when nothing waits.

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
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
		var r *jsonrpc2.Request
		s.mu.Lock()
		if len(s.queue) > 0 {
			r, s.queue = s.queue[0], s.queue[1:]
		} else {
			clear(s.canceled) // what they meant was answered
		}
		s.mu.Unlock()
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
			dirty = dirty || s.tree != nil && s.tree.Ready()
		case <-look.C:
			s.guard(func() { dirty = s.tree != nil && s.tree.Built() || dirty })
		case <-late:
			dirty = false
			s.guard(func() { s.publish() })
		}
	}
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
		err = &jsonrpc2.Error{Code: -32800, Message: "canceled"}
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
		e = &jsonrpc2.Error{Code: -32803, Message: err.Error()} // RequestFailed
	}
	_ = s.conn.ReplyWithError(ctx, r.ID, e)
	return changed
}

// read reads the parameters of a message.
func read(r *jsonrpc2.Request, into any) error {
	if r.Params == nil {
		return nil
	}
	if err := json.Unmarshal(*r.Params, into); err != nil {
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	return nil
}

// at are the parameters of most questions.
type at struct {
	TextDocument struct {
		URI        string `json:"uri"`
		LanguageID string `json:"languageId"`
		Text       string `json:"text"`
	} `json:"textDocument"`
	Position Position `json:"position"`
	Range    Range    `json:"range"`
	Context  struct {
		IncludeDeclaration bool `json:"includeDeclaration"`
	} `json:"context"`
	NewName string `json:"newName"`
	Query   string `json:"query"`
}

// asked answers a request.
func (s *server) asked(r *jsonrpc2.Request) (any, error) {
	switch {
	case r.Method == "initialize":
		return s.initialize(r)
	case r.Method == "shutdown":
		s.shutdown = true
		return nil, nil
	case s.tree == nil:
		return nil, &jsonrpc2.Error{Code: -32002, Message: "initialize comes first"}
	}
	var p at
	if err := read(r, &p); err != nil {
		return nil, err
	}
	t, uri := s.tree, p.TextDocument.URI
	switch r.Method {
	case "textDocument/hover":
		if h := t.Hover(uri, p.Position); h != nil {
			return h, nil
		}
		return nil, nil
	case "textDocument/definition", "textDocument/declaration":
		return t.Definition(uri, p.Position), nil
	case "textDocument/references":
		return t.References(uri, p.Position, p.Context.IncludeDeclaration), nil
	case "textDocument/completion":
		return t.Complete(uri, p.Position), nil
	case "textDocument/documentSymbol":
		return t.Outline(uri), nil
	case "workspace/symbol":
		return t.Symbols(p.Query), nil
	case "textDocument/codeLens":
		return t.Lenses(uri), nil
	case "textDocument/codeAction":
		return t.Actions(uri, p.Range.Start), nil
	case "textDocument/prepareRename":
		if at := t.Renamable(uri, p.Position); at != nil {
			return at, nil
		}
		return nil, nil
	case "textDocument/rename":
		return t.Rename(uri, p.Position, p.NewName)
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "no such method: " + r.Method}
}

// initialize opens the workspace.
func (s *server) initialize(r *jsonrpc2.Request) (any, error) {
	var p struct {
		ProcessID        int    `json:"processId"`
		RootURI          string `json:"rootUri"`
		RootPath         string `json:"rootPath"`
		WorkspaceFolders []struct {
			URI string `json:"uri"`
		} `json:"workspaceFolders"`
		InitializationOptions struct {
			Output string `json:"output"`
		} `json:"initializationOptions"`
		Capabilities struct {
			Workspace struct {
				DidChangeWatchedFiles struct {
					DynamicRegistration bool `json:"dynamicRegistration"`
				} `json:"didChangeWatchedFiles"`
			} `json:"workspace"`
		} `json:"capabilities"`
	}
	if err := read(r, &p); err != nil {
		return nil, err
	}
	if s.tree != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "initialize comes once"}
	}
	root := pathOf(p.RootURI)
	if root == "" && len(p.WorkspaceFolders) > 0 {
		root = pathOf(p.WorkspaceFolders[0].URI)
	}
	if root == "" {
		root = p.RootPath
	}
	output := p.InitializationOptions.Output
	if output == "" {
		output = os.Getenv("GOKBUILD_LSP_OUTPUT")
	}
	var err error
	if s.tree, err = s.open(filepath.Clean(root), output); err != nil {
		return nil, err
	}
	s.watches = p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	go s.follow(p.ProcessID)
	t := s.tree
	go func() {
		t.Fill(s.stop)
		s.poke()
	}()
	type object = map[string]any
	return object{
		"serverInfo": object{"name": "gokbuild"},
		"capabilities": object{
			"positionEncoding":   "utf-16",
			"textDocumentSync":   object{"openClose": true, "change": 2, "save": object{}},
			"hoverProvider":      true,
			"definitionProvider": true, "declarationProvider": true, "referencesProvider": true,
			"completionProvider":     object{"triggerCharacters": []string{"_", "=", " "}},
			"documentSymbolProvider": true, "workspaceSymbolProvider": true,
			"codeLensProvider": object{}, "codeActionProvider": true,
			"renameProvider": object{"prepareProvider": true},
		},
	}, nil
}

// exits reports whether the client has ended the session.
func (s *server) exits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exiting
}

// follow ends the session when the process that started it is gone.
func (s *server) follow(pid int) {
	for pid > 0 && syscall.Kill(pid, 0) != syscall.ESRCH {
		select {
		case <-s.stop:
			return
		case <-time.After(500 * time.Millisecond):
		}
	}
	if pid > 0 {
		s.ended <- 1
	}
}

// notified takes in what the client tells, and reports whether files are to be checked again.
func (s *server) notified(r *jsonrpc2.Request) bool {
	if r.Method == "exit" {
		status := 1
		if s.shutdown {
			status = 0
		}
		s.ended <- status
		return false
	}
	if s.tree == nil {
		return false
	}
	switch r.Method {
	case "initialized":
		if s.watches {
			go s.watch()
		}
	case "textDocument/didOpen":
		var p at
		if read(r, &p) == nil {
			s.tree.Open(p.TextDocument.URI, p.TextDocument.LanguageID, p.TextDocument.Text)
		}
	case "textDocument/didChange":
		var p struct {
			at
			ContentChanges []struct {
				Range *Range `json:"range"`
				Text  string `json:"text"`
			} `json:"contentChanges"`
		}
		if read(r, &p) == nil {
			for _, c := range p.ContentChanges {
				s.tree.Change(p.TextDocument.URI, c.Range, c.Text)
			}
		}
	case "textDocument/didClose":
		var p at
		if read(r, &p) == nil {
			s.tree.Close(p.TextDocument.URI)
		}
	case "textDocument/didSave":
		var p at
		if read(r, &p) == nil {
			s.tree.Saved(pathOf(p.TextDocument.URI))
		}
	case "workspace/didChangeWatchedFiles":
		var p struct {
			Changes []struct {
				URI string `json:"uri"`
			} `json:"changes"`
		}
		if read(r, &p) == nil {
			for _, c := range p.Changes {
				s.tree.Saved(pathOf(c.URI))
			}
		}
	default:
		return false
	}
	return true
}

// watch asks the client to tell of changed files.
func (s *server) watch() {
	type object = map[string]any
	watchers := []object{}
	for _, glob := range []string{"**/Kconfig*", "**/Makefile*", "**/Kbuild*", "**/.config", "**/*defconfig", "**/*.config"} {
		watchers = append(watchers, object{"globPattern": glob})
	}
	_ = s.conn.Call(context.Background(), "client/registerCapability", object{"registrations": []object{{
		"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": object{"watchers": watchers}}}}, nil)
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
