package diagnostic

// This file reads what rustc says: a line with severity and code, then "--> file:line:column", then the source.

import "strings"

// rustc is a line of rustc.
func (p *parser) rustc(line string) bool {
	if d := p.last(); d != nil && d.Tool == "rustc" {
		if p.rustGoesOn(d, line) {
			return true
		}
	}
	word, rest, ok := strings.Cut(line, ": ")
	if !ok {
		return false
	}
	code := ""
	if name, in, found := strings.Cut(word, "["); found && strings.HasSuffix(in, "]") {
		word, code = name, in[:len(in)-1]
	}
	if word != "error" && word != "warning" && !strings.HasPrefix(word, "error: internal compiler error") {
		return false
	}
	// Other programs begin lines in this way, too: rustc has a code, or a place on the next line, or counts.
	counts := rustCounts(rest)
	if code == "" && !counts && !(p.at+1 < len(p.lines) && strings.HasPrefix(strings.TrimLeft(p.lines[p.at+1], " "), "--> ")) {
		return false
	}
	if counts {
		p.open = false
		return true
	}
	p.add(Diagnostic{Tool: "rustc", Severity: Severity(word), Message: rest, Option: code})
	return true
}

// rustCounts reports whether a text counts what was said before.
func rustCounts(s string) bool {
	return strings.HasPrefix(s, "aborting due to ") || strings.HasSuffix(s, " emitted") && strings.Contains(s, "warning")
}

// rustGoesOn is a line that belongs to a complaint of rustc's.
func (p *parser) rustGoesOn(d *Diagnostic, line string) bool {
	trimmed := strings.TrimLeft(line, " ")
	if where, ok := strings.CutPrefix(trimmed, "--> "); ok {
		at, _, _ := place(where + ":")
		if d.File == "" {
			d.Place = at
		} else if n := len(d.Notes); n > 0 && d.Notes[n-1].File == "" {
			d.Notes[n-1].Place = at
		}
		p.belongs(line)
		return true
	}
	for _, begin := range []string{"= note: ", "= help: ", "note: ", "help: "} {
		text, ok := strings.CutPrefix(trimmed, begin)
		if !ok {
			continue
		}
		if option := quoted(text); d.Option == "" && strings.HasPrefix(text, "`#[") {
			// "`#[warn(unused_variables)]` on by default"
			if _, in, found := strings.Cut(option, "("); found {
				d.Option, _, _ = strings.Cut(in, ")")
			} else if _, in, found := strings.Cut(text, "("); found {
				d.Option, _, _ = strings.Cut(in, ")")
			}
		}
		return p.note(Remark{Message: text})
	}
	return false
}
