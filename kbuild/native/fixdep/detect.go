package fixdep

// Recognising a version of the program by its source. Comments and spacing are
// taken out, the text is cut into top-level declarations, and each of them must
// be one whose meaning is in the table of known.go. Lists of file names are read
// from the source, so a tree may ignore what it likes.

import (
	"hash/fnv"
	"strings"
)

// Detect gives the dialect of the program whose C source is given. False means
// that this version is unknown and that the program itself must be run.
func Detect(source []byte) (Dialect, bool) {
	d := Dialect{}
	decls, ok := declarations(string(source))
	if !ok {
		return Dialect{}, false
	}
	for _, text := range decls {
		shape, names := abstractNames(text)
		apply, ok := known[fingerprint(shape)]
		if !ok {
			return Dialect{}, false
		}
		if apply != nil {
			apply(&d, names)
		}
	}
	if d.prefix == "" || d.deps == depsNone || (d.scan == scanNone) != (d.deps == depsBuild) {
		return Dialect{}, false
	}
	return d, true
}

func fingerprint(shape string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(shape))
	return h.Sum64()
}

// abstractNames replaces lists of file name endings by a marker: which files a
// tree ignores is data, what it does about them is code.
func abstractNames(text string) (shape string, names []string) {
	for _, form := range []struct{ before, after, sep string }{
		{`strrcmp(s,`, `)`, `&&`},
		{`str_ends_with(s,len,`, `)`, `||`},
	} {
		start := strings.Index(text, form.before+`"`)
		if start < 0 || len(names) > 0 {
			continue
		}
		pos := start
		for strings.HasPrefix(text[pos:], form.before+`"`) {
			rest := text[pos+len(form.before)+1:]
			end := strings.IndexByte(rest, '"')
			if end < 0 || strings.IndexByte(rest[:end], '\\') >= 0 || !strings.HasPrefix(rest[end+1:], form.after) {
				return text, nil
			}
			names = append(names, rest[:end])
			pos += len(form.before) + 1 + end + 1 + len(form.after)
			if !strings.HasPrefix(text[pos:], form.sep+form.before+`"`) {
				break
			}
			pos += len(form.sep)
		}
		text = text[:start] + "LIST" + text[pos:]
	}
	return text, names
}

// declarations splits a C source into top-level declarations without comments
// and needless blanks. Preprocessor lines must be of the harmless kinds.
func declarations(src string) ([]string, bool) {
	src, ok := stripComments(src)
	if !ok {
		return nil, false
	}
	var code strings.Builder
	lines := strings.Split(src, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		directive, isDirective := strings.CutPrefix(strings.TrimSpace(line), "#")
		for isDirective && strings.HasSuffix(directive, "\\") && i+1 < len(lines) {
			i++
			directive = strings.TrimSuffix(directive, "\\") + " " + lines[i]
		}
		if strings.HasSuffix(directive, "\\") {
			return nil, false // a continued line of code: not seen in these programs
		}
		if !isDirective {
			code.WriteString(line)
			code.WriteByte('\n')
			continue
		}
		if !harmless(strings.Join(strings.Fields(directive), " ")) {
			return nil, false
		}
	}
	text := squeeze(code.String())
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			i = endOfLiteral(text, i)
		case '{':
			depth++
		case '}':
			depth--
		}
		if i >= len(text) || depth < 0 {
			return nil, false
		}
		closed := text[i] == '}' && (i+1 >= len(text) || text[i+1] != ';')
		if depth == 0 && (text[i] == ';' || closed) {
			out = append(out, text[start:i+1])
			start = i + 1
		}
	}
	return out, depth == 0 && start == len(text)
}

// harmless accepts the directives that cannot change what the code means, and
// the constants that are known.
func harmless(directive string) bool {
	switch directive {
	case "define HASHSZ 256",
		"define INT_CONF ntohl(0x434f4e46)", "define INT_ONFI ntohl(0x4f4e4649)",
		"define INT_NFIG ntohl(0x4e464947)", "define INT_FIG_ ntohl(0x4649475f)",
		"ifndef PATH_MAX", "define PATH_MAX FILENAME_MAX", "endif":
		return true
	}
	if strings.HasPrefix(directive, "include <") {
		return true
	}
	_, ok := known[fingerprint(squeeze(directive))]
	return ok
}

func stripComments(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i+2:], "*/")
			if end < 0 {
				return "", false
			}
			i += end + 4
			b.WriteByte(' ')
		case strings.HasPrefix(s[i:], "//"):
			end := strings.IndexByte(s[i:], '\n')
			if end < 0 {
				end = len(s) - i
			}
			i += end
		case s[i] == '"' || s[i] == '\'':
			end := endOfLiteral(s, i)
			if end >= len(s) {
				return "", false
			}
			b.WriteString(s[i : end+1])
			i = end + 1
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String(), true
}

// endOfLiteral is the index of the quote that closes the one at i, or len(s).
func endOfLiteral(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case s[i]:
			return j
		}
	}
	return len(s)
}

// squeeze removes blanks that do not separate words.
func squeeze(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\'':
			end := min(endOfLiteral(s, i), len(s)-1)
			out = append(out, s[i:end+1]...)
			i = end
		case ' ', '\t', '\n', '\r', '\f':
			j := i
			for j < len(s) && strings.IndexByte(" \t\n\r\f", s[j]) >= 0 {
				j++
			}
			if len(out) > 0 && j < len(s) && wordByte(out[len(out)-1]) && wordByte(s[j]) {
				out = append(out, ' ')
			}
			i = j - 1
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// wordByte is isalnum in the C locale, or an underscore.
func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
