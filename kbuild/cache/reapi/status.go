package reapi

// This file holds what goes wrong: statuses of gRPC (google/rpc/code.proto), and what they mean here.

import (
	"errors"
	"fmt"
	"net/url"
)

// Status is google.rpc.Status; code 0 is success.
type Status struct {
	Code    int32
	Message string
}

func (m *Status) fields() []field { return []field{{1, &m.Code}, {2, &m.Message}} }

func (m *Status) Error() string { return fmt.Sprintf("status %d: %.200q", m.Code, m.Message) }

// Codes that mean something here.
const (
	codeUnknown       = 2
	codeNotFound      = 5
	codeUnimplemented = 12
	codeInternal      = 13
)

// ErrNotFound says that the server answered, and has not got it.
var ErrNotFound = errors.New("not found")

// ErrWrong says that the server answered with something that is not what was asked for.
var ErrWrong = errors.New("wrong answer")

// check is the error that a status stands for.
func (m Status) check() error {
	switch m.Code {
	case 0:
		return nil
	case codeNotFound:
		return ErrNotFound
	}
	return &m
}

// Cause is an error without the address that was asked.
func Cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
