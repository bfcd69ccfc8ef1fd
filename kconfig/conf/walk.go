// The way through the menus: which entries are asked about, and what is new.

package conf

import (
	"fmt"

	"gokbuild/kconfig/internal/model"
)

// onlyNew reports whether menus without new symbols are passed over.
func (r *run) onlyNew() bool {
	if r.D.OnlyNewMenus {
		return r.mode != modeOldask
	}
	return r.mode == modeSync
}

// conf asks for everything below an entry.
func (r *run) conf(m *model.Menu) {
	if !r.config.EntryVisible(m) {
		return
	}
	s := m.Sym
	if p := m.Prompt; p != nil {
		if p.Kind == model.PropMenu && r.onlyNew() && r.rootEntry != m {
			r.checkConf(m)
			return
		}
		if p.Kind == model.PropMenu || p.Kind == model.PropComment {
			star := fmt.Sprintf("%*c", r.indent, '*')
			r.world.Puts(star + "\n" + star + " " + p.Text + "\n" + star + "\n")
		}
	}
	if s != nil {
		switch {
		case s.IsChoice():
			r.askChoice(m)
			if r.D.NewChoices || s.Curr.Tri != model.Mod {
				return
			}
		case s.Type == model.Int || s.Type == model.Hex || s.Type == model.String:
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
func (r *run) checkConf(m *model.Menu) {
	if !r.config.EntryVisible(m) {
		return
	}
	s := m.Sym
	if s != nil && !s.HasValue() && (r.config.Changeable(s) || !r.D.NewChoices && s.IsChoice() && s.Curr.Tri == model.Yes) {
		switch r.mode {
		case modeListNew:
			r.listNew(s)
		case modeHelpNew:
			r.world.Puts("-----\n")
			r.printHelp(m)
			r.world.Puts("-----\n")
		default:
			if r.asked == 0 {
				r.world.Puts("*\n* Restart config...\n*\n")
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
func (r *run) parentMenu(m *model.Menu) *model.Menu {
	for ; m != &r.Root; m = m.Parent {
		if m.Prompt != nil && m.Prompt.Kind == model.PropMenu {
			return m
		}
	}
	return m
}

// listNew prints the line of a new symbol.
func (r *run) listNew(s *model.Symbol) {
	if s.Name == "" {
		return
	}
	if !r.D.ListNewValues {
		if s.InChoice == nil {
			r.world.Puts(r.Prefix + s.Name + "\n")
		}
		return
	}
	r.world.Puts(r.files.NewLine(s))
}
