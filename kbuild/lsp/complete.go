package lsp

// This file offers words that may stand at the cursor.

import (
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/mentions"
	"gokbuild/kconfig"
)

// mostItems bounds a list; the editor asks again when more is typed.
const mostItems = 200

// keywords begin the lines of Kconfig files.
var keywords = strings.Fields("bool choice comment config default def_bool def_tristate depends endchoice endif endmenu help hex if imply int " +
	"mainmenu menu menuconfig modules optional prompt range select source string tristate visible")

var (
	settingStart = pattern.New(`^CONFIG_([A-Za-z0-9_]+)=$`)
	nameStart    = pattern.New(`[A-Za-z0-9_]*$`)
	nameRest     = pattern.New(`^[A-Za-z0-9_]*`)
)

// Complete lists words for the cursor.
func (t *Tree) Complete(uri string, p Position) CompletionList {
	list := CompletionList{Items: []CompletionItem{}}
	d := t.document(uri)
	if d == nil {
		return list
	}
	line := d.text.Line(p.Line)
	at := byteColumn(line, p.Character)
	before := line[:at]
	if m := settingStart.FindStringSubmatch(before); m != nil && d.kind == mentions.Config {
		for _, v := range t.values(m[1]) {
			list.Items = append(list.Items, CompletionItem{v, kindValue, "", TextEdit{d.text.Range(p.Line, at, len(line)), v}})
		}
		return list
	}
	typed := nameStart.FindString(before)
	whole := d.text.Range(p.Line, at-len(typed), at+len(nameRest.FindString(line[at:])))
	if d.kind == mentions.Kconfig {
		if strings.TrimSpace(before[:at-len(typed)]) == "" {
			for _, w := range keywords {
				if strings.HasPrefix(w, typed) {
					list.Items = append(list.Items, CompletionItem{w, kindKeyword, "", TextEdit{whole, w}})
				}
			}
			return list
		}
		t.offer(&list, whole, "", typed)
		return list
	}
	if name, ok := strings.CutPrefix(typed, "CONFIG_"); ok {
		t.offer(&list, whole, "CONFIG_", name)
	} else if d.kind == mentions.Config && typed != "" && strings.HasPrefix("CONFIG_", typed) {
		t.offer(&list, whole, "CONFIG_", "")
	}
	return list
}

// offer adds the symbols that begin so.
func (t *Tree) offer(list *CompletionList, at Range, prefix, typed string) {
	k := t.Kconfig()
	if k == nil {
		return
	}
	for _, name := range t.names(k) {
		if !strings.HasPrefix(name, strings.ToUpper(typed)) {
			continue
		}
		if len(list.Items) == mostItems {
			list.IsIncomplete = true
			return
		}
		detail := k.Value(name)
		if s := k.Config.Lookup(name); s != nil && len(s.Menus) > 0 && s.Menus[0].Prompt != nil {
			detail += "  " + s.Menus[0].Prompt.Text
		}
		list.Items = append(list.Items, CompletionItem{prefix + name, kindConstant, detail, TextEdit{at, prefix + name}})
	}
}

// values are those that a symbol may be set to.
func (t *Tree) values(name string) []string {
	k := t.Kconfig()
	if k == nil {
		return nil
	}
	s := k.Config.Lookup(name)
	if s == nil || !s.IsDefined() {
		return nil
	}
	switch k.Config.EffectiveType(s) {
	case kconfig.Bool:
		return []string{"y", "n"}
	case kconfig.TristateType:
		return []string{"y", "m", "n"}
	case kconfig.String:
		return []string{`"` + k.Config.Value(s) + `"`}
	}
	return []string{k.Config.Value(s)}
}
