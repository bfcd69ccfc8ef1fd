package reapi

// This file compares messages with those that the field's own definitions code, and reads what is no message.

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	remote "github.com/bazelbuild/remote-apis/build/bazel/remote/execution/v2"
	"google.golang.org/genproto/googleapis/bytestream"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

// ours and theirs are one message each of every type, by name.
func kinds() map[string]struct {
	ours   message
	theirs proto.Message
} {
	type pair = struct {
		ours   message
		theirs proto.Message
	}
	return map[string]pair{
		"Command":           {new(Command), new(remote.Command)},
		"Action":            {new(Action), new(remote.Action)},
		"Directory":         {new(Directory), new(remote.Directory)},
		"ActionResult":      {new(ActionResult), new(remote.ActionResult)},
		"GetActionResult":   {new(getActionResultRequest), new(remote.GetActionResultRequest)},
		"UpdateResult":      {new(updateActionResultRequest), new(remote.UpdateActionResultRequest)},
		"FindMissing":       {new(findMissingBlobsRequest), new(remote.FindMissingBlobsRequest)},
		"Missing":           {new(findMissingBlobsResponse), new(remote.FindMissingBlobsResponse)},
		"BatchUpdate":       {new(batchUpdateBlobsRequest), new(remote.BatchUpdateBlobsRequest)},
		"Updated":           {new(batchUpdateBlobsResponse), new(remote.BatchUpdateBlobsResponse)},
		"BatchRead":         {new(batchReadBlobsRequest), new(remote.BatchReadBlobsRequest)},
		"ReadBlobs":         {new(batchReadBlobsResponse), new(remote.BatchReadBlobsResponse)},
		"Capabilities":      {new(Capabilities), new(remote.ServerCapabilities)},
		"AskCapabilities":   {new(getCapabilitiesRequest), new(remote.GetCapabilitiesRequest)},
		"Execute":           {new(executeRequest), new(remote.ExecuteRequest)},
		"WaitExecution":     {new(waitExecutionRequest), new(remote.WaitExecutionRequest)},
		"ExecuteResponse":   {new(ExecuteResponse), new(remote.ExecuteResponse)},
		"Operation":         {new(operation), new(longrunningpb.Operation)},
		"Status":            {new(Status), new(status.Status)},
		"bytestream.Read":   {new(readRequest), new(bytestream.ReadRequest)},
		"bytestream.Reads":  {new(readResponse), new(bytestream.ReadResponse)},
		"bytestream.Write":  {new(writeRequest), new(bytestream.WriteRequest)},
		"bytestream.Writes": {new(writeResponse), new(bytestream.WriteResponse)},
	}
}

// fill sets every field of a message to something.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString("s" + string(rune('a'+*n%26)))
	case reflect.Int32, reflect.Int64:
		// 1 is a value of every enumeration; a negative number has ten bytes.
		v.SetInt(int64(1 - 3*(*n%2)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{0, byte(*n), 0xff})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	}
}

// TestMessages: what we write they read without a field that they do not know, and what they write of it is the same.
func TestMessages(t *testing.T) {
	for name, kind := range kinds() {
		n := 0
		fill(reflect.ValueOf(kind.ours).Elem(), &n)
		if o, ok := kind.ours.(*operation); ok {
			o.Error = Status{} // an operation has a response or an error
		}
		text := Marshal(kind.ours)
		if err := proto.Unmarshal(text, kind.theirs); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if u := kind.theirs.ProtoReflect().GetUnknown(); len(u) > 0 {
			t.Errorf("%s: not known to them: %x", name, u)
		}
		again, err := proto.MarshalOptions{Deterministic: true}.Marshal(kind.theirs)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back := reflect.New(reflect.TypeOf(kind.ours).Elem()).Interface().(message)
		if err := Unmarshal(again, back); err != nil || !reflect.DeepEqual(back, kind.ours) {
			t.Errorf("%s: wrote %+v, read %+v, %v", name, kind.ours, back, err)
		}
	}
}

// FuzzMessages: what is read never leads to a panic, and what was read is written and read again as the same.
func FuzzMessages(f *testing.F) {
	for _, kind := range kinds() {
		n := 0
		fill(reflect.ValueOf(kind.ours).Elem(), &n)
		f.Add(Marshal(kind.ours))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for name, kind := range kinds() {
			if Unmarshal(text, kind.ours) != nil {
				continue
			}
			first := Marshal(kind.ours)
			back := reflect.New(reflect.TypeOf(kind.ours).Elem()).Interface().(message)
			if err := Unmarshal(first, back); err != nil || !bytes.Equal(Marshal(back), first) {
				t.Errorf("%s: %x is read as %+v, %v", name, first, back, err)
			}
		}
	})
}

// FuzzFrames reads streams of messages, and what is compressed.
func FuzzFrames(f *testing.F) {
	f.Add(frame(frame(nil, &Status{Code: 1}), &Status{Message: "x"}))
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{1, 0, 0, 0, 0})
	f.Add(append([]byte{0, 0, 0, 0, 30}, compress(bytes.Repeat([]byte("a"), 1000))...))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := bytes.NewReader(text)
		for {
			m, err := readFrame(r)
			if err != nil {
				if err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, ErrWrong) {
					t.Fatal(err)
				}
				return
			}
			if out, err := decompress(m, zstandard, 1000); err == nil && len(out) > 1000 {
				t.Fatalf("%d bytes where 1000 are wanted", len(out))
			}
		}
	})
}
