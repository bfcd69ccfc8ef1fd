// Reading C sources: a tree's scripts/kconfig as texts, and what can be cut out of them.

package dialect

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

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

// HasTool reports whether a tree holds sources that the dialect can be read off.
func HasTool(tree string) bool {
	s := sources{filepath.Join(tree, "scripts", "kconfig")}
	return s.exists("conf.c") && s.exists("confdata.c")
}

// Imitates reports whether the sources in dir, a tree's scripts/kconfig, are those of a conf that [ConfMain] can stand in for: it has the
// options with long names that conf has had since linux 2.6.36, or is BusyBox's.
func Imitates(dir string) bool {
	s := sources{dir}
	data := s.text("confdata.c")
	return data != "" && (strings.Contains(s.text("conf.c"), "getopt_long") || isBusyBox(s.text("parser.y", "zconf.y"), data))
}

func isBusyBox(grammar, data string) bool {
	return strings.Contains(grammar, "Busybox") || strings.Contains(data, "Busybox version")
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

var cPrintf = regexp.MustCompile(`printf\(([^;]*)\);`)

var cLiteral = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)

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
