package cache

// This file writes the names of roots as tokens.

import (
	"cmp"
	"slices"
	"strings"
)

// Tokens begin with a byte that is in no word of a command. S is the source tree, O the output directory.
const (
	tokenS = "\x01S"
	tokenO = "\x01O"
)

// roots are the folders that are written as tokens.
type roots struct {
	list []root // the longest first
}

type root struct{ dir, token string }

// newRoots returns the roots of a build; source may be "".
func newRoots(source, output string) *roots {
	r := &roots{}
	add := func(dir, token string) {
		if len(dir) > 1 && dir[0] == '/' {
			r.list = append(r.list, root{strings.TrimRight(dir, "/"), token})
		}
	}
	add(output, tokenO)
	if source != output {
		add(source, tokenS)
	}
	slices.SortStableFunc(r.list, func(a, b root) int { return cmp.Compare(len(b.dir), len(a.dir)) })
	return r
}

// key stands for the roots themselves.
func (r *roots) key() string {
	var parts []string
	for _, root := range r.list {
		parts = append(parts, root.token+root.dir)
	}
	return strings.Join(parts, "\x00")
}

// pack writes tokens for roots wherever they stand in a text as whole names: behind what is no part of a name, in front of a
// slash, or of what is no part of a name.
func (r *roots) pack(text string) string {
	for _, root := range r.list {
		text = root.pack(text)
	}
	return text
}

func (r *root) pack(text string) string {
	i := strings.Index(text, r.dir)
	if i < 0 {
		return text
	}
	var b strings.Builder
	for from := 0; ; {
		end := i + len(r.dir)
		whole := (end == len(text) || text[end] == '/' || !inName(text[end])) && (i == 0 || !inName(text[i-1]) || beginsOption(text[:i]))
		b.WriteString(text[from:i])
		if whole {
			b.WriteString(r.token)
		} else {
			b.WriteString(r.dir)
		}
		from = end
		next := strings.Index(text[from:], r.dir)
		if next < 0 {
			b.WriteString(text[from:])
			return b.String()
		}
		i = from + next
	}
}

// beginsOption reports whether a text is an option whose value begins right behind it: -I/root.
func beginsOption(text string) bool {
	i := strings.LastIndexAny(text, " \t\n'\"")
	word := text[i+1:]
	return len(word) >= 2 && word[0] == '-' && !strings.Contains(word, "/")
}

func inName(c byte) bool {
	return c == '_' || c == '-' || c == '.' || c == '/' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80
}

// unpack is the way back from pack.
func (r *roots) unpack(text string) (string, bool) {
	if strings.IndexByte(text, 1) < 0 {
		return text, true
	}
	for _, root := range r.list {
		text = strings.ReplaceAll(text, root.token, root.dir)
	}
	return text, strings.IndexByte(text, 1) < 0
}

// in reports whether the name of a root stands in a text, as a whole name or not.
func (r *roots) in(text string) bool {
	return slices.ContainsFunc(r.list, func(root root) bool { return strings.Contains(text, root.dir) })
}

// packPath is pack for an absolute name.
func (r *roots) packPath(name string) string {
	for _, root := range r.list {
		if rest, ok := strings.CutPrefix(name, root.dir); ok && (rest == "" || rest[0] == '/') {
			return root.token + rest
		}
	}
	return name
}
