// Search by pattern, as the original has it.

package mconf

import (
	"gokbuild/kconfig/internal/solve"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/lxdialog"
	"gokbuild/kconfig/menu/screen"
)

// search asks for a pattern and shows what it finds (search_conf in mconf.c).
func (p *program) search() {
	box := lxdialog.Inputbox{Title: "Search Configuration Parameter", Height: 10, Width: 75,
		Prompt: "Enter (sub)string or regexp to search for (with or without \"" + p.Model.Prefix + "\")"}
	if p.classic() {
		box.Prompt = p.texts.Classic.Search
	}
	for {
		box.Text = ""
		code := box.Run(p.ui)
		if code == lxdialog.AskHelp {
			p.page("Search Configuration", p.texts.SearchHelp)
			continue
		}
		if code != lxdialog.Ok {
			return
		}
		break
	}
	depth := len(p.trail)
	p.trail = append(p.trail, "Search ("+box.Text+")")
	defer func() { p.trail = p.trail[:depth] }()
	found, err := p.Model.Search(box.Text)
	page := &lxdialog.Textbox{Title: "Search Results"}
	for {
		text, jumps := p.Found(found, err)
		r := &results{text: text, jumps: jumps, inText: p.Model.D.JumpsInText}
		page.Text = text
		if p.classic() {
			page.Run(p.ui)
			return
		}
		if page.Jump = r.jump; !r.inText {
			page.Overlay = r.overlay
		}
		p.ui.Trail = p.trail
		page.Run(p.ui)
		if r.target == nil {
			return
		}
		p.conf(r.target.Parent, r.target)
	}
}

// jump shows the menu in which an entry stands, with the entry selected.
func (p *program) jump(e *menu.Entry) { p.conf(e.Parent, e) }

// results are what a search found, with the numbers of the places to go to.
type results struct {
	text   string
	jumps  []solve.Jump
	inText bool
	keys   []screen.Key // of the places in keyed
	keyed  []*menu.Entry
	target *menu.Entry
}

// overlay numbers the places that are shown, and no more of them than there are keys (update_text in mconf.c).
func (r *results) overlay(start, end int) string {
	text := []byte(r.text)
	r.keys, r.keyed = nil, nil
	for i, j := range r.jumps {
		if j.Offset < start || j.Offset >= end || len(r.keys) == front.MostKeys {
			continue
		}
		copy(text[j.Offset:], "("+string(rune(front.JumpKey(i)))+")")
		r.keys, r.keyed = append(r.keys, front.JumpKey(i)), append(r.keyed, j.Target)
	}
	return string(text)
}

// jump finds the place on the page that a key stands for.
func (r *results) jump(key screen.Key, start, end int) bool {
	if r.inText {
		r.target = front.Target(r.jumps, key, start, end)
		return r.target != nil
	}
	for i, k := range r.keys {
		if k == key {
			r.target = r.keyed[i]
			return true
		}
	}
	return false
}
