package diagnostic

// This file holds the values, and goes through a text line by line.

import (
	"fmt"
	"strings"
)

// Severity says how bad it is.
type Severity string

// The severities. Note is one that stands for itself: those that belong to another complaint are in its Notes.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Place is a place in a file. File is as the tool wrote it, relative to the directory it ran in; Line and Column count from 1, 0
// if they are not known.
type Place struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Remark is what a tool adds to a complaint: a note, or the file that includes the one complained of.
type Remark struct {
	Place
	Message string `json:"message"`
}

// Diagnostic is one complaint.
type Diagnostic struct {
	// Tool is gcc, clang, as, ld, modpost, objtool, dtc, sparse, rustc, kconfig, make, sh, or the program that names itself.
	Tool     string   `json:"tool"`
	Severity Severity `json:"severity"`
	Place
	Message string `json:"message"`
	// Option is what switches the complaint on, as -Wunused-variable, or the code that the tool has for it, as E0425.
	Option string `json:"option,omitempty"`
	// Function is the function or section that it was found in.
	Function string   `json:"function,omitempty"`
	Notes    []Remark `json:"notes,omitempty"`
	// Text are the lines as they were printed, without colours.
	Text string `json:"text,omitempty"`
}

// Sameness is equal for complaints that say the same: on which line does not count, as lines move.
func (d *Diagnostic) Sameness() string {
	return string(d.Severity) + "\x00" + d.File + "\x00" + d.Message + "\x00" + d.Option
}

// Chained reports whether a complaint only says that something failed of which others tell: make's "*** [all] Error 2".
func (d *Diagnostic) Chained() bool {
	return d.Tool == "make" && (strings.HasPrefix(d.Message, "[") || strings.HasSuffix(d.Message, "' not remade because of errors."))
}

// OneLine is a complaint on one line, as compilers write them.
func (d *Diagnostic) OneLine() string {
	at := ""
	switch {
	case d.File != "" && d.Column > 0:
		at = fmt.Sprintf("%s:%d:%d: ", d.File, d.Line, d.Column)
	case d.File != "" && d.Line > 0:
		at = fmt.Sprintf("%s:%d: ", d.File, d.Line)
	case d.File != "":
		at = d.File + ": "
	}
	line := at + string(d.Severity) + ": " + d.Message
	if d.Option != "" {
		line += " [" + d.option() + "]"
	}
	return line
}

// option is the option as the compiler wrote it: of a warning that counts as an error it says so.
func (d *Diagnostic) option() string {
	warning, ok := strings.CutPrefix(d.Option, "-W")
	switch {
	case !ok || d.Severity != Error:
		return d.Option
	case d.Tool == "clang":
		return "-Werror,-W" + warning
	}
	return "-Werror=" + warning
}

// mostNotes bounds the notes of one diagnostic, mostText its text: macros can be told of without end.
const (
	mostNotes = 50
	mostText  = 8 << 10
)

// Parse returns the complaints in a text, in their order.
func Parse(text string) []Diagnostic {
	if text == "" {
		return nil
	}
	p := &parser{lines: strings.Split(strings.TrimSuffix(plain(text), "\n"), "\n")}
	for p.at < len(p.lines) {
		line := p.lines[p.at]
		if !p.line(line) {
			p.other(line)
		}
		p.at++
	}
	p.settleCompiler("gcc")
	return p.found
}

// Words returns the lines of a text that belong to complaints.
func Words(text string) string {
	var b strings.Builder
	for _, d := range Parse(text) {
		b.WriteString(d.Text + "\n")
	}
	return b.String()
}

// parser is what is known so far.
type parser struct {
	lines []string
	at    int
	found []Diagnostic
	// context are lines that say where the next complaint comes from, and what they say.
	context  []string
	includes []Remark
	function string
	// object is the file that a linker names in front of what is missing in it.
	object string
	// open is set while the lines that follow may belong to the last complaint.
	open bool
	// compilers are the complaints, by index, of which it is not yet known which compiler made them.
	compilers []int
}

