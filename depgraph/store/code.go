package store

// This file reads and writes the written form of manifests and entries: a mark, the payload, compressed if that saves
// something, and its SHA-256 in front of it. Readers take any bytes; what they do not understand is missing.

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// MaxSize bounds a manifest or an entry once it is unpacked, in bytes; MaxBlob a blob.
const (
	MaxSize = 64 << 20
	MaxBlob = 256 << 20
)

// Marks of the written forms; a new form has a new mark.
const (
	manifestMark = "gkm1"
	entryMark    = "gke1"
	blobMark     = "gkb1"
)

var coders = sync.OnceValues(func() (*zstd.Encoder, *zstd.Decoder) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false),
		zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic(err) // the options are wrong
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(MaxBlob), zstd.WithDecoderConcurrency(2))
	if err != nil {
		panic(err)
	}
	return enc, dec
})

// compressFrom is the size from which on it is tried to make a payload smaller, in bytes.
const compressFrom = 512

// seal makes the written form of a payload: mark, 'r' or 'z', sum, the payload itself or compressed.
func seal(mark string, payload []byte, from int) []byte {
	sum := sha256.Sum256(payload)
	head := append(append(make([]byte, 0, len(payload)+64), mark...), 'r')
	head = append(head, sum[:]...)
	if len(payload) >= from {
		enc, _ := coders()
		packed := enc.EncodeAll(payload, head)
		if len(packed) < len(head)+len(payload)/4*3 {
			packed[len(mark)] = 'z'
			return packed
		}
		head = packed[:len(head)]
	}
	return append(head, payload...)
}

// open is the way back.
func open(mark string, data []byte, limit int) ([]byte, error) {
	n := len(mark) + 1 + sha256.Size
	if len(data) < n || string(data[:len(mark)]) != mark {
		return nil, fmt.Errorf("%w: not of this form", ErrMissing)
	}
	payload := data[n:]
	switch data[len(mark)] {
	case 'r':
	case 'z':
		var head zstd.Header
		if err := head.Decode(payload); err != nil || !head.HasFCS || head.FrameContentSize > uint64(limit) {
			return nil, fmt.Errorf("%w: damaged", ErrMissing)
		}
		_, dec := coders()
		var err error
		if payload, err = dec.DecodeAll(payload, make([]byte, 0, head.FrameContentSize)); err != nil {
			return nil, fmt.Errorf("%w: damaged", ErrMissing)
		}
	default:
		return nil, fmt.Errorf("%w: not of this form", ErrMissing)
	}
	if len(payload) > limit || Sum(payload) != Digest(data[len(mark)+1:n]) {
		return nil, fmt.Errorf("%w: damaged", ErrMissing)
	}
	return payload, nil
}

// writer appends numbers and texts.
type writer []byte

func (w *writer) number(n uint64) { *w = binary.AppendUvarint(*w, n) }

func (w *writer) text(s string) {
	w.number(uint64(len(s)))
	*w = append(*w, s...)
}

// reader takes them off again; bad is set once something is not there.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) number() uint64 {
	n, k := binary.Uvarint(r.data)
	if k <= 0 {
		r.bad, r.data = true, nil
		return 0
	}
	r.data = r.data[k:]
	return n
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.bad, r.data = true, nil
		return nil
	}
	b := r.data[:n:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) text() string { return string(r.bytes(r.number())) }

// count reads how many elements follow, of which each takes so many bytes at least.
func (r *reader) count(least int) int {
	n := r.number()
	if n > uint64(len(r.data)/least) {
		r.bad, r.data = true, nil
		return 0
	}
	return int(n)
}

func (r *reader) end() error {
	if r.bad || len(r.data) > 0 {
		return fmt.Errorf("%w: damaged", ErrMissing)
	}
	return nil
}

// Encode returns the written form of a manifest.
func (m *Manifest) Encode() []byte {
	var w writer
	w.number(uint64(len(m.Sets)))
	for i := range m.Sets {
		m.Sets[i].encode(&w)
	}
	return seal(manifestMark, w, compressFrom)
}

// encode writes names with what they share with the one before: sets are long lists of headers.
func (s *Set) encode(w *writer) {
	w.number(uint64(s.At))
	w.text(s.Origin)
	w.number(uint64(len(s.Facts)))
	before := ""
	for _, f := range s.Facts {
		same := 0
		for same < len(before) && same < len(f.Name) && before[same] == f.Name[same] {
			same++
		}
		*w = append(*w, byte(f.Kind))
		w.number(uint64(same))
		w.text(f.Name[same:])
		before = f.Name
	}
	w.number(uint64(len(s.Values)))
	for _, v := range s.Values {
		*w = append(*w, v[:]...)
	}
}

