package diagnostic

// This file reads the form that GNU programs have agreed on (GNU coding standards, "Formatting Error Messages"):
// "file:line:column: severity: text". gcc, clang, the assembler, sparse and bison write it.

import (
	"strconv"
	"strings"
)

// place takes a place apart that a line begins with: "file:line:column: rest" or "file:line: rest". Ranges as in
// "file:1.2-3.4: rest" give their beginning.
func place(line string) (at Place, rest string, ok bool) {
	for from := 0; ; {
		i := strings.IndexByte(line[from:], ':')
		if i < 0 {
			return at, "", false
		}
		i += from
		from = i + 1
		n, after := number(line[from:])
		if i == 0 || n == 0 {
			if strings.HasPrefix(line[from:], " ") {
				return at, "", false // the text has begun
			}
			continue
		}
		at = Place{File: line[:i], Line: n}
		if col, after2 := number(strings.TrimLeft(after, ":.")); col > 0 && len(after) > 1 && (after[0] == ':' || after[0] == '.') {
			at.Column, after = col, after2
		}
		after = strings.TrimLeft(after, "-.0123456789")
		if strings.HasPrefix(after, ":") {
			return at, after[1:], plausible(at.File)
		}
		return at, "", false
	}
}

// plausible reports whether a text may be the name of a file in a message.
func plausible(file string) bool {
	return file != "" && len(file) < 4096 && !strings.ContainsAny(file, "\n\t\"'") && !strings.HasPrefix(file, " ") &&
		!strings.HasSuffix(file, " ")
}

// number reads the number that a text begins with; 0 if there is none.
func number(s string) (n int, rest string) {
	i := 0
	for i < len(s) && i < 9 && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	n, _ = strconv.Atoi(s[:i])
	return n, s[i:]
}

// severities are the words of severities in messages, in lower case.
var severities = []struct {
	word string
	is   Severity
}{
	{"internal compiler error", Error}, {"fatal error", Error}, {"sorry, unimplemented", Error}, {"error", Error},
	{"fatal", Error}, {"warning", Warning}, {"note", Note}, {"remark", Note}, {"info", Note},
}

// severity reads the severity that a text begins with: "error: rest".
func severity(s string) (is Severity, rest string, ok bool) {
	word, rest, found := strings.Cut(s, ":")
	if !found || len(word) > 30 {
		return "", "", false
	}
	low := strings.ToLower(strings.TrimSpace(word))
	for _, v := range severities {
		if low == v.word {
			return v.is, strings.TrimSpace(rest), true
		}
	}
	return "", "", false
}

// option takes the option off the end of a message: "text [-Wunused]".
func option(message string) (text, opt string) {
	i := strings.LastIndex(message, " [-W")
	if i < 0 || !strings.HasSuffix(message, "]") {
		return message, ""
	}
	opt = message[i+2 : len(message)-1]
	// "-Werror=unused" is that of -Wunused, which was made an error; clang writes "-Werror,-Wunused".
	if rest, ok := strings.CutPrefix(opt, "-Werror="); ok {
		opt = "-W" + rest
	} else if rest, ok := strings.CutPrefix(opt, "-Werror,"); ok {
		opt = rest
	}
	return message[:i], opt
}

// compiler is a line of the common form.
func (p *parser) compiler(line string) bool {
	at, rest, ok := place(line)
	if !ok {
		return false
	}
	is, message, ok := severity(rest)
	if !ok {
		return p.unmarked(at, rest)
	}
	if is == Note && p.note(Remark{at, message}) {
		return true
	}
	message, opt := option(message)
	d := Diagnostic{Severity: is, Place: at, Message: message, Option: opt}
	switch word := strings.TrimSpace(rest); {
	case strings.HasPrefix(word, "Error:") || strings.HasPrefix(word, "Warning:") || strings.HasPrefix(word, "Fatal error:"):
		d.Tool = "as"
	case opt == "" && fromSparse(message):
		d.Tool = "sparse"
	case strings.HasSuffix(at.File, ".y"):
		d.Tool = "bison"
	default:
		p.compilers = append(p.compilers, len(p.found))
	}
	p.add(d)
	return true
}

// unmarked is a line with a place and no severity: flex begins so, and sparse goes on so.
func (p *parser) unmarked(at Place, rest string) bool {
	if strings.HasSuffix(at.File, ".l") && strings.HasPrefix(rest, " ") {
		p.add(Diagnostic{Tool: "flex", Severity: Error, Place: at, Message: strings.TrimSpace(rest)})
		return true
	}
	d := p.last()
	if d == nil || d.Tool != "sparse" || !strings.HasPrefix(rest, "    ") {
		return false
	}
	return p.note(Remark{at, strings.TrimSpace(rest)})
}

