package reapi

// This file speaks gRPC over HTTP/2 (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): a call is a request
// whose body holds messages, each behind five bytes, and whose status is in the trailers of the answer.

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxMessage bounds a message that a server sends, in bytes. grpc-go itself takes 4 MB; we ask for less at a time.
const maxMessage = 32 << 20

// grpcConn calls the methods of a server.
type grpcConn struct {
	http   *http.Client
	base   string // http://host:port
	header http.Header
}

const (
	servicePrefix = "/build.bazel.remote.execution.v2."
	byteStream    = "/google.bytestream.ByteStream/"
)

// call is a method with one request and one answer.
func (c *grpcConn) call(ctx context.Context, method string, request, answer message) error {
	s, err := c.open(ctx, method, bytes.NewReader(frame(nil, request)))
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.next(answer); err != nil {
		if err == io.EOF {
			err = fmt.Errorf("%w: no message", ErrWrong)
		}
		return err
	}
	if err := s.next(answer); err != io.EOF {
		if err == nil {
			err = fmt.Errorf("%w: two messages", ErrWrong)
		}
		return err
	}
	return nil
}

// stream is the answer to a call.
type stream struct {
	response *http.Response
	body     *bufio.Reader
	cancel   context.CancelFunc
}

// open begins a call.
func (c *grpcConn) open(ctx context.Context, method string, body io.Reader) (*stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, body)
	if err != nil {
		cancel()
		return nil, err
	}
	r.Header = c.header.Clone()
	r.Header.Set("Content-Type", "application/grpc")
	r.Header.Set("Te", "trailers")
	if deadline, ok := ctx.Deadline(); ok {
		r.Header.Set("Grpc-Timeout", strconv.FormatInt(max(1, time.Until(deadline).Milliseconds()), 10)+"m")
	}
	response, err := c.http.Do(r)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &stream{response: response, body: bufio.NewReader(response.Body), cancel: cancel}
	if response.StatusCode != http.StatusOK {
		s.close()
		return nil, &Status{Code: codeUnknown, Message: "HTTP status " + response.Status}
	}
	// An answer without a message has its status in the header.
	if response.Header.Get("Grpc-Status") != "" {
		defer s.close()
		if err := grpcStatus(response.Header); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: no message", ErrWrong)
	}
	return s, nil
}

func (s *stream) close() {
	s.cancel()
	s.response.Body.Close()
}

// next reads a message; io.EOF if all have come and the call went well.
func (s *stream) next(m message) error {
	text, err := readFrame(s.body)
	if err == io.EOF {
		if err := grpcStatus(s.response.Trailer); err != nil {
			return err
		}
		return io.EOF
	}
	if err != nil {
		return err
	}
	return Unmarshal(text, m)
}

// frame appends a message with its length in front.
func frame(b []byte, m message) []byte {
	at := len(b)
	b = appendMessage(append(b, 0, 0, 0, 0, 0), m)
	binary.BigEndian.PutUint32(b[at+1:], uint32(len(b)-at-5))
	return b
}

// readFrame reads what frame writes; io.EOF if nothing is left.
func readFrame(r io.Reader) ([]byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	switch {
	case head[0] != 0:
		return nil, fmt.Errorf("%w: a compressed message", ErrWrong)
	case n > maxMessage:
		return nil, fmt.Errorf("%w: a message of %d bytes", ErrWrong, n)
	}
	// The length is a claim: room is made as the bytes come.
	var text bytes.Buffer
	if got, err := io.Copy(&text, io.LimitReader(r, int64(n))); err != nil {
		return nil, err
	} else if got < int64(n) {
		return nil, io.ErrUnexpectedEOF
	}
	return text.Bytes(), nil
}

// grpcStatus is what header or trailers say of a call.
func grpcStatus(h http.Header) error {
	code, err := strconv.ParseInt(h.Get("Grpc-Status"), 10, 32)
	if err != nil {
		return fmt.Errorf("%w: no status", ErrWrong)
	}
	text := h.Get("Grpc-Message")
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	return Status{Code: int32(code), Message: text}.check()
}
