// Tokens, and where a help text ends.

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
