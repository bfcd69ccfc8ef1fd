package cache

// This file knows what files hold. What was looked at is looked at again before it is used: once somebody may have written it, and after
// a moment; at the end of the build all that counted is looked at once more (removeOutdated).

import (
	"crypto/sha256"
	"io"
	"os"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
)

// files is what a build has seen of files. It is safe for concurrent use.
type files struct {
	// output is the directory in which the build writes.
	output string
	// generation counts the times at which any file below may have been written, rounds those at which all is to be looked at again.
	generation, rounds atomic.Int64

	mu      sync.Mutex
	known   map[string]*file
	folders map[string]*folder
}

// For so long what was seen is not looked at again, if nobody in this build has written it: in the output directory, and elsewhere.
const (
	trustedInside = 20 * time.Millisecond
	trusted       = 200 * time.Millisecond
)

// seen is when something was looked at. The zero value says never.
type seen struct {
	at         time.Time
	generation int64
}

// fresh reports whether what was seen, in the output directory or not, need not be looked at again now; if it must, it counts as seen.
func (f *files) fresh(s *seen, inside bool, now time.Time) bool {
	limit, generation := trusted, f.rounds.Load()
	if inside {
		limit, generation = trustedInside, f.generation.Load()
	}
	if !s.at.IsZero() && s.generation == generation && now.Sub(s.at) < limit {
		return true
	}
	*s = seen{now, generation}
	return false
}

// inside reports whether a name is in the output directory.
func (f *files) inside(name string) bool { return strings.HasPrefix(name, f.output) }

func newFiles(output string) *files {
	return &files{output: output + "/", known: make(map[string]*file), folders: make(map[string]*folder)}
}

// file is what is known of one path.
type file struct {
	name   string
	inside bool

	mu   sync.Mutex
	seen seen
	st   facts.Stat
	// digest belongs to st, if has is set; young says that the file may have changed since without a sign.
	digest     store.Digest
	has, young bool
	scan       *scan
	scanned    store.Digest
	// config is what it is as the header of a configuration.
	config *config
}

func (f *files) file(name string) *file {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.known[name]
	if e == nil {
		e = &file{name: name, inside: f.inside(name)}
		f.known[name] = e
	}
	return e
}

// look brings the status of a file up to date; e.mu is held.
func (f *files) look(e *file, now time.Time) {
	if f.fresh(&e.seen, e.inside, now) {
		return
	}
	st := facts.Look(facts.Content, "", e.name)
	if st != e.st || e.young {
		e.st, e.has = st, false
	}
}

// content returns the digest of what a regular file holds, and its status; ok is false if it is none, or cannot be read.
func (f *files) content(name string) (d store.Digest, st facts.Stat, ok bool) {
	return f.contentOf(f.file(name), time.Now())
}

// contentOf is content of a file that is known.
func (f *files) contentOf(e *file, now time.Time) (d store.Digest, st facts.Stat, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f.look(e, now)
	if !e.has && !e.read(nil) {
		return d, e.st, false
	}
	return e.digest, e.st, true
}

// text returns what the text of a file mentions, with its digest and status. If it is to be as it is now, it is looked at in any case.
func (f *files) text(e *file, asItIs bool) (s *scan, d store.Digest, st facts.Stat, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if asItIs {
		e.seen = seen{}
	}
	f.look(e, time.Now())
	if e.has && e.scan != nil && e.scanned == e.digest {
		return e.scan, e.digest, e.st, true
	}
	ok = e.read(func(text []byte) { e.scan = scanText(text) })
	if ok {
		e.scanned = e.digest
	}
	return e.scan, e.digest, e.st, ok
}

