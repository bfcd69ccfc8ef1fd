// The oldest mconf, which starts a program for each box.

package mconf

import (
	"strings"

	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/lxdialog"
)

// The tags of the last lines of the main menu.
const (
	loadTag = 'L'
	saveTag = 'S'
)

// heading is what stands above everything: the version of the tree comes from a symbol of that name.
func (p *program) heading() string {
	version := ""
	if s := p.Model.Find("KERNELVERSION"); s != nil {
		version = p.Model.Text(s)
	} else if v, ok := p.World.Getenv("KERNELVERSION"); ok {
		version = v
	}
	return strings.Replace(p.texts.Classic.Heading, "%s", version, 1)
}

// classicItems are the lines of a menu, with those for files if it is the main one; nil if there is nothing in it.
func (p *program) classicItems(items []lxdialog.Item, m *menu.Entry) []lxdialog.Item {
	inside := false
	for _, item := range items {
		inside = inside || item.Data != any(m)
	}
	if !inside {
		return nil
	}
	if m == &p.Model.Root {
		items = append(items, lxdialog.Item{Text: "--- ", Tag: ':', Data: ":"},
			lxdialog.Item{Text: p.texts.Classic.Load, Tag: loadTag, Data: "L"}, lxdialog.Item{Text: p.texts.Classic.Save, Tag: saveTag, Data: "S"})
	}
	return items
}
