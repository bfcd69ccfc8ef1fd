package cache

// This file finds in the text of a source what decides what else is read, and which configuration symbols it mentions.

import "bytes"

// scan is what the text of a source mentions.
type scan struct {
	// symbols are the words behind CONFIG_, without _MODULE, each once.
	symbols []string
	// quoted are the names of #include "…", and computed says that there is an #include of something else.
	quoted   []string
	computed bool
	// pasted says that names of symbols may be put together from parts.
	pasted bool
	// reads says that other files, or their dates, may be read of which no list of dependencies tells: .incbin, #embed, __has_include;
	// #pragma once, by which a header is left out, and out of the list, that is equal to another one.
	reads bool
	// clock says that the time may be asked for: __DATE__, __TIME__, __TIMESTAMP__,
	// or the date of a file: #pragma GCC dependency.
	clock bool
	// named says that the name of a file may be asked for: __FILE__ and the like.
	named bool
}

var configMark = []byte("CONFIG_")

func scanText(text []byte) *scan {
	s := &scan{}
	if splitsWords(text) {
		text = joinLines(text)
	}
	s.findSymbols(text)
	s.findParts(text)
	s.findIncludes(text)
	s.reads = anyOf(text, "__has_include", "__has_embed", "#embed", "# embed", "pragma once", "pch_preprocess", "%:%:") || includesForAssembler(text)
	s.clock = anyOf(text, "__DATE__", "__TIME__", "__TIMESTAMP__", "GCC dependency")
	s.named = anyOf(text, "_FILE__", "__builtin_FILE")
	return s
}

// splitsWords reports whether a line is joined with the next one behind what may be the first part of a word.
func splitsWords(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return false
		}
		end := lineEnd(text[i+1:])
		if end > 0 && i > 0 && (wordByte(text[i-1]) || bytes.IndexByte([]byte(".#%:"), text[i-1]) >= 0) {
			if next := i + 1 + end; next < len(text) && wordByte(text[next]) {
				return true
			}
		}
		text = text[i+1:]
	}
}

// lineEnd returns how long the end of a line is that a text begins with, blanks in front of it included, as compilers take it; 0 if it
// begins with something else.
func lineEnd(text []byte) int {
	for i, c := range text {
		switch c {
		case '\n':
			return i + 1
		case ' ', '\t', '\r', '\f', '\v':
		default:
			return 0
		}
	}
	return 0
}

// joinLines takes away where lines are joined.
func joinLines(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return append(out, text...)
		}
		out = append(out, text[:i]...)
		if end := lineEnd(text[i+1:]); end > 0 {
			text = text[i+1+end:]
			continue
		}
		out = append(out, '\\')
		text = text[i+1:]
	}
}

// includesForAssembler reports whether a text may have the assembler read a file: .incbin and .include, in whatever letters, in one piece or
// in parts that strings or macros of the assembler put together.
func includesForAssembler(text []byte) bool {
	macros := anyOf(text, ".macro", ".irp", ".MACRO", ".IRP", ".rept")
	for {
		i := bytes.IndexByte(text, '.')
		if i < 0 {
			return false
		}
		text = text[i+1:]
		n := 0
		for n < len(text) && wordByte(text[n]) {
			n++
		}
		word, rest := text[:n], text[n:]
		switch {
		case n == 0 && len(rest) > 2 && rest[0] == '\\':
			// Not so of what ends a line in a string: ". - .\n".
			escape := (rest[1] == 'n' || rest[1] == 't') && !wordByte(rest[2])
			if rest[1] == '\\' && wordByte(rest[2]) || macros && wordByte(rest[1]) && !escape {
				return true
			}
		case n == 0 || n > len("include") || word[0]|0x20 != 'i':
		case bytes.EqualFold(word, []byte("incbin")):
			return true
		case bytes.EqualFold(word, []byte("include")):
			if rest = bytes.TrimLeft(rest, " \t"); len(rest) == 0 || bytes.IndexByte([]byte("\"\\\r\n"), rest[0]) >= 0 {
				return true
			}
		case len(rest) > 0 && (rest[0] == '"' || rest[0] == '\\'):
			if rest[0] == '"' && bytes.HasPrefix(bytes.TrimLeft(rest[1:], " \t"), []byte("[")) {
				continue // ".i"[idle] is a letter
			}
			lower := bytes.ToLower(word)
			if bytes.HasPrefix([]byte("incbin"), lower) || bytes.HasPrefix([]byte("include"), lower) {
				return true
			}
		}
	}
}

