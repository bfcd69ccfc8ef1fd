package shell

// Expansion of words to fields. A field is built as a pattern: characters that
// were quoted, and only those, stand behind a backslash where that matters for
// file name expansion; the plain text is kept beside it.

import (
	"bytes"
	"strconv"
	"strings"
)

// field is one field in the making.
type field struct {
	text    []byte
	pattern []byte // as text, quoted special characters behind a backslash
	open    bool   // there is a field, be it empty
	meta    bool   // an unquoted * ? or [ is in it
}

func (f *field) add(c byte, quoted bool) {
	f.open = true
	f.text = append(f.text, c)
	if quoted {
		switch c {
		case '*', '?', '[', ']', '!', '-', '\\', '/':
			f.pattern = append(f.pattern, '\\')
		}
	} else if c == '*' || c == '?' || c == '[' {
		f.meta = true
	}
	f.pattern = append(f.pattern, c)
}

func (f *field) addString(s string, quoted bool) {
	f.open = true
	for i := 0; i < len(s); i++ {
		f.add(s[i], quoted)
	}
}

// fields expands words to arguments.
func (s *state) fields(words []word) []string {
	out := make([]string, 0, len(words))
	for i := range words {
		if words[i].static {
			out = append(out, words[i].text)
			continue
		}
		out = s.appendFields(out, words[i].parts)
	}
	return out
}

func (s *state) appendFields(out []string, parts []part) []string {
	var f field
	flush := func() {
		if !f.open {
			return
		}
		if f.meta {
			if names := s.glob(string(f.pattern)); len(names) > 0 {
				out = append(out, names...)
				f = field{}
				return
			}
		}
		out = append(out, string(f.text))
		f = field{}
	}
	for i := range parts {
		p := &parts[i]
		value := s.partValue(p)
		if p.kind == partText || p.quoted {
			f.addString(value, p.quoted)
			continue
		}
		// IFS is always blank, tab and newline: Parse refuses to change it.
		for j := 0; j < len(value); j++ {
			switch c := value[j]; c {
			case ' ', '\t', '\n':
				flush()
			default:
				f.add(c, false)
			}
		}
	}
	flush()
	return out
}

// expandString expands a word to one string, without splitting.
func (s *state) expandString(w word) string {
	if w.static {
		return w.text
	}
	var b strings.Builder
	for i := range w.parts {
		b.WriteString(s.partValue(&w.parts[i]))
	}
	return b.String()
}

// caseMatch matches text against the pattern a word expands to.
func (s *state) caseMatch(w word, text string) bool {
	if w.static {
		return w.text == text
	}
	var f field
	for i := range w.parts {
		f.addString(s.partValue(&w.parts[i]), w.parts[i].quoted)
	}
	return match(string(f.pattern), text)
}

func (s *state) partValue(p *part) string {
	switch p.kind {
	case partParam:
		return s.paramValue(p.param)
	case partSubst:
		return s.substitute(p.body)
	}
	return p.text
}

func (s *state) paramValue(p *param) string {
	var value string
	set := true
	switch p.name {
	case "$":
		if !p.forKill {
			s.odd("the number of the process")
		}
		value = s.proc.pid.get()
	case "?":
		value = strconv.Itoa(s.status)
	case "#":
		value = strconv.Itoa(len(s.params))
	default:
		value, set = s.parameter(p.name)
	}
	switch p.op {
	case paramLength:
		return strconv.Itoa(len(value))
	case paramDefault:
		if !set || p.null && value == "" {
			return p.word
		}
	case paramAlternate:
		if !set || p.null && value == "" {
			return ""
		}
		return p.word
	case paramTrimPrefix:
		for i := 0; i <= len(value); i++ {
			if match(p.word, value[:i]) {
				return value[i:]
			}
		}
	case paramTrimPrefix2:
		for i := len(value); i >= 0; i-- {
			if match(p.word, value[:i]) {
				return value[i:]
			}
		}
	case paramTrimSuffix:
		for i := len(value); i >= 0; i-- {
			if match(p.word, value[i:]) {
				return value[:i]
			}
		}
	case paramTrimSuffix2:
		for i := 0; i <= len(value); i++ {
			if match(p.word, value[i:]) {
				return value[:i]
			}
		}
	}
	return value
}

// positional says whether a parameter is an argument, by number.
func positional(name string) bool { return name != "" && name[0] >= '0' && name[0] <= '9' }

// parameter gives the value of a variable, or of an argument.
func (s *state) parameter(name string) (value string, set bool) {
	if !positional(name) {
		return s.vars.get(name)
	}
	n, err := strconv.Atoi(name)
	switch {
	case n == 0 && err == nil:
		return s.arg0, true
	case err != nil || n > len(s.params):
		return "", false
	}
	return s.params[n-1], true
}

// substitute runs a command substitution and gives its output without the
// newlines at its end.
func (s *state) substitute(body node) string {
	if body == nil {
		return ""
	}
	var out bytes.Buffer
	child := s.fork()
	child.fds[1] = sink{mem: &capture{w: &out}}
	st := child.runChild(body, 0)
	s.inherit(child)
	s.subst = s.reap(st)
	text := out.String()
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "") // a C string cannot hold it
	}
	return strings.TrimRight(text, "\n")
}
