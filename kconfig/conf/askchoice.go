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

// askChoice asks which member of a choice is to be selected, until there is an answer.
func (r *run) askChoice(m *model.Menu) {
	s := m.Sym
	isNew := false
	if !r.D.NewChoices {
		isNew = !s.HasValue()
		if !r.askChoiceMode(m) {
			return
		}
	}
	for {
		answers := r.answers
		r.pad()
		r.world.Puts(model.EntryPrompt(m) + "\n")
		def := s.Chosen
		if r.D.NewChoices {
			def = r.solver.CalcChoiceNew(m)
		}
		r.line = ""
		count, selected, news := r.listMembers(m, def)
		if r.D.NewChoices {
			isNew = isNew || news
		}
		r.pad()
		r.world.Puts("choice")
		number, ok := 1, true
		if count == 1 {
			r.world.Puts("[1]: 1\n")
		} else {
			number, ok = r.askNumber(m, count, selected, isNew)
		}
		if !ok {
			continue
		}
		pick := r.visibleMember(m, number)
		switch {
		case pick == nil:
			r.repeat(answers)
		case strings.HasSuffix(r.line, "?"):
			r.printHelp(pick)
		default:
			r.pick(m, pick)
			return
		}
	}
}

// askChoiceMode settles whether a choice of the older model is y, m or n, and reports whether a member is to be
// selected.
func (r *run) askChoiceMode(m *model.Menu) bool {
	s := m.Sym
	if r.config.Changeable(s) {
		r.askLogic(m)
		r.solver.Calc(s)
		return s.Curr.Tri == model.Yes
	}
	if s.Curr.Tri == model.Mod {
		r.pad()
		r.world.Puts(model.EntryPrompt(m) + "\n")
	}
	return s.Curr.Tri == model.Yes
}

// askNumber asks for the number of a member, or takes the selected one if the mode has nothing to ask. It reports
// whether there is a number.
func (r *run) askNumber(m *model.Menu, count, selected int, isNew bool) (number int, ok bool) {
	r.world.Printf("[1-%d", count)
	if !r.D.HelpMark || r.hasHelp(m) {
		r.world.Puts("?")
	}
	r.world.Puts("]: ")
	if r.D.BusyBox && r.mode == modeRand && count > 0 {
		selected = r.rand.next()%count + 1
	}
	asks := r.mode == modeOldask || (r.mode == modeOld || r.mode == modeSync) && isNew
	if !asks {
		if r.mode == modeOld || r.mode == modeSync || r.D.BusyBox {
			r.world.Printf("%d\n", selected)
			return selected, true
		}
		return count, true
	}
	r.checkStdin()
	r.readAnswer()
	r.line = strip(r.line)
	switch {
	case r.line == "":
		return selected, true
	case r.line[0] == '?':
		r.printHelp(m)
	case r.line[0] >= '0' && r.line[0] <= '9':
		return ctext.Atoi(r.line), true
	}
	return 0, false
}

// visibleMember returns the member with a number, counted from 1, or nil.
func (r *run) visibleMember(m *model.Menu, number int) *model.Menu {
	for ch := m.List; ch != nil; ch = ch.Next {
		if ch.Sym == nil || !r.config.EntryVisible(ch) {
			continue
		}
		if number--; number == 0 {
			return ch
		}
	}
	return nil
}

// pick selects a member. In the older model it may have entries of its own, which are asked for next.
func (r *run) pick(m, member *model.Menu) {
	if r.D.NewChoices {
		r.solver.Pick(m, member.Sym)
		return
	}
	r.solver.SetTristate(member.Sym, model.Yes)
	for ch := member.List; ch != nil; ch = ch.Next {
		r.indent += 2
		r.conf(ch)
		r.indent -= 2
		if r.D.BusyBox {
			break
		}
	}
}
