package fixdep

// Reading the dependency file. Each reader calls the sink for the source and for
// every dependency, and reports false for input on which the program fails or
// does something undefined.

import (
	"bytes"
	"strings"
)

// sink receives what a reader finds; false stops it.
type sink interface {
	source(name string) bool
	dependency(name string) bool
	// readOnly is a file that is scanned without being listed.
	readOnly(name string) bool
}

// readDeps runs the reader of d over data.
func (d *Dialect) readDeps(data []byte, out sink) bool {
	switch d.deps {
	case depsColon, depsBare, depsBareCR, depsPlain:
		return d.readColon(data, out)
	case depsTokens, depsMapped:
		return d.readTokens(data, out)
	case depsBuild:
		return d.readBuild(data, out)
	case depsLines:
		if i := bytes.IndexByte(data, 0); i >= 0 {
			data = data[:i]
		}
		return d.readLines(data, out)
	}
	return false
}

func endsInAny(name string, list []string) bool {
	for _, e := range list {
		if strings.HasSuffix(name, e) {
			return true
		}
	}
	return false
}

// readColon handles the oldest forms: everything after the first colon, cut
// at blanks.
func (d *Dialect) readColon(data []byte, out sink) bool {
	colon := bytes.IndexByte(data, ':')
	if colon < 0 || bytes.IndexByte(data, 0) >= 0 {
		return false
	}
	white := " \\\n"
	if d.deps == depsPlain || d.deps == depsBareCR {
		white = " \\\n\r"
	}
	m := colon + 1
	first := true
	for m < len(data) {
		for m < len(data) && strings.IndexByte(white, data[m]) >= 0 {
			m++
		}
		p := m
		for p < len(data) && data[p] != ' ' {
			p++
		}
		if p == len(data) {
			for p--; p >= 0 && (!wordByte(data[p]) || data[p] == '_'); p-- {
			}
			p++
		}
		if p < m {
			// Only white space was left. The one version with a guard stops, the
			// others copy a negative number of bytes.
			return d.deps == depsPlain
		}
		name := string(data[m:p])
		if !endsInAny(name, d.ignored) {
			if first && d.deps == depsColon {
				if !out.source(name) {
					return false
				}
			} else if !out.dependency(name) {
				return false
			}
		}
		first = false
		m = p + 1
	}
	return true
}

// readTokens handles lists of targets, as from several files joined: a token
// that ends in a colon is a target, and the first name after it a source.
func (d *Dialect) readTokens(data []byte, out sink) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return false
	}
	sawTarget, first := false, false
	for m := 0; m < len(data); {
		for m < len(data) && (data[m] == ' ' || data[m] == '\\' || data[m] == '\n') {
			m++
		}
		if m >= len(data) {
			// The versions that map the file take the rest for an empty name.
			return sawTarget && d.deps != depsMapped
		}
		p := m
		for p < len(data) && data[p] != ' ' && data[p] != '\\' && data[p] != '\n' {
			p++
		}
		name := string(data[m:p])
		m = p + 1
		switch {
		case strings.HasSuffix(name, ":"):
			first = true
		case endsInAny(name, d.ignored):
		case first:
			first = false
			if sawTarget {
				if !out.readOnly(name) {
					return false
				}
				continue
			}
			sawTarget = true
			if !out.source(name) {
				return false
			}
		default:
			if !out.dependency(name) {
				return false
			}
		}
	}
	return sawTarget
}

// readBuild is the reader of tools/build, which scans no files.
func (d *Dialect) readBuild(data []byte, out sink) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return false
	}
	hasTarget, sawTarget, first := false, false, false
	for m := 0; m < len(data); {
		for m < len(data) && (data[m] == ' ' || data[m] == '\\' || data[m] == '\n') {
			m++
		}
		p := m
		for p < len(data) && data[p] != ' ' && data[p] != '\\' && data[p] != '\n' {
			p++
		}
		if p == 0 {
			return false
		}
		name := string(data[m:p])
		isTarget := data[p-1] == ':'
		m = p + 1
		switch {
		case isTarget:
			first, hasTarget = true, true
		case !hasTarget:
		case first:
			first = false
			if !sawTarget {
				sawTarget = true
				out.source(name)
			}
		default:
			out.dependency(name)
		}
	}
	return sawTarget
}

// readLines is the reader of 6.12: a line at a time, with comments, escaped
// characters, and each file once.
func (d *Dialect) readLines(data []byte, out sink) bool {
	sawTarget, isTarget, isSource := false, true, false
	seen := map[string]bool{}
	for p := 0; p < len(data); {
		switch data[p] {
		case '#':
			for p++; p < len(data) && data[p] != '\n'; p++ {
				if data[p] == '\\' {
					if p++; p >= len(data) {
						return false // the program reads past the end
					}
				}
			}
			continue
		case ' ', '\t':
			p++
			continue
		case '\n':
			p++
			isTarget = true
			continue
		case ':':
			p++
			isTarget, isSource = false, true
			continue
		case '\\':
			if at(data, p+1) == '\n' {
				p += 2
				continue
			}
		}
		token, end := word(data, p)
		p = end
		if isTarget {
			continue
		}
		name := string(token)
		switch {
		case isSource:
			if !sawTarget {
				sawTarget = true
				if !out.source(name) {
					return false
				}
			}
		case endsInAny(name, d.ignored):
		case !seen[name]:
			seen[name] = true
			if !out.dependency(name) {
				return false
			}
		}
		isSource = false
	}
	return sawTarget
}

// at is the byte at a place, 0 behind the end.
func at(data []byte, i int) byte {
	if i < len(data) {
		return data[i]
	}
	return 0
}

// word reads the name that begins at a place, as 6.12 does: a backslash before '#' or ':' is dropped, one before a newline ends
// the name, any other stays with the character behind it.
func word(data []byte, p int) (name []byte, end int) {
	for p < len(data) {
		switch c := data[p]; c {
		case ' ', '\t', '\n', '#', ':':
			return name, p
		case '\\':
			switch at(data, p+1) {
			case '\n':
				return name, p
			case '#', ':':
			default:
				name = append(name, c)
			}
			if p++; p >= len(data) {
				return name, p
			}
		}
		name = append(name, data[p])
		p++
	}
	return name, p
}
