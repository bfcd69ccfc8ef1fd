package reapi

// This file codes messages of protocol buffers (https://protobuf.dev/programming-guides/encoding), by a table of fields
// that each message has.

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// message is a protocol buffer. fields lists those that are used here, in ascending order of number; others are skipped.
type message interface{ fields() []field }

// field is one field: at points to a string, []byte, int32, int64, bool, []string, []int32, a message or a list.
type field struct {
	num uint64
	at  any
}

// list is a repeated message.
type list interface {
	size() int
	item(i int) message
	grow() message
}

type many[T any, P interface {
	*T
	message
}] struct{ s *[]T }

func (l many[T, P]) size() int          { return len(*l.s) }
func (l many[T, P]) item(i int) message { return P(&(*l.s)[i]) }
func (l many[T, P]) grow() message {
	*l.s = append(*l.s, *new(T))
	return l.item(l.size() - 1)
}

var errWire = errors.New("malformed protocol buffer")

// kind is what tells how a value is coded: the last three bits of the number in front of it.
type kind uint64

const (
	varint  kind = 0 // a number, as encoding/binary has it
	fixed64 kind = 1
	counted kind = 2 // its length as a number, and that many bytes
	fixed32 kind = 5

	kindBits  = 3
	maxNumber = 1<<29 - 1
)

// maxDepth bounds messages within messages; ours have five levels.
const maxDepth = 16

// Marshal returns the encoding of a message. Fields that are empty are left out, as proto3 asks.
func Marshal(m message) []byte { return appendMessage(nil, m) }

func appendMessage(b []byte, m message) []byte {
	for _, f := range m.fields() {
		b = appendField(b, f)
	}
	return b
}

func appendField(b []byte, f field) []byte {
	tag := func(k kind) { b = binary.AppendUvarint(b, f.num<<kindBits|uint64(k)) }
	number := func(v uint64) {
		if v != 0 {
			tag(varint)
			b = binary.AppendUvarint(b, v)
		}
	}
	bytes := func(v []byte) {
		tag(counted)
		b = append(binary.AppendUvarint(b, uint64(len(v))), v...)
	}
	switch at := f.at.(type) {
	case *int32:
		number(uint64(int64(*at)))
	case *int64:
		number(uint64(*at))
	case *bool:
		if *at {
			number(1)
		}
	case *string:
		if *at != "" {
			bytes([]byte(*at))
		}
	case *[]byte:
		if len(*at) > 0 {
			bytes(*at)
		}
	case *[]string:
		for _, s := range *at {
			bytes([]byte(s))
		}
	case *[]int32:
		var packed []byte
		for _, v := range *at {
			packed = binary.AppendUvarint(packed, uint64(int64(v)))
		}
		if packed != nil {
			bytes(packed)
		}
	case list:
		for i := range at.size() {
			bytes(Marshal(at.item(i)))
		}
	case message:
		if text := Marshal(at); len(text) > 0 {
			bytes(text)
		}
	default:
		panic(fmt.Sprintf("reapi: a field of type %T", f.at))
	}
	return b
}

// Unmarshal reads a message. What it holds already stays where the encoding says nothing of it.
func Unmarshal(b []byte, m message) error { return unmarshal(b, m, 0) }

func unmarshal(b []byte, m message, depth int) error {
	if depth > maxDepth {
		return errWire
	}
	fields := m.fields()
	for len(b) > 0 {
		c, rest, ok := next(b)
		if !ok {
			return errWire
		}
		b = rest
		for _, f := range fields {
			if f.num == c.num {
				if err := setField(f.at, c, depth); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// coded is a field as the encoding has it: a number, or bytes.
type coded struct {
	num    uint64
	kind   kind
	number uint64
	bytes  []byte
}

// next takes a field off an encoding; ok is false if it is none. Groups, which proto3 does not have, are none.
func next(b []byte) (c coded, rest []byte, ok bool) {
	tag, n := binary.Uvarint(b)
	c.num, c.kind = tag>>kindBits, kind(tag&(1<<kindBits-1))
	if n <= 0 || c.num == 0 || c.num > maxNumber {
		return c, nil, false
	}
	b = b[n:]
	size := uint64(0)
	switch c.kind {
	case varint, counted:
		if c.number, n = binary.Uvarint(b); n <= 0 {
			return c, nil, false
		}
		b = b[n:]
		if c.kind == counted {
			size = c.number
		}
	case fixed64:
		size = 8
	case fixed32:
		size = 4
	default:
		return c, nil, false
	}
	if size > uint64(len(b)) {
		return c, nil, false
	}
	c.bytes = b[:size]
	return c, b[size:], true
}

// setField sets a field to what is coded.
func setField(at any, c coded, depth int) error {
	switch c.kind {
	case varint:
		v := c.number
		switch at := at.(type) {
		case *int32:
			*at = int32(v)
		case *int64:
			*at = int64(v)
		case *bool:
			*at = v != 0
		case *[]int32:
			*at = append(*at, int32(v))
		default:
			return errWire
		}
		return nil
	case counted:
		return setBytes(at, c.bytes, depth)
	}
	return errWire
}

func setBytes(at any, v []byte, depth int) error {
	switch at := at.(type) {
	case *string:
		*at = string(v)
	case *[]byte:
		*at = v
	case *[]string:
		*at = append(*at, string(v))
	case *[]int32:
		for len(v) > 0 {
			x, n := binary.Uvarint(v)
			if n <= 0 {
				return errWire
			}
			*at, v = append(*at, int32(x)), v[n:]
		}
	case list:
		return unmarshal(v, at.grow(), depth+1)
	case message:
		return unmarshal(v, at, depth+1)
	default:
		return errWire
	}
	return nil
}
