package cache

// This file knows what files hold. What was looked at is looked at again before it is used: once somebody may have written it, and after
// a moment; at the end of the build all that counted is looked at once more (removeOutdated).

import (
	"bytes"
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
	// generation counts the times at which any file below may have been written.
	generation atomic.Int64

	mu      sync.Mutex
	known   map[string]*file
	folders map[string]*folder
	configs map[string]*config
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

// fresh reports whether what was seen under a name need not be looked at again; if not it counts as seen now.
func (f *files) fresh(s *seen, name string) bool {
	now, limit, generation := time.Now(), trusted, int64(0)
	if strings.HasPrefix(name, f.output) {
		limit, generation = trustedInside, f.generation.Load()
	}
	if !s.at.IsZero() && s.generation == generation && now.Sub(s.at) < limit {
		return true
	}
	*s = seen{now, generation}
	return false
}

func newFiles(output string) *files {
	return &files{output: output + "/", known: make(map[string]*file), folders: make(map[string]*folder), configs: make(map[string]*config)}
}

// file is what is known of one path.
type file struct {
	mu   sync.Mutex
	seen seen
	st   facts.Stat
	// digest belongs to st, if has is set; young says that the file may have changed since without a sign.
	digest     store.Digest
	has, young bool
	scan       *scan
	scanned    store.Digest
}

func (f *files) file(name string) *file {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.known[name]
	if e == nil {
		e = &file{}
		f.known[name] = e
	}
	return e
}

// look brings the status of a file up to date; e.mu is held.
func (f *files) look(e *file, name string) {
	if f.fresh(&e.seen, name) {
		return
	}
	st := facts.Look(facts.Content, "", name)
	if st != e.st || e.young {
		e.st, e.has = st, false
	}
}

// content returns the digest of what a regular file holds, and its status; ok is false if it is none, or cannot be read.
func (f *files) content(name string) (d store.Digest, st facts.Stat, ok bool) {
	e := f.file(name)
	e.mu.Lock()
	defer e.mu.Unlock()
	f.look(e, name)
	if !e.has && !e.read(name, nil) {
		return d, e.st, false
	}
	return e.digest, e.st, true
}

// textNow is text for whoever must know how the file is now.
func (f *files) textNow(name string) (s *scan, st facts.Stat, ok bool) {
	e := f.file(name)
	e.mu.Lock()
	e.seen = seen{}
	e.mu.Unlock()
	s, _, st, ok = f.text(name)
	return s, st, ok
}

// text returns what the text of a file mentions, with its digest.
func (f *files) text(name string) (s *scan, d store.Digest, st facts.Stat, ok bool) {
	e := f.file(name)
	e.mu.Lock()
	defer e.mu.Unlock()
	f.look(e, name)
	if e.has && e.scan != nil && e.scanned == e.digest {
		return e.scan, e.digest, e.st, true
	}
	ok = e.read(name, func(text []byte) {
		e.scan, e.scanned = scanText(text), store.Sum(text)
	})
	return e.scan, e.digest, e.st, ok && e.scanned == e.digest
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// read works out the digest of a file that has the status e.st; e.mu is held.
func (e *file) read(name string, use func(text []byte)) bool {
	if e.st.Errno != 0 || e.st.Format() != syscall.S_IFREG || e.st.Size > store.MaxBlob {
		return false
	}
	h, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer h.Close()
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	buf.Grow(int(e.st.Size) + bytes.MinRead)
	asked := time.Now().UnixNano()
	if n, err := buf.ReadFrom(io.LimitReader(h, store.MaxBlob+1)); err != nil || n != e.st.Size {
		return false
	}
	if facts.Look(facts.Content, "", name) != e.st {
		return false
	}
	e.digest, e.has = store.Sum(buf.Bytes()), true
	e.young = facts.Young(e.st.Mtime, e.st.Ctime, asked)
	if use != nil {
		use(buf.Bytes())
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
		if d := f.folders[path.Dir(name)]; d != nil {
			d.seen = seen{}
		}
		f.mu.Unlock()
	}
}

// forgetAll is told that any file of the output directory may have been written.
func (f *files) forgetAll() { f.generation.Add(1) }

// folder is what is known of a directory. It answers for the names in it.
type folder struct {
	seen  seen
	st    facts.Stat
	young bool
	names map[string]bool
	// pch says that there is a precompiled header.
	pch bool
}

// folder looks at a directory; f.mu is held. It is nil if there is none.
func (f *files) folder(name string) *folder {
	d := f.folders[name]
	if d == nil {
		d = &folder{}
		f.folders[name] = d
	}
	if f.fresh(&d.seen, name+"/") {
		return d
	}
	st := facts.Look(facts.List, "", name)
	if st == d.st && !d.young && (d.names != nil || st.Errno != 0) {
		return d
	}
	d.st, d.names, d.pch, d.young = st, nil, false, false
	if st.Errno != 0 || st.Format() != syscall.S_IFDIR {
		return d
	}
	asked := time.Now().UnixNano()
	list, err := os.ReadDir(name)
	if err != nil {
		d.seen = seen{}
		return d
	}
	d.young = facts.Young(st.Mtime, st.Ctime, asked)
	d.names = make(map[string]bool, len(list))
	for _, entry := range list {
		d.names[entry.Name()] = true
		d.pch = d.pch || strings.HasSuffix(entry.Name(), precompiled)
	}
	return d
}

// precompiled ends the names of precompiled headers, which a compiler takes in place of the header that lies beside.
const precompiled = ".gch"

// present reports whether there is something under a name. Its folder answers; where that is not there, nothing is.
func (f *files) present(name string) bool {
	dir, base := path.Split(name)
	dir = strings.TrimRight(dir, "/")
	if base == "" || base == "." || base == ".." || dir == "" {
		return facts.Look(facts.Exists, "", name).Errno == 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.folder(dir).names[base]
}

// hasPrecompiled reports whether a directory holds a precompiled header.
func (f *files) hasPrecompiled(dir string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.folder(dir).pch
}

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
func (f *files) config(name string) (c *config, st facts.Stat, ok bool) {
	d, st, ok := f.content(name)
	if !ok {
		return nil, st, false
	}
	f.mu.Lock()
	c = f.configs[name]
	f.mu.Unlock()
	if c != nil && c.digest == d {
		return c, st, true
	}
	text, err := os.ReadFile(name)
	if err != nil || store.Sum(text) != d {
		return nil, st, false
	}
	c = parseConfig(string(text))
	c.digest = d
	f.mu.Lock()
	f.configs[name] = c
	f.mu.Unlock()
	return c, st, true
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
