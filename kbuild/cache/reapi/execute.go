package reapi

// This file has actions carried out (service Execution).

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// attempts is how often an execution is asked after whose stream broke off.
const attempts = 3

// Execute has an action carried out and waits for what comes of it. Command and input root are to be there before. With
// skipLookup the server does not answer from its cache of results.
func (c *Client) Execute(ctx context.Context, action Digest, skipLookup bool) (*ExecuteResponse, error) {
	method := servicePrefix + "Execution/Execute"
	var request message = &executeRequest{Instance: c.instance, SkipLookup: skipLookup, Action: action, Function: digestFunction}
	var name string
	for range attempts {
		last, err := c.follow(ctx, method, request)
		if last.Done {
			return last.response()
		}
		if last.Name != "" {
			name = last.Name
		}
		if name == "" || ctx.Err() != nil || err != nil && errors.Is(err, ErrNotFound) {
			return nil, err
		}
		// The stream ended early; the work goes on without it.
		method, request = servicePrefix+"Execution/WaitExecution", &waitExecutionRequest{Name: name}
	}
	return nil, fmt.Errorf("%w: an execution without an end", ErrWrong)
}

// follow reads a stream of operations until one is done, and returns the last.
func (c *Client) follow(ctx context.Context, method string, request message) (last operation, err error) {
	s, err := c.conn.open(ctx, method, newFrames(request))
	if err != nil {
		return last, err
	}
	defer s.close()
	for !last.Done {
		var o operation
		if err := s.next(&o); err == io.EOF {
			return last, fmt.Errorf("%w: an execution without an end", ErrWrong)
		} else if err != nil {
			return last, err
		}
		last = o
	}
	return last, nil
}

// response is what an operation that is done says.
func (o *operation) response() (*ExecuteResponse, error) {
	if err := o.Error.check(); err != nil {
		return nil, err
	}
	r := new(ExecuteResponse)
	if err := Unmarshal(o.Response.Value, r); err != nil {
		return nil, err
	}
	return r, r.Status.check()
}
