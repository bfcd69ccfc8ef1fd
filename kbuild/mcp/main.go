package mcp

// This file is the program: gokbuild --mcp.

import (
	"fmt"
	"io"
	"log"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"gokbuild/kbuild"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/query"
)

// Asked reports whether options ask for the server. nil asks for nothing.
func Asked(f *flags.Flags) bool { return f != nil && !f.Help && !f.Version && f.MCP }

// Main serves one client on the standard streams of a call, and returns the exit status: 0 when the client has closed its end. The
// tree is that of the call: its -C, -f, O= and other variables count, its goals do not.
func Main(s *kbuild.Session, call kbuild.Call, f *flags.Flags) int {
	e, err := query.New(s, call, f)
	if err != nil {
		fmt.Fprintf(call.Stderr, "%s: *** %v.  Stop.\n", f.Program, err)
		return 2
	}
	srv := newServer(&program{path: s.Executable, args: f.BareArgs(), dir: call.Dir, env: call.Env}, e.Out)
	ended := make(chan struct{})
	go func() {
		srv.serve(call.Stdin, call.Stdout, call.Stderr)
		close(ended)
	}()
	select {
	case <-ended:
	case <-s.Done():
		srv.program.hurried.Store(true)
		srv.end()
	}
	return 0
}

// lastWords is how long questions may still take when the client has closed its end.
const lastWords = 700 * time.Millisecond

// serve serves a client until its end of the stream is closed, and everything that was begun has ended.
func (s *server) serve(in io.Reader, out, errors io.Writer) {
	stream := newStream(in, out)
	stream.atEnd = s.drain
	ready := make(chan struct{})
	s.conn = jsonrpc2.NewConn(s.ctx, stream, handlerFunc(func(r *jsonrpc2.Request) {
		<-ready
		s.handle(r)
	}), jsonrpc2.SetLogger(log.New(errors, "gokbuild: ", 0)))
	close(ready)
	<-s.conn.DisconnectNotify()
	s.end()
}
