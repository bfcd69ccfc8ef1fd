// Help texts, laid out when someone asks.

package model

import (
	"bytes"

	"gokbuild/kconfig/internal/ctext"
)

// HelpText is help as it stands in the file; it is laid out when someone asks.
type HelpText struct {
	Raw    []byte
	Set    bool
	KeepWS bool // trailing blanks stay
}

// text lays the help out: indentation relative to the first line, tabs at multiples of eight, no trailing blanks.
func (h HelpText) text() string {
	var b bytes.Buffer
	first := 0
	raw := h.Raw
	for len(raw) > 0 {
		line := raw
		nl := bytes.IndexByte(raw, '\n')
		if nl >= 0 {
			line, raw = raw[:nl], raw[nl+1:]
		} else {
			raw = nil
		}
		ts, i := 0, 0
		for ; i < len(line); i++ {
			if line[i] == '\t' {
				ts = ts&^7 + 8
			} else if line[i] == ' ' {
				ts++
			} else {
				break
			}
		}
		if i < len(line) {
			if first != 0 {
				for n := ts - first; n > 0; n-- {
					b.WriteByte(' ')
				}
			} else {
				first = ts
			}
			rest := line[i:]
			if !h.KeepWS {
				rest = bytes.TrimRight(rest, " \t")
			}
			b.Write(rest)
		} else if nl < 0 && i > 0 && first != 0 && ts >= first {
			// Blanks before the end of the file are indentation like any other.
			for n := ts - first; n > 0; n-- {
				b.WriteByte(' ')
			}
		}
		if nl >= 0 {
			b.WriteByte('\n')
		}
	}
	return string(ctext.CString(b.Bytes()))
}

// Blank reports whether there is nothing but white space.
func (h HelpText) Blank() bool {
	for _, ch := range ctext.CString(h.Raw) {
		if !ctext.IsSpace(ch) {
			return false
		}
	}
	return true
}

// Help returns the help text of an entry, empty when it has none.
func (m *Menu) Help() string { return m.HelpText.text() }

// HasHelp reports whether the entry has a help text, even an empty one.
func (m *Menu) HasHelp() bool { return m.HelpText.Set }

// HelpEntry is the entry whose help counts where help belongs to the symbol: the last of its definitions that has any.
func HelpEntry(m *Menu) *Menu {
	if m.Sym != nil {
		for i := len(m.Sym.Menus) - 1; i >= 0; i-- {
			if e := m.Sym.Menus[i]; e.HelpText.Set {
				return e
			}
		}
	}
	if m.HelpText.Set {
		return m
	}
	return nil
}
