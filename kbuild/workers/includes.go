package workers

// This file finds every header that a source may include: by the text alone, no #if is looked at.

import (
	"bytes"
	"maps"
	"os"
	"path"
	"sync"
	"syscall"

	"gokbuild/kbuild/cache/reapi"
)

// include is a name in an #include.
type include struct {
	name   string
	quoted bool
}

// text is a file that may be read.
type text struct {
	stamp    stamp
	digest   reapi.Digest
	includes []include
	// computed says that it includes what a macro names, reads that other files may be read that no #include names.
	computed, reads bool
}

// stamp is by what it is seen that a file has changed.
type stamp struct {
	dev, ino     uint64
	size         int64
	mtime, ctime syscall.Timespec
}

// texts are files by absolute name. It is safe for concurrent use.
type texts struct {
	mu    sync.Mutex
	files map[string]*text
}

// get returns a file; nil if there is none.
func (t *texts) get(name string) *text {
	var st syscall.Stat_t
	if syscall.Stat(name, &st) != nil || st.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil
	}
	now := stamp{st.Dev, st.Ino, st.Size, st.Mtim, st.Ctim}
	t.mu.Lock()
	known := t.files[name]
	t.mu.Unlock()
	if known != nil && known.stamp == now {
		return known
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	f := &text{stamp: now, digest: reapi.Sum(data)}
	f.scan(data)
	t.mu.Lock()
	t.files[name] = f
	t.mu.Unlock()
	return f
}

// scan finds the includes of a text: lines that begin with #include, #include_next or #import, in comments as well.
func (f *text) scan(data []byte) {
	for _, mark := range []string{".incbin", "__has_include", "__has_embed", "#embed", "__DATE__", "__TIME__", "__TIMESTAMP__"} {
		f.reads = f.reads || bytes.Contains(data, []byte(mark))
	}
	for rest := data; ; {
		i := bytes.IndexByte(rest, '#')
		if i < 0 {
			return
		}
		rest = bytes.TrimLeft(rest[i+1:], " \t")
		word := rest
		for _, name := range []string{"include_next", "include", "import"} {
			if bytes.HasPrefix(rest, []byte(name)) {
				word = bytes.TrimLeft(rest[len(name):], " \t")
				break
			}
		}
		if len(word) == len(rest) {
			continue
		}
		line, _, _ := bytes.Cut(word, []byte("\n"))
		switch {
		case len(line) > 1 && (line[0] == '"' || line[0] == '<'):
			end := byte('"')
			if line[0] == '<' {
				end = '>'
			}
			if n := bytes.IndexByte(line[1:], end); n > 0 {
				f.includes = append(f.includes, include{string(line[1 : 1+n]), end == '"'})
				continue
			}
			f.computed = true
		default:
			f.computed = true
		}
	}
}

// maxFiles bounds what one source may include.
const maxFiles = 20_000

// closing finds a closure.
type closing struct {
	*texts
	search []string
	found  map[string]*text
	todo   []string
	// computed says that a file includes what a macro names.
	computed bool
}

// add adds a file, if it is there.
func (c *closing) add(name string) bool {
	name = path.Clean(name)
	if c.found[name] != nil {
		return true
	}
	f := c.get(name)
	if f == nil {
		return false
	}
	c.found[name] = f
	c.computed = c.computed || f.computed
	c.todo = append(c.todo, name)
	return true
}

// closure are all files that a job may read, by absolute names. A header that is missing there need not end in an error: another
// one of that name, in a folder that is searched later, may be found in its place. So where a name is in several folders all are
// sent; and if a macro may name any of the headers, all that have the rest of its name in common with one.
func (t *texts) closure(j *job) (map[string]*text, error) {
	c := &closing{texts: t, search: j.search(), found: make(map[string]*text)}
	if !c.add(j.abs(j.Source)) {
		return nil, keepHere("no source")
	}
	for _, name := range j.Forced {
		if !c.add(j.abs(name)) {
			return nil, keepHere("a forced include that is searched for")
		}
	}
	for len(c.todo) > 0 {
		if len(c.found) > maxFiles {
			return nil, keepHere("too many headers")
		}
		name := c.todo[len(c.todo)-1]
		c.todo = c.todo[:len(c.todo)-1]
		c.addIncludes(name)
		if len(c.todo) == 0 && c.computed {
			for name := range maps.Clone(c.found) {
				c.addShadows(name)
			}
		}
	}
	return c.found, nil
}

// addIncludes adds what a file includes.
func (c *closing) addIncludes(name string) {
	for _, inc := range c.found[name].includes {
		if path.IsAbs(inc.name) {
			c.add(inc.name)
			continue
		}
		if inc.quoted {
			c.add(path.Dir(name) + "/" + inc.name)
		}
		for _, dir := range c.search {
			c.add(dir + "/" + inc.name)
		}
	}
}

// addShadows adds the files that would be found before a file, if it was searched for by any of its names.
func (c *closing) addShadows(name string) {
	for i, dir := range c.search {
		if within(name, dir) && name != dir {
			for _, before := range c.search[:i] {
				c.add(before + name[len(dir):])
			}
		}
	}
}

// search are the folders in which a job looks for headers, absolute, in order.
func (j *job) search() []string {
	var dirs []string
	for _, list := range [][]string{j.Quote, j.Angle} {
		for _, dir := range list {
			dirs = append(dirs, path.Clean(j.abs(dir)))
		}
	}
	return dirs
}
