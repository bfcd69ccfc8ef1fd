// Package ar answers one question: what does GNU ar write for a new thin archive? A kernel tree has one in every folder, and a
// thin archive is a list of names: to start a program for each, and another one that gives it its names, takes longer than all
// the lists.
//
// Only what has been compared with the real program is written: archives that are made anew (`ar cDPrST`), without a table of
// symbols, of regular files and of other such archives, whose members are taken over. For the rest Thin says no, and the real
// program runs.
package ar

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	magic      = "!<thin>\n"
	plainMagic = "!<arch>\n"
	headerSize = 60
	headerEnd  = "`\n"
	// nameSize is how much of a header is the name of its member. The place of a longer name is written over all of it but the
	// last byte.
	nameSize = 16
)

// errUnusual says that the real program is to be asked.
var errUnusual = errors.New("ar: not answered here")

// member is a file of an archive: its name as the program knows it, and its header from the last byte of the name on.
type member struct{ name, header string }

// archive is one that is being written.
type archive struct {
	// dir is the working directory, folder that of the archive, without links.
	dir, folder string
	// real knows the folders of members, without links.
	real    map[string]string
	members []member
}

// Thin returns what is written into the new archive called name if the program runs in dir with these operands. Names are
// relative. ok is false where the real program is to be asked.
func Thin(dir, name string, operands []string) (text []byte, ok bool) {
	a := &archive{dir: dir, real: make(map[string]string)}
	var err error
	if a.folder, err = a.folderOf(name); err != nil {
		return nil, false
	}
	for _, o := range operands {
		if o == "" || path.IsAbs(o) || a.add(o) != nil {
			return nil, false
		}
	}
	// A name that comes twice, by itself or with an archive, is one member, or two: the versions differ.
	seen := make(map[string]bool)
	for _, m := range a.members {
		if clean := path.Clean(m.name); seen[clean] {
			return nil, false
		} else {
			seen[clean] = true
		}
	}
	return a.text()
}

// folder is the name of the folder of a file. Parts are not taken away: behind a link ".." leads elsewhere.
func folder(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i]
	}
	return "."
}

// folderOf returns the folder of a file without links.
func (a *archive) folderOf(name string) (string, error) {
	dir := folder(name)
	if path.IsAbs(name) || strings.Contains(name, "\\") {
		return "", errUnusual
	}
	if known, ok := a.real[dir]; ok {
		return known, nil
	}
	known, err := filepath.EvalSymlinks(a.dir + "/" + dir)
	if err == nil {
		a.real[dir] = known
	}
	return known, err
}

// add adds a file, or the members of a thin archive.
func (a *archive) add(name string) error {
	f, err := os.OpenFile(a.dir+"/"+name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return errUnusual
	}
	head := make([]byte, len(magic))
	n, _ := f.ReadAt(head, 0)
	switch string(head[:n]) {
	case plainMagic:
		if st.Size() > int64(len(plainMagic)) {
			return errUnusual
		}
		return nil // one without members, whether it was to be thin or not
	case magic:
		data := make([]byte, st.Size())
		if _, err := f.ReadAt(data, 0); err != nil {
			return err
		}
		return a.takeOver(name, string(data))
	}
	// Date, user, group, permissions, size.
	// The name stands in the header first, with '/' behind it.
	last := ' '
	if len(name) == nameSize-1 {
		last = '/'
	}
	a.members = append(a.members, member{name, fmt.Sprintf("%c%-12d%-6d%-6d%-8o%-10d", last, 0, 0, 0, 0o644, st.Size())})
	return nil
}

// takeOver adds the members of a thin archive.
func (a *archive) takeOver(name, text string) error {
	text = text[len(magic):]
	names := ""
	for len(text) > 0 {
		if len(text) < headerSize || text[headerSize-2:headerSize] != headerEnd {
			return errUnusual
		}
		header := text[:headerSize]
		text = text[headerSize:]
		label := strings.TrimRight(header[:nameSize-1], " ")
		switch label {
		case "/", "//":
			size, err := strconv.Atoi(strings.TrimRight(header[48:58], " "))
			if err != nil || size < 0 || size+size&1 > len(text) {
				return errUnusual
			}
			if label == "//" {
				names = text[:size]
			}
			text = text[size+size&1:]
			continue
		}
		at, err := strconv.Atoi(strings.TrimPrefix(label, "/"))
		if err != nil || label[0] != '/' || at < 0 || at >= len(names) {
			return errUnusual
		}
		inner, _, ok := strings.Cut(names[at:], "/\n")
		if !ok || inner == "" || path.IsAbs(inner) {
			return errUnusual
		}
		if dir := folder(name); dir != "." {
			inner = dir + "/" + inner
		}
		// It is opened, so it must be there.
		if st, err := os.Lstat(a.dir + "/" + inner); err != nil || !st.Mode().IsRegular() {
			return errUnusual
		}
		a.members = append(a.members, member{inner, header[nameSize-1 : headerSize-2]})
	}
	return nil
}

// text is what the archive holds.
func (a *archive) text() ([]byte, bool) {
	if len(a.members) == 0 {
		return []byte(plainMagic), true
	}
	var names, headers strings.Builder
	for _, m := range a.members {
		folder, err := a.folderOf(m.name)
		if err != nil {
			return nil, false
		}
		rel, err := filepath.Rel(a.folder, folder+"/"+path.Base(m.name))
		if err != nil || strings.Contains(rel, "\n") {
			return nil, false
		}
		at := names.Len()
		names.WriteString(rel)
		names.WriteString("/\n")
		fmt.Fprintf(&headers, "%-15s%s%s", "/"+strconv.Itoa(at), m.header, headerEnd)
	}
	if names.Len()%2 == 1 {
		names.WriteByte('\n')
	}
	return fmt.Appendf(nil, "%s%-48s%-10d%s%s%s", magic, "//", names.Len(), headerEnd, names.String(), headers.String()), true
}
