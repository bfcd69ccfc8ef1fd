package probe

// This file is the form in which entries are kept. A text is its length and its bytes, a list its length and its members; lengths
// and numbers are variable-length integers of encoding/binary. The entry of `exit 4` with one fact, for example, is
//
//	"exit 4", "", 1, "i", "", "4f…", "", 4, 2100

import (
	"encoding/binary"
	"time"
)

// encode appends the entry.
func (e *entry) encode(b []byte) []byte {
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	text(e.Cmd)
	text(e.Dir)
	b = binary.AppendUvarint(b, uint64(len(e.Facts)))
	for _, f := range e.Facts {
		text(string(f.Kind))
		text(f.Name)
		text(f.State)
	}
	text(string(e.Stdout))
	b = binary.AppendVarint(b, int64(e.Status))
	return binary.AppendUvarint(b, uint64(max(0, e.Cost.Microseconds())))
}

// decodeEntry returns the entry that was encoded; nil if the bytes are no entry.
func decodeEntry(b []byte) *entry {
	d := decoder{rest: string(b)}
	e := &entry{Cmd: d.text(), Dir: d.text()}
	e.Facts = make([]fact, d.count(3))
	for i := range e.Facts {
		e.Facts[i] = fact{factKind(d.text()), d.text(), d.text()}
	}
	if out := d.text(); out != "" {
		e.Stdout = []byte(out)
	}
	e.Status = int(d.signed())
	e.Cost = time.Duration(uint32(d.unsigned())) * time.Microsecond
	if d.bad || d.rest != "" {
		return nil
	}
	return e
}

// decoder takes things off a text.
type decoder struct {
	rest string
	bad  bool
}

func (d *decoder) fail() {
	d.bad, d.rest = true, ""
}

func (d *decoder) unsigned() uint64 {
	// The longest one takes so many bytes.
	n, size := binary.Uvarint([]byte(d.rest[:min(len(d.rest), binary.MaxVarintLen64)]))
	if size <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

func (d *decoder) signed() int64 {
	u := d.unsigned()
	return int64(u>>1) ^ -int64(u&1)
}

// count is the length of a list whose members take at least so many bytes each.
func (d *decoder) count(each int) int {
	n := d.unsigned()
	if n > uint64(len(d.rest)/each) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.count(1)
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}
