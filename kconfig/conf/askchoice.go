// Questions about choices.

package conf

import (
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// listMembers prints the visible members of a choice and returns their number and that of the selected one.
func (r *run) listMembers(m *model.Menu, def *model.Symbol) (cnt, sel int, isNew bool) {
	for ch := m.List; ch != nil; ch = ch.Next {
		if !r.config.EntryVisible(ch) {
			continue
		}
		if ch.Sym == nil {
			r.world.Printf("%*c %s\n", r.indent, '*', ch.Prompt.Text)
			continue
		}
		cnt++
		mark := ' '
		if ch.Sym == def {
			sel = cnt
			mark = '>'
		}
		r.world.Printf("%*c %d. %s", r.indent, mark, cnt, ch.Prompt.Text)
		if ch.Sym.Name != "" {
			r.world.Puts(" (" + ch.Sym.Name + ")")
		}
		if !ch.Sym.HasValue() {
			isNew = true
			r.world.Puts(" (NEW)")
		}
		r.world.Puts("\n")
	}
	return cnt, sel, isNew
}

func (r *run) askChoice(m *model.Menu) {
	s := m.Sym
	isNew := !s.HasValue()
	if !r.D.NewChoices {
		if r.solver.Changeable(s) {
			r.askLogic(m)
			r.solver.Calc(s)
			if s.Curr.Tri != model.Yes {
				return
			}
		} else if s.Curr.Tri != model.Yes {
			if s.Curr.Tri == model.Mod {
				r.pad()
				r.world.Puts(model.EntryPrompt(m) + "\n")
			}
			return
		}
	} else {
		isNew = false
	}
	for {
		answers := r.answers
		r.pad()
		r.world.Puts(model.EntryPrompt(m) + "\n")
		var def *model.Symbol
		if r.D.NewChoices {
			def = r.solver.CalcChoiceNew(m)
		} else {
			def = s.Chosen
		}
		r.line = ""
		cnt, sel, news := r.listMembers(m, def)
		if r.D.NewChoices {
			isNew = isNew || news
		}
		r.pad()
		r.world.Puts("choice")
		if cnt == 1 {
			r.world.Puts("[1]: 1\n")
		} else {
			r.world.Printf("[1-%d", cnt)
			if !r.D.HelpMark || r.hasHelp(m) {
				r.world.Puts("?")
			}
			r.world.Puts("]: ")
			if r.D.BusyBox && r.mode == modeRand && cnt > 0 {
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
					cnt = ctext.Atoi(r.line)
				default:
					continue
				}
			case r.mode == modeOld || r.mode == modeSync || r.D.BusyBox:
				cnt = sel
				r.world.Printf("%d\n", cnt)
			}
		}
		pick := m.List
		for ; pick != nil; pick = pick.Next {
			if pick.Sym == nil || !r.config.EntryVisible(pick) {
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
		if r.D.NewChoices {
			r.solver.Pick(m, pick.Sym)
			return
		}
		r.solver.SetTristate(pick.Sym, model.Yes)
		for ch := pick.List; ch != nil; ch = ch.Next {
			r.indent += 2
			r.conf(ch)
			r.indent -= 2
			if r.D.BusyBox {
				break
			}
		}
		return
	}
}