// DecodeManifest reads the written form of a manifest; errors wrap ErrMissing.
func DecodeManifest(data []byte) (*Manifest, error) {
	payload, err := open(manifestMark, data, MaxSize)
	if err != nil {
		return nil, err
	}
	r := &reader{data: payload}
	m := &Manifest{Sets: make([]Set, r.count(4))}
	room := MaxSize
	for i := range m.Sets {
		m.Sets[i].decode(r, &room)
	}
	if len(m.Sets) > maxSets {
		r.bad = true
	}
	return m, r.end()
}

// decode reads a set. room is what all names together may still take: a few bytes can stand for long ones.
func (s *Set) decode(r *reader, room *int) {
	s.At, s.Origin = int64(r.number()), r.text()
	s.Facts = make([]Fact, r.count(3))
	before := ""
	for i := range s.Facts {
		kind := r.bytes(1)
		same := r.number()
		rest := r.bytes(r.number())
		if r.bad || kind[0] >= byte(kinds) || same > uint64(len(before)) {
			r.bad = true
			return
		}
		before = before[:same] + string(rest)
		if *room -= len(before) + 24; *room < 0 {
			r.bad = true
			return
		}
		s.Facts[i] = Fact{Kind(kind[0]), before}
	}
	values := r.bytes(8 * uint64(r.count(8)))
	for ; len(values) > 0; values = values[8:] {
		s.Values = append(s.Values, Short(values[:8]))
	}
	if len(s.Values) != 0 && len(s.Values) != len(s.Facts) {
		r.bad = true
	}
}

// Encode returns the written form of an entry.
func (e *Entry) Encode() []byte {
	var w writer
	w.number(uint64(len(e.Outputs)))
	for i := range e.Outputs {
		o := &e.Outputs[i]
		w.text(o.Name)
		flags := uint64(o.Rank)<<32 | uint64(o.Mode&0o777)<<8 | uint64(o.Form)<<1
		if o.Gone {
			flags |= 1
		}
		w.number(flags)
		w.number(uint64(o.Size))
		w = append(w, o.Digest[:]...)
		w.text(string(o.Inline))
	}
	w.number(uint64(len(e.Printed)))
	for _, p := range e.Printed {
		stream := uint64(0)
		if p.Err {
			stream = 1
		}
		w.number(stream)
		w.text(p.Text)
	}
	o := &e.Origin
	for _, t := range []string{o.What, o.Host, o.Program, o.Known} {
		w.text(t)
	}
	w.number(uint64(o.At))
	w.number(uint64(o.Took))
	return seal(entryMark, w, compressFrom)
}

// DecodeEntry reads the written form of an entry; errors wrap ErrMissing. Contents that are inline have their digests.
func DecodeEntry(data []byte) (*Entry, error) {
	payload, err := open(entryMark, data, MaxSize)
	if err != nil {
		return nil, err
	}
	r := &reader{data: payload}
	e := &Entry{Outputs: make([]Output, r.count(36))}
	for i := range e.Outputs {
		o := &e.Outputs[i]
		o.Name = r.text()
		flags := r.number()
		o.Rank, o.Mode, o.Form, o.Gone = uint32(flags>>32), uint32(flags)>>8, Form(flags>>1&0x7f), flags&1 != 0
		o.Size = int64(r.number())
		copy(o.Digest[:], r.bytes(uint64(len(o.Digest))))
		if n := r.number(); n > 0 {
			o.Inline = r.bytes(n)
		}
		if o.Mode > 0o777 || o.Form >= forms || o.Size < 0 || o.Size > MaxBlob ||
			len(o.Inline) > 0 && (int64(len(o.Inline)) != o.Size || Sum(o.Inline) != o.Digest) {
			r.bad = true
		}
	}
	e.Printed = make([]Piece, r.count(2))
	for i := range e.Printed {
		e.Printed[i] = Piece{r.number() == 1, r.text()}
	}
	o := &e.Origin
	for _, t := range []*string{&o.What, &o.Host, &o.Program, &o.Known} {
		*t = r.text()
	}
	o.At, o.Took = int64(r.number()), time.Duration(r.number())
	return e, r.end()
}
