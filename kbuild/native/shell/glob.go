package shell

// Patterns, as dash matches them: bytes, not characters; a backslash quotes.

import (
	"sort"
	"strings"
	"syscall"
)

// match reports whether pattern matches the whole of text.
func match(pattern, text string) bool {
	for {
		if pattern == "" {
			return text == ""
		}
		c := pattern[0]
		pattern = pattern[1:]
		switch c {
		case '\\':
			if pattern != "" {
				c, pattern = pattern[0], pattern[1:]
			}
		case '?':
			if text == "" {
				return false
			}
			text = text[1:]
			continue
		case '*':
			pattern = strings.TrimLeft(pattern, "*")
			if pattern == "" {
				return true
			}
			for i := 0; i <= len(text); i++ {
				if match(pattern, text[i:]) {
					return true
				}
			}
			return false
		case '[':
			if text == "" {
				return false
			}
			rest, hit, ok := matchBracket(pattern, text[0])
			if ok {
				if !hit {
					return false
				}
				pattern, text = rest, text[1:]
				continue
			}
			// no closing bracket: an ordinary character
		}
		if text == "" || text[0] != c {
			return false
		}
		text = text[1:]
	}
}

// matchBracket matches one byte against a bracket expression whose opening
// bracket has been taken off. ok is false when the expression does not end.
func matchBracket(pattern string, ch byte) (rest string, hit, ok bool) {
	p := pattern
	next := func() (byte, bool) {
		if p == "" {
			return 0, false
		}
		c := p[0]
		p = p[1:]
		return c, true
	}
	invert := false
	if strings.HasPrefix(p, "!") {
		invert = true
		p = p[1:]
	}
	found := false
	c, more := next()
	for {
		if !more {
			return "", false, false
		}
		if cls, after, isClass := bracketClass(c, p); isClass {
			if cls(ch) {
				found = true
			}
			p = after
		} else {
			if c == '\\' {
				if c, more = next(); !more {
					return "", false, false
				}
			}
			if len(p) > 1 && p[0] == '-' && p[1] != ']' {
				p = p[1:]
				hi, _ := next()
				if hi == '\\' {
					if hi, more = next(); !more {
						return "", false, false
					}
				}
				// dash compares characters as signed bytes.
				if int8(ch) >= int8(c) && int8(ch) <= int8(hi) {
					found = true
				}
			} else if ch == c {
				found = true
			}
		}
		if c, more = next(); more && c == ']' {
			return p, found != invert, true
		}
	}
}

func bracketClass(c byte, p string) (func(byte) bool, string, bool) {
	if c != '[' {
		return nil, "", false
	}
	for name, fn := range bracketClasses {
		if strings.HasPrefix(p, name) {
			return fn, p[len(name):], true
		}
	}
	return nil, "", false
}

func between(lo, hi byte) func(byte) bool {
	return func(c byte) bool { return c >= lo && c <= hi }
}

func anyOf(fns ...func(byte) bool) func(byte) bool {
	return func(c byte) bool {
		for _, f := range fns {
			if f(c) {
				return true
			}
		}
		return false
	}
}

var (
	isLower = between('a', 'z')
	isUpper = between('A', 'Z')
	isDigit = between('0', '9')
	isAlnum = anyOf(isLower, isUpper, isDigit)
	isGraph = between(0x21, 0x7e)
)

// bracketClasses are the character classes of the C locale, in which dash runs.
var bracketClasses = map[string]func(byte) bool{
	":alnum:]":  isAlnum,
	":cntrl:]":  func(c byte) bool { return c < 0x20 || c == 0x7f },
	":lower:]":  isLower,
	":space:]":  func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' },
	":alpha:]":  anyOf(isLower, isUpper),
	":digit:]":  isDigit,
	":print:]":  between(0x20, 0x7e),
	":upper:]":  isUpper,
	":blank:]":  func(c byte) bool { return c == ' ' || c == '\t' },
	":graph:]":  isGraph,
	":punct:]":  func(c byte) bool { return isGraph(c) && !isAlnum(c) },
	":xdigit:]": anyOf(isDigit, between('a', 'f'), between('A', 'F')),
}

// glob expands a pattern to the sorted names of files; none if nothing matches.
func (s *state) glob(pattern string) []string {
	g := globber{s: s}
	g.walk(pattern, "")
	sort.Strings(g.found)
	return g.found
}

type globber struct {
	s     *state
	found []string
}

// walk adds the names that begin with dir (already literal, empty or ending in a
// slash) and go on as pattern says.
func (g *globber) walk(pattern, dir string) {
	// Split off the components before the first one with a special character.
	meta, start, end := false, 0, len(pattern)
	esc := 0
scan:
	for i := 0; i < len(pattern); i += esc + 1 {
		esc = 0
		switch pattern[i] {
		case '*', '?':
			meta = true
		case '[':
			if closesBracket(pattern[i+1:]) {
				meta = true
			}
		default:
			if pattern[i] == '\\' && i+1 < len(pattern) {
				esc = 1
			}
			if pattern[i+esc] == '/' {
				if meta {
					end = i
					break scan
				}
				start = i + esc + 1
			}
		}
	}
	if !meta {
		if dir == "" {
			return
		}
		name := dir + unescape(pattern)
		var st syscall.Stat_t
		if syscall.Lstat(g.s.path(name), &st) == nil {
			g.found = append(g.found, name)
		}
		return
	}
	dir += unescape(pattern[:start])
	component, rest, atEnd := pattern[start:end], "", end == len(pattern)
	if !atEnd {
		rest = pattern[end+1:]
		if pattern[end] == '\\' {
			rest = pattern[end+2:]
		}
	}
	where := dir
	if where == "" {
		where = "."
	}
	full := Resolve(g.s.dir, where)
	g.s.named(full + "/*")
	names, err := readNames(g.s.ctx, full)
	if err != nil {
		g.s.exhausted("cannot open "+where, err)
		return
	}
	dotted := strings.HasPrefix(strings.TrimPrefix(component, `\`), ".")
	for _, name := range names {
		if name[0] == '.' && !dotted || !match(component, name) {
			continue
		}
		if atEnd {
			g.found = append(g.found, dir+name)
		} else {
			g.walk(rest, dir+name+"/")
		}
	}
}

// closesBracket says whether a bracket expression ends within its component.
func closesBracket(p string) bool {
	p = strings.TrimPrefix(p, "!")
	for i := 0; ; {
		if i < len(p) && p[i] == '\\' {
			i++
		}
		if i >= len(p) || p[i] == '/' {
			return false
		}
		if i++; i < len(p) && p[i] == ']' {
			return true
		}
	}
}

func unescape(p string) string {
	if !strings.Contains(p, `\`) {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] == '\\' && i+1 < len(p) {
			i++
		}
		b.WriteByte(p[i])
	}
	return b.String()
}
