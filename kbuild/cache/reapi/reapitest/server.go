package reapitest

// This file holds what the server keeps, and its faults.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	remote "github.com/bazelbuild/remote-apis/build/bazel/remote/execution/v2"
	"google.golang.org/genproto/googleapis/bytestream"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Faults are what is wrong with a server; the zero value is nothing.
type Faults struct {
	// Slow is how long each answer takes.
	Slow time.Duration
	// Lying changes a byte of each blob that is read, also of one that comes within a result.
	Lying bool
	// NoRaw gives what was printed by its digest alone. It is no fault.
	NoRaw bool
	// Full refuses all that is to be stored.
	Full bool
	// Forgetful has no blobs, but knows results.
	Forgetful bool
	// Garbled answers with bytes that are no message.
	Garbled bool
	// DieAfter closes all connections, and takes no more, after so many calls; 0 never does.
	DieAfter int
	// LoseWork ends executions in the middle with an error; WrongOutput changes a byte of each output of one.
	LoseWork, WrongOutput bool
}

// Server is a server. Its addresses are GRPC ("grpc://127.0.0.1:…") and HTTP ("http://127.0.0.1:…").
type Server struct {
	GRPC, HTTP string

	grpc *grpc.Server
	http *http.Server

	mu      sync.Mutex
	blobs   map[string][]byte // by hash
	results map[string]*remote.ActionResult
	faults  Faults
	calls   map[string]int
	count   int
	dead    bool
}

// TB is what Start wants of a test.
type TB interface {
	Helper()
	Fatal(args ...any)
	Cleanup(func())
}

// Start starts a server on this machine that ends with the test.
func Start(t TB) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Listen starts a server on two addresses.
func Listen(grpcAddress, httpAddress string) (*Server, error) {
	s := &Server{blobs: make(map[string][]byte), results: make(map[string]*remote.ActionResult), calls: make(map[string]int)}
	l, err := net.Listen("tcp", grpcAddress)
	if err != nil {
		return nil, err
	}
	h, err := net.Listen("tcp", httpAddress)
	if err != nil {
		l.Close()
		return nil, err
	}
	s.GRPC, s.HTTP = "grpc://"+l.Addr().String(), "http://"+h.Addr().String()
	s.grpc = grpc.NewServer(grpc.UnaryInterceptor(s.unary), grpc.StreamInterceptor(s.stream))
	remote.RegisterActionCacheServer(s.grpc, actionCache{s: s})
	remote.RegisterContentAddressableStorageServer(s.grpc, storage{s: s})
	remote.RegisterCapabilitiesServer(s.grpc, capabilities{})
	remote.RegisterExecutionServer(s.grpc, execution{s: s})
	bytestream.RegisterByteStreamServer(s.grpc, &byteStream{s: s})
	s.http = &http.Server{Handler: http.HandlerFunc(s.serveHTTP)}
	go s.grpc.Serve(l)
	go s.http.Serve(h)
	return s, nil
}

// Stop ends the server, and all its connections.
func (s *Server) Stop() {
	s.grpc.Stop()
	s.http.Close()
}

// Set switches faults on and off.
func (s *Server) Set(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.count = f, 0
}

// Calls tells how often each method was called: "GetActionResult", "GET /cas", ….
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Size is how many results and blobs there are.
func (s *Server) Size() (results, blobs int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.results), len(s.blobs)
}

// begin counts a call and plays faults that all calls have.
func (s *Server) begin(ctx context.Context, method string) (Faults, error) {
	s.mu.Lock()
	s.calls[method]++
	s.count++
	f := s.faults
	die := f.DieAfter > 0 && s.count > f.DieAfter && !s.dead
	s.dead = s.dead || die
	dead := s.dead
	s.mu.Unlock()
	if die {
		go s.Stop()
	}
	if dead {
		return f, status.Error(codes.Unavailable, "dying")
	}
	if f.Slow > 0 {
		select {
		case <-ctx.Done():
			return f, ctx.Err()
		case <-time.After(f.Slow):
		}
	}
	return f, nil
}

// get returns a blob, nil if there is none.
func (s *Server) get(hash string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Forgetful {
		return nil
	}
	b, ok := s.blobs[hash]
	switch {
	case !ok:
		return nil
	case s.faults.Lying && len(b) > 0:
		b = append([]byte(nil), b...)
		b[len(b)/2] ^= 1
	case b == nil:
		b = []byte{}
	}
	return b
}

// put stores a blob under a hash that it must have.
func (s *Server) put(hash string, b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Full {
		return status.Error(codes.ResourceExhausted, "full")
	}
	if Hash(b) != hash {
		return status.Error(codes.InvalidArgument, "wrong digest")
	}
	s.blobs[hash] = append([]byte{}, b...)
	return nil
}

// Put stores a blob, whatever the faults.
func (s *Server) Put(b []byte) *remote.Digest {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs[Hash(b)] = append([]byte{}, b...)
	return &remote.Digest{Hash: Hash(b), SizeBytes: int64(len(b))}
}

// Hash is SHA-256 in hexadecimal.
func Hash(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// result returns a copy of the result of an action, nil if there is none.
func (s *Server) result(hash string) *remote.ActionResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.results[hash]
	if !ok {
		return nil
	}
	return proto.Clone(r).(*remote.ActionResult)
}

// Results calls change for each result, which may alter it.
func (s *Server) Results(change func(r *remote.ActionResult)) {
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.results))
	s.mu.Unlock()
	for _, r := range all {
		change(r)
	}
}

func (s *Server) setResult(hash string, r *remote.ActionResult) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Full {
		return status.Error(codes.ResourceExhausted, "full")
	}
	s.results[hash] = proto.Clone(r).(*remote.ActionResult)
	return nil
}
