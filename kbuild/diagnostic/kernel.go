package diagnostic

// This file reads what the tools of a kernel tree say: modpost, objtool, dtc, Kconfig.

import (
	"path"
	"strings"
)

// modpost is a line of scripts/mod/modpost.c: "ERROR: modpost: "x" [y.ko] undefined!"; before 5.9 without its name.
func (p *parser) modpost(line string) bool {
	word, rest, ok := strings.Cut(line, ": ")
	is := map[string]Severity{"ERROR": Error, "WARNING": Warning, "FATAL": Error}[word]
	if !ok || is == "" {
		return false
	}
	rest, named := strings.CutPrefix(rest, "modpost: ")
	if !named && !modpostText(rest) {
		return false
	}
	d := Diagnostic{Tool: "modpost", Severity: is, Message: rest}
	switch {
	case strings.HasPrefix(rest, "\""): // "sym" [file.ko] undefined!
		if _, in, ok := strings.Cut(rest, "["); ok {
			d.File, _, _ = strings.Cut(in, "]")
		}
	case strings.Contains(rest, ": "): // file: text
		file, text, _ := strings.Cut(rest, ": ")
		if name, _, ok := strings.Cut(file, "("); ok {
			file = name
		}
		if !strings.Contains(file, " ") {
			d.File, d.Message = file, text
		}
	}
	if d.File == "" {
		if i := strings.LastIndexByte(rest, ' '); i >= 0 && isObject(rest[i+1:]) {
			d.File = rest[i+1:] // "missing MODULE_LICENSE() in x.o"
		}
	}
	p.add(d)
	return true
}

// modpostText reports whether a text without the name of modpost is one of its own all the same.
func modpostText(s string) bool {
	return strings.HasPrefix(s, "\"") && strings.Contains(s, "undefined!") || strings.Contains(s, "Section mismatch") ||
		strings.Contains(s, "section mismatch") || strings.Contains(s, "exported twice") || strings.Contains(s, "EXPORT symbol ") ||
		strings.Contains(s, "missing MODULE_LICENSE") || strings.HasPrefix(s, "Symbol version dump ")
}

// objtool is a line of tools/objtool/include/objtool/warn.h: "x.o: warning: objtool: f()+0x1: text"; since 6.13 errors too.
func (p *parser) objtool(line string) bool {
	before, rest, ok := strings.Cut(line, "objtool: ")
	if !ok {
		return false
	}
	d := Diagnostic{Tool: "objtool", Message: rest}
	switch {
	case before == "":
		d.Severity = Error
	case strings.HasSuffix(before, ": warning: "):
		d.Severity, d.File = Warning, strings.TrimSuffix(before, ": warning: ")
	case strings.HasSuffix(before, ": error: "):
		d.Severity, d.File = Error, strings.TrimSuffix(before, ": error: ")
	case strings.HasSuffix(before, "error: "):
		d.Severity = Error
	case strings.HasSuffix(before, "warning: "):
		d.Severity = Warning
	default:
		return false
	}
	if strings.HasPrefix(rest, "  ") && p.note(Remark{Message: strings.TrimSpace(rest)}) {
		return true // how it came there
	}
	if where, text, ok := strings.Cut(rest, ": "); ok && !strings.Contains(where, " ") {
		if name, _, found := strings.Cut(where, "+0x"); found {
			d.Function, d.Message = strings.TrimSuffix(name, "()"), text
		}
	}
	p.add(d)
	return true
}

// dtc is a line of scripts/dtc (checks.c, srcpos.c): "x.dts:1.2-3.4: Warning (name): text", "Error: x.dts:1.2-3 text".
func (p *parser) dtc(line string) bool {
	rest, ok := strings.CutPrefix(line, "FATAL ERROR: ")
	if !ok {
		if rest, ok = strings.CutPrefix(line, "ERROR: "); ok && !strings.HasPrefix(rest, "Input tree has errors") {
			return false
		}
	}
	if ok {
		p.add(Diagnostic{Tool: "dtc", Severity: Error, Message: rest})
		return true
	}
	for _, word := range []string{"Error: ", "Lexical error: ", "Warning: "} {
		rest, ok := strings.CutPrefix(line, word)
		if !ok {
			continue
		}
		where, message, ok := strings.Cut(rest, " ")
		at, _, ok2 := place(strings.TrimSuffix(where, ":") + ":")
		if !ok || !ok2 {
			return false
		}
		d := Diagnostic{Tool: "dtc", Severity: Error, Place: at, Message: message}
		if word == "Warning: " {
			d.Severity = Warning
		}
		p.add(d)
		return true
	}
	return p.dtcCheck(line)
}

