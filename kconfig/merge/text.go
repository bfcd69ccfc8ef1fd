// A file as lines, with an index of the words in it.

package merge

import (
	"bytes"
	"strings"

	"gokbuild/kconfig/internal/ctext"
)

// mergeText is a file as lines, with an index of the words in it.
type content struct {
	prefix string
	lines  []string // with their newlines
	words  map[string][]int
	// inner are lines that hold the prefix within a word.
	inner []int
}

func (t *content) add(text []byte) {
	if t.words == nil {
		t.words = make(map[string][]int)
	}
	for len(text) > 0 {
		n := bytes.IndexByte(text, '\n') + 1
		if n == 0 {
			n = len(text)
		}
		line := string(text[:n])
		text = text[n:]
		if last := len(t.lines) - 1; last >= 0 && t.lines[last] != "" && !strings.HasSuffix(t.lines[last], "\n") {
			t.lines[last] += line // the text before did not end with a newline
			if line != "\n" {
				t.reindex()
			}
			continue
		}
		t.lines = append(t.lines, line)
		t.index(len(t.lines) - 1)
	}
}

func (t *content) reindex() {
	clear(t.words)
	t.inner = nil
	for i := range t.lines {
		t.index(i)
	}
}

// index notes the words of a line.
func (t *content) index(i int) {
	line := t.lines[i]
	for start := 0; start < len(line); {
		if !ctext.WordByte[line[start]] || line[start] == '-' {
			start++
			continue
		}
		end := start
		for end < len(line) && ctext.WordByte[line[end]] && line[end] != '-' {
			end++
		}
		word := line[start:end]
		start = end
		switch k := strings.LastIndex(word, t.prefix); {
		case k > 0:
			t.inner = append(t.inner, i)
			fallthrough
		case k == 0:
			if l := t.words[word]; len(l) == 0 || l[len(l)-1] != i {
				t.words[word] = append(l, i)
			}
		}
	}
}

// symbols lists the symbols that the text gives values to.
func (t *content) symbols() (list []string) {
	for _, line := range t.lines {
		line = strings.TrimSuffix(line, "\n")
		rest, unset := strings.CutPrefix(line, "# ")
		name, ok := strings.CutPrefix(rest, t.prefix)
		if !ok {
			continue
		}
		n := 0
		for n < len(name) && ctext.WordByte[name[n]] && name[n] != '-' {
			n++
		}
		if unset && name[n:] == " is not set" || !unset && n < len(name) && name[n] == '=' {
			list = append(list, t.prefix+name[:n])
		}
	}
	return list
}

// grep returns the lines that hold the word.
func (t *content) grep(word string) (string, bool) {
	var found []string
	for _, i := range t.words[word] {
		if t.lines[i] != "" {
			found = append(found, strings.TrimSuffix(t.lines[i], "\n"))
		}
	}
	return strings.TrimRight(strings.Join(found, "\n"), "\n"), len(found) > 0
}

// remove deletes the lines that hold the name before a blank or an equals sign.
func (t *content) remove(name string) {
	for _, list := range [][]int{t.words[name], t.inner} {
		for _, i := range list {
			if strings.Contains(t.lines[i], name+"=") || strings.Contains(t.lines[i], name+" ") {
				t.lines[i] = ""
			}
		}
	}
}

func (t *content) text() []byte { return []byte(strings.Join(t.lines, "")) }