// pieces are what files are read in: a library may have a hundred megabytes.
var pieces = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// read works out the digest of a file that has the status e.st; e.mu is held.
func (e *file) read(use func(text []byte)) bool {
	if e.st.Errno != 0 || e.st.Format() != syscall.S_IFREG || e.st.Size > store.MaxBlob {
		return false
	}
	h, err := os.OpenFile(e.name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer h.Close()
	asked := time.Now().UnixNano()
	sum := sha256.New()
	var text []byte
	piece := pieces.Get().(*[64 << 10]byte)
	defer pieces.Put(piece)
	for size := int64(0); ; {
		n, err := h.Read(piece[:])
		sum.Write(piece[:n])
		if use != nil {
			text = append(text, piece[:n]...)
		}
		if size += int64(n); size > e.st.Size || err != nil && (err != io.EOF || size != e.st.Size) {
			return false
		}
		if err == io.EOF {
			break
		}
	}
	if facts.Look(facts.Content, "", e.name) != e.st {
		return false
	}
	sum.Sum(e.digest[:0])
	e.has, e.young = true, facts.Young(e.st.Mtime, e.st.Ctime, asked)
	if use != nil {
		use(text)
	}
	return true
}

// forget is told of files that were written.
func (f *files) forget(names []string) {
	for _, name := range names {
		f.mu.Lock()
		e := f.known[name]
		f.mu.Unlock()
		if e != nil {
			e.mu.Lock()
			e.seen = seen{}
			e.mu.Unlock()
		}
		f.mu.Lock()
		d := f.folders[path.Dir(name)]
		f.mu.Unlock()
		if d != nil {
			d.mu.Lock()
			d.seen = seen{}
			d.mu.Unlock()
		}
	}
}

// forgetAll is told that any file of the output directory may have been written.
func (f *files) forgetAll() { f.generation.Add(1) }

// lookAgain has everything be looked at again, however short ago that was.
func (f *files) lookAgain() {
	f.rounds.Add(1)
	f.generation.Add(1)
}

// folder is what is known of a directory. It answers for the names in it.
type folder struct {
	name   string
	inside bool

	mu    sync.Mutex
	seen  seen
	st    facts.Stat
	young bool
	names map[string]bool
	// pch says that there is a precompiled header.
	pch bool
}

// folder returns what is known of a directory.
func (f *files) folder(name string) *folder {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.folders[name]
	if d == nil {
		d = &folder{name: name, inside: f.inside(name + "/")}
		f.folders[name] = d
	}
	return d
}

// list brings the names in a directory up to date; d.mu is held.
func (f *files) list(d *folder, now time.Time) {
	if f.fresh(&d.seen, d.inside, now) {
		return
	}
	st := facts.Look(facts.List, "", d.name)
	if st == d.st && !d.young && (d.names != nil || st.Errno != 0) {
		return
	}
	d.st, d.names, d.pch, d.young = st, nil, false, false
	if st.Errno != 0 || st.Format() != syscall.S_IFDIR {
		return
	}
	asked := time.Now().UnixNano()
	list, err := os.ReadDir(d.name)
	if err != nil {
		d.seen = seen{}
		return
	}
	d.young = facts.Young(st.Mtime, st.Ctime, asked)
	d.names = make(map[string]bool, len(list))
	for _, entry := range list {
		d.names[entry.Name()] = true
		d.pch = d.pch || strings.HasSuffix(entry.Name(), precompiled)
	}
}

// has reports whether there is something under a name in a directory; base is "" for any precompiled header.
func (f *files) has(d *folder, base string, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	f.list(d, now)
	if base == "" {
		return d.pch
	}
	return d.names[base]
}

// precompiled ends the names of precompiled headers, which a compiler takes in place of the header that lies beside.
const precompiled = ".gch"

// config is the header of a configuration: what its symbols are.
type config struct {
	digest  store.Digest
	symbols map[string]string
	// plain is set if it holds nothing but definitions of symbols.
	plain bool
	// sums are the values of facts about symbols.
	sums sync.Map
}

// config reads the header of a configuration.
func (f *files) config(e *file, now time.Time) (c *config, ok bool) {
	d, _, ok := f.contentOf(e, now)
	if !ok {
		return nil, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.config != nil && e.config.digest == d {
		return e.config, true
	}
	text, err := os.ReadFile(e.name)
	if err != nil || store.Sum(text) != d {
		return nil, false
	}
	e.config = parseConfig(string(text))
	e.config.digest = d
	return e.config, true
}

func parseConfig(text string) *config {
	c := &config{symbols: make(map[string]string), plain: true}
	comment := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case comment:
			comment = !strings.Contains(line, "*/")
			c.plain = c.plain && (comment || strings.HasSuffix(line, "*/"))
			continue
		case line == "":
			continue
		case strings.HasPrefix(line, "/*"):
			end := strings.Index(line, "*/")
			comment = end < 0
			c.plain = c.plain && (comment || end == len(line)-2)
			continue
		}
		name, ok := strings.CutPrefix(line, "#define CONFIG_")
		name, value, _ := strings.Cut(name, " ")
		if !ok || name == "" || strings.HasSuffix(line, "\\") || strings.ContainsFunc(name, func(r rune) bool { return r > 127 || !wordByte(byte(r)) }) {
			c.plain = false
			continue
		}
		c.plain = c.plain && isConstant(value)
		c.symbols[name] = " " + value
	}
	return c
}

// isConstant reports whether a value of a macro is nothing, or one number, string or character: no other macro is expanded in it. It is
// not so of CONFIG_B in "#define CONFIG_A CONFIG_B".
func isConstant(value string) bool {
	number := strings.TrimPrefix(value, "-")
	if value == "" || number != "" && number[0] >= '0' && number[0] <= '9' {
		return !strings.ContainsFunc(number, func(r rune) bool { return r > 127 || !wordByte(byte(r)) })
	}
	quote := value[0]
	if quote != '"' && quote != '\'' {
		return false
	}
	for i := 1; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case quote:
			return i == len(value)-1
		}
	}
	return false
}

// value is what a symbol, and the same as a module, is.
func (c *config) value(symbol string) string {
	return c.symbols[symbol] + "\x00" + c.symbols[symbol+"_MODULE"]
}
