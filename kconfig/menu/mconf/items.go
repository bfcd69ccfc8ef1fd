// The lines of a menu.

package mconf

import (
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/lxdialog"
)

// maxItem is the longest line in bytes (MAXITEMSTR in dialog.h, with its end).
const maxItem = 199

// items are the lines of a menu.
func (p *program) items(m *menu.Entry) (out []lxdialog.Item) {
	for _, l := range p.View.Lines(m) {
		out = append(out, lxdialog.Item{Text: l.Text[:min(len(l.Text), maxItem)], Tag: l.Tag, Data: l.Entry})
	}
	return out
}
