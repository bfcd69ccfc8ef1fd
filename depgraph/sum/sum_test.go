package sum

import (
	"bytes"
	"io"
	"strconv"
	"testing"
	"testing/iotest"
)

// TestHasher: the same bytes are the same however they arrive, with each seed in another way.
func TestHasher(t *testing.T) {
	a, b := NewHasher(Seed{1}), NewHasher(Seed{2})
	buf := make([]byte, 64)
	seen := map[uint64]string{}
	for n := range 300 {
		data := bytes.Repeat([]byte("x"), n)
		v, thin, err := a.Contents(bytes.NewReader(data), buf, "xy")
		w, _, _ := a.Contents(iotest.OneByteReader(bytes.NewReader(data)), buf, "xy")
		o, _, _ := b.Contents(bytes.NewReader(data), buf, "xy")
		if err != nil || v != w || v == o || thin {
			t.Fatalf("%d bytes: %x, %x, %x, %v", n, v, w, o, err)
		}
		if other, ok := seen[v]; ok {
			t.Fatalf("%d bytes and %s are the same", n, other)
		}
		seen[v] = strconv.Itoa(n)
	}
	if _, thin, _ := a.Contents(bytes.NewReader([]byte("xyz")), buf, "xy"); !thin {
		t.Error("the beginning is not seen")
	}
	if _, _, err := a.Contents(iotest.ErrReader(io.ErrClosedPipe), buf, ""); err == nil {
		t.Error("an error is lost")
	}
}
