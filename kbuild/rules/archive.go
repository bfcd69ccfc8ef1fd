package rules

import (
	"bytes"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// archive is the table of contents of an ar archive: member names and times.
type archive struct {
	members map[string]int64
	mtime   int64
}

// splitMember takes lib(member) apart.
func splitMember(name string) (lib, member string, ok bool) {
	if !strings.HasSuffix(name, ")") {
		return "", "", false
	}
	i := strings.IndexByte(name, '(')
	if i <= 0 || i == len(name)-2 {
		return "", "", false
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
	if !ok {
		return TimeNone
	}
	if db.OlderMemberMissing {
		if t := db.nameTime(member); t != TimeNone && int64(t)/1e9 > date {
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

// parseArchive reads member names and times of the common ar format with GNU
// and BSD long names, thin archives included.
func parseArchive(data []byte) map[string]int64 {
	members := map[string]int64{}
	thin := bytes.HasPrefix(data, []byte("!<thin>\n"))
	if !thin && !bytes.HasPrefix(data, []byte("!<arch>\n")) {
		return members
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
				members[strings.TrimRight(string(data[body:body+n]), "\x00")] = date
			}
		case strings.HasPrefix(name, "/"):
			i, err := strconv.Atoi(name[1:])
			if err == nil && i >= 0 && i < len(long) {
				n, _, _ := strings.Cut(string(long[i:]), "\n")
				members[strings.TrimSuffix(n, "/")] = date
			}
		default:
			members[strings.TrimSuffix(name, "/")] = date
		}
		off = body
		if !thin || special {
			off += size + size&1
		}
	}
	return members
}
