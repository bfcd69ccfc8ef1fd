package probe

// This file keeps answers in files that many processes share.

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/sum"
)

// The store is a directory of many small files. Which one an answer is in is told by the first bytes of its key, so a
// look-up reads one file however many answers there are. A file is a header line and then records, each: length of
// the payload (4 bytes, little endian), xxhash64 of key and payload (8 bytes), key (16 bytes), payload (code.go).
// Records are appended, each with one write under a lock, so processes can share the files. A file that grows too
// large is rewritten with the newest of its records. Reading stops at the first record that is torn or does not match
// its checksum; who writes next drops what follows.
//
// The directory belongs to its user alone. One that others can write to, or that is somebody else's, is not used.
const (
	// storeNumber is another one once what was remembered is not trusted any more.
	storeNumber = 7
	recordHead  = 4 + 8 + 16
	// maxRecord is the largest record, maxShard the size of a file above which its oldest records are dropped until it
	// has half of it.
	maxRecord = 32 << 10
	maxShard  = 96 << 10
	shards    = 1024
)

type key sum.Key

// storeKey names texts.
func storeKey(texts ...string) key { return key(sum.Of(texts...)) }

func (k key) shard() string {
	return hex.EncodeToString(binary.BigEndian.AppendUint16(nil, binary.BigEndian.Uint16(k[:])%shards))
}

// An entry is one remembered answer. It is good for any directory in which its facts hold unless it names one.
type entry struct {
	Cmd    string
	Dir    string
	Facts  []fact
	Stdout []byte
	Status int
	// Cost is the processor time that the command took, in whole microseconds; 0 if that is not known.
	Cost time.Duration
}

// holds reports whether the entry answers for what v looks at.
func (e *entry) holds(v *view) bool { return (e.Dir == "" || e.Dir == v.dir) && v.holds(e.Facts) }

// record is a piece of a file.
type record struct {
	key     key
	payload []byte
	whole   []byte
}

// appendRecord encodes an entry; entries too large to be read back are refused.
func appendRecord(dst []byte, e *entry) ([]byte, bool) {
	payload := e.encode(nil)
	if len(payload)+recordHead > maxRecord {
		return dst, false
	}
	k := storeKey(e.Cmd)
	start := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload)))
	dst = append(dst, make([]byte, 8)...)
	dst = append(append(dst, k[:]...), payload...)
	binary.LittleEndian.PutUint64(dst[start+4:], xxhash.Sum64(dst[start+12:]))
	return dst, true
}

// readShard returns the records of a file, oldest first, and whether the whole file was sound.
func readShard(data []byte) (list []record, sound bool) {
	if len(data) < len(storeHeader) || string(data[:len(storeHeader)]) != storeHeader {
		return nil, len(data) == 0
	}
	data = data[len(storeHeader):]
	for len(data) > 0 {
		if len(data) < recordHead {
			return list, false
		}
		n := int(binary.LittleEndian.Uint32(data))
		if n > maxRecord || n > len(data)-recordHead {
			return list, false
		}
		whole := data[:recordHead+n]
		if xxhash.Sum64(whole[12:]) != binary.LittleEndian.Uint64(whole[4:]) {
			return list, false
		}
		list = append(list, record{key(whole[12:28]), whole[recordHead:], whole})
		data = data[len(whole):]
	}
	return list, true
}

// decode returns the entries of a command among records, oldest first.
func decode(list []record, cmd string) (entries []*entry) {
	k := storeKey(cmd)
	for _, r := range list {
		if r.key != k {
			continue
		}
		if e := decodeEntry(r.payload); e != nil && e.Cmd == cmd {
			entries = append(entries, e)
		}
	}
	return entries
}

// store is the directory. Its zero value has no place and remembers nothing.
type store struct {
	dir string
	// warn is called once if there is a directory that must not be used.
	warn func(text string)

	once  sync.Once
	files *owner.Dir // nil: there is none
}

var errNoStore = errors.New("no store")

// open opens the directory, and makes it if need be. A link in its place is not followed.
func (s *store) open() error {
	s.once.Do(func() {
		if s.dir == "" {
			return
		}
		path := filepath.Join(s.dir, storeName)
		dir, err := owner.OpenDir(path, false)
		if errors.Is(err, fs.ErrNotExist) && os.MkdirAll(s.dir, 0o755) == nil {
			if dir, err = owner.OpenDir(path, true); err == nil {
				s.dropFormer()
			}
		}
		why := ""
		switch {
		case err == nil:
			why = dir.Foreign()
		case errors.Is(err, owner.ErrLink), errors.Is(err, syscall.ENOTDIR):
			why = "is no directory"
		default:
			return
		}
		if why == "" {
			s.files = dir
			return
		}
		if dir != nil {
			dir.Close()
		}
		if s.warn != nil {
			s.warn(path + " is not used: it " + why)
		}
	})
	if s.files == nil {
		return errNoStore
	}
	return nil
}

