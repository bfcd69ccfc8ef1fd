// Function keys, search, and the keys that the original has not.

package nconf

import (
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/lxdialog"
	"gokbuild/kconfig/menu/original"
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
			p.showAll = true
		case 1:
			p.showAll = false
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
		text, jumps := p.Model.Relations(found)
		if err != nil {
			text += "\nThe pattern cannot be understood: " + err.Error() + ".\n"
		}
		var to *menu.Entry
		results.text = text
		if p.Model.D.JumpsInText {
			results.jump = func(key screen.Key, start, end int) bool {
				to = target(jumps, key, start, end)
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

// target is the place on a page that a key stands for (handle_search_keys in mnconf-common.c).
func target(jumps []solve.Jump, key screen.Key, start, end int) *menu.Entry {
	for i, j := range jumps {
		if j.Offset >= start && j.Offset < end && key == '1'+screen.Key(i%9) {
			return j.Target
		}
	}
	return nil
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
		p.undone("Nothing to take back", "Taken back", p.Model.Undo)
	case screen.Ctrl('r'):
		p.undone("Nothing was taken back", "Again", p.Model.Redo)
	default:
		return false
	}
	return true
}

func (p *program) undone(nothing, done string, step func() (*model.Symbol, bool)) {
	s, ok := step()
	switch {
	case !ok:
		p.notice = nothing
	case s == nil:
		p.notice = done + ": the file that was read"
	default:
		p.notice = done + ": " + s.Shown() + " is " + p.Model.Text(s)
	}
}

// why shows why a symbol has its value, and gives the answers that would turn it on if the user wants that.
func (p *program) why(s *model.Symbol) {
	text, steps := p.Model.WhyPage(s)
	if len(steps) > 0 {
		text += "\nPress a to give these answers. Ctrl-U takes them back, one by one.\n"
	}
	key := p.show(&page{title: s.Shown(), text: text, jump: func(key screen.Key, _, _ int) bool {
		return key == 'a' && len(steps) > 0
	}})
	if key == 'a' {
		p.Model.Follow(steps)
		p.notice = s.Shown() + " is " + p.Model.Text(s)
	}
}

// find finds entries while the user types, in the box that mconf has for it.
func (p *program) find() *menu.Entry {
	if p.finder == nil {
		p.finder = p.Model.Finder()
	}
	ui := &lxdialog.UI{Term: p.term, Theme: lxdialog.NewTheme("mono", 0), Title: p.title(),
		Notice: "Enter goes there  F1 help  F2 why  Esc leaves", Interrupted: p.interrupted, HungUp: p.hungUp}
	box := lxdialog.Findbox[*menu.Entry]{Title: "Find", Prompt: "Words in names, prompts and help", Find: p.finder.Find, Line: p.Model.Line}
	for {
		code, e := box.Run(ui)
		switch {
		case code == lxdialog.Escape:
			return nil
		case e == nil:
		case code == lxdialog.Ok && (p.showAll || p.Model.Visible(e)):
			return e
		case box.Key == screen.F1:
			p.help(e)
		case e.Sym != nil && (code == lxdialog.Ok || box.Key == screen.F2 || box.Key == screen.Ctrl('w')):
			p.why(e.Sym)
		}
	}
}

// ours are texts for a tree that has no nconf of its own.
func ours() *original.Texts {
	return &original.Texts{
		Readme:       "Enter opens a menu, Esc leaves it.\ny builds in, m as a module, n leaves out.\n? shows what is known about a line.\n",
		Instructions: "Enter opens a menu, Esc leaves it.\n", Radiolist: "Enter chooses a line.\n",
		Int: "A decimal number.", Hex: "A hexadecimal number.", String: "A text.",
		SetMod:   "What this feature depends on is a module.\nSo it is one, too.",
		LoadText: "The configuration to read. Nothing to go back.", LoadHelp: "It takes the place of the present one.\n",
		SaveText: "The file to write to. Nothing to go back.", SaveHelp: "The configuration keeps this name from then on.\n",
		SearchHelp: "A part of the name of a symbol, or a regular expression.\n", ErrCreate: "The file cannot be written.",
		Exit: original.Exit{Question: "Save the configuration?\n(Esc goes back.)", NotSaved: "The configuration was NOT saved.",
			Failed: "The configuration could not be written.", WritesNew: true},
	}
}
