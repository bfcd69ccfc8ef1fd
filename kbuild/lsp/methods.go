package lsp

// This file carries requests and notifications to the tree, method by method.

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

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
		return nil, &jsonrpc2.Error{Code: codeNotInitialized, Message: "initialize comes first"}
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

// object is a JSON object that is written and never read.
type object = map[string]any

// abilities are what the server can do, as the answer to "initialize" says it.
func abilities() object {
	return object{
		"serverInfo": object{"name": "gokbuild"},
		"capabilities": object{
			"positionEncoding":   "utf-16",
			"textDocumentSync":   object{"openClose": true, "change": syncIncremental, "save": object{}},
			"hoverProvider":      true,
			"definitionProvider": true, "declarationProvider": true, "referencesProvider": true,
			"completionProvider":     object{"triggerCharacters": []string{"_", "=", " "}},
			"documentSymbolProvider": true, "workspaceSymbolProvider": true,
			"codeLensProvider": object{}, "codeActionProvider": true,
			"renameProvider": object{"prepareProvider": true},
		},
	}
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
	return abilities(), nil
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
	watchers := []object{}
	for _, glob := range []string{"**/Kconfig*", "**/Makefile*", "**/Kbuild*", "**/.config", "**/*defconfig", "**/*.config"} {
		watchers = append(watchers, object{"globPattern": glob})
	}
	_ = s.conn.Call(context.Background(), "client/registerCapability", object{"registrations": []object{{
		"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": object{"watchers": watchers}}}}, nil)
}
