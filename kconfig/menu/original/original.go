// Package original answers: what do the tree's own front ends say? It reads their texts off scripts/kconfig, and the
// few switches in which generations of them differ. So a tree that words something in its own way is shown in its own
// words, and none of these texts stand in this program.
package original

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Texts are what mconf says. nconf has those that it shares with mconf in words of its own.
type Texts struct {
	Readme       string // what help shows for an entry without symbol
	Instructions string // above a menu
	Radiolist    string // above a choice
	Int          string // above a field for a number, a hexadecimal number, a string
	Hex          string
	String       string
	SetMod       string // y was asked for, and m is all there is
	LoadText     string
	LoadHelp     string
	SaveText     string
	SaveHelp     string
	SearchHelp   string
	ErrCreate    string // the configuration cannot be written where it was asked for
	// Classic is what is said by an mconf whose boxes are drawn by a program of their own; nil for a newer one.
	Classic *Classic
	Exit
	Keys
}

// Keys are those in which mconfs differ.
type Keys struct {
	SpaceJumps  bool   // a blank may be the letter of a line
	TextLetters string // the characters that are keys of the box with a text; "" if that is not known
}

// Classic is what an mconf of the oldest kind says: it starts the program lxdialog for each box, and its main menu ends
// with lines for loading and saving.
type Classic struct {
	Heading    string // above everything, with %s for the version
	Search     string // what to search for
	Load, Save string // the last lines of the main menu
}

// Exit is what is said at the end.
type Exit struct {
	Question  string // whether to save
	Done      string // all went well
	NotSaved  string
	Failed    string
	WritesNew bool // what the build reads is written if it is not there
}

// arrays are the names of the texts in the sources.
func (t *Texts) arrays() map[string]*string {
	return map[string]*string{
		"menu_instructions": &t.Instructions, "radiolist_instructions": &t.Radiolist,
		"inputbox_instructions_int": &t.Int, "inputbox_instructions_hex": &t.Hex, "inputbox_instructions_string": &t.String,
		"setmod_text": &t.SetMod, "load_config_text": &t.LoadText, "load_config_help": &t.LoadHelp,
		"save_config_text": &t.SaveText, "save_config_help": &t.SaveHelp, "search_help": &t.SearchHelp,
	}
}

// Mconf reads the texts of mconf in the folder dir, a tree's scripts/kconfig. ok is false if there is no mconf, or one
// whose boxes look and act in another way than those of linux since 3.7, and than those that the program lxdialog draws
// ([Texts.Classic]).
func Mconf(dir string) (t *Texts, ok bool) {
	src, box := read(dir, "mconf.c"), read(dir, "lxdialog/menubox.c")
	letters := cases(function(read(dir, "lxdialog/textbox.c"), "dialog_textbox"))
	if strings.Contains(src, `cprint("--menu")`) {
		t, ok = classic(src)
		t.TextLetters = letters
		return t, ok
	}
	if !strings.Contains(box, `" Load "`) || !strings.Contains(src, "&s_scroll") || !strings.Contains(src, "dialog_textbox") {
		return nil, false
	}
	t = &Texts{Keys: Keys{TextLetters: letters}}
	complete := t.fill(src, "mconf_readme")
	exit := function(src, "handle_exit")
	t.Question = literals(exit, "dialog_yesno(NULL,")
	t.ends(exit)
	t.WritesNew = strings.Contains(exit, "conf_write_autoconf(")
	t.ErrCreate = said(src, "Can't create file")
	t.SpaceJumps = strings.Contains(box, `strchr("ynmh", key)`)
	return t, complete && t.Question != "" && t.Done != "" && t.NotSaved != "" && t.ErrCreate != ""
}

// classic reads the texts of an mconf that starts lxdialog.
func classic(src string) (t *Texts, ok bool) {
	t = &Texts{Keys: Keys{SpaceJumps: true}}
	complete := t.fill(src, "mconf_readme")
	// What draws them takes the ends of lines for blanks.
	for _, text := range []*string{&t.Instructions, &t.Radiolist, &t.Int, &t.Hex, &t.String, &t.LoadText, &t.SaveText} {
		*text = strings.ReplaceAll(*text, "\n", " ")
	}
	main := function(src, "main")
	_, ask, _ := strings.Cut(main, `cprint("--yesno");`)
	t.Question = literals(ask, "cprint(")
	t.ends(main)
	t.ErrCreate = said(src, "Can't create file")
	t.Classic = &Classic{Heading: literals(main, "sprintf(menu_backtitle,"), Search: said(src, "Enter CONFIG_"),
		Load: said(src, "    Load an "), Save: said(src, "    Save Conf")}
	c := t.Classic
	return t, complete && t.Question != "" && t.Done != "" && t.NotSaved != "" && t.ErrCreate != "" && strings.Contains(c.Heading, "%s") &&
		c.Search != "" && c.Load != "" && c.Save != ""
}

