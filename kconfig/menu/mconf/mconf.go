// The program from its call to its exit status, and its keys in a menu.

package mconf

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/lxdialog"
	"gokbuild/kconfig/menu/original"
)

// program is one run.
type program struct {
	*front.Session
	ui    *lxdialog.UI
	texts *original.Texts
	// filename is the configuration that is saved at the end; trail holds the titles of the menus that are open.
	filename string
	trail    []string
	leaving  bool
	finder   *menu.Finder
	// opened counts the menus that were shown.
	opened int
}

// classic says that the program is the oldest mconf, which starts another one for each box.
func (p *program) classic() bool { return p.texts.Classic != nil }

// Main behaves as the mconf of the tree started with these arguments, and returns its exit status.
func Main(inv front.Invocation) int {
	return front.Main(inv, front.Program{
		Name: "mconf", Rows: 19, Columns: 80, EscTwice: true, Mode: "MENUCONFIG_MODE",
		TooSmall: "Your display is too small to run Menuconfig!\nIt must be at least 19 lines by 80 columns.\n",
		Run:      func(s *front.Session) int { return run(s) },
	})
}

// Imitates reports whether the sources in dir, a tree's scripts/kconfig, are those of an mconf that this one can stand
// in for.
func Imitates(dir string) bool {
	_, ok := original.Mconf(dir)
	return ok
}

func run(s *front.Session) int {
	p := &program{Session: s}
	var ok bool
	if p.texts, ok = original.Mconf(s.Tools); !ok {
		p.texts = front.Texts()
		p.texts.Done = "\n\nThe configuration is done.\n\n"
		p.texts.NotSaved = "\n\nThe configuration was NOT saved.\n\n"
		p.texts.Failed = "\n\nThe configuration could not be written.\nIt was NOT saved.\n\n"
	}
	theme, _ := s.World.Getenv("MENUCONFIG_COLOR")
	p.ui = &lxdialog.UI{Term: s.Term, Theme: lxdialog.NewTheme(theme, s.Term.Colors()), Notice: hint,
		TextLetters: p.texts.TextLetters, Interrupted: p.interrupted, HungUp: s.Leave}
	p.setFilename(s.Model.ConfigName())
	if p.classic() {
		p.View.Classic, p.ui.Title = true, p.heading()
	}
	s.Model.Tell(p.tell)
	for {
		p.conf(&s.Model.Root, nil)
		if status, left := p.exit(); left {
			return status
		}
	}
}

func (p *program) setFilename(name string) {
	if p.filename = name; p.classic() {
		return
	}
	p.ui.Title = name + " - " + menu.Prompt(&p.Model.Root)
}

// tell shows a message about a file; at the end it is printed.
func (p *program) tell(text string) {
	switch {
	case p.classic(): // it says nothing
	case !p.leaving:
		p.box(text, 6, 60)
	case !p.Silent:
		p.World.Puts(text)
	}
}

// box shows a short text.
func (p *program) box(text string, height, width int) {
	(&lxdialog.Textbox{Text: text, Height: height, Width: width}).Run(p.ui)
}

// page shows a long text.
func (p *program) page(title, text string) {
	(&lxdialog.Textbox{Title: title, Text: text}).Run(p.ui)
}

// without runs f without a trail, as the boxes about files are shown.
func (p *program) without(f func()) {
	p.ui.Trail = nil
	f()
}

// help shows what is known about an entry.
func (p *program) help(e *menu.Entry) {
	width, _ := p.Term.Size()
	p.page(menu.Prompt(e), p.Model.Help(e, width-10))
}

// interrupted is what Ctrl-C does: the question of the end. The second one does not wait for the answer.
func (p *program) interrupted() {
	if p.leaving {
		p.Leave()
	}
	trail := p.ui.Trail
	if status, left := p.exit(); left {
		host.Quit(status)
	}
	p.ui.Trail = trail
}

// exit ends the program, unless the user goes back from the question whether to save (handle_exit in mconf.c).
func (p *program) exit() (status int, left bool) {
	p.leaving = true
	p.ui.Trail = nil
	answer := -2
	if p.Model.Unsaved() || p.classic() {
		answer = p.askSave()
		if answer == lxdialog.Escape && !p.classic() {
			p.leaving = false
			return 0, false
		}
	}
	p.End()
	switch answer {
	case 0:
		if name := p.savedAs(); !p.Model.Save(name) {
			p.World.Warnf("%s", p.texts.Failed)
			return 1, true
		}
		if p.texts.WritesNew {
			p.Model.WriteMissingAuto()
		}
		fallthrough
	case -2:
		if !p.Silent {
			p.World.Puts(p.texts.Done)
		}
	default:
		if !p.Silent {
			p.World.Warnf("%s", p.texts.NotSaved)
		}
	}
	return 0, true
}

