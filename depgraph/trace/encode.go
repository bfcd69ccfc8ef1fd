package trace

// This file writes and reads the report that the tracer sends through a pipe.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"syscall"
	"time"

	"github.com/cespare/xxhash/v2"

	"gokbuild/depgraph/facts"
)

// What the tracer writes to its pipe: first one message that says whether the command was started, then, at the end
// of the command, the report:
//
//	'N' text      it cannot be traced, and was not started
//	'X' errno     exec failed with that errno (a uvarint)
//	'S'           it runs; followed by
//	magic, body, xxhash64 of the body
//
// Numbers are varints, strings have their length in front. The two ends are one executable, so there are no versions;
// the checksum finds a tracer that died in the middle of writing.
const (
	msgUnavailable = 'N'
	msgExecFailed  = 'X'
	msgStarted     = 'S'

	reportMagic = "gktrace1"
)

var errReport = errors.New("damaged report")

func appendReport(dst []byte, r *Report) []byte {
	dst = append(dst, reportMagic...)
	start := len(dst)
	dst = append(dst, bits(r.Wrote, r.WroteErr, r.Terminal, r.Status.Core, r.AnyName, r.Stdin))
	dst = appendString(dst, r.Impure)
	dst = binary.AppendVarint(dst, int64(r.Status.Code))
	dst = binary.AppendVarint(dst, int64(r.Status.Signal))
	dst = binary.AppendVarint(dst, int64(r.Cost))
	dst = binary.AppendVarint(dst, int64(r.Overhead))
	dst = binary.AppendUvarint(dst, uint64(len(r.Output)))
	for _, o := range r.Output {
		dst = append(dst, bits(o.Err))
		dst = appendString(dst, o.Text)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Names)))
	for _, name := range r.Names {
		dst = appendString(dst, name)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Facts)))
	for i := range r.Facts {
		f := &r.Facts[i]
		dst = append(dst, byte(f.Kind), bits(f.Written, f.Fresh, f.Asked))
		dst = appendString(dst, f.Path)
		dst = binary.AppendUvarint(dst, f.ID.Dev)
		dst = binary.AppendUvarint(dst, f.ID.Ino)
		dst = binary.AppendUvarint(dst, uint64(f.ID.Mode))
		dst = binary.AppendUvarint(dst, uint64(f.ID.UID))
		dst = binary.AppendUvarint(dst, uint64(f.ID.GID))
		dst = binary.AppendVarint(dst, f.ID.Size)
		dst = binary.AppendVarint(dst, f.ID.Mtime)
		dst = binary.AppendVarint(dst, f.ID.Ctime)
	}
	return binary.LittleEndian.AppendUint64(dst, xxhash.Sum64(dst[start:]))
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func bits(flags ...bool) (b byte) {
	for i, on := range flags {
		if on {
			b |= 1 << i
		}
	}
	return b
}

func decodeReport(data []byte) (*Report, error) {
	n := len(data) - 8
	if n < len(reportMagic) || string(data[:len(reportMagic)]) != reportMagic {
		return nil, errReport
	}
	body := data[len(reportMagic):n]
	if xxhash.Sum64(body) != binary.LittleEndian.Uint64(data[n:]) {
		return nil, fmt.Errorf("%w: wrong checksum", errReport)
	}
	d := decoder{rest: body}
	r := d.report()
	if d.bad || len(d.rest) != 0 {
		return nil, errReport
	}
	return r, nil
}

// decoder takes values off the front of rest; after bad has been set all of them are zero.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) report() *Report {
	r := &Report{}
	flags := d.byte()
	r.Wrote, r.WroteErr, r.Terminal = flags&1 != 0, flags&2 != 0, flags&4 != 0
	r.Impure = d.string()
	r.Status.Core, r.AnyName, r.Stdin = flags&8 != 0, flags&16 != 0, flags&32 != 0
	r.Status.Code = int(d.varint())
	r.Status.Signal = syscall.Signal(d.varint())
	r.Cost, r.Overhead = time.Duration(d.varint()), time.Duration(d.varint())
	for range min(d.uvarint(), uint64(len(d.rest))) {
		r.Output = append(r.Output, Output{Err: d.byte() != 0, Text: d.string()})
	}
	for range min(d.uvarint(), uint64(len(d.rest))) {
		r.Names = append(r.Names, d.string())
	}
	n := d.uvarint()
	const least = 11 // bytes of one fact
	if n > uint64(len(d.rest)/least) {
		d.bad = true
		return r
	}
	r.Facts = make([]Fact, n)
	for i := range r.Facts {
		f := &r.Facts[i]
		f.Kind = facts.Kind(d.byte())
		flags := d.byte()
		f.Written, f.Fresh, f.Asked = flags&1 != 0, flags&2 != 0, flags&4 != 0
		f.Path = d.string()
		f.ID.Dev = d.uvarint()
		f.ID.Ino = d.uvarint()
		f.ID.Mode = d.uint32()
		f.ID.UID = d.uint32()
		f.ID.GID = d.uint32()
		f.ID.Size = d.varint()
		f.ID.Mtime = d.varint()
		f.ID.Ctime = d.varint()
		if !f.Kind.Known() {
			d.bad = true
		}
		if d.bad {
			return r
		}
	}
	return r
}

func (d *decoder) byte() byte {
	if d.bad || len(d.rest) == 0 {
		d.bad = true
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	return took(d, v, n)
}

func (d *decoder) uint32() uint32 {
	v := d.uvarint()
	if v > math.MaxUint32 {
		d.bad = true
	}
	return uint32(v)
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	return took(d, v, n)
}

func took[T int64 | uint64](d *decoder, v T, n int) T {
	if d.bad || n <= 0 {
		d.bad = true
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) string() string {
	n := d.uvarint()
	if d.bad || n > uint64(len(d.rest)) {
		d.bad = true
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}
