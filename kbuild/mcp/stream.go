package mcp

// This file reads and writes messages: one JSON object a line.

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// largest bounds a message from the client, in bytes.
const largest = 4 << 20

// stream is a jsonrpc2.ObjectStream. A line that is no message is answered with an error, and the next one is read.
type stream struct {
	in *bufio.Reader
	// batch are the messages of an array that are not read yet.
	batch []json.RawMessage
	// atEnd is called once, when the client has closed its end; what is still to be said is said before it returns.
	atEnd func()

	mu  sync.Mutex
	out io.Writer
}

func newStream(in io.Reader, out io.Writer) *stream {
	return &stream{in: bufio.NewReader(in), out: out, atEnd: func() {}}
}

// ReadObject reads the next message into v.
func (s *stream) ReadObject(v any) error {
	for {
		text, err := s.next()
		if err != nil {
			s.atEnd()
			return err
		}
		if len(text) == 0 {
			continue
		}
		if !json.Valid(text) {
			s.refuse(jsonrpc2.CodeParseError, "not JSON")
			continue
		}
		if text[0] == '[' && s.batch == nil && json.Unmarshal(text, &s.batch) == nil && len(s.batch) > 0 {
			continue
		}
		reflect.ValueOf(v).Elem().SetZero() // what was refused may have left something in it
		if err := json.Unmarshal(text, v); err == nil {
			return nil
		}
		s.refuse(jsonrpc2.CodeInvalidRequest, "neither a request nor an answer of JSON-RPC 2.0")
	}
}

// next is the next message: of an array that was read, or of the next line.
func (s *stream) next() ([]byte, error) {
	if len(s.batch) > 0 {
		text := s.batch[0]
		s.batch = s.batch[1:]
		return text, nil
	}
	s.batch = nil
	var line []byte
	for {
		part, err := s.in.ReadSlice('\n')
		if len(line) <= largest {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case len(line) > largest:
			s.refuse(jsonrpc2.CodeInvalidRequest, "a message of more than 4 MiB")
			if err != nil {
				return nil, err
			}
			line = nil
		case err == nil || len(line) > 0: // the last line need not end
			return bytes.TrimSpace(line), nil
		default:
			return nil, err
		}
	}
}

// refuse answers a message whose sender can't be told.
func (s *stream) refuse(code int64, why string) {
	_ = s.WriteObject(map[string]any{"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": code, "message": why}})
}

// WriteObject writes a message.
func (s *stream) WriteObject(v any) error {
	text, err := json.Marshal(v) // it has no line breaks
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.out.Write(append(text, '\n'))
	return err
}

// Close does nothing: the streams are the process's.
func (s *stream) Close() error { return nil }

type handlerFunc func(*jsonrpc2.Request)

func (f handlerFunc) Handle(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) { f(r) }
