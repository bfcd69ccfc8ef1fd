package fsys

// This file matches names with patterns, as make does.

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strings"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/facts"
)

// ReadDir returns the names in a directory, in no particular order.
func (v *View) ReadDir(name string) ([]string, error) {
	if v.seen != nil {
		st := lookAt(facts.List, v.dir, name)
		id := v.fs.table.Intern(facts.List, factPath(v.dir, name))
		v.fs.table.Saw(id, st)
		v.seen.Add(id)
	}
	names, err := v.readDir(name)
	if errors.Is(err, fs.ErrPermission) {
		v.NoteLinks(name)
	}
	return names, err
}

func (v *View) readDir(name string) ([]string, error) {
	if v.fs.source != nil {
		return v.fs.source.ReadDir(v.Abs(name))
	}
	var f *os.File
	err := descriptors.Patiently(context.Background(), func() (err error) {
		f, err = os.Open(v.Abs(name))
		return err
	})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// HasGlob reports whether name holds characters that make it a pattern.
func HasGlob(name string) bool { return strings.ContainsAny(name, "*?[") }

// Glob returns the existing files that match pattern, sorted. A pattern without
// special characters matches the file of that name. A leading ~ is the home
// directory (GNU make manual, "Using Wildcard Characters in File Names").
func (v *View) Glob(pattern string, home func() string) []string {
	if strings.HasPrefix(pattern, "~") {
		pattern = Tilde(pattern, home)
	}
	if !HasGlob(pattern) {
		plain := pattern
		if strings.IndexByte(pattern, '\\') >= 0 {
			plain = unescape(pattern)
		}
		if trimmed := strings.TrimRight(plain, "/"); trimmed != plain && trimmed != "" {
			// A slash behind the name of a file is passed over (glob of the C library), but for names of one character.
			plain = trimmed
			switch {
			case v.Stat(trimmed).IsDir():
				plain += "/"
			case len(trimmed) == 1:
				return nil
			}
		}
		if v.Lexists(plain) {
			return []string{plain}
		}
		return nil
	}
	var out []string
	v.glob("", pattern, &out)
	slices.Sort(out)
	return out
}

// glob matches the path components of rest below the directory done, which is
// empty or ends in a slash.
func (v *View) glob(done, rest string, out *[]string) {
	for strings.HasPrefix(rest, "/") {
		done += "/"
		rest = rest[1:]
	}
	if rest == "" {
		if v.Stat(done).IsDir() {
			*out = append(*out, done)
		}
		return
	}
	part, more, hasMore := strings.Cut(rest, "/")
	if !HasGlob(part) {
		name := done + unescape(part)
		if !hasMore {
			if v.Lexists(name) {
				*out = append(*out, name)
			}
		} else if v.Stat(name).IsDir() {
			v.glob(name, "/"+more, out)
		}
		return
	}
	dir := done
	if dir == "" {
		dir = "."
	}
	names, err := v.ReadDir(dir)
	if err != nil {
		return
	}
	if part[0] == '.' {
		names = append(names, ".", "..")
	}
	for _, n := range names {
		if n[0] == '.' && part[0] != '.' || !match(part, n) {
			continue
		}
		if !hasMore {
			*out = append(*out, done+n)
		} else if v.Stat(done + n).IsDir() {
			v.glob(done+n, "/"+more, out)
		}
	}
}

func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// match reports whether name matches one component of a shell pattern:
// * ? [a-z] [!a-z] and backslash quoting, as fnmatch does.
func match(pattern, name string) bool {
	// Only the last star needs to be tried again: an earlier one that matched
	// the shortest text leaves the most for what follows.
	starP, starN := -1, 0
	p, n := 0, 0
	for n < len(name) {
		if p < len(pattern) {
			switch pattern[p] {
			case '*':
				starP, starN = p, n
				p++
				continue
			case '?':
				p++
				n++
				continue
			case '[':
				if width, ok := matchClass(pattern[p:], name[n]); width > 0 {
					if ok {
						p += width
						n++
						continue
					}
					break
				}
				if name[n] == '[' {
					p++
					n++
					continue
				}
			case '\\':
				if p+1 < len(pattern) && pattern[p+1] == name[n] {
					p += 2
					n++
					continue
				}
			default:
				if pattern[p] == name[n] {
					p++
					n++
					continue
				}
			}
		}
		if starP < 0 {
			return false
		}
		starN++
		p, n = starP+1, starN
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// matchClass matches c against the class at the start of p and returns the
// width of the class, 0 if it does not end.
func matchClass(p string, c byte) (width int, ok bool) {
	i, negate := 1, false
	if i < len(p) && (p[i] == '!' || p[i] == '^') {
		negate = true
		i++
	}
	for first := true; i < len(p) && (p[i] != ']' || first); first = false {
		lo := p[i]
		if lo == '[' && i+1 < len(p) && p[i+1] == ':' {
			if end := strings.Index(p[i+2:], ":]"); end >= 0 {
				ok = ok || inClass(p[i+2:i+2+end], c)
				i += end + 4
				continue
			}
		}
		if lo == '\\' && i+1 < len(p) {
			i++
			lo = p[i]
		}
		hi := lo
		if i+2 < len(p) && p[i+1] == '-' && p[i+2] != ']' {
			hi = p[i+2]
			i += 2
			if hi == '\\' && i+1 < len(p) {
				i++
				hi = p[i]
			}
		}
		i++
		ok = ok || lo <= c && c <= hi
	}
	if i >= len(p) {
		return 0, false
	}
	return i + 1, ok != negate
}

func inClass(name string, c byte) bool {
	switch name {
	case "alpha":
		return c|0x20 >= 'a' && c|0x20 <= 'z'
	case "digit":
		return c >= '0' && c <= '9'
	case "alnum":
		return inClass("alpha", c) || inClass("digit", c)
	case "upper":
		return c >= 'A' && c <= 'Z'
	case "lower":
		return c >= 'a' && c <= 'z'
	case "space":
		return c == ' ' || c >= '\t' && c <= '\r'
	case "punct":
		return c > ' ' && c < 0x7f && !inClass("alnum", c)
	case "blank":
		return c == ' ' || c == '\t'
	case "cntrl":
		return c < ' ' || c == 0x7f
	case "graph":
		return c > ' ' && c < 0x7f
	case "print":
		return c >= ' ' && c < 0x7f
	case "xdigit":
		return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
	}
	return false
}

// Tilde replaces a leading ~ or ~user by the home directory.
func Tilde(name string, home func() string) string {
	who, rest := name[1:], ""
	if i := strings.IndexByte(who, '/'); i >= 0 {
		who, rest = who[:i], who[i:]
	}
	if who == "" {
		if home != nil {
			if h := home(); h != "" {
				return h + rest
			}
		}
		if u, err := user.Current(); err == nil {
			return u.HomeDir + rest
		}
		return name
	}
	if u, err := user.Lookup(who); err == nil {
		return u.HomeDir + rest
	}
	return name
}
