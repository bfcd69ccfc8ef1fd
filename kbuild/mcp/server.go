package mcp

// This file answers messages: what the server is, which tools it has, and calls of them.

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// server is one session with a client.
type server struct {
	program *program
	// out is the output directory.
	out  string
	conn *jsonrpc2.Conn
	ctx  context.Context
	stop context.CancelFunc
	// begun are the calls and builds that have not ended; questions are the calls among them.
	begun, questions sync.WaitGroup

	mu sync.Mutex
	// calls are the calls that can be canceled, by their id.
	calls  map[jsonrpc2.ID]context.CancelFunc
	builds []*build
	ending bool
}

func newServer(p *program, out string) *server {
	s := &server{program: p, out: out, calls: make(map[jsonrpc2.ID]context.CancelFunc)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// drain is called when the client has closed its end: builds end at once, questions have a little time to be answered.
func (s *server) drain() {
	s.mu.Lock()
	s.ending = true
	builds := slices.Clone(s.builds)
	s.mu.Unlock()
	for _, b := range builds {
		b.abandon()
	}
	answered := make(chan struct{})
	go func() {
		s.questions.Wait()
		close(answered)
	}()
	select {
	case <-answered:
	case <-time.After(lastWords):
	case <-s.ctx.Done():
	}
}

// end ends everything that was begun, and waits for it.
func (s *server) end() {
	s.mu.Lock()
	s.ending = true
	s.mu.Unlock()
	s.stop()
	s.begun.Wait()
}

// versions are those of the protocol that are spoken, the newest first. The first needs no handshake, the others do.
var versions = []string{"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}

// toolList describes the tools to clients.
//
//go:embed tools.json
var toolList []byte

const instructions = "Builds and explains one Linux kernel tree (or another tree of makefiles). build returns at once with an id: " +
	"ask build_wait again and again until its state is not running, then diagnostics. config_set changes .config and says why a symbol " +
	"cannot be set. query answers what builds a file, what a symbol decides, what would be rebuilt, without building."

type object = map[string]any

// handle takes a message in. It runs in the goroutine that reads, so that builds begin in the order in which they were asked for.
func (s *server) handle(r *jsonrpc2.Request) {
	switch {
	case r.Method == "notifications/cancelled":
		var p struct {
			RequestID jsonrpc2.ID `json:"requestId"`
		}
		if r.Params != nil && json.Unmarshal(*r.Params, &p) == nil {
			s.mu.Lock()
			if cancel := s.calls[p.RequestID]; cancel != nil {
				cancel()
			}
			s.mu.Unlock()
		}
	case r.Notif:
	case r.Method == "tools/call":
		s.call(r)
	default:
		s.reply(r.ID, func() (any, error) { return s.ask(r) })
	}
}

// reply answers a request, whatever becomes of it.
func (s *server) reply(id jsonrpc2.ID, answer func() (any, error)) {
	result, err := s.guarded(answer)
	var failed *jsonrpc2.Error
	switch {
	case errors.As(err, &failed):
		_ = s.conn.ReplyWithError(s.ctx, id, failed)
	case err != nil:
		_ = s.conn.ReplyWithError(s.ctx, id, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()})
	default:
		_ = s.conn.Reply(s.ctx, id, result)
	}
}

// guarded keeps a mistake of ours in one answer from ending the server.
func (s *server) guarded(answer func() (any, error)) (result any, err error) {
	defer func() {
		if recover() != nil {
			err = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: "an error of gokbuild"}
		}
	}()
	return answer()
}

// ask answers all requests but calls of tools.
func (s *server) ask(r *jsonrpc2.Request) (any, error) {
	serverInfo := object{"name": "gokbuild", "title": "gokbuild: builds kernel trees", "version": "1"}
	capabilities := object{"tools": object{}}
	switch r.Method {
	case "initialize":
		var p struct {
			ProtocolVersion string `json:"protocolVersion"`
		}
		if err := params(r, &p); err != nil {
			return nil, err
		}
		version := versions[1]
		if slices.Contains(versions[1:], p.ProtocolVersion) {
			version = p.ProtocolVersion
		}
		return object{"protocolVersion": version, "capabilities": capabilities, "serverInfo": serverInfo, "instructions": instructions}, nil
	case "server/discover":
		return object{"resultType": "complete", "supportedVersions": versions, "capabilities": capabilities, "instructions": instructions,
			"_meta": object{"io.modelcontextprotocol/serverInfo": serverInfo}}, nil
	case "ping":
		return object{}, nil
	case "tools/list":
		return object{"resultType": "complete", "tools": json.RawMessage(toolList)}, nil
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "no such method: " + r.Method}
}

// params reads the parameters of a request.
func params(r *jsonrpc2.Request, into any) error {
	if r.Params == nil {
		return nil
	}
	if err := json.Unmarshal(*r.Params, into); err != nil {
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	return nil
}

// call is a call of a tool.
type call struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
	Meta      struct {
		ProgressToken json.RawMessage `json:"progressToken"`
	} `json:"_meta"`
}

// tool is what does the work of a tool.
type tool struct {
	do func(s *server, ctx context.Context, c *call) (any, error)
	// waits says that it takes time, so that other messages are answered meanwhile.
	waits bool
}

// tools are the tools by name; tools.json describes them.
var tools = map[string]tool{
	"build":        {(*server).toolBuild, false},
	"build_status": {(*server).toolStatus, false},
	"build_wait":   {(*server).toolWait, true},
	"build_cancel": {(*server).toolCancel, true},
	"diagnostics":  {(*server).toolDiagnostics, true},
	"query":        {(*server).toolQuery, true},
	"config_why":   {(*server).toolWhy, true},
	"config_set":   {(*server).toolSet, true},
	"compdb":       {(*server).toolCompDB, true},
}

// call answers a call of a tool. What the tool has against it is a result that the agent reads; an unknown tool is an error of the
// client.
func (s *server) call(r *jsonrpc2.Request) {
	c := new(call)
	if err := params(r, c); err != nil {
		s.reply(r.ID, func() (any, error) { return nil, err })
		return
	}
	t, ok := tools[c.Name]
	if !ok {
		s.reply(r.ID, func() (any, error) {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: "no such tool: " + c.Name}
		})
		return
	}
	if !t.waits {
		s.reply(r.ID, func() (any, error) { return result(t.do(s, s.ctx, c)) })
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.mu.Lock()
	s.calls[r.ID] = cancel
	s.mu.Unlock()
	s.begun.Add(1)
	s.questions.Add(1)
	go func() {
		defer s.begun.Done()
		defer s.questions.Done()
		answer, err := s.guarded(func() (any, error) { return result(t.do(s, ctx, c)) })
		if ctx.Err() == nil || s.ctx.Err() != nil { // a client that has canceled a call wants no answer
			s.reply(r.ID, func() (any, error) { return answer, err })
		}
		s.mu.Lock()
		delete(s.calls, r.ID)
		s.mu.Unlock()
		cancel()
	}()
}

// errRefused is a result that says what the tool has against the call.
type errRefused struct{ answer any }

func (e errRefused) Error() string { return "refused" }

// result is what a client is told of a call: the answer as a value, and as text for those that know no values.
func result(answer any, err error) (any, error) {
	failed := err != nil
	var refused errRefused
	if errors.As(err, &refused) {
		answer, err = refused.answer, nil
	}
	if err != nil {
		return object{"resultType": "complete", "isError": true, "content": []object{{"type": "text", "text": err.Error()}}}, nil
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(answer); err != nil {
		return nil, err
	}
	value := json.RawMessage(bytes.TrimSpace(text.Bytes()))
	return object{"resultType": "complete", "isError": failed, "content": []object{{"type": "text", "text": string(value)}}, "structuredContent": value}, nil
}

// arguments reads the arguments of a call; a name that the tool does not know is an error.
func (c *call) arguments(into any) error {
	if len(c.Arguments) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(c.Arguments))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("the arguments of %s are wrong: %w", c.Name, err)
	}
	return nil
}

// progress tells the client how far a call is, if it has asked for that.
func (s *server) progress(c *call, done int, message string) {
	if len(c.Meta.ProgressToken) > 0 {
		_ = s.conn.Notify(s.ctx, "notifications/progress", object{"progressToken": c.Meta.ProgressToken, "progress": done, "message": message})
	}
}
