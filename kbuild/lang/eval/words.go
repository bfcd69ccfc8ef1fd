package eval

// This file takes text apart into words, and matches them with patterns.

import (
	"strings"

	"gokbuild/kbuild/lang/syntax"
)

// cutWord returns the first blank-separated word of s and what follows it; an
// empty word means there is none.
func cutWord(s string) (word, rest string) {
	i := 0
	for i < len(s) && syntax.IsSpace(s[i]) {
		i++
	}
	j := i
	for j < len(s) && !syntax.IsSpace(s[j]) {
		j++
	}
	return s[i:j], s[j:]
}

// Words calls yield for each word of s.
func Words(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for w, rest := cutWord(s); w != ""; w, rest = cutWord(rest) {
			if !yield(w) {
				return
			}
		}
	}
}

func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r < 0x80 && syntax.IsSpace(byte(r)) })
}

func trimLeft(s string) string {
	for s != "" && syntax.IsSpace(s[0]) {
		s = s[1:]
	}
	return s
}

// SplitPercent splits a pattern at its first unquoted '%'. Backslashes that
// quote a '%' or another such backslash are removed in front of that place;
// without one, before is the whole unquoted text.
func SplitPercent(pattern string) (before, after string, found bool) { return splitPercent(pattern) }

func splitPercent(pattern string) (before, after string, found bool) {
	i := strings.IndexByte(pattern, '%')
	if i < 0 {
		return pattern, "", false
	}
	if i == 0 || pattern[i-1] != '\\' {
		return pattern[:i], pattern[i+1:], true
	}
	var out []byte
	for {
		bs := 0
		for bs < i && pattern[i-1-bs] == '\\' {
			bs++
		}
		out = append(out, pattern[:i-bs]...)
		out = append(out, pattern[i-bs:i-bs+bs/2]...)
		if bs%2 == 0 {
			return string(out), pattern[i+1:], true
		}
		out = append(out, '%')
		pattern = pattern[i+1:]
		if i = strings.IndexByte(pattern, '%'); i < 0 {
			return string(out) + pattern, "", false
		}
	}
}

// MatchPercent matches a word against a split pattern and returns the stem.
func MatchPercent(word, before, after string) (stem string, ok bool) {
	if len(word) < len(before)+len(after) || !strings.HasPrefix(word, before) || !strings.HasSuffix(word, after) {
		return "", false
	}
	return word[len(before) : len(word)-len(after)], true
}

// patsubst appends text with each word that matches before%after replaced.
func patsubst(dst []byte, text, before, after string, repl string) []byte {
	start := len(dst)
	rb, ra, rp := splitPercent(repl)
	for w, rest := cutWord(text); w != ""; w, rest = cutWord(rest) {
		end := len(dst)
		if end > start {
			dst = append(dst, ' ')
		}
		stem, ok := MatchPercent(w, before, after)
		switch {
		case !ok:
			dst = append(dst, w...)
		case rp:
			dst = append(append(append(dst, rb...), stem...), ra...)
		case rb == "":
			dst = dst[:end]
		default:
			dst = append(dst, rb...)
		}
	}
	return dst
}

// substWords is patsubst without a '%' in the pattern: as subst, but only where blanks or an end are on both sides. So blanks stay, and
// what is looked for may be several words. Nothing, where that is looked for, is at the end of each word.
func substWords(dst []byte, text, from, to string) []byte {
	for at := 0; ; {
		var i int
		if from == "" {
			_, rest := cutWord(text[at:])
			i = len(text) - len(rest)
		} else if i = strings.Index(text[at:], from); i < 0 {
			return append(dst, text[at:]...)
		} else {
			i += at
		}
		dst = append(dst, text[at:i]...)
		at = i + len(from)
		if i > 0 && !syntax.IsSpace(text[i-1]) || at < len(text) && !syntax.IsSpace(text[at]) {
			dst = append(dst, from...)
		} else {
			dst = append(dst, to...)
		}
		if at == len(text) {
			return dst
		}
	}
}

// TrimDotSlash removes leading "./" from a file name, as make does for targets,
// prerequisites and goals; "./" alone stays.
func TrimDotSlash(name string) string {
	for len(name) > 2 && name[0] == '.' && name[1] == '/' {
		n := name[2:]
		for len(n) > 0 && n[0] == '/' {
			n = n[1:]
		}
		if n == "" {
			return "./"
		}
		name = n
	}
	return name
}
