package rules

// This file reads archives, whose members can be targets.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gokbuild/kbuild/lang/eval"
)

// archive is the table of contents of an ar archive: member names and times.
type archive struct {
	members map[string]int64
	mtime   int64
}

// splitMember takes lib(member) apart. lib((symbol)) is an error, as it is not
// implemented in make either.
func splitMember(name string) (lib, member string, ok bool) {
	if !strings.HasSuffix(name, ")") {
		return "", "", false
	}
	i := strings.IndexByte(name, '(')
	if i <= 0 || i == len(name)-2 {
		return "", "", false
	}
	if name[i+1] == '(' && name[len(name)-2] == ')' {
		eval.Stop("attempt to use unsupported feature: '" + name + "'")
	}
	return name[:i], name[i+1 : len(name)-1], true
}

// memberTime returns the time recorded in the archive for a member.
func (db *DB) memberTime(f *File, lib, member string, search bool) Time {
	f.LowRes = true
	a := db.enterName(lib)
	var t Time
	if a.Mtime != TimeUnknown {
		t = a.Mtime
	} else {
		t = db.lookTime(a, search)
	}
	a = a.Resolve()
	if search && a.HName != lib {
		db.rename(f, a.HName+"("+member+")")
	}
	if t == TimeNone {
		return TimeNone
	}
	ar := db.readArchive(a.HName)
	if ar == nil {
		return TimeNone
	}
	date, ok := ar.members[member]
	if !ok {
		date, ok = ar.members[member[strings.LastIndexByte(member, '/')+1:]]
	}
	if !ok || date <= 0 {
		// Without a date, as a deterministic ar writes members, one counts as missing.
		return TimeNone
	}
	if db.Switches.OlderMemberMissing {
		if t := db.nameTime(member); t != TimeNone && int64(t/1e9) > date {
			return TimeNone
		}
	}
	return ordinary(date * 1e9)
}

func (db *DB) readArchive(name string) *archive {
	info := db.In.View.Stat(name)
	if !info.Exists() {
		return nil
	}
	if a := db.archives[name]; a != nil && a.mtime == info.Mtime {
		return a
	}
	data, err := os.ReadFile(db.In.View.Abs(name))
	if err != nil {
		return nil
	}
	a := &archive{members: parseArchive(data), mtime: info.Mtime}
	if db.archives == nil {
		db.archives = map[string]*archive{}
	}
	db.archives[name] = a
	return a
}

// archiveGlob lists the members of an archive that match a pattern.
func (db *DB) archiveGlob(lib, pattern string) []string {
	ar := db.readArchive(lib)
	if ar == nil {
		return nil
	}
	var found []string
	for m := range ar.members {
		if ok, err := path.Match(pattern, m); ok && err == nil && (m[0] != '.' || pattern[0] == '.') {
			found = append(found, m)
		}
	}
	slices.Sort(found)
	return found
}

// parseArchive returns the times of the members of an archive.
func parseArchive(data []byte) map[string]int64 {
	members := map[string]int64{}
	scanArchive(data, func(name string, date int64, _ int) { members[name] = date })
	return members
}

// TouchMember gives an archive member the time now. What is wrong is told in the
// words of make.
func (db *DB) TouchMember(f *File) (problem string) {
	lib, member, _ := splitMember(f.Name)
	data, err := os.ReadFile(db.In.View.Abs(lib))
	if errors.Is(err, fs.ErrNotExist) {
		return "touch: Archive '" + lib + "' does not exist"
	}
	if !bytes.HasPrefix(data, []byte(thinMagic)) && !bytes.HasPrefix(data, []byte(archiveMagic)) {
		return "touch: '" + lib + "' is not a valid archive"
	}
	at := -1
	scanArchive(data, func(name string, _ int64, header int) {
		if name == member {
			at = header
		}
	})
	if at < 0 {
		return "touch: Member '" + member + "' does not exist in '" + lib + "'"
	}
	file, err := os.OpenFile(db.In.View.Abs(lib), os.O_WRONLY, 0)
	if err == nil {
		_, err = file.WriteAt(fmt.Appendf(nil, "%-12d", time.Now().Unix()), int64(at)+16)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return "touch: " + lib + ": " + err.Error()
	}
	return ""
}

// IsMember reports whether a file is an archive member.
func (f *File) IsMember() bool {
	_, _, ok := splitMember(f.Name)
	return ok
}

const (
	archiveMagic = "!<arch>\n"
	thinMagic    = "!<thin>\n"
)

// scanArchive calls found with name, time and place of the header of each member
// of an archive in the common ar format with GNU and BSD long names, thin
// archives included.
func scanArchive(data []byte, found func(name string, date int64, header int)) {
	thin := bytes.HasPrefix(data, []byte(thinMagic))
	if !thin && !bytes.HasPrefix(data, []byte(archiveMagic)) {
		return
	}
	var long []byte
	for off := 8; off+60 <= len(data); {
		h := data[off : off+60]
		name := strings.TrimRight(string(h[:16]), " ")
		date, _ := strconv.ParseInt(strings.TrimSpace(string(h[16:28])), 10, 64)
		size, err := strconv.Atoi(strings.TrimSpace(string(h[48:58])))
		if err != nil || size < 0 {
			break
		}
		body := off + 60
		special := name == "/" || name == "//" || name == "/SYM64/"
		if name == "//" && body+size <= len(data) {
			long = data[body : body+size]
		}
		switch {
		case special:
		case strings.HasPrefix(name, "#1/"):
			n, err := strconv.Atoi(name[3:])
			if err == nil && body+n <= len(data) && n >= 0 {
				found(strings.TrimRight(string(data[body:body+n]), "\x00"), date, off)
			}
		case strings.HasPrefix(name, "/"):
			i, err := strconv.Atoi(name[1:])
			if err == nil && i >= 0 && i < len(long) {
				n, _, _ := strings.Cut(string(long[i:]), "\n")
				found(strings.TrimSuffix(n, "/"), date, off)
			}
		default:
			found(strings.TrimSuffix(name, "/"), date, off)
		}
		off = body
		if !thin || special {
			off += size + size&1
		}
	}
}
