// The lines of a menu.

package mconf

import (
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/lxdialog"
)

// maxItem is the longest line in bytes (MAXITEMSTR in dialog.h, with its end).
const maxItem = 199

// items are the lines of a menu.
func (p *program) items(m *menu.Entry) (out []lxdialog.Item) {
	view := front.View{Model: p.Model, ShowAll: p.showAll, Single: p.single, Unrolled: p.unrolled, Classic: p.classic()}
	for _, l := range view.Lines(m) {
		out = append(out, lxdialog.Item{Text: l.Text[:min(len(l.Text), maxItem)], Tag: l.Tag, Data: l.Entry})
	}
	return out
}
