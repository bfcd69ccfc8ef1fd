// Tokens, reserved words, and where a help text ends. The words are two flat tables, as switches because every word is
// looked up.

package syntax

import (
	"bytes"

	"gokbuild/kconfig/internal/model"
)

// tok is the kind of a token.
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
	help model.HelpText
}

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

// keyword returns the token of a reserved word, or tWord.
func (l *lexer) keyword(w []byte) tok {
	if w[0] < 'a' || w[0] > 'z' {
		if l.c.D.DashHelp && string(w) == "---help---" {
			return tHelp
		}
		return tWord
	}
	switch string(w) {
	case "bool":
		return tBool
	case "choice":
		return tChoice
	case "comment":
		return tComment
	case "config":
		return tConfig
	case "def_bool":
		return tDefBool
	case "def_tristate":
		return tDefTristate
	case "allnoconfig_y":
		if l.c.D.Option && !l.c.D.OldLexer {
			return tAllNoY
		}
	case "defconfig_list":
		if l.c.D.Option && !l.c.D.OldLexer {
			return tDefconfigList
		}
	case "default":
		return tDefault
	case "depends":
		return tDepends
	case "endchoice":
		return tEndchoice
	case "endif":
		return tEndif
	case "endmenu":
		return tEndmenu
	case "help":
		return tHelp
	case "hex":
		return tHex
	case "if":
		return tIf
	case "imply":
		if l.c.D.Imply {
			return tImply
		}
	case "int":
		return tInt
	case "mainmenu":
		return tMainmenu
	case "menu":
		return tMenu
	case "menuconfig":
		return tMenuconfig
	case "modules":
		if l.c.D.Modules || l.c.D.Option {
			return tModules
		}
	case "on":
		return tOn
	case "option":
		if l.c.D.Option {
			return tOption
		}
	case "optional":
		if l.c.D.Optional {
			return tOptional
		}
	case "prompt":
		return tPrompt
	case "range":
		return tRange
	case "select":
		return tSelect
	case "source":
		return tSource
	case "string":
		return tString
	case "transitional":
		if l.c.D.Transitional {
			return tTransitional
		}
	case "tristate":
		return tTristate
	case "visible":
		return tVisible
	}
	return tWord
}

// commandWord returns the keyword token of a word at the start of a line, or tWord.
func (l *lexer) commandWord(w []byte) tok {
	d := &l.c.D
	switch string(w) {
	case "on", "modules", "transitional":
		return tWord
	case "---help---":
		if d.DashHelp {
			return tHelp
		}
	case "boolean":
		if d.BooleanWord {
			return tBool
		}
	case "def_boolean":
		if d.BusyBox {
			return tDefBool
		}
	case "enable":
		if d.BusyBox {
			return tSelect
		}
	case "requires":
		if d.BusyBox {
			return tRequires
		}
	case "visible":
		if d.BusyBox {
			return tWord
		}
	}
	return l.keyword(w)
}