// findParts finds what may be the first part of the word CONFIG_, to be put together by a macro: CONF of CAT(CONF, IG_X).
func (s *scan) findParts(text []byte) {
	for !s.pasted {
		i := bytes.Index(text, []byte("CO"))
		if i < 0 {
			return
		}
		n := 2
		for i+n < len(text) && wordByte(text[i+n]) {
			n++
		}
		word := text[i : i+n]
		if len(word) <= len(configMark) && bytes.HasPrefix(configMark, word) && (i == 0 || !wordByte(text[i-1])) {
			rest := bytes.TrimLeft(text[i+n:min(i+n+80, len(text))], " \t\\\n")
			s.pasted = len(rest) > 0 && (rest[0] == ',' || rest[0] == ')') || bytes.HasPrefix(rest, []byte("##"))
		}
		text = text[i+n:]
	}
}

func anyOf(text []byte, marks ...string) bool {
	for _, m := range marks {
		if bytes.Contains(text, []byte(m)) {
			return true
		}
	}
	return false
}

func (s *scan) findSymbols(text []byte) {
	seen := make(map[string]bool)
	for {
		i := bytes.Index(text, configMark)
		if i < 0 {
			return
		}
		text = text[i+len(configMark):]
		n := 0
		for n < len(text) && wordByte(text[n]) {
			n++
		}
		if rest := bytes.TrimLeft(text[n:min(n+80, len(text))], " \t\\\n"); bytes.HasPrefix(rest, []byte("##")) {
			s.pasted = true
		}
		name := bytes.TrimSuffix(text[:n], []byte("_MODULE"))
		if len(name) > 0 && !seen[string(name)] {
			seen[string(name)] = true
			s.symbols = append(s.symbols, string(name))
		}
		// A mark inside a name: CONFIG_XCONFIG_Y.
		if inner := bytes.Index(text[:n], configMark); inner >= 0 {
			text = text[inner:]
		} else {
			text = text[n:]
		}
	}
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// findIncludes finds lines with #include, #include_next and #import, wherever they stand: in comments, too.
func (s *scan) findIncludes(text []byte) {
	s.computed = beginsLine(text, "%:") // another way to write #; such sources have not been met
	for {
		i := bytes.IndexByte(text, '#')
		if i < 0 {
			return
		}
		text = text[i+1:]
		rest := skipBlanks(text)
		switch {
		case bytes.HasPrefix(rest, []byte("include_next")):
			rest = rest[len("include_next"):]
		case bytes.HasPrefix(rest, []byte("include")):
			rest = rest[len("include"):]
		case bytes.HasPrefix(rest, []byte("import")):
			rest = rest[len("import"):]
		default:
			continue
		}
		if len(rest) > 0 && wordByte(rest[0]) {
			continue
		}
		rest = skipBlanks(rest)
		switch {
		case len(rest) > 0 && rest[0] == '<':
		case len(rest) > 0 && rest[0] == '"':
			end := bytes.IndexAny(rest[1:], "\"\n")
			if end < 0 || rest[1+end] == '\n' {
				s.computed = true
				continue
			}
			s.quoted = append(s.quoted, string(rest[1:1+end]))
		default:
			s.computed = true
		}
	}
}

// beginsLine reports whether a line begins with a mark, but for blanks and comments.
func beginsLine(text []byte, mark string) bool {
	for {
		i := bytes.Index(text, []byte(mark))
		if i < 0 {
			return false
		}
		if before := bytes.TrimRight(text[:i], " \t\f\v"); len(before) == 0 || before[len(before)-1] == '\n' || before[len(before)-1] == '/' {
			return true
		}
		text = text[i+len(mark):]
	}
}

// skipBlanks skips blanks, comments and joined lines.
func skipBlanks(text []byte) []byte {
	for {
		trimmed := bytes.TrimLeft(text, " \t")
		switch {
		case bytes.HasPrefix(trimmed, []byte("\\\n")):
			text = trimmed[2:]
		case bytes.HasPrefix(trimmed, []byte("/*")):
			end := bytes.Index(trimmed[2:], []byte("*/"))
			if end < 0 {
				return nil
			}
			text = trimmed[2+end+2:]
		default:
			return trimmed
		}
	}
}
