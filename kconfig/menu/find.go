// Search while typing: names, prompts and help.

package menu

import (
	"regexp"
	"slices"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// A Finder finds entries by words.
type Finder struct {
	model   *Model
	entries []indexed
}

// indexed is an entry with its texts in small letters.
type indexed struct {
	entry        *Entry
	name, prompt string
	help         string
}

// Finder returns one for all entries that have a prompt, and for symbols without one.
func (m *Model) Finder() *Finder {
	f := &Finder{model: m}
	seen := map[*model.Symbol]bool{}
	for e := m.Root.After(&m.Root); e != nil; e = e.After(&m.Root) {
		switch {
		case e.Prompt == nil && (e.Sym == nil || e.Sym.IsChoice() || seen[e.Sym] || hasPrompt(e.Sym)):
			continue
		case e.Prompt != nil && e.Prompt.Kind == model.PropComment:
			continue
		}
		x := indexed{entry: e, help: strings.ToLower(string(e.HelpText.Raw))}
		if e.Sym != nil {
			seen[e.Sym] = true
			x.name = strings.ToLower(e.Sym.Name)
		}
		if e.Prompt != nil {
			x.prompt = strings.ToLower(e.Prompt.Text)
		}
		f.entries = append(f.entries, x)
	}
	return f
}

// Find returns the entries in which all words occur, each in the name, the prompt or the help; small and capital
// letters are the same. Those whose names match best come first, then those whose prompts do. A word with one of the
// signs ^ $ * [ ( | \ is a regular expression for names and prompts; one that cannot be understood is taken as it is.
func (f *Finder) Find(query string) []*Entry {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return nil
	}
	var rank [ranks][]*Entry
	var patterns []*regexp.Regexp
	for i, w := range words {
		words[i] = strings.TrimPrefix(w, strings.ToLower(f.model.Prefix))
		var re *regexp.Regexp
		if strings.ContainsAny(w, `^$*[(|\`) {
			re, _ = regexp.Compile("(?i)" + words[i])
		}
		patterns = append(patterns, re)
	}
	for i := range f.entries {
		x := &f.entries[i]
		worst := 0
		for j, w := range words {
			worst = max(worst, x.rank(w, patterns[j]))
		}
		if worst < ranks {
			rank[worst] = append(rank[worst], x.entry)
		}
	}
	return slices.Concat(rank[:]...)
}

// ranks is how many kinds of matches there are; the number itself stands for none.
const ranks = 6

// rank says how well a word matches.
func (x *indexed) rank(word string, re *regexp.Regexp) int {
	if re != nil {
		switch {
		case re.MatchString(x.name):
			return 2
		case re.MatchString(x.prompt):
			return 4
		}
		return ranks
	}
	switch i := strings.Index(x.name, word); {
	case i < 0:
	case x.name == word:
		return 0
	case i == 0:
		return 1
	default:
		return 2
	}
	switch i := strings.Index(x.prompt, word); {
	case i == 0 || i > 0 && x.prompt[i-1] == ' ':
		return 3
	case i > 0:
		return 4
	case strings.Contains(x.help, word):
		return 5
	}
	return ranks
}
