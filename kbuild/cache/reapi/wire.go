package reapi

// This file codes messages of protocol buffers (https://protobuf.dev/programming-guides/encoding), by a table of fields
// that each message has.

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protocol buffer. fields lists those that are used here, in ascending order of number; others are skipped.
type message interface{ fields() []field }

// field is one field: at points to a string, []byte, int32, int64, bool, []string, []int32, a message or a list.
type field struct {
	num protowire.Number
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
	number := func(v uint64) {
		if v != 0 {
			b = protowire.AppendVarint(protowire.AppendTag(b, f.num, protowire.VarintType), v)
		}
	}
	bytes := func(v []byte) { b = protowire.AppendBytes(protowire.AppendTag(b, f.num, protowire.BytesType), v) }
	switch at := f.at.(type) {
	case *int32:
		number(uint64(int64(*at)))
	case *int64:
		number(uint64(*at))
	case *bool:
		number(protowire.EncodeBool(*at))
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
			packed = protowire.AppendVarint(packed, uint64(int64(v)))
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
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errWire
		}
		b = b[n:]
		n = protowire.ConsumeFieldValue(num, typ, b)
		if n < 0 {
			return errWire
		}
		value := b[:n]
		b = b[n:]
		for _, f := range fields {
			if f.num == num {
				if err := setField(f.at, typ, value, depth); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// setField sets a field to a value, which is known to be whole.
func setField(at any, typ protowire.Type, value []byte, depth int) error {
	switch typ {
	case protowire.VarintType:
		v, _ := protowire.ConsumeVarint(value)
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
	case protowire.BytesType:
		v, _ := protowire.ConsumeBytes(value)
		return setBytes(at, v, depth)
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
			x, n := protowire.ConsumeVarint(v)
			if n < 0 {
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