// forms are the forms of a line, the narrow ones first.
var forms = []func(p *parser, line string) bool{
	(*parser).includedFrom,
	(*parser).rustc,
	(*parser).objtool,
	(*parser).modpost,
	(*parser).dtc,
	(*parser).kconfig,
	(*parser).makes,
	(*parser).linker,
	(*parser).shells,
	(*parser).compiler,
	(*parser).inFunction,
	(*parser).program,
}

// line takes a line if it has one of the forms.
func (p *parser) line(line string) bool {
	if line == "" {
		return false
	}
	for _, form := range forms {
		if form(p, line) {
			return true
		}
	}
	return false
}

// add adds a complaint that begins with the present line.
func (p *parser) add(d Diagnostic) {
	d.Notes = append(p.includes, d.Notes...)
	switch d.Tool {
	case "", "as", "sparse", "ld":
		if d.Function == "" {
			d.Function = p.function
		}
	}
	p.context = append(p.context, p.lines[p.at])
	d.Text = strings.Join(p.context, "\n")
	p.context, p.includes, p.open = nil, nil, true
	p.found = append(p.found, d)
}

// last is the complaint that the present line may belong to; nil if there is none.
func (p *parser) last() *Diagnostic {
	if !p.open || len(p.found) == 0 {
		return nil
	}
	return &p.found[len(p.found)-1]
}

// belongs adds a line to the text of the last complaint.
func (p *parser) belongs(line string) {
	if d := p.last(); d != nil && len(d.Text)+len(line) < mostText {
		d.Text += "\n" + line
	}
}

// note adds a remark to the last complaint; false if there is none.
func (p *parser) note(r Remark) bool {
	d := p.last()
	if d == nil {
		return false
	}
	if len(d.Notes) < mostNotes {
		d.Notes = append(d.Notes, r)
	}
	p.context = append(p.context, p.lines[p.at])
	for _, line := range p.context {
		p.belongs(line)
	}
	p.context, p.includes = nil, nil
	return true
}

// other is a line of no form: one that shows the source, if a complaint is open, or the end of it.
func (p *parser) other(line string) {
	if p.counted(line) {
		return
	}
	if p.last() != nil && (p.shows(line) || p.showsFlush(line)) {
		p.belongs(line)
		return
	}
	p.open = false
	p.context, p.includes, p.function = nil, nil, ""
}

// shows reports whether a line shows the source that a complaint is about, or goes on with its text: it is indented.
func (p *parser) shows(line string) bool {
	if strings.HasPrefix(line, "  ") && quietLine(line) {
		return false
	}
	return line == "" && p.last().Tool == "rustc" || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") ||
		p.last().Tool == "rustc" && (strings.HasPrefix(line, "...") || startsNumbered(line)) ||
		p.last().Tool == "objtool" && strings.HasPrefix(line, "vmlinux") && strings.Contains(line, ": (")
}

// showsFlush reports whether a line that is not indented belongs to the last complaint: clang shows the source as it stands, above
// a line with a caret and perhaps above one with what it proposes, and modpost explains.
func (p *parser) showsFlush(line string) bool {
	d := p.last()
	switch {
	case d.Tool == "modpost":
		return line != "" && strings.Contains(d.Message, "mismatch") || strings.HasPrefix(line, "Is \"")
	case d.Tool != "" || line == "":
		return false
	}
	if p.at+1 < len(p.lines) && caret(p.lines[p.at+1]) {
		return true
	}
	return p.at > 1 && caret(p.lines[p.at-1]) && !strings.Contains(p.lines[p.at-2], " | ")
}

// caret reports whether a line points at something in the line above.
func caret(line string) bool {
	return strings.Contains(line, "^") && strings.Trim(line, " \t^~|") == ""
}

// quietLine reports whether a line is one of those by which kbuild tells what it does: "  CC      init/main.o".
func quietLine(line string) bool {
	if len(line) < 12 || line[2] < 'A' || line[2] > 'Z' {
		return false
	}
	word, rest, ok := strings.Cut(line[2:], " ")
	return ok && rest != "" && strings.ToUpper(word) == word && !strings.ContainsAny(word, "|^~=():;*") && !strings.HasPrefix(rest, "|")
}

func startsNumbered(line string) bool {
	i := 0
	for i < len(line) && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	return i > 0 && strings.HasPrefix(strings.TrimLeft(line[i:], " "), "|")
}
