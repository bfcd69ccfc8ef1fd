package diagnostic

// This file reads what make and the shell say.

import "strings"

// makes is a line of make: "make[1]: *** text", "Makefile:1: *** text.  Stop.", "Makefile:1: warning: text".
func (p *parser) makes(line string) bool {
	name, rest, ok := strings.Cut(line, ": ")
	if !ok {
		return false
	}
	d := Diagnostic{Tool: "make", Severity: Error}
	if !isMake(name) {
		at, after, ok := place(line)
		if !ok || at.Column != 0 {
			return false
		}
		rest = strings.TrimSpace(after)
		if d.Place = at; isMakefile(at.File) && !strings.HasPrefix(rest, "*** ") && !makeWarning(rest) {
			d.Severity, d.Message = Warning, rest // $(warning text)
			p.add(d)
			return true
		}
		if !strings.HasPrefix(rest, "*** ") && !makeWarning(rest) {
			return false
		}
	}
	switch text, stars := strings.CutPrefix(rest, "*** "); {
	case stars:
		if strings.HasPrefix(text, "Waiting for unfinished jobs") || strings.HasPrefix(text, "Deleting ") {
			return false
		}
		d.Message = strings.TrimSuffix(text, "  Stop.")
		p.failedAt(&d)
	case strings.HasPrefix(rest, "warning: "):
		d.Severity, d.Message = Warning, strings.TrimSpace(strings.TrimPrefix(rest, "warning: "))
	case strings.HasPrefix(rest, "[") && strings.Contains(rest, "(ignored)"):
		d.Severity, d.Message = Warning, rest
		p.failedAt(&d)
	case strings.HasPrefix(rest, "Circular "):
		d.Severity, d.Message = Warning, rest
	case strings.HasSuffix(rest, ": No such file or directory") || strings.HasSuffix(rest, ": Command not found") ||
		strings.HasSuffix(rest, ": Permission denied") || strings.HasPrefix(rest, "unrecognized option ") || strings.HasPrefix(rest, "invalid option ") || strings.HasSuffix(rest, "' not remade because of errors."):
		d.Message = rest
	case makeWarning(rest):
		d.Severity, d.Message = Warning, rest
	default:
		return false
	}
	p.add(d)
	return true
}

// isMake reports whether a name is that of a make in front of a message: make, make[2], gmake.
func isMake(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	base, _, _ = strings.Cut(base, "[")
	return base == "make" || base == "gmake" || base == "gokbuild"
}

// isMakefile reports whether a file is likely to be read by make.
func isMakefile(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	return base == "Makefile" || base == "makefile" || base == "GNUmakefile" || base == "Kbuild" || strings.HasPrefix(base, "Makefile.") ||
		strings.HasSuffix(base, ".mk")
}

// makeWarning reports whether a text with a place is a warning of make's.
func makeWarning(s string) bool {
	return strings.HasPrefix(s, "warning: overriding recipe for target ") || strings.HasPrefix(s, "warning: ignoring old recipe for target ") ||
		strings.HasPrefix(s, "warning: undefined variable ") || strings.HasSuffix(s, ": No such file or directory") && !strings.Contains(s, "error: ")
}

// failedAt takes over the place that stands in brackets: "[Makefile:12: all] Error 1".
func (p *parser) failedAt(d *Diagnostic) {
	in, ok := strings.CutPrefix(d.Message, "[")
	if !ok {
		return
	}
	in, _, ok = strings.Cut(in, "]")
	if !ok {
		return
	}
	if at, target, ok := place(in); ok {
		d.Place, d.Function = at, strings.TrimSpace(target)
	}
}

// shells is a line of a shell: "/bin/sh: 1: flex: not found", "scripts/x.sh: line 3: text".
func (p *parser) shells(line string) bool {
	name, rest, ok := strings.Cut(line, ": ")
	if !ok || strings.ContainsAny(name, " \t") {
		return false
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	if base != "sh" && base != "bash" && base != "dash" && base != "env" && !strings.HasSuffix(base, ".sh") {
		return false
	}
	text := strings.TrimPrefix(rest, "line ")
	d := Diagnostic{Tool: "sh", Severity: Error, Message: rest}
	if n, after := number(text); n > 0 && strings.HasPrefix(after, ": ") {
		d.Message = after[2:]
		if strings.HasSuffix(base, ".sh") {
			d.Place = Place{File: name, Line: n}
		}
	}
	for _, end := range []string{"not found", "No such file or directory", "Permission denied", "Is a directory", "Exec format error",
		"unexpected", "No such file", "Illegal number", "parameter not set", "Killed", "Segmentation fault", "bad substitution", "unbound variable"} {
		if strings.Contains(d.Message, end) {
			p.add(d)
			return true
		}
	}
	return false
}
