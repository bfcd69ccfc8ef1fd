package mentions

// This file finds the symbols that a text names.

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
)

// Kind tells what sort of file a mention is in.
type Kind string

// The kinds of files.
const (
	Kconfig  Kind = "kconfig"
	Makefile Kind = "makefile"
	Source   Kind = "source" // C, headers, assembly
	Config   Kind = "config" // .config, defconfigs, fragments
)

// Place is a place in a file of the tree: File is absolute, Line counts from 1.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

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
	case base == ".config", base == ".config.old", strings.HasSuffix(base, "defconfig"), strings.HasSuffix(base, ".config"),
		strings.HasPrefix(base, "config-"), filepath.Base(filepath.Dir(name)) == "configs" && filepath.Ext(base) == "":
		return Config
	case strings.HasPrefix(base, "Kconfig"):
		return Kconfig
	case strings.HasPrefix(base, "Makefile"), strings.HasPrefix(base, "Kbuild"):
		return Makefile
	}
	switch filepath.Ext(base) {
	case ".c", ".h", ".S", ".lds", ".dts", ".dtsi":
		return Source
	}
	return ""
}

// kconfigWord is a name of a symbol in a Kconfig file.
var kconfigWord = pattern.New(`[A-Za-z0-9_]+`)

const prefix = "CONFIG_"

// In calls found for each symbol that a text names.
func In(file string, kind Kind, text []byte, found func(symbol string, m Mention)) {
	if kind == Kconfig {
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
				found(w, Mention{Place: Place{file, no}, Column: at[0] + 1, Kind: Kconfig})
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
