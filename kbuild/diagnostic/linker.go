package diagnostic

// This file reads what linkers say: GNU ld (ldmisc.c, "%X%P: …") and lld.

import "strings"

// linker is a line of a linker.
func (p *parser) linker(line string) bool {
	name, rest, ok := strings.Cut(line, ": ")
	if ok && isLinker(name) {
		return p.namedLinker(rest)
	}
	// GNU ld puts no blank between its name and a place.
	if name, rest, ok := strings.Cut(line, ":"); ok && isLinker(name) {
		at, text, ok := place(rest)
		if !ok {
			at.File, text, ok = strings.Cut(rest, ": ")
			if at.File = strings.TrimSuffix(at.File, ":0"); !ok || !isObject(at.File) { // it may know no line of a script
				return false
			}
		}
		p.add(Diagnostic{Tool: "ld", Severity: Error, Place: at, Message: strings.TrimSpace(text)})
		return true
	}
	if strings.HasPrefix(line, ">>> ") {
		return p.lld(strings.TrimSpace(line[4:]))
	}
	return p.undefined(line)
}

// isLinker reports whether a program is a linker: ld, x86_64-linux-gnu-ld.bfd, ld.lld.
func isLinker(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	for _, end := range []string{"ld", "ld.bfd", "ld.gold", "ld.lld"} {
		if base == end || strings.HasSuffix(base, "-"+end) {
			return true
		}
	}
	return strings.HasPrefix(base, "ld.lld-") || strings.HasPrefix(base, "lld")
}

// namedLinker is a line after the name of the linker.
func (p *parser) namedLinker(rest string) bool {
	if is, message, ok := severity(rest); ok {
		message, opt := option(message)
		d := Diagnostic{Tool: "ld", Severity: is, Message: message, Option: opt}
		if file, text, found := strings.Cut(message, ": "); found && isObject(file) {
			d.File, d.Message = file, text
		}
		if is == Note && p.note(Remark{d.Place, d.Message}) {
			return true
		}
		p.add(d)
		return true
	}
	if strings.HasPrefix(rest, "use the --help option") {
		return p.note(Remark{Message: rest})
	}
	if p.undefined(rest) {
		return true
	}
	d := Diagnostic{Tool: "ld", Severity: Error, Message: rest}
	if at, text, ok := place(rest); ok {
		d.Place, d.Message = at, strings.TrimSpace(text)
	} else if file, text, found := strings.Cut(rest, ": "); found && isObject(file) {
		d.File, d.Message = file, text
	}
	p.add(d)
	return true
}

// inObject is a line that says in which function of an object something is missing.
func (p *parser) inObject(file, text string) bool {
	p.open, p.object = false, file
	p.function = quoted(text)
	p.context = append(p.context, p.lines[p.at])
	return true
}

// isObject reports whether a name may be that of a file that a linker reads.
func isObject(name string) bool {
	if strings.ContainsAny(name, " \t'\"`") || name == "" {
		return false
	}
	for _, end := range []string{".o", ".a", ".so", ".ko", ".lds", ".elf", ".o)", ".c", ".S", ".tmp"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return strings.Contains(name, ".o(") || strings.Contains(name, ".a(") || strings.HasPrefix(name, "vmlinux") || strings.HasPrefix(name, ".tmp_vmlinux")
}

// linkerWords are the beginnings of what GNU ld says of a place in a file.
var linkerWords = []string{"undefined reference to ", "multiple definition of ", "relocation truncated to fit: ", "warning: ",
	"more undefined references to ", "first defined here"}

// undefined is a line with a place in a source or in a section of an object: "x.c:(.text+0x5): undefined reference to `y'".
func (p *parser) undefined(line string) bool {
	if file, text, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(text, "in function ") && isObject(file) {
		return p.inObject(file, text)
	}
	for i, word := range linkerWords {
		at := strings.Index(line, ": "+word)
		if at <= 0 {
			continue
		}
		where, message := line[:at], line[at+2:]
		if i := strings.LastIndex(where, ": "); i >= 0 && isObject(where[:i]) {
			where = where[i+2:] // "x.o: x.c:12" or "x.o:(.text+0x1)"
		}
		d := Diagnostic{Tool: "ld", Severity: Error, Message: message}
		if strings.HasPrefix(where, "(") && len(p.context) > 0 {
			d.File = p.object
		} else if !d.inSection(where) {
			if word == "warning: " {
				return false // a compiler's
			}
			if d.Place, _, _ = place(where + ":"); d.Place.File == "" {
				if !isObject(where) {
					return false
				}
				d.File = where
			}
		}
		if i == 3 {
			d.Severity, d.Message = Warning, strings.TrimPrefix(message, "warning: ")
		}
		if definition, first, ok := strings.Cut(d.Message, "; "); ok && strings.HasSuffix(first, ": first defined here") {
			d.Message = definition
			r := Remark{Message: "first defined here"}
			r.set(strings.TrimSuffix(first, ": first defined here"))
			d.Notes = append(d.Notes, r)
		}
		p.add(d)
		return true
	}
	return false
}

// set takes over the place that a linker names, of a source or of a section in an object.
func (at *Place) set(where string) {
	if found, _, ok := place(where + ":"); ok {
		*at = found
	} else if file, _, ok := strings.Cut(where, ":("); ok {
		at.File = file
	} else {
		at.File = where
	}
}

// inSection takes over a place such as "x.c:(.text+0x5)".
func (d *Diagnostic) inSection(where string) bool {
	file, section, ok := strings.Cut(where, ":(")
	if !ok || !strings.HasSuffix(section, ")") || !plausible(file) {
		return false
	}
	d.File = file
	if strings.HasSuffix(file, ".o") && strings.Contains(file, ": ") {
		d.File = file[strings.LastIndex(file, ": ")+2:]
	}
	return true
}

// lld is a line by which lld goes on: ">>> referenced by x.c:12 (dir/x.c:12)".
func (p *parser) lld(rest string) bool {
	d := p.last()
	if d == nil {
		return false
	}
	r := Remark{Message: rest}
	if where, ok := strings.CutPrefix(rest, "referenced by "); ok {
		if _, in, found := strings.Cut(where, "("); found && strings.HasSuffix(in, ")") {
			where = in[:len(in)-1]
		}
		if r.Place, _, _ = place(where + ":"); r.File != "" && d.File == "" {
			d.Place = r.Place
		}
	} else if where, ok := strings.CutPrefix(rest, "defined at "); ok {
		r.Place, _, _ = place(where + ":")
	} else if d.Function == "" && strings.HasSuffix(rest, ")") {
		if obj, f, found := strings.Cut(rest[:len(rest)-1], ":("); found && isObject(obj) {
			d.Function = f
		}
	}
	return p.note(r)
}
