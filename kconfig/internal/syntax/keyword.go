// Reserved words: two flat tables, as switches because they are looked up for every word.

package syntax

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
