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
	// reads says that other files may be read of which no list of dependencies tells: .incbin, #embed, __has_include.
	reads bool
	// clock says that the time may be asked for: __DATE__, __TIME__, __TIMESTAMP__.
	clock bool
}

var configMark = []byte("CONFIG_")

func scanText(text []byte) *scan {
	s := &scan{}
	s.findSymbols(text)
	s.findIncludes(text)
	s.reads = anyOf(text, ".incbin", "__has_include", "__has_embed", "#embed", "# embed", ".include \"", ".include\t")
	s.clock = anyOf(text, "__DATE__", "__TIME__", "__TIMESTAMP__")
	return s
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
	for {
		i := bytes.IndexByte(text, '#')
		if i < 0 {
			// %: is another way to write #; such sources have not been met.
			s.computed = s.computed || bytes.Contains(text, []byte("%:"))
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
