// Function keys, search, and the keys that the original has not.

package nconf

import (
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/lxdialog"
	"gokbuild/kconfig/menu/screen"
)

// hint stands in the first row, which the original leaves empty.
const hint = "^W why  ^D changes  ^F find  ^U undo  ^R redo"

// function does what a function key or its digit asks for (process_special_keys in nconf.c); left says that the menu is
// left for the key that is returned.
func (p *program) function(key screen.Key, e *menu.Entry, instructions string) (back screen.Key, left bool) {
	switch functionOf(key) {
	case 1:
		p.read("Global help", p.texts.Readme)
	case 2:
		p.help(e)
	case 3:
		p.read("Short help", instructions)
	case 4:
		switch p.buttons("Show all symbols?", "   <Show All>   ", "<Don't show all>") {
		case 0:
			p.View.ShowAll = true
		case 1:
			p.View.ShowAll = false
		}
	case 5:
		return screen.Left, true
	case 6:
		p.save()
	case 7:
		p.load()
	case 8:
		p.search()
	case 9:
		p.exit()
	default:
		return key, p.extra(key, e)
	}
	return key, true
}

// functionOf is the number of a function key, for which digits stand as well; 0 for another key.
func functionOf(key screen.Key) int {
	if key >= '1' && key <= '9' {
		return int(key - '0')
	}
	return key.Function()
}

// search asks for a pattern and shows what it finds (search_conf in nconf.c).
func (p *program) search() {
	var pattern string
	for {
		var code int
		code, pattern = p.input("Search Configuration Parameter",
			"Enter (sub)string or regexp to search for (with or without \""+p.Model.Prefix+"\")", "")
		if code == askHelp {
			p.read("Search Configuration", p.texts.SearchHelp)
			continue
		}
		if code != entered {
			return
		}
		break
	}
	found, err := p.Model.Search(pattern)
	results := page{title: "Search Results"}
	for {
		text, jumps := p.Found(found, err)
		var to *menu.Entry
		results.text = text
		if p.Model.D.JumpsInText {
			results.jump = func(key screen.Key, start, end int) bool {
				to = front.Target(jumps, key, start, end)
				return to != nil
			}
		}
		p.show(&results)
		if to == nil || p.done {
			return
		}
		p.conf(to.Parent, to)
	}
}

// extra does what a key of ours asks for; it reports whether it was one.
func (p *program) extra(key screen.Key, e *menu.Entry) bool {
	switch key {
	case screen.Ctrl('w'):
		if e != nil && e.Sym != nil {
			p.why(e.Sym)
		}
	case screen.Ctrl('d'):
		p.read("Changes", p.Model.ChangesPage())
	case screen.Ctrl('f'):
		if to := p.find(); to != nil {
			p.conf(to.Parent, to)
		}
	case screen.Ctrl('u'):
		p.notice = p.Undo()
	case screen.Ctrl('r'):
		p.notice = p.Redo()
	default:
		return false
	}
	return true
}

// why shows why a symbol has its value, and gives the answers that would turn it on if the user wants that.
func (p *program) why(s *model.Symbol) {
	text, steps := p.Why(s, "Ctrl-U")
	key := p.show(&page{title: s.Shown(), text: text, jump: func(key screen.Key, _, _ int) bool {
		return key == 'a' && len(steps) > 0
	}})
	if key == 'a' {
		p.Model.Follow(steps)
		p.notice = p.Now(s)
	}
}

// find finds entries while the user types, in the box that mconf has for it.
func (p *program) find() *menu.Entry {
	if p.finder == nil {
		p.finder = p.Model.Finder()
	}
	ui := &lxdialog.UI{Term: p.term, Theme: lxdialog.NewTheme("mono", 0), Title: p.title(),
		Notice: lxdialog.FindKeys, Interrupted: p.interrupted, HungUp: p.hungUp}
	box := lxdialog.Findbox[*menu.Entry]{Title: "Find", Prompt: "Words in names, prompts and help", Find: p.finder.Find, Line: p.Model.Line}
	return box.Choose(ui, func(e *menu.Entry) bool { return p.View.ShowAll || p.Model.Visible(e) }, p.help, func(e *menu.Entry) {
		if e.Sym != nil {
			p.why(e.Sym)
		}
	})
}
