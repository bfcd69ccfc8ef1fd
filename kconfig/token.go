package kconfig

import "bytes"

type tok uint8

const (
	tEOF tok = iota
	tEOL
	tWord
	tQuote
	tHelpText
	tAssignVal
	tAllNoY
	tBool
	tChoice
	tComment
	tConfig
	tDefault
	tDefBool
	tDefTristate
	tDefconfigList
	tDepends
	tEndchoice
	tEndif
	tEndmenu
	tEnv
	tHelp
	tHex
	tIf
	tImply
	tInt
	tMainmenu
	tMenu
	tMenuconfig
	tModules
	tOn
	tOption
	tOptional
	tPrompt
	tRange
	tRequires
	tSelect
	tSource
	tString
	tTransitional
	tTristate
	tVisible
	tOr
	tAnd
	tEqual
	tUnequal
	tLess
	tLessEqual
	tGreater
	tGreaterEqual
	tNot
	tOpen
	tClose
	tColonEqual
	tPlusEqual
)

// token is what the lexers hand to the parsers. The text is valid until the file is left and must not be changed.
type token struct {
	kind tok
	text []byte
	help helpText
}

// helpText is help as it stands in the file; it is laid out when someone asks.
type helpText struct {
	raw    []byte
	set    bool
	keepWS bool // trailing blanks stay
}

// text lays the help out: indentation relative to the first line, tabs at multiples of eight, no trailing blanks.
func (h helpText) text() string {
	var b bytes.Buffer
	first := 0
	raw := h.raw
	for len(raw) > 0 {
		line := raw
		nl := bytes.IndexByte(raw, '\n')
		if nl >= 0 {
			line, raw = raw[:nl], raw[nl+1:]
		} else {
			raw = nil
		}
		ts, i := 0, 0
		for ; i < len(line); i++ {
			if line[i] == '\t' {
				ts = ts&^7 + 8
			} else if line[i] == ' ' {
				ts++
			} else {
				break
			}
		}
		if i < len(line) {
			if first != 0 {
				for n := ts - first; n > 0; n-- {
					b.WriteByte(' ')
				}
			} else {
				first = ts
			}
			rest := line[i:]
			if !h.keepWS {
				rest = bytes.TrimRight(rest, " \t")
			}
			b.Write(rest)
		} else if nl < 0 && i > 0 && first != 0 && ts >= first {
			// Blanks before the end of the file are indentation like any other.
			for n := ts - first; n > 0; n-- {
				b.WriteByte(' ')
			}
		}
		if nl >= 0 {
			b.WriteByte('\n')
		}
	}
	return string(cString(b.Bytes()))
}

func (h helpText) blank() bool {
	for _, ch := range cString(h.raw) {
		if !isSpace(ch) {
			return false
		}
	}
	return true
}

// Help returns the help text of an entry, empty when it has none.
func (m *Menu) Help() string { return m.help.text() }

// HasHelp reports whether the entry has a help text, even an empty one.
func (m *Menu) HasHelp() bool { return m.help.set }

// scanHelp finds the end of a help text that starts at the beginning of buf. It returns the length of the raw text, how
// much was consumed (which may include a newline that is not part of the text, or the indentation of the line that
// ends it) and how many newlines that contained.
func scanHelp(buf []byte) (text, consumed, lines int) {
	first := 0
	i := 0
	for i < len(buf) {
		start := i
		ts := 0
	indent:
		for ; i < len(buf); i++ {
			switch buf[i] {
			case '\t':
				ts = ts&^7 + 8
			case ' ':
				ts++
			default:
				break indent
			}
		}
		if i == len(buf) {
			if i > start && first != 0 && ts < first {
				return start, i, lines
			}
			return i, i, lines
		}
		if buf[i] != '\n' {
			if i > start && first != 0 && ts < first {
				return start, i, lines
			}
			if first == 0 {
				first = ts
			}
			nl := bytes.IndexByte(buf[i:], '\n')
			if nl < 0 {
				return len(buf), len(buf), lines
			}
			i += nl
		}
		// At a newline: text ends here if the next line starts in the first column.
		lines++
		if i+1 < len(buf) && buf[i+1] != ' ' && buf[i+1] != '\t' && buf[i+1] != '\n' {
			return i, i + 1, lines
		}
		i++
	}
	return i, i, lines
}

// helpEntry is the entry whose help counts where help belongs to the symbol: the last of its definitions that has any.
func helpEntry(m *Menu) *Menu {
	if m.Sym != nil {
		for i := len(m.Sym.Menus) - 1; i >= 0; i-- {
			if e := m.Sym.Menus[i]; e.help.set {
				return e
			}
		}
	}
	if m.help.set {
		return m
	}
	return nil
}
