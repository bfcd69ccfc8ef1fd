package lsp

// This file is the program: gokbuild --lsp.

import (
	"context"
	"io"
	"log"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"gokbuild/kbuild"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/query"
)

// Asked reports whether options ask for the server. nil asks for nothing.
func Asked(f *flags.Flags) bool { return f != nil && !f.Help && !f.Version && f.LSP }

// Main serves one client on the standard streams of a call, and returns the exit status: 0 if the client ended the session in
// order, else 1. Variables such as O= count where the client names no output directory.
func Main(s *kbuild.Session, call kbuild.Call, f *flags.Flags, remember Remember) int {
	given := query.Variable(call.Env, f, "O")
	if given == "" {
		given = query.Variable(call.Env, f, "KBUILD_OUTPUT")
	}
	call.Env, _ = query.Elsewhere(call.Env) // the trees that are opened say where they are built
	return Serve(stdio{call.Stdin, call.Stdout}, call.Stderr, func(root, output string) (*Tree, error) {
		if output == "" {
			output = given
		}
		if root == "." {
			root = call.Dir
		}
		source, out := Located(root, output)
		c := call
		c.Dir, c.Argv = out, call.Argv[:1]
		e, err := query.New(s, c, flags.New(s.Profile))
		if err != nil {
			return nil, err
		}
		t := NewTree(e, source, remember)
		t.Keep(s.Cache)
		t.Follow(func(out string, then time.Time) (said []Said, at time.Time) {
			texts, at := s.Texts(out, then)
			for _, k := range texts {
				said = append(said, Said(k))
			}
			return said, at
		})
		t.Built()
		return t, nil
	})
}

// stdio are two streams as one.
type stdio struct {
	io.ReadCloser
	out io.WriteCloser
}

func (s stdio) Write(p []byte) (int, error) { return s.out.Write(p) }
func (s stdio) Close() error                { return nil } // the process ends

// Serve serves one client until it ends or is gone, and returns the exit status. open makes the tree of a workspace.
func Serve(stream io.ReadWriteCloser, errors io.Writer, open func(root, output string) (*Tree, error)) int {
	s := newServer(open)
	ready := make(chan struct{})
	s.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(stream, jsonrpc2.VSCodeObjectCodec{}),
		handlerFunc(func(ctx context.Context, c *jsonrpc2.Conn, r *jsonrpc2.Request) {
			<-ready
			s.Handle(ctx, c, r)
		}), jsonrpc2.SetLogger(log.New(errors, "gokbuild: ", 0)))
	close(ready)
	go s.work()
	status := 1
	select {
	case status = <-s.ended:
	case <-s.conn.DisconnectNotify():
		if s.exits() {
			select {
			case status = <-s.ended:
			case <-time.After(time.Second):
			}
		}
	}
	close(s.stop)
	_ = s.conn.Close()
	return status
}

type handlerFunc func(context.Context, *jsonrpc2.Conn, *jsonrpc2.Request)

func (f handlerFunc) Handle(ctx context.Context, c *jsonrpc2.Conn, r *jsonrpc2.Request) { f(ctx, c, r) }
