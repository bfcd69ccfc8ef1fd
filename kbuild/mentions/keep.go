package mentions

// This file keeps what is known of a tree between processes. The file lies in a folder that is the user's alone, else it is not
// believed. It begins with what it is, its version among it, and the tree that it is of, and ends with a sum.
//
// Behind the head there is the table of symbols; then folder by folder its name, its status, the folders and the files in it. A file
// has its name, its status, the symbols that it mentions and those that it defines. All numbers are varints.

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/onestep"
	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/sum"
)

const (
	magic = "gokbuild mentions 1\n"
	// keepDir is the folder for the files, of which most are kept. A file is not larger than largest.
	keepDir = "mentions"
	most    = 8
	largest = 64 << 20
)

var errDamaged = errors.New("damaged")

// nameOf is the name of the file for a tree.
func nameOf(root, without string) string {
	key := sum.Of(root, without)
	return hex.EncodeToString(key[:])
}

// load reads what is kept of a tree; it is empty if nothing is, or nothing that can be believed.
func load(keep, root, without string) forest {
	if keep == "" {
		return nil
	}
	dir, err := owner.OpenDir(filepath.Join(keep, keepDir), false)
	if err != nil {
		return nil
	}
	defer dir.Close()
	f, err := dir.Read(nameOf(root, without))
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err != nil || len(data) > largest {
		return nil
	}
	all, err := decode(data, root, without)
	if err != nil {
		return nil
	}
	return all
}

// save keeps what is known of a tree. If it can't, that costs time.
func save(keep, root, without string, all forest) {
	if keep == "" {
		return
	}
	data := encode(all, root, without)
	if len(data) > largest {
		return
	}
	dir, err := owner.OpenDir(filepath.Join(keep, keepDir), true)
	if err != nil {
		return
	}
	defer dir.Close()
	if dir.Foreign() != "" {
		return
	}
	name := nameOf(root, without)
	if onestep.In(dir, name, data) == nil {
		prune(dir, name)
	}
}

// prune removes the files that were written longest ago; the one just written stays.
func prune(dir *owner.Dir, written string) {
	names, err := dir.Names()
	if err != nil || len(names) <= most {
		return
	}
	age := make(map[string]int64, len(names))
	for _, name := range names {
		if st, err := dir.Stat(name); err == nil {
			age[name] = st.Mtim.Nano()
		}
	}
	slices.SortFunc(names, func(a, b string) int { return int(max(-1, min(1, age[b]-age[a]))) })
	for _, name := range names[most:] {
		if name != written {
			_ = dir.Remove(name)
		}
	}
}

// writer encodes.
type writer struct{ b []byte }

func (w *writer) number(n uint64) { w.b = binary.AppendUvarint(w.b, n) }
func (w *writer) text(s string)   { w.number(uint64(len(s))); w.b = append(w.b, s...) }
func (w *writer) state(s *facts.Stat) {
	for _, n := range []uint64{s.Dev, s.Ino, uint64(s.Size), uint64(s.Mtime), uint64(s.Ctime), uint64(s.Mode), uint64(s.UID), uint64(s.GID)} {
		w.number(n)
	}
}

func encode(all forest, root, without string) []byte {
	dirs := make([]string, 0, len(all))
	ids := make(map[string]int)
	var symbols []string
	id := func(s string) uint64 {
		n, ok := ids[s]
		if !ok {
			n = len(symbols)
			ids[s], symbols = n, append(symbols, s)
		}
		return uint64(n)
	}
	for dir := range all {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	var body writer
	body.number(uint64(len(dirs)))
	for _, dir := range dirs {
		f := all[dir]
		body.text(strings.TrimPrefix(dir, root))
		body.state(&f.state)
		body.number(uint64(len(f.below)))
		for _, name := range f.below {
			body.text(name)
		}
		body.number(uint64(len(f.files)))
		for i := range f.files {
			one := &f.files[i]
			body.text(one.name)
			body.state(&one.state)
			body.number(uint64(len(one.symbols)))
			for _, s := range one.symbols {
				body.number(id(s))
			}
			body.number(uint64(len(one.defined)))
			for _, d := range one.defined {
				body.number(id(d.symbol))
				body.number(uint64(d.line))
			}
		}
	}
	head := writer{[]byte(magic)}
	head.text(root)
	head.text(without)
	head.number(uint64(len(symbols)))
	for _, s := range symbols {
		head.text(s)
	}
	return sealed(append(head.b, body.b...))
}

// sealed appends the sum.
func sealed(data []byte) []byte { return binary.LittleEndian.AppendUint64(data, xxhash.Sum64(data)) }

// reader decodes; after an error everything is zero.
type reader struct {
	b   string
	err error
}

func (r *reader) number() uint64 {
	n := uint64(0)
	for shift := 0; shift < 64 && len(r.b) > 0; shift += 7 {
		c := r.b[0]
		r.b = r.b[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	r.fail()
	return 0
}

func (r *reader) fail() { r.err, r.b = errDamaged, "" }

// text returns a part of the data: nothing is copied.
func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.fail()
		return ""
	}
	s := r.b[:n]
	r.b = r.b[n:]
	return s
}

// count reads the length of a list whose elements take at least size bytes.
func (r *reader) count(size int) int {
	n := r.number()
	if n > uint64(len(r.b)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) state() facts.Stat {
	return facts.Stat{Dev: r.number(), Ino: r.number(), Size: int64(r.number()), Mtime: int64(r.number()), Ctime: int64(r.number()),
		Mode: uint32(r.number()), UID: uint32(r.number()), GID: uint32(r.number())}
}

// stateSize is how many bytes a status takes at least.
const stateSize = 8

func decode(data []byte, root, without string) (forest, error) {
	end := len(data) - 8
	if end < len(magic) || string(data[:len(magic)]) != magic || xxhash.Sum64(data[:end]) != binary.LittleEndian.Uint64(data[end:]) {
		return nil, errDamaged
	}
	r := &reader{b: string(data[len(magic):end])}
	if r.text() != root || r.text() != without {
		return nil, errDamaged
	}
	symbols := make([]string, r.count(1))
	for i := range symbols {
		symbols[i] = r.text()
	}
	symbol := func() string {
		n := r.number()
		if n >= uint64(len(symbols)) {
			r.fail()
			return ""
		}
		return symbols[n]
	}
	all := make(forest)
	for range r.count(1 + stateSize + 2) {
		dir := root + r.text()
		f := &folder{state: r.state()}
		f.below = make([]string, r.count(1))
		for i := range f.below {
			f.below[i] = r.text()
		}
		f.files = make([]file, r.count(1+stateSize+2))
		for i := range f.files {
			one := &f.files[i]
			one.name, one.state = r.text(), r.state()
			one.symbols = make([]string, r.count(1))
			for j := range one.symbols {
				one.symbols[j] = symbol()
			}
			one.defined = make([]definition, r.count(2))
			for j := range one.defined {
				one.defined[j] = definition{symbol(), int(min(r.number(), math.MaxInt32))}
			}
		}
		all[dir] = f
	}
	if r.err == nil && r.b != "" {
		r.fail()
	}
	return all, r.err
}