// ends reads what a function says at the end.
func (t *Texts) ends(exit string) {
	for _, said := range strings.Split(exit, "printf(")[1:] {
		switch text := literals("("+strings.TrimPrefix(said, "stderr,"), "("); {
		case strings.Contains(text, "***"):
			t.Done = text
		case strings.Contains(text, "Error"):
			t.Failed = text
		case strings.Contains(text, "NOT saved"):
			t.NotSaved = text
		}
	}
}

// Nconf reads the texts of nconf, as [Mconf] does.
func Nconf(dir string) (t *Texts, ok bool) {
	src, gui := read(dir, "nconf.c"), read(dir, "nconf.gui.c")
	if !strings.Contains(src, "function_keys[]") || !strings.Contains(gui, "btn_dialog") {
		return nil, false
	}
	t = &Texts{}
	complete := t.fill(src, "nconf_global_help")
	if !complete {
		complete = t.fill(src, "nconf_readme")
	}
	exit := function(src, "do_exit")
	t.Question = literals(exit, "btn_dialog(main_window,")
	t.Failed, t.NotSaved = said(exit, "Error during writing"), said(exit, "Your configuration changes were NOT saved")
	t.WritesNew = strings.Contains(exit, "conf_write_autoconf(")
	t.ErrCreate = said(src, "Can't create file")
	return t, complete && t.Question != "" && t.ErrCreate != ""
}

// fill sets the texts that are arrays and reports whether all are there.
func (t *Texts) fill(src, readme string) bool {
	t.Readme = literals(src, readme+"[]")
	complete := t.Readme != ""
	for name, text := range t.arrays() {
		*text = literals(src, name+"[]")
		complete = complete && *text != ""
	}
	return complete
}

func read(dir, name string) string {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return string(b)
}

// function is the body of a C function: what stands between its name with an opening brace on the next line, and a
// closing brace in the first column.
func function(src, name string) string {
	for from := 0; ; {
		i := strings.Index(src[from:], name+"(")
		if i < 0 {
			return ""
		}
		from += i + len(name) + 1
		brace := strings.IndexAny(src[from:], ";{")
		if brace <= 0 || src[from+brace] != '{' || src[from+brace-1] != '\n' {
			continue
		}
		body := src[from+brace:]
		if end := strings.Index(body, "\n}"); end >= 0 {
			return body[:end]
		}
		return body
	}
}

// cases are the characters that a C function tells apart.
func cases(body string) string {
	var out strings.Builder
	for _, part := range strings.Split(body, "case '")[1:] {
		if len(part) > 1 && part[1] == '\'' {
			out.WriteByte(part[0])
		}
	}
	return out.String()
}

// said is the literal that begins with these words, with those that are joined to it.
func said(src, words string) string {
	i := strings.Index(src, `"`+words)
	if i < 0 {
		return ""
	}
	return literals(src[i:], "")
}

// literals joins the string literals that follow a mark, up to the first thing that is neither a literal nor white
// space nor what marks texts for translation.
func literals(src, mark string) string {
	i := strings.Index(src, mark)
	if i < 0 {
		return ""
	}
	rest := strings.TrimLeft(src[i+len(mark):], " \t\n=")
	var out strings.Builder
	for {
		rest = strings.TrimLeft(rest, " \t\n")
		for _, prefix := range []string{"_(", "N_("} {
			rest = strings.TrimLeft(strings.TrimPrefix(rest, prefix), " \t\n")
		}
		if !strings.HasPrefix(rest, `"`) {
			return out.String()
		}
		end := 1
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(rest) {
			return out.String()
		}
		text, err := strconv.Unquote(rest[:end+1])
		if err != nil {
			// A tab may stand in a literal as it is.
			text, err = strconv.Unquote(strings.ReplaceAll(rest[:end+1], "\t", `\t`))
			if err != nil {
				return out.String()
			}
		}
		out.WriteString(text)
		rest = rest[end+1:]
	}
}
