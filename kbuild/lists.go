package kbuild

import (
	"bytes"
	"io"
	"os"
	"path"
	"strings"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/lang/rules"
)

// Some files only name others: a thin archive its members, modules.order the modules of a directory, an assembler source
// the image it includes. Who uses such a file reads what it names too, but depends on the list alone: makefiles count on its
// new date to pass the change on. Equal bytes must not stop it there.

// longestList is how much of a file is searched for names.
const longestList = 1 << 20

// lists reports whether a target that was just made is such a file: a thin archive, or text that names a prerequisite or
// was made from a list itself.
func (inv *Invocation) lists(f *rules.File) bool {
	file, err := os.Open(inv.view.Abs(f.Name))
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if head = head[:n]; err != nil && err != io.ErrUnexpectedEOF {
		return false
	}
	if bytes.HasPrefix(head, []byte(facts.ThinArchive)) {
		return true
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return false
	}
	rest, err := io.ReadAll(io.LimitReader(file, longestList))
	if err != nil {
		return false
	}
	text := append(head, rest...)
	for i := range f.Deps {
		d := f.Deps[i].File
		if d == nil || f.Deps[i].OrderOnly || d.Phony {
			continue
		}
		if inv.session.memory.DateCounts(inv.view.Fact(d.Name)) {
			return true
		}
		if names(text, d.Name) {
			return true
		}
	}
	return false
}

// names reports whether text holds the name of a file, perhaps with another suffix: a module is listed as what becomes of
// its object.
func names(text []byte, name string) bool {
	want := strings.TrimSuffix(name, path.Ext(name))
	suffix := want != name
	if suffix {
		want += "."
	}
	for {
		i := bytes.Index(text, []byte(want))
		if i < 0 || want == "" {
			return false
		}
		end := i + len(want)
		if (i == 0 || text[i-1] == '/' || !inName(text[i-1])) && (suffix || end == len(text) || !inName(text[end])) {
			return true
		}
		text = text[end:]
	}
}

func inName(c byte) bool {
	return c == '_' || c == '-' || c == '.' || c == '/' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
