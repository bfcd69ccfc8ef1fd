// The program from its call to its exit status, and its keys in a menu.

package nconf

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/original"
	"gokbuild/kconfig/menu/screen"
)

// program is one run.
type program struct {
	*front.Session
	texts *original.Texts
	window
	filename string
	done     bool // the program is to end
	asking   bool // the question of the end is shown
	finder   *menu.Finder
}

// Main behaves as the nconf of the tree started with these arguments, and returns its exit status.
func Main(inv front.Invocation) int {
	return front.Main(inv, front.Program{
		Name: "nconf", Rows: 20, Columns: 75,
		TooSmall: "Your terminal should have at least 20 lines and 75 columns\n", TooSmallStdout: true,
		Mode: "NCONFIG_MODE", View: front.View{Promptless: true, Margin: "    "},
		Run: func(s *front.Session) int { return run(s) },
	})
}

// Imitates reports whether the sources in dir, a tree's scripts/kconfig, are those of an nconf that this one can stand
// in for.
func Imitates(dir string) bool {
	_, ok := original.Nconf(dir)
	return ok
}

func run(s *front.Session) int {
	p := &program{Session: s}
	var ok bool
	if p.texts, ok = original.Nconf(s.Tools); !ok {
		p.texts = front.Texts()
		p.texts.NotSaved = "The configuration was NOT saved."
		p.texts.Failed = "The configuration could not be written."
	}
	p.window = window{term: s.Term, look: newLook(s.Term.Colors()), notice: hint, hungUp: s.Leave, interrupted: p.interrupted}
	p.filename = s.Model.ConfigName()
	s.Model.Tell(func(text string) { p.buttons(text, "<OK>") })
	for !p.done {
		p.conf(&s.Model.Root, nil)
		if !p.done && p.exit() {
			break
		}
	}
	return 0
}

// title stands above the menus.
func (p *program) title() string { return p.filename + " - " + menu.Prompt(&p.Model.Root) }

// interrupted is what Ctrl-C does: the question of the end. The second one does not wait for the answer.
func (p *program) interrupted() {
	if p.asking {
		p.Leave()
	}
	if p.exit() {
		host.Quit(0)
	}
}

// exit asks whether to save; it reports whether the program ends (do_exit in nconf.c).
func (p *program) exit() bool {
	if p.Model.Unsaved() {
		p.asking = true
		answer := p.buttons(p.texts.Question, "   <save>   ", "<don't save>")
		p.asking = false
		switch answer {
		case escape:
			return false
		case 0:
			if !p.Model.Save(p.filename) {
				p.buttons(p.texts.Failed, "<OK>")
			}
			if p.texts.WritesNew {
				p.Model.WriteMissingAuto()
			}
		default:
			p.buttons(p.texts.NotSaved, "<OK>")
		}
	}
	p.done = true
	return true
}

// conf shows a menu until the user leaves it (selected_conf in nconf.c).
func (p *program) conf(m *menu.Entry, active *menu.Entry) {
	l := &list{}
	for !p.done {
		l.title, l.head = menu.Prompt(m), p.title()
		l.set(p.items(m), p.rows())
		if active != nil {
			l.find(active)
			active = nil
		}
		key := p.choose(l, p.texts.Instructions)
		if key == screen.Esc || key == screen.Left && m != &p.Model.Root {
			return
		}
		e, tag := l.current()
		if e == nil || tag == 0 || !p.Model.Visible(e) {
			if key.Printable() && e != nil {
				p.notice = "It is not visible: Ctrl-W tells why"
			}
			continue
		}
		p.do(key, tag, e)
	}
}

// do does what a key asks for.
func (p *program) do(key screen.Key, tag byte, e *menu.Entry) {
	switch key {
	case ' ':
		if tag == 'm' {
			p.conf(e, nil)
			return
		}
		p.answer(key, tag, e)
	case screen.Right, screen.Enter:
		p.enter(key, tag, e)
	case 'y', 'n', 'm':
		p.answer(key, tag, e)
	}
}

// enter goes into an entry, or asks for its text.
func (p *program) enter(key screen.Key, tag byte, e *menu.Entry) {
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
		case e.Prompt != nil && e.Prompt.Kind == model.PropMenu:
			p.conf(e, nil)
		case key == screen.Enter:
			p.answer(' ', tag, e)
		}
	case 's':
		p.text(e)
	}
}

// answer sets a bool or tristate. One that cannot be set so says why.
func (p *program) answer(key screen.Key, tag byte, e *menu.Entry) {
	if tag != 't' {
		return
	}
	s, ok, want := e.Sym, true, model.Yes
	switch key {
	case 'y':
		if ok = p.Model.SetTristate(s, model.Yes); !ok && p.Model.SetTristate(s, model.Mod) {
			p.buttons(p.texts.SetMod)
			return
		}
	case 'n':
		want = model.No
		ok = p.Model.SetTristate(s, want)
	case 'm':
		want = model.Mod
		ok = p.Model.SetTristate(s, want)
	case ' ':
		if p.Model.Value(s) == model.Yes {
			want = model.No
		}
		ok = p.Model.Toggle(s)
	}
	if !ok {
		p.notice = p.Model.Refusal(s, want) + "   (Ctrl-W: what would do)"
	}
}