// shard opens a file of the directory if it is this user's alone.
func (s *store) shard(name string, flags int) (*os.File, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	f, err := s.files.Open(name, flags, 0o600)
	if err != nil {
		return nil, err
	}
	if owner.Foreign(int(f.Fd())) != "" {
		f.Close()
		return nil, errNoStore
	}
	return f, nil
}

// lockSoon locks the file, but does not wait long for others: one of them may be a build that hardly gets the
// processor, and a memory that is not used for once only costs time.
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

// read returns the records of the file that answers for a key; any trouble yields none.
func (s *store) read(k key) []record {
	f, err := s.shard(k.shard(), unix.O_RDONLY)
	if err != nil {
		return nil
	}
	defer f.Close()
	if lockSoon(f, unix.LOCK_SH) != nil {
		return nil
	}
	data, err := readBounded(f)
	if err != nil {
		return nil
	}
	list, _ := readShard(data)
	return list
}

func readBounded(f *os.File) ([]byte, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data := make([]byte, min(fi.Size(), maxShard+maxRecord))
	n, err := io.ReadFull(io.NewSectionReader(f, 0, int64(len(data))), data)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], err
}

// find returns the entries of a command, oldest first.
func (s *store) find(cmd string) []*entry {
	if s.dir == "" {
		return nil
	}
	return decode(s.read(storeKey(cmd)), cmd)
}

// add appends an entry. Errors are returned only for tests: a memory that cannot be written is a slower one, not a
// failure.
func (s *store) add(e *entry) error {
	buf, ok := appendRecord(nil, e)
	if !ok || s.dir == "" {
		return nil
	}
	f, err := s.shard(storeKey(e.Cmd).shard(), unix.O_RDWR|unix.O_CREAT)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := lockSoon(f, unix.LOCK_EX); err != nil {
		return err
	}
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	size := fi.Size()
	var list []record
	sound := size >= int64(len(storeHeader)) && size+int64(len(buf)) <= maxShard
	if sound {
		// It is read whole anyhow: a torn record in the middle would hide all that come after.
		var data []byte
		if data, err = readBounded(f); err != nil {
			return err
		}
		list, sound = readShard(data)
	} else if data, err := readBounded(f); err == nil {
		list, _ = readShard(data)
	}
	if sound {
		_, err := f.WriteAt(buf, size)
		return err
	}
	return rewrite(f, list, buf)
}

// rewrite replaces a locked file by its newest records and one more.
func rewrite(f *os.File, list []record, last []byte) error {
	count := map[key]int{}
	size := len(storeHeader) + len(last)
	first := len(list)
	for first > 0 {
		r := list[first-1]
		if count[r.key]++; count[r.key] > perCommand {
			list = append(list[:first-1:first-1], list[first:]...)
			first--
			continue
		}
		if size += len(r.whole); size > maxShard/2 {
			break
		}
		first--
	}
	buf := []byte(storeHeader)
	for _, r := range list[first:] {
		buf = append(buf, r.whole...)
	}
	buf = append(buf, last...)
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(buf, 0)
	return err
}

// storeName is the name of the directory, storeHeader the first line of each of its files.
var (
	storeName   = nameOf(storeNumber)
	storeHeader = "gokbuild probes " + strconv.Itoa(storeNumber) + "\n"
)

// nameOf is the name that a store of some number has, or had: the first was called without one.
func nameOf(number int) string {
	if number < 2 {
		return "probes"
	}
	return "probes." + strconv.Itoa(number)
}

// dropFormer removes what earlier versions kept, which is not read any more: a file, and directories later.
func (s *store) dropFormer() {
	for number := range storeNumber {
		path := filepath.Join(s.dir, nameOf(number))
		var st unix.Stat_t
		if unix.Lstat(path, &st) == nil && st.Uid == uint32(os.Geteuid()) &&
			(st.Mode&syscall.S_IFMT == syscall.S_IFREG || st.Mode&syscall.S_IFMT == syscall.S_IFDIR) {
			os.RemoveAll(path)
		}
	}
}