// savedAs is the name under which the end saves; an empty one is the usual file with all that belongs to it.
func (p *program) savedAs() string {
	if p.classic() {
		return ""
	}
	return p.filename
}

// askSave asks whether to save; the keys for changes and undo work there, too.
func (p *program) askSave() int {
	notice := p.ui.Notice
	defer func() { p.ui.Notice = notice }()
	for {
		p.ui.Notice = "F3 shows the changes"
		if p.filename != p.Model.ConfigName() {
			p.ui.Notice = "Yes writes " + p.filename + ", not " + p.Model.ConfigName() + "  " + p.ui.Notice
		}
		ask := lxdialog.Yesno{Prompt: p.texts.Question, Height: 6, Width: 60}
		if p.classic() {
			ask.Height = 5
		}
		if answer := ask.Run(p.ui); answer != lxdialog.Extra {
			return answer
		}
		p.ui.Notice = notice
		p.extra(ask.Key, nil)
	}
}

// conf shows a menu until the user leaves it (conf in mconf.c).
func (p *program) conf(m *menu.Entry, active *menu.Entry) {
	title, depth := menu.Prompt(m), len(p.trail)
	if m != &p.Model.Root {
		p.trail = append(p.trail, title)
	}
	defer func() { p.trail = p.trail[:depth] }()
	box := &lxdialog.Menubox{Title: title, Prompt: p.texts.Instructions, SpaceJumps: p.texts.SpaceJumps, Classic: p.classic()}
	if active != nil {
		box.Selected = active
	}
	if p.opened++; p.classic() {
		box.Scroll = -1
	}
	for {
		box.Items = p.items(m)
		if p.classic() {
			if box.Items = p.classicItems(box.Items, m); box.Items == nil {
				return
			}
		} else {
			p.ui.Trail = p.trail
		}
		opened := p.opened
		code, i := box.Run(p.ui)
		p.ui.Notice = hint
		if code == lxdialog.Exit || code == lxdialog.Escape {
			return
		}
		var item lxdialog.Item
		var e *menu.Entry
		if i >= 0 {
			item = box.Items[i]
			e, _ = item.Data.(*menu.Entry)
		}
		p.do(code, item.Tag, e, box)
		if p.classic() && (code == lxdialog.Select || code == lxdialog.Help || p.opened != opened) {
			box.Scroll = -1
		}
	}
}

// do does what a menu was left for.
func (p *program) do(code int, tag byte, e *menu.Entry, box *lxdialog.Menubox) {
	switch code {
	case lxdialog.Select:
		p.enter(tag, e)
	case lxdialog.Help:
		if e != nil && e.Sym != nil {
			p.help(e)
		} else {
			p.without(func() { p.page("README", p.texts.Readme) })
		}
	case lxdialog.Save:
		p.without(p.save)
	case lxdialog.Load:
		p.without(p.load)
	case lxdialog.Search:
		p.search()
	case lxdialog.ShowAll:
		p.View.ShowAll = !p.View.ShowAll && !p.classic()
	case lxdialog.Extra:
		if to := p.extra(box.Key, e); to != nil {
			p.jump(to)
		}
	case lxdialog.Space:
		if tag == 'm' {
			p.conf(e, nil)
			return
		}
		p.answer(code, tag, e)
	default:
		p.answer(code, tag, e)
	}
}

// enter goes into an entry, or asks for its text.
func (p *program) enter(tag byte, e *menu.Entry) {
	switch tag {
	case 'm':
		if p.View.Single {
			p.View.Unrolled[e] = !p.View.Unrolled[e]
			return
		}
		p.conf(e, nil)
	case 't':
		switch {
		case e.Sym.IsChoice() && (p.Model.D.NewChoices || p.Model.Value(e.Sym) == model.Yes):
			p.choice(e)
		case e.Prompt.Kind == model.PropMenu:
			p.conf(e, nil)
		}
	case 's':
		p.text(e)
	case loadTag:
		p.load()
	case saveTag:
		p.save()
	}
}

// answer sets a bool or tristate. One that cannot be set so says why.
func (p *program) answer(code int, tag byte, e *menu.Entry) {
	if tag != 't' {
		return
	}
	s, ok := e.Sym, true
	want := model.Yes
	switch code {
	case lxdialog.Yes:
		if ok = p.Model.SetTristate(s, model.Yes); !ok && p.Model.SetTristate(s, model.Mod) {
			p.box(p.texts.SetMod, 6, 74)
			return
		}
	case lxdialog.No:
		want = model.No
		ok = p.Model.SetTristate(s, model.No)
	case lxdialog.Mod:
		want = model.Mod
		ok = p.Model.SetTristate(s, model.Mod)
	case lxdialog.Space:
		if p.Model.Value(s) == model.Yes {
			want = model.No
		}
		ok = p.Model.Toggle(s)
	}
	if !ok {
		p.ui.Notice = p.refusal(s, want)
	}
}
