// Reading C sources: a tree's scripts/kconfig as texts, and what can be cut out of them.

package dialect

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kconfig/internal/ctext"
)

// sources are the texts of a tree's scripts/kconfig directory, by name; missing files are empty.
type sources struct{ dir string }

func (s sources) text(names ...string) string {
	for _, n := range names {
		if b, err := os.ReadFile(filepath.Join(s.dir, n)); err == nil {
			return string(b)
		}
	}
	return ""
}

func (s sources) exists(name string) bool {
	_, err := os.Stat(filepath.Join(s.dir, name))
	return err == nil
}

// function returns the text of one C function: from the line where its name starts a definition to the closing brace in
// the first column. Functions that are absent are empty.
func function(src, name string) string {
	for from := 0; ; {
		i := strings.Index(src[from:], name+"(")
		if i < 0 {
			return ""
		}
		i += from
		from = i + len(name)
		start := strings.LastIndexByte(src[:i], '\n') + 1
		if i > start && ctext.WordByte[src[i-1]] || src[start] == ' ' || src[start] == '\t' || strings.ContainsAny(src[start:i], "=;{}(#") {
			continue
		}
		end := strings.IndexAny(src[i:], ";{}")
		if end < 0 || src[i+end] != '{' || src[i+end-1] != '\n' {
			continue // a declaration
		}
		body := src[start:]
		if j := strings.Index(body, "\n}"); j >= 0 {
			return body[:j]
		}
		return body
	}
}

// has reports whether a text contains another.
func has(text, part string) bool { return strings.Contains(text, part) }

// matches reports whether a regular expression matches somewhere in a text.
func matches(text, expr string) bool { return regexp.MustCompile(expr).MatchString(text) }

// found returns what the group of a regular expression matches, or the fallback where the expression matches nothing.
func found(text, expr, fallback string) string {
	if m := regexp.MustCompile(expr).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return fallback
}

// section returns the text from the first occurrence of start to the next end after it.
func section(src, start, end string) string {
	i := strings.Index(src, start)
	if i < 0 {
		return ""
	}
	rest := src[i:]
	if j := strings.Index(rest, end); j >= 0 {
		return rest[:j]
	}
	return rest
}

var cPrintf = pattern.New(`printf\(([^;]*)\);`)

var cLiteral = pattern.New(`"((?:[^"\\]|\\.)*)"`)

// printedText joins the string literals that a C function prints, one after the other.
func printedText(body string) string {
	var b strings.Builder
	for _, call := range cPrintf.FindAllStringSubmatch(body, -1) {
		for _, lit := range cLiteral.FindAllStringSubmatch(call[1], -1) {
			s, err := strconv.Unquote(`"` + lit[1] + `"`)
			if err != nil {
				return ""
			}
			b.WriteString(s)
		}
	}
	return b.String()
}