// sparseWords are beginnings and parts of messages that sparse alone has (sparse 0.6.4, evaluate.c, check.c, linearize.c).
var sparseWords = []string{"was not declared. Should it be static?", "incorrect type in ", "context imbalance in ",
	"different address space", "cast removes address space", "cast to restricted ", "restricted ", "dereference of noderef expression",
	"Using plain integer as NULL pointer", "bad constant expression", "symbol '", "obsolete array initializer", "obsolete struct initializer",
	"cast truncates bits from constant value", "shift too big", "non-ANSI function declaration", "dubious: ", "mixing different enum types",
	"trying to concatenate ", "marked inline, but without a definition", "no newline at end of file", "invalid assignment: ",
	"memset with byte count of ", "memcpy with byte count of ", "unreplaced symbol", "preprocessor token ", "self-comparison always evaluates", "undefined identifier '"}

func fromSparse(message string) bool {
	for _, w := range sparseWords {
		if strings.Contains(message, w) && !strings.ContainsAny(message, "‘’") {
			return true
		}
	}
	return false
}

// includedFrom is a line that says how the compiler came to a file.
func (p *parser) includedFrom(line string) bool {
	rest, ok := strings.CutPrefix(line, "In file included from ")
	if !ok {
		trimmed := strings.TrimLeft(line, " ")
		if rest, ok = strings.CutPrefix(trimmed, "from "); !ok || trimmed == line || len(p.context) == 0 {
			return false
		}
	}
	at, _, ok := place(strings.TrimRight(rest, ",:") + ":")
	if !ok {
		return false
	}
	if len(p.includes) == 0 {
		// A note inside of a header has such a line too: it is not known yet whether it begins something new.
		p.context = nil
	}
	if len(p.includes) < mostNotes {
		p.includes = append(p.includes, Remark{at, "included from here"})
	}
	p.context = append(p.context, line)
	return true
}

// inFunction is a line that says in which function the next complaint was found, or that the assembler has some.
func (p *parser) inFunction(line string) bool {
	i := strings.Index(line, ": ")
	if i <= 0 {
		return false
	}
	rest := line[i+2:]
	switch {
	case strings.HasPrefix(rest, "Assembler messages:"):
		p.function = ""
	case strings.HasPrefix(rest, "At top level:"):
		p.function = ""
	case strings.HasPrefix(rest, "In "):
		p.function = quoted(rest)
		if p.function == "" {
			return false
		}
	default:
		return false
	}
	p.open = false
	p.context = append(p.context, line)
	return true
}

// quoted is what stands between the first quotes of a text.
func quoted(s string) string {
	for _, q := range [][2]string{{"‘", "’"}, {"`", "'"}, {"'", "'"}, {"\"", "\""}} {
		if _, after, ok := strings.Cut(s, q[0]); ok {
			if in, _, ok := strings.Cut(after, q[1]); ok {
				return in
			}
		}
	}
	return ""
}

// counted is the line by which clang counts its complaints; it also tells that they were clang's.
func (p *parser) counted(line string) bool {
	n, rest := number(line)
	if n == 0 || !strings.HasSuffix(line, " generated.") {
		return false
	}
	if !strings.HasPrefix(rest, " error") && !strings.HasPrefix(rest, " warning") {
		return false
	}
	p.settleCompiler("clang")
	p.open = false
	return true
}

// settleCompiler names the compiler of complaints whose line does not tell. One without the bar that gcc draws beside the
// source is clang's, if it shows the source at all.
func (p *parser) settleCompiler(name string) {
	for _, i := range p.compilers {
		d := &p.found[i]
		if d.Tool = name; name == "gcc" && looksLikeClang(d.Text) {
			d.Tool = "clang"
		}
	}
	p.compilers = nil
}

// looksLikeClang reports whether the source is shown in the way of clang: older ones draw no bar, newer ones a number that is not
// padded to the width of five that gcc's has.
func looksLikeClang(text string) bool {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(strings.TrimLeft(line, " ~"), "^") || i == 0 {
			continue
		}
		source := lines[i-1]
		bar := strings.IndexByte(source, '|')
		return bar < 0 || bar < 6 && strings.HasPrefix(source, " ")
	}
	return false
}

// program is a line by which a program complains of no file: "cc1: fatal error: text", "gcc: error: text".
func (p *parser) program(line string) bool {
	name, rest, ok := strings.Cut(line, ": ")
	if !ok || name == "" || strings.HasSuffix(name, "/") || strings.ContainsAny(name, " \t'\"()[]=*") {
		return false
	}
	is, message, ok := severity(rest)
	if !ok || message == "" {
		return false
	}
	if is == Note && p.note(Remark{Message: message}) {
		return true
	}
	message, opt := option(message)
	d := Diagnostic{Severity: is, Message: message, Option: opt}
	switch base := name[strings.LastIndexByte(name, '/')+1:]; {
	case base == "cc1" || base == "cc1plus" || strings.HasSuffix(base, "gcc") || base == "cc" || base == "collect2":
		d.Tool = "gcc"
	case strings.HasPrefix(base, "clang"):
		d.Tool = "clang"
	case strings.HasSuffix(base, "objcopy") || strings.HasSuffix(base, "strip") || !strings.Contains(base, "."):
		d.Tool = base
	default:
		d.Tool, d.File = "gcc", name // a compiler that knows no line: "x.c: warning: …", "x.c: error: …"
	}
	p.add(d)
	return true
}
