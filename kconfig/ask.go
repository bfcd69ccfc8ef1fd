package kconfig

import (
	"fmt"
	"strings"
)

// The line-oriented dialogue.

// maxAnswer is the size of the C tool's line buffer.
const maxAnswer = 4096

// readAnswer reads a line as fgets does and echoes it unless a terminal did.
func (r *confRun) readAnswer() {
	r.flush()
	r.answers++
	line, err := r.inputLine(maxAnswer - 1)
	if len(line) > 0 {
		r.line = string(line)
	}
	if err != nil && len(line) == 0 {
		r.stdinEOF = true
		r.warnf("\nError in reading or end of file.\n")
		// The C tool asks again for ever when the present value is no valid answer.
		if r.stuck++; r.stuck > maxStuck {
			r.giveUp()
		}
	} else if err != nil {
		r.stdinEOF = true
	}
	if r.d.Echo && !r.terminal {
		r.puts(r.line)
	}
}

// maxStuck is how many questions may go unanswered at the end of the input. A whole tree has fewer symbols.
const maxStuck = 200000

func strip(s string) string { return strings.Trim(s, " \t\n\v\f\r") }

// askValue finishes a question and reports whether an answer was read.
func (r *confRun) askValue(s *Symbol, def string) bool {
	if r.d.BusyBox {
		r.askBusy(s, def)
		return true
	}
	if !s.hasValue() {
		r.puts("(NEW) ")
	}
	r.line = "\n"
	if !r.changeable(s) || (r.mode == modeOld || r.mode == modeSync) && s.hasValue() {
		r.puts(def + "\n")
		return false
	}
	r.checkStdin()
	r.readAnswer()
	if r.d.EmptyEcho && !r.terminal {
		r.puts("\n")
	}
	return true
}

// checkStdin refuses to ask in the sync mode of older trees unless someone is there to answer.
func (r *confRun) checkStdin() {
	if !r.d.SyncRedirected || !r.sync || r.terminal && isTerminal(r.inv.Stderr) {
		return
	}
	r.puts("aborted!\n\nConsole input/output is redirected. Run 'make oldconfig' to update configuration.\n\n")
	r.exit(1)
}

func (r *confRun) pad() { r.printf("%*s", r.indent-1, "") }

func (r *confRun) askText(m *Menu) {
	s := m.Sym
	for {
		answers := r.answers
		r.pad()
		r.puts(m.Prompt.Text + " (" + s.Name + ") ")
		def := s.text()
		r.puts("[" + def + "] ")
		if !r.askValue(s, def) {
			return
		}
		help := false
		switch {
		case r.line == "" || r.line[0] == '\n':
		case r.line[0] == '?' && len(r.line) > 1 && r.line[1] == '\n':
			r.printHelp(m)
			help = true
		default:
			def = r.line[:len(r.line)-1]
		}
		if !help && r.setText(s, def) {
			return
		}
		if r.d.EOFExit && r.stdinEOF {
			r.warnf("\nerror: no value for new symbol '%s' at end of input\n", s.Name)
			r.exit(1)
		}
		r.repeat(answers)
	}
}

func (r *confRun) askLogic(m *Menu) {
	s := m.Sym
	for {
		answers := r.answers
		r.pad()
		r.puts(m.Prompt.Text + " ")
		if s.Name != "" {
			r.puts("(" + s.Name + ") ")
		}
		old := s.curr.tri
		r.puts("[" + strings.ToUpper(old.String()))
		for _, v := range []Tristate{No, Mod, Yes} {
			if old != v && r.logicInRange(s, v) {
				r.puts("/" + v.String())
			}
		}
		if !r.d.HelpMark || r.hasHelp(m) {
			r.puts("/?")
		}
		r.puts("] ")
		if !r.askValue(s, s.text()) {
			return
		}
		v := old
		switch a := strip(r.line); a {
		case "":
		case "n", "N", "no", "No":
			v = No
		case "m", "M":
			v = Mod
		case "y", "Y", "yes", "Yes":
			v = Yes
		default:
			if a[0] == '?' {
				r.printHelp(m)
			}
			continue
		}
		if r.setTristate(s, v) {
			return
		}
		r.printHelp(m)
		r.repeat(answers)
	}
}

// listMembers prints the visible members of a choice and returns their number and that of the selected one.
func (r *confRun) listMembers(m *Menu, def *Symbol) (cnt, sel int, isNew bool) {
	for ch := m.List; ch != nil; ch = ch.Next {
		if !r.isVisible(ch) {
			continue
		}
		if ch.Sym == nil {
			r.printf("%*c %s\n", r.indent, '*', ch.Prompt.Text)
			continue
		}
		cnt++
		mark := ' '
		if ch.Sym == def {
			sel = cnt
			mark = '>'
		}
		r.printf("%*c %d. %s", r.indent, mark, cnt, ch.Prompt.Text)
		if ch.Sym.Name != "" {
			r.puts(" (" + ch.Sym.Name + ")")
		}
		if !ch.Sym.hasValue() {
			isNew = true
			r.puts(" (NEW)")
		}
		r.puts("\n")
	}
	return cnt, sel, isNew
}

