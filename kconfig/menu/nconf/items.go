// The lines of a menu.

package nconf

import "gokbuild/kconfig/menu"

// maxItem is the longest line in bytes, maxItems the most lines of a menu (nconf.c).
const (
	maxItem  = 255
	maxItems = 4095
)

// items are the lines of a menu.
func (p *program) items(m *menu.Entry) (out []item) {
	all := p.View.Lines(m)
	for _, l := range all[:min(len(all), maxItems)] {
		out = append(out, p.item(l.Entry, l.Tag, l.Text))
	}
	return out
}

// item makes a line. One that is not visible begins with XXX.
func (p *program) item(e *menu.Entry, tag byte, text string) item {
	if !p.Model.Visible(e) && len(text) >= 3 {
		text = "XXX" + text[3:]
	}
	return item{e, tag, text[:min(len(text), maxItem)]}
}