// dtcCheck is a line of one of dtc's checks.
func (p *parser) dtcCheck(line string) bool {
	for _, word := range []string{": Warning (", ": ERROR (", ": Error ("} {
		where, rest, ok := strings.Cut(line, word)
		if !ok {
			continue
		}
		name, message, ok := strings.Cut(rest, "): ")
		if !ok {
			return false
		}
		d := Diagnostic{Tool: "dtc", Severity: Error, Message: message, Option: name}
		if word == ": Warning (" {
			d.Severity = Warning
		}
		if at, _, ok := place(where + ":"); ok {
			d.Place = at
		} else {
			d.File = where
		}
		if node, text, ok := strings.Cut(message, ": "); ok && strings.HasPrefix(node, "/") {
			d.Function, d.Message = node, text
		}
		p.add(d)
		return true
	}
	if where, ok := strings.CutPrefix(strings.TrimLeft(line, " "), "also defined at "); ok && p.last() != nil {
		at, _, _ := place(where + ":")
		return p.note(Remark{at, "also defined here"})
	}
	return false
}

// kconfig is a line of scripts/kconfig: "Kconfig:1:warning: text" and "Kconfig:1: text" (util.c, parser.y, lexer.l), what it
// says of a configuration (confdata.c), and the conditions that are not met (symbol.c).
func (p *parser) kconfig(line string) bool {
	if p.kconfigBlock(line) {
		return true
	}
	at, rest, ok := place(line)
	if !ok || at.Column != 0 {
		return false
	}
	base := path.Base(at.File)
	isKconfig := strings.HasPrefix(base, "Kconfig") || strings.HasPrefix(base, "Config.in")
	isConfig := strings.HasPrefix(base, ".config") || strings.HasSuffix(base, "defconfig") || strings.HasSuffix(base, ".config") || base == "auto.conf"
	if !isKconfig && !isConfig {
		return false
	}
	d := Diagnostic{Tool: "kconfig", Place: at}
	is, message, marked := severity(rest)
	switch {
	case marked:
		d.Severity, d.Message = is, message
		if is == Note && p.note(Remark{at, message}) {
			return true
		}
	case strings.HasPrefix(rest, " symbol ") || strings.HasPrefix(rest, "\tsymbol ") || strings.HasPrefix(rest, "\tchoice ") || strings.HasPrefix(rest, " choice "):
		if p.last() != nil && p.last().Tool == "kconfig" {
			return p.note(Remark{at, strings.TrimSpace(rest)}) // the way around of a recursive dependency
		}
		return false
	case strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "\t"):
		d.Severity, d.Message = Error, strings.TrimSpace(rest)
	default:
		return false
	}
	p.add(d)
	return true
}

// kconfigBlock is a complaint of Kconfig that begins without a place.
func (p *parser) kconfigBlock(line string) bool {
	for _, begin := range []string{"WARNING: unmet direct dependencies detected for ", "warning: (", "warning: unmet direct dependencies"} {
		if strings.HasPrefix(line, begin) && (begin[0] == 'W' || strings.Contains(line, "unmet direct dependencies")) {
			_, message, _ := strings.Cut(line, ": ")
			p.add(Diagnostic{Tool: "kconfig", Severity: Warning, Message: message})
			return true
		}
	}
	if line == "error: recursive dependency detected!" {
		p.add(Diagnostic{Tool: "kconfig", Severity: Error, Message: strings.TrimPrefix(line, "error: ")})
		return true
	}
	if d := p.last(); d != nil && d.Tool == "kconfig" && (strings.HasPrefix(line, "\tsymbol ") || strings.HasPrefix(line, "\tchoice ")) {
		return p.note(Remark{Message: strings.TrimSpace(line)})
	}
	if d := p.last(); d != nil && d.Tool == "kconfig" && strings.HasPrefix(line, "*** ") && d.File == "" {
		d.Message += " " + strings.TrimSpace(line[4:])
		p.belongs(line)
		return true
	}
	if text, ok := strings.CutPrefix(line, "*** "); ok && (strings.HasPrefix(text, "Configuration file ") || strings.HasPrefix(text, "Can't find ") ||
		strings.HasPrefix(text, "Error during ") || strings.HasPrefix(text, "The configuration requires ") || strings.HasPrefix(text, "Default configuration ")) {
		p.add(Diagnostic{Tool: "kconfig", Severity: Error, Message: text})
		return true
	}
	if line == "***" && p.last() != nil && p.last().Tool == "kconfig" {
		p.belongs(line)
		return true
	}
	return false
}