func (r *confRun) askChoice(m *Menu) {
	s := m.Sym
	isNew := !s.hasValue()
	if !r.d.NewChoices {
		if r.changeable(s) {
			r.askLogic(m)
			r.calc(s)
			if s.curr.tri != Yes {
				return
			}
		} else if s.curr.tri != Yes {
			if s.curr.tri == Mod {
				r.pad()
				r.puts(entryPrompt(m) + "\n")
			}
			return
		}
	} else {
		isNew = false
	}
	for {
		answers := r.answers
		r.pad()
		r.puts(entryPrompt(m) + "\n")
		var def *Symbol
		if r.d.NewChoices {
			def = r.calcChoiceNew(m)
		} else {
			def = s.chosen
		}
		r.line = ""
		cnt, sel, news := r.listMembers(m, def)
		if r.d.NewChoices {
			isNew = isNew || news
		}
		r.pad()
		r.puts("choice")
		if cnt == 1 {
			r.puts("[1]: 1\n")
		} else {
			r.printf("[1-%d", cnt)
			if !r.d.HelpMark || r.hasHelp(m) {
				r.puts("?")
			}
			r.puts("]: ")
			if r.d.BusyBox && r.mode == modeRand && cnt > 0 {
				sel = r.rand.next()%cnt + 1
			}
			asks := r.mode == modeOldask || (r.mode == modeOld || r.mode == modeSync) && isNew
			switch {
			case asks:
				r.checkStdin()
				r.readAnswer()
				r.line = strip(r.line)
				switch {
				case r.line == "":
					cnt = sel
				case r.line[0] == '?':
					r.printHelp(m)
					continue
				case r.line[0] >= '0' && r.line[0] <= '9':
					cnt = atoi(r.line)
				default:
					continue
				}
			case r.mode == modeOld || r.mode == modeSync || r.d.BusyBox:
				cnt = sel
				r.printf("%d\n", cnt)
			}
		}
		pick := m.List
		for ; pick != nil; pick = pick.Next {
			if pick.Sym == nil || !r.isVisible(pick) {
				continue
			}
			if cnt--; cnt == 0 {
				break
			}
		}
		if pick == nil {
			r.repeat(answers)
			continue
		}
		if strings.HasSuffix(r.line, "?") {
			r.printHelp(pick)
			continue
		}
		if r.d.NewChoices {
			r.setChoice(m, pick.Sym)
			return
		}
		r.setTristate(pick.Sym, Yes)
		for ch := pick.List; ch != nil; ch = ch.Next {
			r.indent += 2
			r.conf(ch)
			r.indent -= 2
			if r.d.BusyBox {
				break
			}
		}
		return
	}
}

// hasHelp reports whether an entry has help of its own; in BusyBox help belongs to the symbol.
func (r *confRun) hasHelp(m *Menu) bool {
	if !r.d.BusyBox {
		return m.help.set
	}
	return helpEntry(m) != nil
}

// repeat goes back to a question that got no valid answer. If none was read since it was put, nothing would change until
// the next time.
func (r *confRun) repeat(answers int) {
	if r.answers == answers {
		r.giveUp()
	}
}

// giveUp ends a run in which the C tool would repeat a question for ever.
func (r *confRun) giveUp() {
	r.warnf("\nerror: no valid answer before the end of input\n")
	r.exit(1)
}

// onlyNew reports whether menus without new symbols are passed over.
func (r *confRun) onlyNew() bool {
	if r.d.OnlyNewMenus {
		return r.mode != modeOldask
	}
	return r.mode == modeSync
}

// conf asks for everything below an entry.
func (r *confRun) conf(m *Menu) {
	if !r.isVisible(m) {
		return
	}
	s := m.Sym
	if p := m.Prompt; p != nil {
		if p.Kind == PropMenu && r.onlyNew() && r.rootEntry != m {
			r.checkConf(m)
			return
		}
		if p.Kind == PropMenu || p.Kind == PropComment {
			star := fmt.Sprintf("%*c", r.indent, '*')
			r.puts(star + "\n" + star + " " + p.Text + "\n" + star + "\n")
		}
	}
	if s != nil {
		switch {
		case s.IsChoice():
			r.askChoice(m)
			if r.d.NewChoices || s.curr.tri != Mod {
				return
			}
		case s.Type == Int || s.Type == Hex || s.Type == String:
			r.askText(m)
		default:
			r.askLogic(m)
		}
		r.indent += 2
	}
	for ch := m.List; ch != nil; ch = ch.Next {
		r.conf(ch)
	}
	if s != nil {
		r.indent -= 2
	}
}

// checkConf looks for new symbols and asks for them, or lists them.
func (r *confRun) checkConf(m *Menu) {
	if !r.isVisible(m) {
		return
	}
	s := m.Sym
	if s != nil && !s.hasValue() && (r.changeable(s) || !r.d.NewChoices && s.IsChoice() && s.curr.tri == Yes) {
		switch r.mode {
		case modeListNew:
			r.listNew(s)
		case modeHelpNew:
			r.puts("-----\n")
			r.printHelp(m)
			r.puts("-----\n")
		default:
			if r.asked == 0 {
				r.puts("*\n* Restart config...\n*\n")
			}
			r.asked++
			r.rootEntry = r.parentMenu(m)
			r.conf(r.rootEntry)
		}
	}
	for ch := m.List; ch != nil; ch = ch.Next {
		r.checkConf(ch)
	}
}

// parentMenu is the nearest enclosing entry that is shown as a menu, the entry itself included.
func (r *confRun) parentMenu(m *Menu) *Menu {
	for ; m != &r.root; m = m.Parent {
		if m.Prompt != nil && m.Prompt.Kind == PropMenu {
			return m
		}
	}
	return m
}

func (r *confRun) listNew(s *Symbol) {
	if s.Name == "" {
		return
	}
	if !r.d.ListNewValues {
		if s.inChoice == nil {
			r.puts(r.prefix + s.Name + "\n")
		}
		return
	}
	r.puts(string(r.appendLine(nil, s, true, false, true)))
}
