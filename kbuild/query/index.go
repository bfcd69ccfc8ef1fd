package query

// This file finds where symbols are mentioned: in Kconfig files, makefiles, and sources.

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gokbuild/depgraph/pattern"
)

// Kind tells what sort of file a mention is in.
type Kind string

// The kinds of files.
const (
	InKconfig  Kind = "kconfig"
	InMakefile Kind = "makefile"
	InSource   Kind = "source" // C, headers, assembly
)

// Mention is a place that names a symbol. Column counts bytes from 1, of the name without CONFIG_.
type Mention struct {
	Place
	Column int  `json:"column"`
	Kind   Kind `json:"kind"`
}

// KindOf tells the kind of a file by its name, "" for every other one.
func KindOf(name string) Kind {
	base := filepath.Base(name)
	switch {
	case strings.HasPrefix(base, "Kconfig"):
		return InKconfig
	case strings.HasPrefix(base, "Makefile"), strings.HasPrefix(base, "Kbuild"):
		return InMakefile
	}
	switch filepath.Ext(base) {
	case ".c", ".h", ".S", ".lds", ".dts", ".dtsi":
		return InSource
	}
	return ""
}

// Mentions calls found for each place in the tree that names the symbol, or any symbol if name is "". It reads every file of the
// kinds above, which takes seconds when they are not in memory. Calls come one at a time, in no particular order.
func (e *Engine) Mentions(root, name string, found func(symbol string, m Mention)) error {
	files := make(chan string, 256)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			s := newScanner(name)
			for file := range files {
				s.scan(file, func(symbol string, m Mention) {
					mu.Lock()
					defer mu.Unlock()
					found(symbol, m)
				})
			}
		})
	}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what can't be read is left out
		case d.IsDir() && file != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.Type().IsRegular() && KindOf(file) != "":
			files <- file
		}
		return nil
	})
	close(files)
	wg.Wait()
	return err
}

// scanner reads files for one goroutine.
type scanner struct {
	name string
}

// kconfigWord is a name of a symbol in a Kconfig file.
var kconfigWord = pattern.New(`[A-Za-z0-9_]+`)

func newScanner(name string) *scanner { return &scanner{name: name} }

func (s *scanner) scan(file string, found func(string, Mention)) {
	text, err := os.ReadFile(file)
	if err != nil {
		return
	}
	kind := KindOf(file)
	if s.name != "" && !bytes.Contains(text, []byte(s.name)) {
		return
	}
	MentionsIn(file, kind, text, func(symbol string, m Mention) {
		if s.name == "" || symbol == s.name {
			found(symbol, m)
		}
	})
}

const prefix = "CONFIG_"

// MentionsIn calls found for each symbol that a text names.
func MentionsIn(file string, kind Kind, text []byte, found func(symbol string, m Mention)) {
	if kind == InKconfig {
		kconfigMentions(file, text, found)
		return
	}
	line, start := 1, 0
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(prefix))
		if i < 0 {
			return
		}
		i += at
		at = i + len(prefix)
		if i > 0 && wordByte(text[i-1]) {
			continue
		}
		end := at
		for end < len(text) && wordByte(text[end]) {
			end++
		}
		if end == at {
			continue
		}
		if n := bytes.LastIndexByte(text[start:i], '\n'); n >= 0 {
			line += bytes.Count(text[start:i], []byte("\n"))
			start += n + 1
		}
		found(string(text[at:end]), Mention{Place: Place{file, line}, Column: at - start + 1, Kind: kind})
		at = end
	}
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// kconfigWords begin the lines of Kconfig files that name symbols.
var kconfigWords = strings.Fields("config menuconfig configdefault choice depends select imply default def_bool def_tristate range visible if bool tristate int hex string prompt")

// kconfigMentions goes by lines: outside of help texts every word of capital letters and digits is a symbol, unless it is quoted.
func kconfigMentions(file string, text []byte, found func(string, Mention)) {
	no, help := 0, -1
	for line := range bytes.Lines(text) {
		no++
		body := bytes.TrimLeft(line, " \t")
		if len(bytes.TrimSpace(body)) == 0 {
			continue
		}
		indent := column(line[:len(line)-len(body)])
		if help >= 0 {
			if help == 0 {
				help = indent // of its first line
			}
			if indent >= help && indent > 0 {
				continue
			}
			help = -1
		}
		word := string(kconfigWord.Compiled().Find(body))
		if word == "help" || bytes.HasPrefix(body, []byte("---help---")) {
			help = 0
			continue
		}
		if !slices.Contains(kconfigWords, word) {
			continue
		}
		unquoted := quotes.Compiled().ReplaceAllFunc(line, func(q []byte) []byte { return bytes.Repeat([]byte(" "), len(q)) })
		unquoted, _, _ = bytes.Cut(unquoted, []byte("#"))
		for i, at := range kconfigWord.Compiled().FindAllIndex(unquoted, -1) {
			if w := string(unquoted[at[0]:at[1]]); i > 0 && strings.ToLower(w) != w {
				found(w, Mention{Place: Place{file, no}, Column: at[0] + 1, Kind: InKconfig})
			}
		}
	}
}

var quotes = pattern.New(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`)

// column is how far blanks indent.
func column(blanks []byte) int {
	n := 0
	for _, c := range blanks {
		if c == '\t' {
			n += 8 - n%8
		} else {
			n++
		}
	}
	return n
}
