package probe

// This file keeps answers in a file that many processes share.

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sys/unix"
)

// The file is a header line and then records, each: length of the payload (4 bytes, little endian), xxhash64 of the
// payload (8 bytes), payload (JSON). Records are only ever appended, each with one write under a lock, so processes can
// share the file. Reading stops at the first record that is torn or does not match its checksum; what follows is
// dropped when the file is next rewritten.
const (
	storeName = "probes"
	// storeHeader has another number once what was remembered is not trusted any more.
	storeHeader = "gokbuild probes 2\n"
	// maxRecord bounds what a damaged length field can make the reader allocate.
	maxRecord = 1 << 20
	// compactAt is the size above which a file holding mostly superseded records is rewritten.
	compactAt = 4 << 20
)

// An entry is one remembered answer. It is good for any directory in which its facts hold unless it names one.
type entry struct {
	Cmd    string `json:"c"`
	Dir    string `json:"d,omitempty"`
	Facts  []fact `json:"f"`
	Stdout []byte `json:"o,omitempty"`
	Status int    `json:"x,omitempty"`
}

// holds reports whether the entry answers for what v looks at.
func (e *entry) holds(v *view) bool { return (e.Dir == "" || e.Dir == v.dir) && v.holds(e.Facts) }

// appendRecord encodes an entry; entries too large to be read back are refused.
func appendRecord(dst []byte, e *entry) ([]byte, bool) {
	payload, err := json.Marshal(e)
	if err != nil || len(payload) > maxRecord {
		return dst, false
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload)))
	dst = binary.LittleEndian.AppendUint64(dst, xxhash.Sum64(payload))
	return append(dst, payload...), true
}

// readStore returns the entries of a file, oldest first, and whether the whole file was sound.
func readStore(data []byte) (entries []*entry, sound bool) {
	if len(data) < len(storeHeader) || string(data[:len(storeHeader)]) != storeHeader {
		return nil, false
	}
	data = data[len(storeHeader):]
	for len(data) > 0 {
		if len(data) < 12 {
			return entries, false
		}
		n := binary.LittleEndian.Uint32(data)
		if n > maxRecord || int(n) > len(data)-12 {
			return entries, false
		}
		payload := data[12 : 12+n]
		if xxhash.Sum64(payload) != binary.LittleEndian.Uint64(data[4:]) {
			return entries, false
		}
		e := new(entry)
		if json.Unmarshal(payload, e) != nil {
			return entries, false
		}
		entries = append(entries, e)
		data = data[12+n:]
	}
	return entries, true
}

// lockSoon locks the file, but does not wait long for others: one of them may be a build that hardly gets the processor,
// and a memory that is not used for once only costs time.
func lockSoon(f *os.File, how int) error {
	var err error
	for range 10 {
		if err = unix.Flock(int(f.Fd()), how|unix.LOCK_NB); !errors.Is(err, unix.EWOULDBLOCK) {
			return err
		}
		time.Sleep(2 * time.Millisecond) // flock either waits for ever or does not wait
	}
	return err
}

// appendToStore adds one record to the file, creating it when it is missing. Errors are returned only for tests: a
// memory that cannot be written is a slower one, not a failure.
func appendToStore(dir string, e *entry) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, storeName), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := lockSoon(f, unix.LOCK_EX); err != nil {
		return err
	}
	var buf []byte
	if fi, err := f.Stat(); err == nil && fi.Size() == 0 {
		buf = append(buf, storeHeader...)
	}
	buf, ok := appendRecord(buf, e)
	if !ok {
		return nil
	}
	_, err = f.Write(buf)
	return err
}

// rewriteStore replaces the file by the given entries, under the same lock that appenders take. The file is
// rewritten in place because appenders may hold it open.
func rewriteStore(dir string, entries []*entry) error {
	f, err := os.OpenFile(filepath.Join(dir, storeName), os.O_RDWR, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := lockSoon(f, unix.LOCK_EX); err != nil {
		return err
	}
	buf := []byte(storeHeader)
	for _, e := range entries {
		buf, _ = appendRecord(buf, e)
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(buf, 0)
	return err
}

// loadStore reads the file under a shared lock; any trouble yields no entries.
func loadStore(dir string) (entries []*entry, size int, sound bool) {
	f, err := os.Open(filepath.Join(dir, storeName))
	if err != nil {
		return nil, 0, true
	}
	defer f.Close()
	if err := lockSoon(f, unix.LOCK_SH); err != nil {
		return nil, 0, true
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, 0, true
	}
	entries, sound = readStore(data)
	return entries, len(data), sound
}
