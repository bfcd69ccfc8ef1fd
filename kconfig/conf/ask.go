// Questions of the line-oriented dialogue: one symbol, one answer, and help in between.

package conf

import (
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// maxAnswer is the size of the C tool's line buffer.
const maxAnswer = 4096

// readAnswer reads a line as fgets does and echoes it unless a terminal did.
func (r *run) readAnswer() {
	r.world.Flush()
	r.answers++
	line, err := r.world.ReadLine(maxAnswer - 1)
	if len(line) > 0 {
		r.line = string(line)
	}
	if err != nil && len(line) == 0 {
		r.stdinEOF = true
		r.world.Warnf("\nError in reading or end of file.\n")
		// The C tool asks again for ever when the present value is no valid answer.
		if r.stuck++; r.stuck > maxStuck {
			r.giveUp()
		}
	} else if err != nil {
		r.stdinEOF = true
	}
	if r.D.Echo && !r.terminal {
		r.world.Puts(r.line)
	}
}

// maxStuck is how many questions may go unanswered at the end of the input. A whole tree has fewer symbols.
const maxStuck = 200000

// strip takes away white space at both ends.
func strip(s string) string { return strings.Trim(s, ctext.Spaces) }

// askValue finishes a question and reports whether an answer was read.
func (r *run) askValue(s *model.Symbol, def string) bool {
	if r.D.BusyBox {
		r.askBusy(s, def)
		return true
	}
	if !s.HasValue() {
		r.world.Puts("(NEW) ")
	}
	r.line = "\n"
	if !r.config.Changeable(s) || (r.mode == modeOld || r.mode == modeSync) && s.HasValue() {
		r.world.Puts(def + "\n")
		return false
	}
	r.checkStdin()
	r.readAnswer()
	if r.D.EmptyEcho && !r.terminal {
		r.world.Puts("\n")
	}
	return true
}

// checkStdin refuses to ask in the sync mode of older trees unless someone is there to answer.
func (r *run) checkStdin() {
	if !r.D.SyncRedirected || !r.sync || r.terminal && isTerminal(r.inv.Stderr) {
		return
	}
	r.world.Puts("aborted!\n\nConsole input/output is redirected. Run 'make oldconfig' to update configuration.\n\n")
	r.world.Exit(1)
}

// pad indents a question.
func (r *run) pad() { r.world.Printf("%*s", r.indent-1, "") }

// askText asks for a string or number until there is one that is allowed.
func (r *run) askText(m *model.Menu) {
	s := m.Sym
	for {
		answers := r.answers
		r.pad()
		r.world.Puts(m.Prompt.Text + " (" + s.Name + ") ")
		def := s.Text()
		r.world.Puts("[" + def + "] ")
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
		if !help && r.solver.SetText(s, def) {
			return
		}
		if r.D.EOFExit && r.stdinEOF {
			r.world.Warnf("\nerror: no value for new symbol '%s' at end of input\n", s.Name)
			r.world.Exit(1)
		}
		r.repeat(answers)
	}
}

// askLogic asks for n, m or y until one of them is given that is allowed.
func (r *run) askLogic(m *model.Menu) {
	s := m.Sym
	for {
		answers := r.answers
		r.pad()
		r.world.Puts(m.Prompt.Text + " ")
		if s.Name != "" {
			r.world.Puts("(" + s.Name + ") ")
		}
		old := s.Curr.Tri
		r.world.Puts("[" + strings.ToUpper(old.String()))
		for _, v := range []model.Tristate{model.No, model.Mod, model.Yes} {
			if old != v && r.solver.LogicInRange(s, v) {
				r.world.Puts("/" + v.String())
			}
		}
		if !r.D.HelpMark || r.hasHelp(m) {
			r.world.Puts("/?")
		}
		r.world.Puts("] ")
		if !r.askValue(s, s.Text()) {
			return
		}
		v := old
		switch a := strip(r.line); a {
		case "":
		case "n", "N", "no", "No":
			v = model.No
		case "m", "M":
			v = model.Mod
		case "y", "Y", "yes", "Yes":
			v = model.Yes
		default:
			if a[0] == '?' {
				r.printHelp(m)
			}
			continue
		}
		if r.solver.SetTristate(s, v) {
			return
		}
		r.printHelp(m)
		r.repeat(answers)
	}
}

// repeat goes back to a question that got no valid answer. If none was read since it was put, nothing would change
// until the next time.
func (r *run) repeat(answers int) {
	if r.answers == answers {
		r.giveUp()
	}
}

// giveUp ends a run in which the C tool would repeat a question for ever.
func (r *run) giveUp() {
	r.world.Warnf("\nerror: no valid answer before the end of input\n")
	r.world.Exit(1)
}

// hasHelp reports whether an entry has help of its own; in BusyBox help belongs to the symbol.
func (r *run) hasHelp(m *model.Menu) bool {
	if !r.D.BusyBox {
		return m.HelpText.Set
	}
	return model.HelpEntry(m) != nil
}

const noHelpBusy = "Sorry, no help available for this option yet.\n"

// printHelp answers a question mark.
func (r *run) printHelp(m *model.Menu) {
	if r.D.BusyBox {
		text := noHelpBusy
		if own := model.HelpEntry(m); own != nil {
			text = own.Help()
		}
		r.world.Puts("\n" + text + "\n")
		return
	}
	r.world.Puts("\n" + r.config.Help(m) + "\n")
}
